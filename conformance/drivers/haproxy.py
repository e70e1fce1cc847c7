"""The driver of HAProxy: what a `bind` line would bind. The protocol: ../README.md."""

import pathlib
import re
import subprocess
import tempfile

import ask

RECORD = ask.Record()
FOLDER = tempfile.TemporaryDirectory()
CONFIG = pathlib.Path(FOLDER.name, "haproxy.cfg")
# It would read the certificates of the machine at every start.
RECORD.environment["SSL_CERT_DIR"] = "/nonexistent"
BEFORE = b"""global
    nbthread 1
defaults
    mode tcp
    timeout client 1s
    timeout server 1s
    timeout connect 1s
listen f
    bind """
# What it says of addresses that are fine, but not here.
ELSEWHERE = {
    "cannot use file descriptor": "a descriptor has to be open",
    "dgram-type address not acceptable": "a bind line takes no datagrams",
    "for datagram family": "a bind line takes no datagrams, and QUIC is not built in",
}
# [stream+][word@]host:port
SPELLED = re.compile(rb"(?:(stream)\+)?(?:(ip|ipv|tcp)([46]?)@)?(\*?)(.*):([^:]*)", re.S)


def run(text):
    """What it binds, and the first of it as an endpoint."""
    CONFIG.write_bytes(BEFORE + b"'" + text.replace(b"'", b"'\\''") + b"'\n")
    said, calls = RECORD.run(["haproxy", "-f", str(CONFIG)])
    bound = [value for what, value in calls if what == "bind"]
    for words, reason in ELSEWHERE.items():
        if words in said:
            raise ask.Unsupported(reason)
    if not bound:
        wrong = [line for line in said.splitlines() if "[ALERT]" in line]
        raise ask.Refused(wrong[0] if wrong else said)
    name = next((value for what, value in calls if what == "name"), None)
    return bound, ask.endpoint(bound[0], name)


def element(text):
    bound, found = run(text)
    if found["kind"] == "unix":
        # It binds the path and ".PID.tmp", which it renames when it listens.
        found["path"] = re.sub(rb"\.[0-9]+\.tmp$", b"", bytes.fromhex(found["path"])).hex()
    stream, word, family, star, host, port = SPELLED.fullmatch(text).groups() if b":" in text else [b""] * 6
    extra = {}
    if found["kind"] == "inet":
        if star or not host:
            found["host"] = {"any": True}
        if family and "ip" not in found["host"]:
            extra["family"] = f"ipv{family.decode()}"
        if b"-" in port and len(bound) > 1:
            extra["ports"] = f"{found['port']}-{ask.endpoint(bound[-1])['port']}"
        if word == b"tcp":
            extra["transport"] = "tcp"
    if "transport" not in extra and text.startswith(b"stream+"):
        extra["transport"] = "stream"
    return {**found, "extra": extra} if extra else found


def endpoint_parse(request):
    text = ask.data(request)
    if re.search(rb"[\0\r\n]", text):
        raise ask.Unsupported("a line of the configuration ends here")
    if b"," not in text:
        return element(text)
    run(text)
    # Each by itself, for it binds them in an order of its own.
    found = [element(each) for each in text.split(b",") if each]
    return found[0] if len(found) == 1 else {"endpoints": found}


VERSION = subprocess.run(["haproxy", "-v"], capture_output=True, check=True).stdout.split()[2].decode()
ask.serve("haproxy", VERSION, "haproxy", "bind", {"endpoint.parse": endpoint_parse})
