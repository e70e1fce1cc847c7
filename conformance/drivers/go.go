// The driver of Go: net/netip. The protocol: ../README.md.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
)

type object = map[string]any
type request struct {
	ID       any `json:"id"`
	Cmd, Op  string
	Dialect  string
	In, Text *string
	IP       string `json:"ip"`
	HostBits string `json:"host_bits"`
	Zone     *struct {
		Index *uint32
		Name  string
	}
}

var hello = object{
	"protocol": 1, "name": "go", "version": strings.TrimPrefix(runtime.Version(), "go"), "language": "go",
	"ops": []string{"ip.parse", "ip.format", "ip.classify", "endpoint.parse", "prefix.parse"}, "dialects": []string{},
	"framers": []string{}, "abis": []string{}, "labels": object{"netip": "net/netip"},
	"native": object{"ip.parse": "netip", "ip.format": "netip", "endpoint.parse": "netip"},
}

func (r request) input() string {
	if r.In == nil {
		return *r.Text
	}
	data, _ := hex.DecodeString(*r.In)
	return string(data)
}

// An address object of the protocol; a zone of digits is an index.
func address(addr netip.Addr) object {
	found := object{"ip": hex.EncodeToString(addr.WithZone("").AsSlice())}
	index, err := strconv.ParseUint(addr.Zone(), 10, 32)
	if number := err == nil && strconv.FormatUint(index, 10) == addr.Zone(); number && index != 0 {
		found["zone"] = object{"index": index}
	} else if !number && addr.Zone() != "" { // 0 is no zone
		found["zone"] = object{"name": addr.Zone()}
	}
	return found
}

func format(r request) (object, error) {
	data, err := hex.DecodeString(r.IP)
	addr, _ := netip.AddrFromSlice(data)
	if r.Op == "ip.classify" {
		return object{"globally_reachable": addr.IsGlobalUnicast() && !addr.IsPrivate()}, err
	} else if r.Zone != nil && r.Zone.Index != nil {
		addr = addr.WithZone(fmt.Sprint(*r.Zone.Index))
	} else if r.Zone != nil {
		addr = addr.WithZone(r.Zone.Name)
	}
	return object{"text": addr.String()}, err
}

func prefix(r request) (object, error) {
	found, err := netip.ParsePrefix(r.input())
	switch {
	case err != nil:
		return nil, err
	case r.HostBits == "mask":
		found = found.Masked()
	case r.HostBits != "keep" && found != found.Masked():
		return nil, fmt.Errorf("has host bits")
	}
	ok := address(found.Addr())
	ok["len"] = found.Bits()
	return ok, nil
}

func perform(r request) (object, error) {
	switch r.Op {
	case "ip.parse":
		found, err := netip.ParseAddr(r.input())
		return address(found), err
	case "endpoint.parse":
		found, err := netip.ParseAddrPort(r.input())
		return object{"kind": "inet", "host": address(found.Addr()), "port": found.Port()}, err
	case "prefix.parse":
		return prefix(r)
	}
	return format(r)
}

func answer(line []byte) object {
	var r request
	if json.Unmarshal(line, &r) != nil || r.Op+r.Cmd == "" {
		return object{"id": nil, "error": object{"code": "bad-request"}}
	} else if r.Cmd == "hello" {
		return hello
	}
	plain := r.Op == "prefix.parse" || r.Op == "ip.classify"
	if !plain && (r.Dialect != "netip" || !strings.Contains("ip.parse ip.format endpoint.parse", r.Op)) {
		return object{"id": r.ID, "unsupported": "no such operation or dialect"}
	}
	ok, err := perform(r)
	if err != nil {
		return object{"id": r.ID, "error": object{"code": "refused", "message": err.Error()}}
	}
	return object{"id": r.ID, "ok": ok}
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	for line, err := lines.ReadBytes('\n'); err == nil; line, err = lines.ReadBytes('\n') {
		_ = json.NewEncoder(os.Stdout).Encode(answer(line))
	}
}
