//! The table is in order, its examples are true, and no framer is left out.

use alloc::collections::BTreeSet;

use super::super::super::deframer::Event;
use super::super::super::{AnyFramer, AnyMeta, Encode as _};
use super::*;

#[test]
fn the_catalogue_is_in_order_and_its_words_are_apart() {
    let names: Vec<_> = catalogue().iter().map(|entry| entry.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    let plain =
        |text: &str| text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    for entry in catalogue() {
        assert!(plain(entry.name) && !entry.summary.is_empty() && !entry.source.is_empty());
        assert_eq!(super::entry(entry.name), Some(entry));
        for (index, setting) in entry.options.iter().enumerate() {
            assert!(plain(setting.key) && !setting.meaning.is_empty(), "{setting:?}");
            // A word alone in parentheses is either an option or a framer.
            assert!(!names.contains(&setting.key), "{}", setting.key);
            assert!(entry.options[..index].iter().all(|other| other.key != setting.key));
        }
        let parts = entry.setting(b"max_parts").is_some();
        assert_eq!(entry.comes_in_parts(), parts, "{}", entry.name);
    }
}

#[test]
fn a_default_is_spelled_canonically_and_changes_nothing() {
    for entry in catalogue() {
        let given = Spec::parse(entry.example.spec.as_bytes()).unwrap();
        for setting in entry.options {
            let Some(default) = setting.default else { continue };
            let text = format!("{},{}={default}", entry.example.spec, setting.key);
            if setting.key == "header" || entry.example.spec.contains(setting.key) {
                continue;
            }
            let value = setting.values.read(default.as_bytes()).unwrap();
            assert_eq!(value.to_string(), default, "{text}");
            let with = Spec::parse(text.as_bytes()).unwrap();
            assert_eq!(with, given, "{text}");
            assert_eq!(format!("{:?}", with.framing()), format!("{:?}", given.framing()), "{text}");
        }
    }
}

/// Payloads or bytes that stand in the table as hex.
fn bytes(hex: &str) -> Vec<u8> {
    match Values::Set.read(hex.as_bytes()) {
        Ok(Value::Set(members)) => members.concat(),
        _ if hex.is_empty() => Vec::new(),
        other => panic!("{hex}: {other:?}"),
    }
}

#[test]
fn an_example_is_written_and_read_as_it_says() {
    for entry in catalogue() {
        let Example { spec, payloads, wire } = entry.example;
        let framing = Spec::parse(spec.as_bytes()).unwrap();
        if entry.name != "preset" {
            assert_eq!(framing.to_string(), spec);
        }
        let framing = framing.into_framing();
        let payloads: Vec<_> = payloads.iter().map(|payload| bytes(payload)).collect();
        let (mut encoder, mut written) = (framing.clone().into_encoder(), Vec::new());
        for payload in &payloads {
            encoder.append(payload, AnyMeta::None, &mut written).unwrap();
        }
        encoder.append_end(&mut written).unwrap();
        assert_eq!(written, bytes(wire), "{spec}");

        let mut deframer = framing.into_deframer();
        deframer.extend(&written);
        deframer.end();
        let (mut read, mut message) = (Vec::new(), Vec::new());
        loop {
            match deframer.poll() {
                (Event::Frame { frame, .. }, body) => {
                    message.extend_from_slice(body);
                    if frame.last {
                        read.push(core::mem::take(&mut message));
                    }
                }
                (Event::Skip { .. }, _) => {}
                (Event::Done { .. } | Event::End(_), rest) => break assert!(rest.is_empty()),
                (event, _) => panic!("{spec}: {event:?}"),
            }
        }
        assert_eq!(read, payloads, "{spec}");
    }
}

macro_rules! rows {
    ($($variant:ident => $name:literal,)*) => {
        /// The row of a framer; a framer that is not listed does not compile.
        const fn row(framer: &AnyFramer<'_>) -> &'static str {
            match framer {
                $(AnyFramer::$variant(_) => $name,)*
            }
        }

        const ROWS: &[&str] = &[$($name,)*];
    };
}

rows! {
    Amqp => "amqp",
    Capnp => "capnp",
    Chunked => "chunked",
    Cobs => "cobs",
    CobsR => "cobs-r",
    ContentLength => "content-length",
    Dbus => "dbus",
    Delimiter => "delimiter",
    Detect => "detect",
    Fcgi => "fcgi",
    Fixed => "fixed",
    Giop => "giop",
    GitPktLine => "git-pkt-line",
    Grpc => "grpc",
    Hdlc => "hdlc",
    Http2 => "http2",
    LengthPrefix => "length",
    Lines => "lines",
    ModbusTcp => "modbus-tcp",
    MysqlCompressed => "mysql-compressed",
    MysqlPacket => "mysql",
    Netstring => "netstring",
    OctetCounting => "octet-counting",
    Postgres => "postgres",
    Proxy => "proxy",
    RecordMark => "record-mark",
    Resp => "resp",
    Slip => "slip",
    Then => "then",
    TlsRecord => "tls-record",
    Tlv => "tlv",
    Tpkt => "tpkt",
    VarintPrefix => "varint",
    WebSocket => "websocket",
}

#[test]
fn every_framer_has_a_row() {
    let mut built = BTreeSet::new();
    for entry in catalogue() {
        let name = match Spec::parse(entry.example.spec.as_bytes()).unwrap().framing() {
            Framing::Framer(framer) | Framing::Assemble { framer, .. } => row(framer),
            Framing::Stack(..) => "stack",
        };
        built.insert(name);
        // Some are another by more names.
        let also = ["after", "dns-tcp", "kafka", "preset", "rtp-tcp"].contains(&entry.name);
        assert!(also || name == entry.name, "{} is {name}", entry.name);
    }
    for name in ROWS {
        assert!(built.contains(name), "{name}");
    }
}

#[test]
fn a_preset_by_option_is_one_of_those_by_name() {
    let preset = entry("preset").unwrap();
    let Values::Words(names) = preset.options[0].values else { panic!() };
    for name in names {
        let by_option = Spec::parse(format!("preset,name={name},max=9").as_bytes()).unwrap();
        let by_name = Spec::parse(format!("{name},max=9").as_bytes()).unwrap();
        assert_eq!(by_option, by_name);
        assert_eq!(by_option.to_string(), format!("{name},max=9"));
    }
}
