/* Preloaded into the programs that are asked: what they would tell the kernel is written down
   instead, and no name is looked up. So an answer is exactly the address that a program read, and it
   depends neither on the machine nor on the network.
   Built by `cc -shared -fPIC -O1 -o preload.so preload.c`; a line a call is added to the file
   $PORTOLAN_RECORD: `bind HEX`, `connect HEX` (a struct sockaddr) or `name HEX`. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void record(const char *what, const void *data, size_t n) {
    char line[1024]; const char *path = getenv("PORTOLAN_RECORD"); size_t used = strlen(strcpy(line, what));
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
    for (size_t i = 0; i < n && used + 3 < sizeof line; i++) used += sprintf(line + used, "%02x", ((const unsigned char *)data)[i]);
    if (fd >= 0) { dprintf(fd, "%s\n", line); close(fd); }
}

/* In use: programs go on to their other addresses. Not so where a program would then remove a path. */
int bind(int fd, const struct sockaddr *addr, socklen_t len) {
    (void)fd;
    record("bind ", addr, len);
    errno = addr->sa_family == AF_UNIX ? EADDRNOTAVAIL : EADDRINUSE;
    return -1;
}
int connect(int fd, const struct sockaddr *addr, socklen_t len) {
    (void)fd;
    record("connect ", addr, len);
    errno = ECONNREFUSED;
    return -1;
}
/* A family that the kernel lacks is no reason to refuse its addresses. */
int socket(int domain, int type, int protocol) {
    int (*real)(int, int, int) = dlsym(RTLD_NEXT, "socket"), fd = real(domain, type, protocol);
    return fd < 0 && errno != EMFILE ? real(AF_UNIX, type, 0) : fd;
}

/* Numbers as ever; every name is the same address, 198.18.0.1 or 2001:db8::1, and written down. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *given, struct addrinfo **found) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
    struct addrinfo hints = {0}; int error;
    if (given) hints = *given;
    hints.ai_flags = (hints.ai_flags | AI_NUMERICHOST) & ~AI_ADDRCONFIG;
    error = real(node, service, &hints, found);
    if (!error || !node || (given && given->ai_flags & AI_NUMERICHOST)) return error;
    record("name ", node, strlen(node));
    return real(hints.ai_family == AF_INET6 ? "2001:db8::1" : "198.18.0.1", service, &hints, found);
}
struct hostent *gethostbyname(const char *name) {
    struct hostent *(*real)(const char *) = dlsym(RTLD_NEXT, "gethostbyname"); struct in_addr numeric;
    if (inet_aton(name, &numeric)) return real(name);
    record("name ", name, strlen(name));
    return real("198.18.0.1");
}
/* The machine has no interfaces. */
int getifaddrs(struct ifaddrs **list) { (void)list; errno = EOPNOTSUPP; return -1; }

/* Nothing in the file system changes: folders are there already, files are not. */
static int fails(int error) { errno = error; return -1; }
int mkdir(const char *path, mode_t mode) { (void)path, (void)mode; return fails(EEXIST); }
int mkdirat(int fd, const char *path, mode_t mode) { (void)fd, (void)path, (void)mode; return fails(EEXIST); }
int unlink(const char *path) { (void)path; return fails(ENOENT); }
int rename(const char *from, const char *to) { (void)from, (void)to; return fails(ENOENT); }
int link(const char *from, const char *to) { (void)from, (void)to; return fails(ENOENT); }
