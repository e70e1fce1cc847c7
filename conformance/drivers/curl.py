"""The driver of libcurl: the host and the port that curl_url_set reads. The protocol: ../README.md."""

import ctypes
import ipaddress
import re

import ask

CURL = ask.library("libcurl.so.4")
CURL.curl_url.restype = ctypes.c_void_p
CURL.curl_version.restype = ctypes.c_char_p
CURL.curl_url_strerror.restype = ctypes.c_char_p
URL, HOST, PORT = 0, 5, 6


def part(handle, which):
    found = ctypes.c_void_p()
    if CURL.curl_url_get(handle, which, ctypes.byref(found), 0):
        return None
    text = ctypes.string_at(found.value)
    CURL.curl_free(found)
    return text


def parts(request):
    text = ask.argument(request)
    if re.search(rb"[/\\?#@]", text):
        raise ask.Unsupported("a URL ends or begins its host here")
    handle = ctypes.c_void_p(CURL.curl_url())
    try:
        error = CURL.curl_url_set(handle, URL, b"http://" + text + b"/", 0)
        if error:
            raise ask.Refused(CURL.curl_url_strerror(error).decode())
        return part(handle, HOST), part(handle, PORT)
    finally:
        CURL.curl_url_cleanup(handle)


def host(text):
    if not text.isascii():
        raise ask.Unsupported("names beyond ASCII are left for later")
    try:
        return {"ip": ipaddress.ip_address(text.decode().strip("[]")).packed.hex()}
    except ValueError:
        return {"name": text.decode()}


def ip_parse(request):
    text, port = parts(request)
    if port is not None or b"]:" in ask.data(request) or (b":" in ask.data(request) and text[:1] != b"["):
        raise ask.Unsupported("a URL begins its port here")
    found = host(text)
    if "name" in found:
        raise ask.Refused("a name")
    return found


def endpoint_parse(request):
    text, port = parts(request)
    port = request.get("default_port") if port is None else int(port)
    return {"kind": "inet", "host": host(text), "port": port}


VERSION = CURL.curl_version().split()[0].split(b"/")[1].decode()
ask.serve("curl", VERSION, "whatwg", "curl_url_set", {"ip.parse": ip_parse, "endpoint.parse": endpoint_parse})
