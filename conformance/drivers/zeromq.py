"""The driver of libzmq: what zmq_bind would bind. The protocol: ../README.md."""

import ctypes
import errno
import re

import ask

RECORD = ask.preloaded()
ZMQ = ask.library("libzmq.so.5", use_errno=True)
for function in (ZMQ.zmq_ctx_new, ZMQ.zmq_socket):
    function.restype = ctypes.c_void_p
ZMQ.zmq_strerror.restype = ctypes.c_char_p
CONTEXT = ctypes.c_void_p(ZMQ.zmq_ctx_new())
ROUTER, LINGER, IPV6 = 6, 17, 42
BUILT_IN = (b"tcp", b"ws", b"ipc")


def bind(text, ipv6):
    socket = ctypes.c_void_p(ZMQ.zmq_socket(CONTEXT, ROUTER))
    for option, value in ((IPV6, ipv6), (LINGER, 0)):
        ZMQ.zmq_setsockopt(socket, option, ctypes.byref(ctypes.c_int(value)), 4)
    ZMQ.zmq_bind(socket, text)
    error = ctypes.get_errno()
    ZMQ.zmq_close(socket)
    return [value for what, value in RECORD.taken() if what == "bind"], error


def endpoint_parse(request):
    text = ask.argument(request)
    scheme, separator, rest = text.partition(b"://")
    if separator and scheme not in BUILT_IN:
        raise ask.Unsupported("a transport that is not built in, binds later or has no address")
    if text.startswith(b"ipc://*"):
        raise ask.Unsupported("a path that libzmq makes up")
    if re.search(rb"%[^:\]]*[A-Za-z]", text):
        raise ask.Unsupported("the name of a zone asks the machine")
    # With IPv6 it binds IPv4 as mapped addresses.
    bound, error = bind(text, 0)
    if not bound:
        bound, error = bind(text, 1)
    if not bound and error == errno.ENODEV and scheme != b"ipc":
        raise ask.Unsupported("what is no address is the name of an interface")
    if not bound:
        raise ask.Refused(ZMQ.zmq_strerror(error).decode())
    found = ask.endpoint(bound[0])
    if found["kind"] == "inet":
        found["extra"] = {"transport": scheme.decode()}
        if rest.startswith((b"*:", b"[*]:")):
            found["host"] = {"any": True}
    return found


major, minor, patch = (ctypes.c_int() for _ in range(3))
ZMQ.zmq_version(ctypes.byref(major), ctypes.byref(minor), ctypes.byref(patch))
VERSION = f"{major.value}.{minor.value}.{patch.value}"
ask.serve("zeromq", VERSION, "zeromq", "zmq_bind", {"endpoint.parse": endpoint_parse})
