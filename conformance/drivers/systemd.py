"""The driver of systemd: what `systemd-socket-activate --listen=` would bind. The protocol: ../README.md."""

import re
import subprocess

import ask

PROGRAM = "systemd-socket-activate"
RECORD = ask.Record()
# Not to the journal, and nobody waits for a connection: the first bind fails.
RECORD.environment["SYSTEMD_LOG_TARGET"] = "console"


def endpoint_parse(request):
    text = ask.argument(request)
    if re.search(rb":[^:]*%.*[^0-9]", text):
        raise ask.Unsupported("the name of an interface asks the machine")
    said, calls = RECORD.run([PROGRAM, b"--listen=" + text, "true"])
    bound = [value for what, value in calls if what == "bind"]
    if "Failed to listen on" not in said or not bound:
        raise ask.Refused(said.strip().splitlines()[0] if said else "no address")
    found = ask.endpoint(bound[0])
    if found["kind"] == "inet" and b":" not in text:
        found["host"] = {"any": True}
    if b"%" in text and "zone" not in found.get("host", {}) and found["kind"] == "inet":
        raise ask.Unsupported("the interface is not part of this address")
    return found


VERSION = subprocess.run([PROGRAM, "--version"], capture_output=True, check=True).stdout.split()[1].decode()
ask.serve("systemd", VERSION, "systemd", PROGRAM, {"endpoint.parse": endpoint_parse})
