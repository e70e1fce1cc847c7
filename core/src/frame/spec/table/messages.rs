//! Messages of binary protocols that are more than a length with a name.

use super::super::super::{
    Capnp, Dbus, Fcgi, Giop, MysqlCompressed, MysqlPacket, Proxy, RecordMark, Sequence, Tlv,
    WebSocket, WebSocketRole,
};
use super::super::options::Options;
use super::{ASSEMBLE, Entry, Example, MAX, MAX_PARTS, MAX_WHOLE, Make, ONLY_MAX, SEQUENCE, words};

pub(super) const CAPNP: Entry = Entry {
    name: "capnp",
    summary: "messages of Cap'n Proto: a table of segments, then the segments",
    source: "Cap'n Proto, Encoding Spec, Serialization Over a Stream",
    arguments: &[],
    options: ONLY_MAX,
    example: Example {
        spec: "capnp,max=64M",
        payloads: &["0000000000000000"],
        wire: "00000000010000000000000000000000",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Capnp::new(options.max()).into())),
};

pub(super) const DBUS: Entry = Entry {
    name: "dbus",
    summary: "messages of D-Bus, whole",
    source: "D-Bus Specification, Message Format",
    arguments: &[],
    options: MAX_WHOLE,
    example: Example {
        spec: "dbus,max=128M",
        payloads: &["6c010001000000000100000000000000"],
        wire: "6c010001000000000100000000000000",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Dbus::new(options.max()).into())),
};

pub(super) const FCGI: Entry = Entry {
    name: "fcgi",
    summary: "records of FastCGI, without their padding",
    source: "FastCGI Specification 1.0, section 3.3",
    arguments: &[],
    options: &[MAX, ASSEMBLE, MAX_PARTS],
    example: Example {
        spec: "fcgi,max=65535",
        payloads: &["68656c6c6f"],
        wire: "010000000005000068656c6c6f",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Fcgi::new(options.max()).into())),
};

pub(super) const GIOP: Entry = Entry {
    name: "giop",
    summary: "messages of CORBA, whole",
    source: "CORBA 3.3, Part 2, section 9.4.1",
    arguments: &[],
    options: MAX_WHOLE,
    example: Example {
        spec: "giop,max=1M",
        payloads: &["47494f500100000500000000"],
        wire: "47494f500100000500000000",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Giop::new(options.max()).into())),
};

pub(super) const MYSQL: Entry = Entry {
    name: "mysql",
    summary: "packets of MySQL and MariaDB",
    source: "MySQL source code documentation, MySQL Packets; MariaDB, 0 - Packet",
    arguments: &[],
    options: &[SEQUENCE, MAX, ASSEMBLE, MAX_PARTS],
    example: Example {
        spec: "mysql,max=64M,assemble,max_parts=4K",
        payloads: &["0e", "0353454c4543542031"],
        wire: "010000000e090000000353454c4543542031",
    },
    recovers: false,
    make: Make::Framer(|options| {
        Ok(MysqlPacket::new(options.max()).sequence(sequence(options)).into())
    }),
};

pub(super) const MYSQL_COMPRESSED: Entry = Entry {
    name: "mysql-compressed",
    summary: "compressed packets of MySQL, as they are sent",
    source: "MySQL source code documentation, Compressed Packet",
    arguments: &[],
    options: &[SEQUENCE, MAX, ASSEMBLE, MAX_PARTS],
    example: Example {
        spec: "mysql-compressed,max=16M",
        payloads: &["010000000e"],
        wire: "05000000000000010000000e",
    },
    recovers: false,
    make: Make::Framer(|options| {
        Ok(MysqlCompressed::new(options.max()).sequence(sequence(options)).into())
    }),
};

pub(super) const PROXY: Entry = Entry {
    name: "proxy",
    summary: "one header of the PROXY protocol, whole, of either version",
    source: "The PROXY protocol, versions 1 and 2, sections 2.1 and 2.2",
    arguments: &[],
    options: MAX_WHOLE,
    example: Example {
        spec: "proxy,max=4K",
        payloads: &["50524f585920554e4b4e4f574e0d0a"],
        wire: "50524f585920554e4b4e4f574e0d0a",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Proxy::new(options.max()).into())),
};

pub(super) const RECORD_MARK: Entry = Entry {
    name: "record-mark",
    summary: "records of ONC RPC in fragments",
    source: "RFC 5531, section 11",
    arguments: &[],
    options: &[MAX, ASSEMBLE, MAX_PARTS],
    example: Example {
        spec: "record-mark,max=1M,assemble,max_parts=16",
        payloads: &["63616c6c"],
        wire: "8000000463616c6c",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(RecordMark::new(options.max()).into())),
};

pub(super) const TLV: Entry = Entry {
    name: "tlv",
    summary: "values of ASN.1 in BER, whole",
    source: "ITU-T X.690 (2021), sections 8.1.2 and 8.1.3",
    arguments: &[],
    options: MAX_WHOLE,
    example: Example { spec: "tlv,max=64K", payloads: &["0401ff"], wire: "0401ff" },
    recovers: false,
    make: Make::Framer(|options| Ok(Tlv::new(options.max()).into())),
};

pub(super) const WEBSOCKET: Entry = Entry {
    name: "websocket",
    summary: "frames of the WebSocket protocol, unmasked",
    source: "RFC 6455, section 5.2",
    arguments: &[],
    options: &[
        words(
            "role",
            &["any", "client", "server"],
            Some("any"),
            "who reads: to a client nothing is masked, to a server everything",
        ),
        MAX,
        ASSEMBLE,
        MAX_PARTS,
    ],
    example: Example {
        spec: "websocket,role=client,max=64K",
        payloads: &["68656c6c6f"],
        wire: "820568656c6c6f",
    },
    recovers: false,
    make: Make::Framer(|options| {
        let role = match options.word("role") {
            "client" => WebSocketRole::Client,
            "server" => WebSocketRole::Server,
            _ => WebSocketRole::Any,
        };
        Ok(WebSocket::new(options.max()).role(role).into())
    }),
};

fn sequence(options: &Options) -> Sequence {
    match options.word("sequence") {
        "ignore" => Sequence::Ignore,
        _ => Sequence::Check,
    }
}
