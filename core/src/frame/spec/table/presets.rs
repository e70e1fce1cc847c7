//! Well-known protocols: length prefixes by name.

use super::super::super::preset as presets;
use super::{Entry, Example, MAX, Make, ONLY_MAX, words};

/// The names of the presets, each an entry of its own.
const NAMES: &[&str] = &[
    "amqp",
    "dns-tcp",
    "grpc",
    "http2",
    "kafka",
    "modbus-tcp",
    "postgres",
    "rtp-tcp",
    "tls-record",
    "tpkt",
];

/// A preset by an option. Its canonical text is that of the entry which the option names.
pub(super) const PRESET: Entry = Entry {
    name: "preset",
    summary: "a well-known protocol; each stands under its own name, too",
    source: "the entry of that name",
    arguments: &[],
    options: &[words("name", NAMES, None, "the protocol"), MAX],
    example: Example { spec: "preset,name=dns-tcp,max=64K", payloads: &["6869"], wire: "00026869" },
    recovers: false,
    make: Make::Preset,
};

const fn preset(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
    example: Example,
    make: Make,
) -> Entry {
    Entry {
        name,
        summary,
        source,
        arguments: &[],
        options: ONLY_MAX,
        example,
        recovers: false,
        make,
    }
}

pub(super) const AMQP: Entry = preset(
    "amqp",
    "AMQP 0-9-1: type, channel, length, payload, ce",
    "AMQP 0-9-1 (2008), section 4.2.3",
    Example { spec: "amqp,max=128K", payloads: &["6869"], wire: "000000000000026869ce" },
    Make::Framer(|options| Ok(presets::amqp(options.max())?.into())),
);

pub(super) const DNS_TCP: Entry = preset(
    "dns-tcp",
    "DNS over TCP: two bytes of length",
    "RFC 1035, section 4.2.2; RFC 7766, section 8",
    Example { spec: "dns-tcp,max=65535", payloads: &["6869"], wire: "00026869" },
    Make::Framer(|options| Ok(presets::dns_tcp(options.max())?.into())),
);

pub(super) const GRPC: Entry = preset(
    "grpc",
    "gRPC: a flag that says whether the message is compressed, four bytes of length",
    "gRPC over HTTP/2, Length-Prefixed-Message",
    Example { spec: "grpc,max=4M", payloads: &["6869"], wire: "00000000026869" },
    Make::Framer(|options| Ok(presets::grpc(options.max())?.into())),
);

pub(super) const HTTP2: Entry = preset(
    "http2",
    "HTTP/2: three bytes of length, type, flags, stream",
    "RFC 9113, section 4.1",
    Example { spec: "http2,max=16K", payloads: &["6869"], wire: "0000020000000000006869" },
    Make::Framer(|options| Ok(presets::http2(options.max())?.into())),
);

pub(super) const KAFKA: Entry = preset(
    "kafka",
    "Kafka: four bytes of length with a sign",
    "Apache Kafka, protocol guide, Common Request and Response Structure",
    Example { spec: "kafka,max=100M", payloads: &["6869"], wire: "000000026869" },
    Make::Framer(|options| Ok(presets::kafka(options.max())?.into())),
);

pub(super) const MODBUS_TCP: Entry = preset(
    "modbus-tcp",
    "Modbus over TCP: transaction, protocol 0, two bytes of length",
    "Modbus Messaging on TCP/IP Implementation Guide V1.0b (2006), section 3.1.3",
    Example { spec: "modbus-tcp,max=254", payloads: &["0103"], wire: "0000000000020103" },
    Make::Framer(|options| Ok(presets::modbus_tcp(options.max())?.into())),
);

pub(super) const POSTGRES: Entry = preset(
    "postgres",
    "PostgreSQL behind the start-up: a tag, and a length that counts itself",
    "PostgreSQL, Frontend/Backend Protocol, Message Formats",
    Example { spec: "postgres,max=1G", payloads: &["6869"], wire: "00000000066869" },
    Make::Framer(|options| Ok(presets::postgres(options.max())?.into())),
);

pub(super) const RTP_TCP: Entry = preset(
    "rtp-tcp",
    "RTP and RTCP over TCP: two bytes of length",
    "RFC 4571, section 2",
    Example { spec: "rtp-tcp,max=65535", payloads: &["6869", ""], wire: "000268690000" },
    Make::Framer(|options| Ok(presets::rtp_tcp(options.max())?.into())),
);

pub(super) const TLS_RECORD: Entry = preset(
    "tls-record",
    "TLS: content type, version, two bytes of length",
    "RFC 8446, sections 5.1 and 5.2; RFC 5246, section 6.2.3",
    Example { spec: "tls-record,max=16640", payloads: &["6869"], wire: "00030300026869" },
    Make::Framer(|options| Ok(presets::tls_record(options.max())?.into())),
);

pub(super) const TPKT: Entry = preset(
    "tpkt",
    "TPKT: version 3, a zero, and a length that counts the header",
    "RFC 2126, section 4.3; RFC 1006, section 6",
    Example { spec: "tpkt,max=65531", payloads: &["02f080"], wire: "0300000702f080" },
    Make::Framer(|options| Ok(presets::tpkt(options.max())?.into())),
);
