/* The driver of the C library: inet_pton, inet_aton, getaddrinfo, inet_ntop, struct sockaddr_*.
   Built by `cc -O1 -DGLIBC -o glibc glibc.c`, and for musl by `musl-gcc -O1 -o musl glibc.c`; the
   protocol is told in ../README.md. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#ifdef GLIBC
#include <gnu/libc-version.h>
#define NAME "glibc"
#define ATON "aton-glibc" /* inet_aton stops at white space */
#else
#define NAME "musl"
#define ATON "aton"
/* Only the loader tells its version. */
static const char *gnu_get_libc_version(void) {
    static char version[16] = "";
    FILE *loader = popen("for it in /lib/ld-musl-*.so.1; do $it; done 2>&1", "r");
    if (loader && fscanf(loader, "%*[^\n]\nVersion %15s", version) < 1) version[0] = 0;
    if (loader) pclose(loader);
    return version;
}
#endif

/* JSON: `value` gives the end of the value at p, or NULL; `member` finds one in an object. */
static const char *blank(const char *p) { return p + strspn(p, " \t\r\n"); }
static const char *string(const char *p) {
    if (*p++ != '"') return NULL;
    for (; *p != '"'; p++) if ((unsigned char)*p < ' ' || (*p == '\\' && !*++p)) return NULL;
    return p + 1;
}
static const char *value(const char *p, const char *key, const char **found) {
    char close = *p == '{' ? '}' : *p == '[' ? ']' : 0;
    if (*p == '"') return string(p);
    if (!close) { size_t n = strspn(p, "+-.0123456789truefalsnE"); return n ? p + n : NULL; }
    for (p = blank(p + 1); *p != close;) {
        const char *name = p;
        if (close == '}') {
            if (!(p = string(p)) || *(p = blank(p)) != ':') return NULL;
            if (key && !strncmp(name + 1, key, strlen(key)) && name[1 + strlen(key)] == '"') *found = blank(p + 1);
            p = blank(p + 1);
        }
        if (!(p = value(p, NULL, NULL))) return NULL;
        if (*(p = blank(p)) == ',') p = blank(p + 1); else if (*p != close) return NULL;
    }
    return p + 1;
}
static const char *member(const char *object, const char *key) {
    const char *found = NULL;
    value(object, key, &found);
    return found;
}
static int is(const char *object, const char *key, const char *word) {
    const char *p = member(object, key);
    return p && *p == '"' && !strncmp(p + 1, word, strlen(word)) && p[1 + strlen(word)] == '"';
}
static unsigned long number(const char *object, const char *key) {
    const char *p = member(object, key);
    return p ? strtoul(p, NULL, 10) : 0;
}
/* Bytes of a hex member (or of `text`, without escapes), NUL-terminated in `out`; -1 if there are none. */
static long bytes(const char *object, const char *key, unsigned char *out, size_t max) {
    const char *p = member(object, key), *end = p ? string(p) : NULL;
    size_t n = 0, text = !strcmp(key, "text"), step = text ? 1 : 2;
    if (!end) return -1;
    for (p++; p + step < end && n < max; p += step, n++) {
        unsigned byte = (unsigned char)*p;
        if (text ? byte == '\\' : !isxdigit(byte) || sscanf(p, "%2x", &byte) != 1) return -1;
        out[n] = byte;
    }
    out[n] = 0;
    return p + 1 == end ? (long)n : -1;
}
static const char *hex(const void *data, size_t n) {
    static char text[512];
    for (size_t i = 0; i < n; i++) sprintf(text + 2 * i, "%02x", ((const unsigned char *)data)[i]);
    text[2 * n] = 0;
    return text;
}
#define REFUSED "\"error\":{\"code\":\"refused\"}"
#define UNSUPPORTED(why) printf("\"unsupported\":\"" why "\"")

static void ip_parse(const char *line) {
    unsigned char text[65536]; struct in6_addr a; struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *info;
    int v4 = 0;
    if (bytes(line, "in", text, 65535) < 0 && bytes(line, "text", text, 65535) < 0) { UNSUPPORTED("this input"); return; }
    if (is(line, "dialect", "pton")) {
        v4 = inet_pton(AF_INET, (char *)text, &a) == 1;
        if (!v4 && inet_pton(AF_INET6, (char *)text, &a) != 1) { printf(REFUSED); return; }
    } else if (is(line, "dialect", ATON)) {
        if (!(v4 = inet_aton((char *)text, (struct in_addr *)&a))) { printf(REFUSED); return; }
    } else if (is(line, "dialect", "gai-numeric")) {
        const char *zone = strchr((char *)text, '%');
        if (zone && strspn(zone + 1, "0123456789") < strlen(zone + 1)) { UNSUPPORTED("the name of a zone asks the machine"); return; }
        if (getaddrinfo((char *)text, NULL, &hints, &info)) { printf(REFUSED); return; }
        struct sockaddr_in6 *in6 = (void *)info->ai_addr; unsigned scope = in6->sin6_scope_id;
        if ((v4 = info->ai_family == AF_INET)) memcpy(&a, &((struct sockaddr_in *)in6)->sin_addr, 4);
        else { a = in6->sin6_addr; if (scope) { printf("\"ok\":{\"ip\":\"%s\",\"zone\":{\"index\":%u}}", hex(&a, 16), scope); v4 = -1; } }
        freeaddrinfo(info);
        if (v4 < 0) return;
    } else { UNSUPPORTED("this dialect"); return; }
    printf("\"ok\":{\"ip\":\"%s\"}", hex(&a, v4 ? 4 : 16));
}
static void ip_format(const char *line) {
    unsigned char a[17]; char text[INET6_ADDRSTRLEN]; long n = bytes(line, "ip", a, 16);
    if (!is(line, "dialect", "pton") || (n != 4 && n != 16)) UNSUPPORTED("this dialect");
    else if (member(line, "zone")) printf(REFUSED);
    else printf("\"ok\":{\"text\":\"%s\"}", inet_ntop(n == 4 ? AF_INET : AF_INET6, a, text, sizeof text));
}
static union { struct sockaddr any; struct sockaddr_in in; struct sockaddr_in6 in6; struct sockaddr_un un; unsigned char raw[65536]; } u;
static int native(const char *line) {
    int one = 1;
    return is(line, "abi", *(char *)&one ? "linux-le" : "linux-be");
}
static void encode(const char *line) {
    long n = 0; size_t path = offsetof(struct sockaddr_un, sun_path); unsigned char name[sizeof u.un.sun_path + 1] = "";
    memset(&u, 0, sizeof u.un);
    if (!native(line)) { UNSUPPORTED("this layout"); return; }
    if (is(line, "kind", "inet4") && bytes(line, "ip", (void *)name, 16) == 4) {
        u.in.sin_family = AF_INET; u.in.sin_port = htons(number(line, "port")); memcpy(&u.in.sin_addr, name, 4); n = sizeof u.in;
    } else if (is(line, "kind", "inet6") && bytes(line, "ip", (void *)name, 16) == 16) {
        u.in6.sin6_family = AF_INET6; u.in6.sin6_port = htons(number(line, "port")); memcpy(&u.in6.sin6_addr, name, 16);
        u.in6.sin6_flowinfo = htonl(number(line, "flowinfo")); u.in6.sin6_scope_id = number(line, "scope_id"); n = sizeof u.in6;
    } else if (is(line, "kind", "unix-unnamed")) { u.un.sun_family = AF_UNIX; n = path; }
    else if (is(line, "kind", "unix") || is(line, "kind", "unix-abstract")) {
        int abstract = is(line, "kind", "unix-abstract"); n = bytes(line, abstract ? "name" : "path", name, sizeof u.un.sun_path);
        if (n < 0 || n + 1 > (long)sizeof u.un.sun_path || (!abstract && (!n || strlen((char *)name) < (size_t)n))) { printf(REFUSED); return; }
        u.un.sun_family = AF_UNIX; memcpy(u.un.sun_path + abstract, name, n); n += path + 1;
    } else { UNSUPPORTED("this kind of address"); return; }
    printf("\"ok\":{\"bytes\":\"%s\"}", hex(&u, n));
}
static void decode(const char *line) {
    long n, path = offsetof(struct sockaddr_un, sun_path), reported;
    memset(&u, 0, sizeof u.un + 1);
    if (!native(line) || member(line, "lenient") || (n = bytes(line, "in", u.raw, 65535)) < 0) { UNSUPPORTED("this request"); return; }
    reported = member(line, "reported_len") ? (long)number(line, "reported_len") : n;
    if (n < path || reported > n) printf(REFUSED);
    else if (u.any.sa_family == AF_INET && reported >= (long)sizeof u.in)
        printf("\"ok\":{\"kind\":\"inet4\",\"ip\":\"%s\",\"port\":%u}", hex(&u.in.sin_addr, 4), ntohs(u.in.sin_port));
    else if (u.any.sa_family == AF_INET6 && reported >= (long)sizeof u.in6)
        printf("\"ok\":{\"kind\":\"inet6\",\"ip\":\"%s\",\"port\":%u,\"flowinfo\":%u,\"scope_id\":%u}", hex(&u.in6.sin6_addr, 16),
               ntohs(u.in6.sin6_port), ntohl(u.in6.sin6_flowinfo), u.in6.sin6_scope_id);
    else if (u.any.sa_family == AF_VSOCK) UNSUPPORTED("this kind of address");
    else if (u.any.sa_family != AF_UNIX || reported > (long)sizeof u.un) printf(REFUSED);
    else if (reported == path) printf("\"ok\":{\"kind\":\"unix-unnamed\"}");
    else if (!u.un.sun_path[0]) printf("\"ok\":{\"kind\":\"unix-abstract\",\"name\":\"%s\"}", hex(u.un.sun_path + 1, reported - path - 1));
    else printf("\"ok\":{\"kind\":\"unix\",\"path\":\"%s\"}", hex(u.un.sun_path, strnlen(u.un.sun_path, reported - path)));
}
int main(void) {
    char *line = NULL; size_t room = 0; ssize_t n;
    while ((n = getline(&line, &room, stdin)) > 0) {
        const char *start = blank(line), *end = *start == '{' ? value(start, NULL, NULL) : NULL, *id;
        if (!end || *blank(end) || (size_t)n != strlen(line) || !(member(start, "op") || member(start, "cmd")))
            printf("{\"id\":null,\"error\":{\"code\":\"bad-request\"}}\n");
        else if (is(start, "cmd", "hello"))
            printf("{\"protocol\":1,\"name\":\"" NAME "\",\"version\":\"%s\",\"language\":\"c\",\"ops\":[\"ip.parse\",\"ip.format\",\"sockaddr.encode\",\"sockaddr.decode\"],"
                   "\"dialects\":[\"pton\",\"" ATON "\",\"gai-numeric\"],\"framers\":[],\"abis\":[\"%s\"],\"labels\":{\"pton\":\"inet_pton\",\"" ATON "\":\"inet_aton\",\"gai-numeric\":\"getaddrinfo\"}}\n",
                   gnu_get_libc_version(), htons(1) == 1 ? "linux-be" : "linux-le");
        else {
            id = member(start, "id"); end = id ? value(id, NULL, NULL) : NULL;
            printf("{\"id\":%.*s,", id ? (int)(end - id) : 4, id ? id : "null");
            if (is(start, "op", "ip.parse")) ip_parse(start);
            else if (is(start, "op", "ip.format")) ip_format(start);
            else if (is(start, "op", "sockaddr.encode")) encode(start);
            else if (is(start, "op", "sockaddr.decode")) decode(start);
            else UNSUPPORTED("this operation");
            puts("}");
        }
        fflush(stdout);
    }
    return 0;
}
