"""The driver of Python: ipaddress, socket, int.from_bytes, struct. The protocol: ../README.md."""

import ipaddress
import json
import platform
import socket
import struct
import sys

# Layouts that struct can pack without asking the machine: byte order and the number of AF_INET6.
ABIS = {"linux-le": ("<", 10), "linux-be": (">", 10), "windows": ("<", 23)}
HELLO = {
    "protocol": 1, "name": "python", "version": platform.python_version(), "language": "python",
    "ops": ["ip.parse", "ip.format", "ip.classify", "prefix.parse", "sockaddr.encode", "sockaddr.decode", "int.read", "int.write"],
    "dialects": ["pton", "aton-glibc"], "framers": [], "abis": sorted(ABIS),
    "native": {"ip.parse": "netip", "ip.format": "netip"},
    "labels": {"netip": "ipaddress", "pton": "inet_pton", "aton-glibc": "inet_aton"},
}


class Refused(Exception):
    """The implementation gives no rule, only an exception."""


class Unsupported(Exception):
    """The implementation has no such thing."""


def ip(address):
    """An address object of the protocol; a zone of digits is an index."""
    zone = getattr(address, "scope_id", None)
    if zone is None:
        return {"ip": address.packed.hex()}
    index = zone.isascii() and zone.isdigit() and zone == str(int(zone)) and int(zone) < 1 << 32
    return {"ip": address.packed.hex(), "zone": {"index": int(zone)} if index else {"name": zone}}


def text(request):
    data = request["text"].encode() if "text" in request else bytes.fromhex(request["in"])
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Unsupported("str holds no such bytes") from None


def ip_parse(request):
    host, dialect = text(request), request["dialect"]
    if dialect == "netip":
        return ip(ipaddress.ip_address(host))
    if dialect == "aton-glibc":
        return {"ip": socket.inet_aton(host).hex()}
    if dialect == "pton":
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return {"ip": socket.inet_pton(family, host).hex()}
    raise Unsupported(f"no {dialect}")


def ip_format(request):
    packed, zone = bytes.fromhex(request["ip"]), request.get("zone")
    if request["dialect"] == "netip":
        suffix = "" if zone is None else f"%{zone.get('name', zone.get('index'))}"
        return {"text": f"{ipaddress.ip_address(packed)}{suffix}"}
    if request["dialect"] == "pton" and zone is None:
        return {"text": socket.inet_ntop(socket.AF_INET6 if len(packed) == 16 else socket.AF_INET, packed)}
    raise Unsupported(f"no {request['dialect']} of this")


def ip_classify(request):
    return {"globally_reachable": ipaddress.ip_address(bytes.fromhex(request["ip"])).is_global}


def prefix_parse(request):
    mode = request.get("host_bits", "reject")
    read = ipaddress.ip_interface if mode == "keep" else ipaddress.ip_network
    network = read(text(request)) if mode == "keep" else read(text(request), strict=mode == "reject")
    address = network.ip if mode == "keep" else network.network_address
    return {**ip(address), "len": getattr(network, "network", network).prefixlen}


def sockaddr_encode(request):
    order, inet6 = ABIS.get(request["abi"]) or unsupported("no such layout")
    if request["kind"] == "inet4":
        head, port = struct.pack(order + "H", 2), struct.pack(">H", request["port"])
        return {"bytes": (head + port + bytes.fromhex(request["ip"]) + bytes(8)).hex()}
    if request["kind"] == "inet6":
        head, scope = struct.pack(order + "H", inet6), struct.pack(order + "I", request.get("scope_id", 0))
        middle = struct.pack(">HI", request["port"], request.get("flowinfo", 0))
        return {"bytes": (head + middle + bytes.fromhex(request["ip"]) + scope).hex()}
    raise Unsupported("only inet4 and inet6")


def sockaddr_decode(request):
    order, inet6 = ABIS.get(request["abi"]) or unsupported("no such layout")
    data = bytes.fromhex(request["in"])
    if request.get("lenient") or request.get("reported_len", len(data)) != len(data):
        raise Unsupported("neither leniencies nor a reported length")
    (family,) = struct.unpack_from(order + "H", data)
    if family == 2:
        port, address, _ = struct.unpack(">H4s8s", data[2:])
        return {"kind": "inet4", "ip": address.hex(), "port": port}
    if family == inet6:
        port, flowinfo, address = struct.unpack_from(">HI16s", data, 2)
        (scope,) = struct.unpack(order + "I", data[24:])
        return {"kind": "inet6", "ip": address.hex(), "port": port, "flowinfo": flowinfo, "scope_id": scope}
    raise Unsupported("only inet4 and inet6")


def int_read(request):
    data, width = bytes.fromhex(request["in"]), request["width"]
    if len(data) < width:
        raise Unsupported("int.from_bytes reads what there is")
    value = int.from_bytes(data[:width], request["endian"], signed=request.get("signed", False))
    return {"value": str(value), "consumed": width}


def int_write(request):
    value, signed = int(request["value"]), request.get("signed", False)
    return {"bytes": value.to_bytes(request["width"], request["endian"], signed=signed).hex()}


def unsupported(reason):
    raise Unsupported(reason)


def answer(line):
    try:
        request = json.loads(line)
        if request.get("cmd") == "hello":
            return HELLO
        op = request["op"]
    except (AttributeError, KeyError, ValueError):
        return {"id": None, "error": {"code": "bad-request"}}
    reply = {"id": request.get("id")}
    try:
        function = globals().get(op.replace(".", "_")) if op in HELLO["ops"] else None
        reply["ok"] = function(request) if function else unsupported(f"no {op}")
    except Unsupported as reason:
        reply["unsupported"] = str(reason)
    except (OverflowError, OSError, ValueError, struct.error) as error:
        reply["error"] = {"code": "refused", "message": str(error)}
    return reply


for request_line in sys.stdin.buffer:
    print(json.dumps(answer(request_line)), flush=True)
