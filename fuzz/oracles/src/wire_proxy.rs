//! PROXY headers: both versions against slow models, and what is written is what was read.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use alloc::format;
use alloc::vec::Vec;

use portolan::wire::Decoded;
use portolan::wire::proxy::{Addresses, Detected, V1, V2, detect, header_len};

use crate::wire_laws;

/// The whole input is the stream.
pub fn run(input: &[u8]) {
    version_1(input);
    version_2(input);
}

fn version_1(input: &[u8]) {
    let Some(line) = wire_laws::stream::<V1>(input, ()) else {
        assert_eq!(model_of_line(input), None, "a line is refused");
        return;
    };
    let end = input.windows(2).position(|pair| pair == b"\r\n").unwrap() + 2;
    assert_eq!(model_of_line(input), Some((line.source(), line.destination())));
    assert_eq!((detect(input), header_end(input)), (Detected::V1, Some(end)));
    let written = wire_laws::written(&line, ()).expect("every line that is read is written");
    wire_laws::reads_back(&line, &written, ());
}

fn version_2(input: &[u8]) {
    let Some(header) = wire_laws::stream::<V2<'_>>(input, ()) else {
        assert!(!model_of_header(input), "a header is refused");
        return;
    };
    assert!(model_of_header(input), "a wrong header is accepted");
    let end = 16 + usize::from(input[14]) * 256 + usize::from(input[15]);
    assert_eq!((detect(input), header_end(input)), (Detected::V2, Some(end)));
    let written = wire_laws::written(&header, ()).expect("every header that is read is written");
    wire_laws::reads_back(&header, &written, ());
    match header {
        V2::Local => assert_eq!(written[12..], [0x20, 0, 0, 0]),
        V2::Proxy { addresses: Addresses::Unspec, tlvs } => {
            assert!(tlvs.is_empty() || written[16..] == input[16..end], "records are kept");
        }
        V2::Proxy { .. } => assert_eq!(written, input[..end], "a header has one spelling"),
    }
}

fn header_end(input: &[u8]) -> Option<usize> {
    match header_len(input) {
        Ok(Decoded::Value { value, .. }) => Some(value),
        _ => None,
    }
}

type Ends = (Option<SocketAddr>, Option<SocketAddr>);

/// The ends by splitting text, with the standard library.
fn model_of_line(input: &[u8]) -> Option<Ends> {
    let end = input.windows(2).position(|pair| pair == b"\r\n").filter(|end| *end <= 105)?;
    let line = &input[..end];
    if line == b"PROXY UNKNOWN" || line.starts_with(b"PROXY UNKNOWN ") {
        return Some((None, None));
    }
    let parts: Vec<&str> = core::str::from_utf8(line).ok()?.split(' ').collect();
    let ["PROXY", protocol, source, destination, from, to] = parts[..] else { return None };
    let port = |text: &str| text.parse().ok().filter(|port: &u16| format!("{port}") == text);
    let end = |ip: &str, from: &str| {
        let port = port(from)?;
        Some(match protocol {
            "TCP4" => SocketAddr::from((ip.parse::<Ipv4Addr>().ok()?, port)),
            "TCP6" => SocketAddr::from((ip.parse::<Ipv6Addr>().ok()?, port)),
            _ => return None,
        })
    };
    Some((Some(end(source, from)?), Some(end(destination, to)?)))
}

/// Whether a header is right, by counting bytes.
fn model_of_header(input: &[u8]) -> bool {
    if input.len() < 16 || input[..12] != *b"\r\n\r\n\0\r\nQUIT\n" {
        return false;
    }
    let end = 16 + usize::from(input[14]) * 256 + usize::from(input[15]);
    if input.len() < end || !matches!(input[12], 0x20 | 0x21) {
        return false;
    }
    if input[12] == 0x20 {
        return true;
    }
    let records = 16
        + match input[13] {
            0x00..=0x02 => 0,
            0x10 | 0x20 | 0x30 => return true,
            0x11 | 0x12 => 12,
            0x21 | 0x22 => 36,
            0x31 | 0x32 => 216,
            _ => return false,
        };
    if end < records || (records == 232 && !(is_path(&input[16..124]) && is_path(&input[124..232])))
    {
        return false;
    }
    are_records(&input[..end], records, true)
}

fn is_path(field: &[u8]) -> bool {
    let behind = field.iter().skip_while(|byte| **byte != 0);
    field[0] == 0 || behind.clone().all(|byte| *byte == 0)
}

fn are_records(header: &[u8], mut at: usize, is_outside: bool) -> bool {
    let mut sums = 0;
    while at < header.len() {
        let Some(&[kind, high, low]) = header[at..].first_chunk() else { return false };
        let (value, len) = (at + 3, usize::from(high) * 256 + usize::from(low));
        at = value + len;
        if at > header.len() {
            return false;
        }
        match kind {
            3 if is_outside => {
                sums += 1;
                if len != 4 || sums > 1 || header[value..at] != sum_of(header, value) {
                    return false;
                }
            }
            5 if is_outside && len > 128 => return false,
            0x20 if is_outside && (len < 5 || !are_records(&header[..at], value + 5, false)) => {
                return false;
            }
            _ => {}
        }
    }
    true
}

/// `CRC32c` bit by bit, with zeros at the place of the sum.
fn sum_of(header: &[u8], at: usize) -> [u8; 4] {
    let sum = header.iter().enumerate().fold(u32::MAX, |sum, (index, byte)| {
        let byte = if (at..at + 4).contains(&index) { 0 } else { *byte };
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0x82f6_3b78 } else { sum >> 1 }
        })
    });
    (!sum).to_be_bytes()
}
