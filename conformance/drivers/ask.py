"""What the drivers in Python share: the protocol of ../README.md, and programs run with preload.so."""

import ctypes
import json
import os
import pathlib
import re
import struct
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
PRELOAD = str(FOLDER / "preload.so")
# What preload.c gives for every name, and what is surely one.
NAMED = {"c6120001", "20010db8000000000000000000000001"}
NAME = re.compile(rb"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


class Refused(Exception): """The implementation refuses; what it says of it is the message."""
class Unsupported(Exception): """The implementation has no such thing, or would have to ask the machine."""


def library(name, **options):
    """A shared library, or the word to the runner that there is none."""
    try:
        return ctypes.CDLL(name, **options)
    except OSError:
        print(json.dumps({"unsupported": f"{name} is not on this machine"}), flush=True)
        sys.exit()


def data(request):
    return request["text"].encode() if "text" in request else bytes.fromhex(request["in"])


def argument(request):
    text = data(request)
    if b"\0" in text:
        raise Unsupported("an argument ends at NUL")
    return text


class Record:
    """The calls that preload.so writes down, in a file that is nowhere but in memory."""

    def __init__(self, descriptor=None):
        self.descriptor = os.memfd_create("record", 0) if descriptor is None else descriptor
        path = f"/proc/{os.getpid()}/fd/{self.descriptor}"
        self.environment = {**os.environ, "LD_PRELOAD": PRELOAD, "PORTOLAN_RECORD": path}

    def run(self, command):
        """What a program says on standard error, and the calls it made."""
        done = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.stderr.decode(errors="replace"), self.taken()

    def taken(self):
        lines = os.pread(self.descriptor, 1 << 24, 0).decode().splitlines()
        os.truncate(self.descriptor, 0)
        return [tuple(line.split(" ", 1)) for line in lines]


def preloaded():
    """This process again, with preload.so; returns its record."""
    if os.environ.get("LD_PRELOAD") == PRELOAD:
        return Record(int(os.environ["PORTOLAN_RECORD"].rpartition("/")[2]))
    os.execve(sys.executable, [sys.executable, *sys.argv], Record().environment)


def endpoint(address, name=None):
    """The endpoint of a struct sockaddr in hex; `name` is the name that was looked up for it."""
    raw = bytes.fromhex(address)
    (family,) = struct.unpack_from("=H", raw)
    if family == 1:
        path = raw[2:]
        if path[:1] == b"\0":
            return {"kind": "unix-abstract", "name": path[1:].hex()}
        return {"kind": "unix", "path": path.split(b"\0")[0].hex()}
    if family == 40:
        port, cid = struct.unpack_from("=II", raw, 4)
        return {"kind": "vsock", "cid": any32(cid), "port": any32(port)}
    (port,) = struct.unpack_from(">H", raw, 2)
    host = {"ip": (raw[4:8] if family == 2 else raw[8:24]).hex()}
    if family == 10 and any(raw[24:28]):
        host["zone"] = {"index": struct.unpack_from("=I", raw, 24)[0]}
    if name is not None and host["ip"] in NAMED:
        host = {"name": bytes.fromhex(name).decode(errors="replace")}
        if not NAME.fullmatch(bytes.fromhex(name)):
            raise Unsupported("what this names is the resolver's decision")
    return {"kind": "inet", "host": host, "port": port}


def endpoints(calls):
    """The endpoints that were connected to, in turn; a name is looked up before."""
    found, name = [], None
    for what, value in calls:
        if what == "connect":
            found.append(endpoint(value, name))
        name = value if what == "name" else None
    return found


def any32(number):
    return "any" if number == 0xFFFFFFFF else number


def answer(line, hello, operations):
    try:
        request = json.loads(line)
        if request.get("cmd") == "hello":
            return hello
        op = request["op"]
    except (AttributeError, KeyError, ValueError):
        return {"id": None, "error": {"code": "bad-request"}}
    reply = {"id": request.get("id")}
    try:
        if op not in operations or (op != "client.choose" and request.get("dialect") not in hello["dialects"]):
            raise Unsupported("no such operation or dialect")
        reply["ok"] = operations[op](request)
    except Unsupported as reason:
        reply["unsupported"] = str(reason)
    except Refused as reason:
        reply["error"] = {"code": "refused", "message": str(reason)}
    return reply


def serve(name, version, dialect, label, operations):
    labels = {dialect: label} if dialect else {}
    hello = {"protocol": 1, "name": name, "version": version, "language": "c", "ops": sorted(operations),
             "dialects": [*labels], "framers": [], "abis": [], "labels": labels}
    for line in sys.stdin.buffer:
        print(json.dumps(answer(line, hello, operations)), flush=True)
