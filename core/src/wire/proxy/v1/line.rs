//! The line as it is written, and its fields.

use core::net::{IpAddr, SocketAddr};

use super::{V1, crlf};
use crate::addr::{ipv4, ipv6};
use crate::wire::Field;

/// A line in a buffer of its own, in which every line has room.
pub(super) struct Line {
    bytes: [u8; V1::MAX_LEN],
    len: usize,
}

impl Line {
    pub(super) const fn new() -> Self {
        Self { bytes: [0; V1::MAX_LEN], len: 0 }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or(&self.bytes)
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if let Some(room) = self.bytes.get_mut(self.len..end) {
            room.copy_from_slice(bytes);
            self.len = end;
        }
    }

    /// The fields behind the protocol.
    pub(super) fn put_addresses(&mut self, source: &SocketAddr, destination: &SocketAddr) {
        for address in [source, destination] {
            self.put_ip(address.ip());
            self.put(b" ");
        }
        self.put_port(source.port());
        self.put(b" ");
        self.put_port(destination.port());
    }

    fn put_ip(&mut self, ip: IpAddr) {
        let room = self.bytes.get_mut(self.len..).unwrap_or_default();
        let len = match ip {
            IpAddr::V4(addr) => ipv4::format(addr, room),
            IpAddr::V6(addr) => ipv6::format(addr, room),
        };
        self.len = self.len.saturating_add(len.unwrap_or(0));
    }

    fn put_port(&mut self, port: u16) {
        let mut digits =
            crate::cursor::Writer::new(self.bytes.get_mut(self.len..).unwrap_or_default());
        // Five digits have room behind the longest addresses.
        let _ = digits.put_decimal(port.into());
        self.len = self.len.saturating_add(digits.position());
    }
}

const NAMES: &[(&str, &str)] = &[
    ("signature", "the word that begins version 1"),
    ("protocol", "protocol and family"),
    ("source address", "address of the client"),
    ("destination address", "address that the client connected to"),
    ("source port", "port of the client"),
    ("destination port", "port that the client connected to"),
    ("surplus", "more than the line has"),
];

/// Tells apart the fields of the line; spaces belong to none.
pub(super) fn fields(input: &[u8], each: &mut dyn FnMut(Field)) {
    let window = input.get(..V1::MAX_LEN).unwrap_or(input);
    let end = crlf(window);
    let line =
        window.get(..end.map_or(window.len(), |end| end.saturating_sub(2))).unwrap_or(window);
    let mut names = NAMES.iter();
    let mut at = 0_usize;
    while at < line.len() {
        let rest = line.get(at..).unwrap_or_default();
        let is_ignored = names.len() == 5 && line.starts_with(b"PROXY UNKNOWN ");
        let word = memchr::memchr(b' ', rest).filter(|_| !is_ignored && names.len() > 1);
        let stop = word.map_or(line.len(), |len| at.saturating_add(len));
        let (name, meaning) = match names.next() {
            Some(_) if is_ignored => ("ignored", "nothing, by the standard"),
            Some((name, meaning)) => (*name, *meaning),
            None => return,
        };
        if at < stop {
            each(Field::new(name, at..stop, meaning));
        }
        at = stop.saturating_add(1);
    }
    if let Some(end) = end {
        each(Field::new("CRLF", line.len()..end, "end of the line"));
    }
}
