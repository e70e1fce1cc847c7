"""The driver of libpq: whereto PQconnectdb and PQconnectdbParams would connect. The protocol: ../README.md."""

import ctypes
import os

import ask

for name in [name for name in os.environ if name.startswith("PG")]:
    del os.environ[name]
RECORD = ask.preloaded()
PQ = ask.library("libpq.so.5")
for function in (PQ.PQconnectdb, PQ.PQconnectdbParams, PQ.PQconninfo, PQ.PQconninfoParse):
    function.restype = ctypes.c_void_p
# What is built in is the distributor's choice; the vectors have that of upstream.
BUILT_IN = b"/var/run/postgresql/".hex(), b"/tmp/".hex()
SERVICES = "~/.pg_service.conf"
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
    return values(parsed)


def values(parsed):
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
    found = ask.endpoints(calls)
    for number, each in enumerate(found):
        at = number if len(ports) > 1 else 0
        if each["kind"] == "inet" and ports[at:at + 1] in ([], [b""]):
            each["port"] = default_port  # 5432 was not said
    return found


def service_file(files):
    """The service file, nowhere but in memory; without one, none is found."""
    files = {SERVICES: files} if isinstance(files, str) else files
    if files.keys() - {SERVICES}:
        raise ask.Unsupported("only the service file of the user")
    file = os.memfd_create("services", 0)
    os.write(file, files.get(SERVICES, "").encode())
    return file


def choose(request):
    if request["client"] != "libpq" or request.get("platform", "unix") != "unix":
        raise ask.Unsupported("no such client here")
    given = dict(request.get("options", {}))
    if "conninfo" in given:
        given["dbname"] = given.pop("conninfo")  # of two it is the last that counts
    file = service_file(request.get("file", {}))
    outside = {"PGSYSCONFDIR": "/dev/null", "PGSERVICEFILE": f"/proc/self/fd/{file}", **request.get("environment", {})}
    os.environ.update(outside)
    try:
        texts = [ctypes.c_char_p(text.encode()) for text in [*given, *given.values()]]
        names = (ctypes.c_char_p * (len(given) + 1))(*texts[:len(given)], None)
        given = (ctypes.c_char_p * len(names))(*texts[len(given):], None)
        connection = ctypes.c_void_p(PQ.PQconnectdbParams(names, given, 1))
    finally:
        os.close(file)
        for name in outside:
            del os.environ[name]
    message, used = PQ.PQerrorMessage(connection), values(PQ.PQconninfo(connection))
    PQ.PQfinish(connection)
    found = ask.endpoints(RECORD.taken())
    if b"%" in used.get("hostaddr", used.get("host", b"")):
        raise ask.Unsupported("a zone asks the machine")
    if not found or len(found) < len(used.get("hostaddr", used.get("host", b"")).split(b",")):
        raise ask.Refused(message.decode(errors="replace").strip())
    for each in (each for each in found if each["kind"] == "unix"):
        each["path"] = each["path"].replace(*BUILT_IN)
    return {"endpoints": found}


VERSION = PQ.PQlibVersion()
ask.serve("libpq", f"{VERSION // 10000}.{VERSION % 10000}", "libpq", "PQconnectdb",
          {"endpoint.parse": endpoint_parse, "client.choose": choose})
