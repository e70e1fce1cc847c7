"""The driver of nginx: what a `listen` directive would bind. The protocol: ../README.md."""

import pathlib
import re
import subprocess
import tempfile

import ask

RECORD = ask.Record()
FOLDER = tempfile.TemporaryDirectory()
CONFIG = pathlib.Path(FOLDER.name, "nginx.conf")
PATHS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
BEFORE = "pid pid; events {} http { access_log off; %s server { listen " % " ".join(f"{path}_temp_path .;" for path in PATHS)


def endpoint_parse(request):
    text = ask.data(request)
    quoted = b'"' + re.sub(rb'(["\\])', rb"\\\1", text) + b'"'
    CONFIG.write_bytes(BEFORE.encode() + quoted + b"; } }\n")
    said, calls = RECORD.run(["nginx", "-t", "-p", FOLDER.name, "-c", str(CONFIG), "-e", "stderr"])
    bound = [value for what, value in calls if what == "bind"]
    if not bound:
        wrong = [line for line in said.splitlines() if "[emerg]" in line]
        raise ask.Refused(wrong[0] if wrong else said)
    name = next((value for what, value in calls if what == "name"), None)
    found = ask.endpoint(bound[0], name)
    if found["kind"] == "inet":
        spelled(found, text, bound, request.get("default_port"))
    return found


def spelled(found, text, bound, default_port):
    """What the text says and the kernel is not told: `*`, a range, and that there is no port."""
    host, colon, port = text.rpartition(b":")
    port = port if (colon and not port.endswith(b"]")) or re.fullmatch(rb"[0-9]+(-[0-9]+)?", text) else b""
    if host == b"*" or text == b"*" or port == text:
        found["host"] = {"any": True}
    if not port:
        found["port"] = default_port
    if b"-" in port and len(bound) > 1:
        found["extra"] = {"ports": f"{found['port']}-{ask.endpoint(bound[-1])['port']}"}


VERSION = subprocess.run(["nginx", "-v"], capture_output=True, check=True).stderr.split(b"/")[1].split()[0].decode()
ask.serve("nginx", VERSION, "nginx", "listen", {"endpoint.parse": endpoint_parse})
