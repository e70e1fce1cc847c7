"""The driver of libpq: whereto PQconnectdb would connect. The protocol: ../README.md."""

import ctypes
import os

import ask

for name in [name for name in os.environ if name.startswith("PG")]:
    del os.environ[name]
RECORD = ask.preloaded()
PQ = ask.library("libpq.so.5")
for function in (PQ.PQconnectdb, PQ.PQconninfoParse):
    function.restype = ctypes.c_void_p
PQ.PQerrorMessage.restype = ctypes.c_char_p


class Option(ctypes.Structure):
    """PQconninfoOption."""
    _fields_ = [(name, ctypes.c_char_p) for name in ("keyword", "envvar", "compiled", "val", "label", "dispchar")]
    _fields_.append(("dispsize", ctypes.c_int))


def options(text):
    error = ctypes.c_void_p()
    parsed = PQ.PQconninfoParse(text, ctypes.byref(error))
    if not parsed:
        raise ask.Refused(ctypes.string_at(error.value).decode(errors="replace").strip())
    table, found = ctypes.cast(parsed, ctypes.POINTER(Option)), {}
    for option in table:
        if option.keyword is None:
            break
        if option.val is not None:
            found[option.keyword.decode()] = option.val
    PQ.PQconninfoFree(ctypes.c_void_p(parsed))
    return found


def endpoint_parse(request):
    text = ask.argument(request)
    given = options(text)
    if {"service", "replication", "load_balance_hosts"} & given.keys():
        raise ask.Unsupported("this option asks the machine")
    if b"" in given.get("hostaddr", given.get("host", b"")).split(b","):
        raise ask.Unsupported("a host that is left out is a default of the machine")
    if b"%" in given.get("hostaddr", given.get("host", b"")):
        raise ask.Unsupported("a zone asks the machine")
    os.environ["PGPORT"] = str(request.get("default_port", ""))
    connection = ctypes.c_void_p(PQ.PQconnectdb(text))
    message = PQ.PQerrorMessage(connection)
    PQ.PQfinish(connection)
    calls = RECORD.taken()
    found = endpoints(calls, given.get("port", b"").split(b","), request.get("default_port"))
    # It goes on to the next of a list when one is wrong.
    if len(found) < len(given.get("hostaddr", given.get("host", b"")).split(b",")):
        raise ask.Refused(message.decode(errors="replace").strip())
    return {"endpoints": found}


def endpoints(calls, ports, default_port):
    found, name = [], None
    for what, value in calls:
        if what == "name":
            name = value
        elif what == "connect":
            each = ask.endpoint(value, name)
            name = None
            at = len(found) if len(ports) > 1 else 0
            if each["kind"] == "inet" and ports[at:at + 1] in ([], [b""]):
                each["port"] = default_port  # 5432 was not said
            found.append(each)
    return found


VERSION = PQ.PQlibVersion()
ask.serve("libpq", f"{VERSION // 10000}.{VERSION % 10000}", "libpq", "PQconnectdb", {"endpoint.parse": endpoint_parse})
