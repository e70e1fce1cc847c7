"""The driver of MariaDB's clients: whereto `mariadb` and libmariadb would connect. The protocol: ../README.md."""

import ctypes
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import ask

LIBRARY = ask.library("libmariadb.so.3")
READ_DEFAULT_FILE, OPT_PROTOCOL = 4, 9
PROTOCOLS = ["default", "tcp", "socket", "pipe", "memory"]
SEARCHED = ["/etc/my.cnf", "/etc/mysql/my.cnf", "~/.my.cnf"]
# What is built in is the distributor's choice; the vectors have that of upstream.
BUILT_IN = {b"/run/mysqld/mysqld.sock".hex(): b"/tmp/mysql.sock".hex()}


def connect(file, options):
    """Calls the library, in a process of its own with preload.so."""
    LIBRARY.mysql_init.restype = ctypes.c_void_p
    LIBRARY.mysql_error.restype = ctypes.c_char_p
    handle = ctypes.c_void_p(LIBRARY.mysql_init(None))
    if file:
        LIBRARY.mysql_options(handle, READ_DEFAULT_FILE, file.encode())
    if "protocol" in options:
        number = ctypes.c_uint(PROTOCOLS.index(options["protocol"].lower()))
        LIBRARY.mysql_options(handle, OPT_PROTOCOL, ctypes.byref(number))
    host, socket = (options[name].encode() if name in options else None for name in ("host", "socket"))
    port = ctypes.c_uint(int(options.get("port", "0")))
    LIBRARY.mysql_real_connect(handle, host, None, None, None, port, socket, ctypes.c_ulong(0))
    sys.exit(LIBRARY.mysql_error(handle).decode(errors="replace"))


def written(files):
    """The path of an option file that reads those of the request in the order of the client's own search."""
    def place(path):
        return pathlib.Path(FOLDER.name, path.lstrip("~/"))

    files = {SEARCHED[0]: files} if isinstance(files, str) else files
    for path, text in files.items():
        place(path).parent.mkdir(parents=True, exist_ok=True)
        place(path).write_text(re.sub(r"(?m)^(\s*!include(?:dir)?\s+)(?=/)", rf"\g<1>{FOLDER.name}", text))
    read = [place(path) for path in SEARCHED if path in files]
    if len(read) == 1:
        return str(read[0])
    every = pathlib.Path(FOLDER.name, "every.cnf")
    every.write_text("".join(f"!include {path}\n" for path in read))
    return str(every)


def command_line(request, options, file):
    if request["client"] == "mariadb-c":
        if not re.fullmatch(r"[0-9]{0,9}", options.get("port", "")) or "group" in options:
            raise ask.Unsupported("the library is not asked this")
        return [sys.executable, "-S", __file__, file or "", json.dumps(options)]
    order = request.get("order", [])
    names = [name for name in sorted(options) if name not in order] + order
    given = [f"--{name}={options[name]}" for name in names]
    return ["mariadb", f"--defaults-file={file}" if file else "--no-defaults", *given]


def choose(request):
    options = request.get("options", {})
    if request["client"] not in ("mariadb-cli", "mariadb-c") or request.get("platform", "unix") != "unix":
        raise ask.Unsupported("no such client here")
    if "%" in options.get("host", ""):
        raise ask.Unsupported("a zone asks the machine")
    file = written(request["file"]) if "file" in request else None
    before = RECORD.environment
    RECORD.environment = {**before, **request.get("environment", {})}
    try:
        said, calls = RECORD.run(command_line(request, options, file))
    finally:
        RECORD.environment = before
    found = ask.endpoints(calls)
    if not found:
        raise ask.Refused(said.strip())
    for each in found:
        if each["kind"] == "unix":
            each["path"] = BUILT_IN.get(each["path"], each["path"])
    return {"endpoints": found}


if len(sys.argv) > 1:
    connect(sys.argv[1], json.loads(sys.argv[2]))
FOLDER = tempfile.TemporaryDirectory()
RECORD = ask.Record()
for variable in [name for name in RECORD.environment if name.startswith(("MYSQL", "MARIADB"))]:
    del RECORD.environment[variable]
VERSION = subprocess.run(["mariadb", "--version"], capture_output=True, check=True).stdout.decode()
VERSION = re.search(r"Distrib ([0-9.]+)", VERSION).group(1)
ask.serve("mariadb", VERSION, None, None, {"client.choose": choose})
