//! Which bytes of a frame follow from its payload, and which say something else.

use std::ops::Range;

use portolan::frame::AnyFramer;

use super::evidence::{Evidence, size};

/// A frame: its bytes in the stream and what each would cost there, where its body begins, and its
/// payload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut<'a> {
    pub(super) wire: &'a [u8],
    pub(super) costs: &'a [u8],
    pub(super) start: usize,
    pub(super) payload: &'a [u8],
}

impl<'a> Cut<'a> {
    /// What is before the body.
    const fn head(&self) -> Range<usize> {
        0..self.start
    }

    /// What is behind the body, of a framing that does not stuff.
    const fn tail(&self) -> Range<usize> {
        self.start.saturating_add(self.payload.len())..self.wire.len()
    }

    /// The last bytes.
    const fn last(&self, count: usize) -> Range<usize> {
        self.wire.len().saturating_sub(count)..self.wire.len()
    }

    /// Some of its bytes.
    fn bytes(&self, range: Range<usize>) -> &'a [u8] {
        self.wire.get(range.start..range.end.min(self.wire.len())).unwrap_or_default()
    }

    /// The same, with what each would cost.
    pub(super) fn part(&self, range: Range<usize>) -> impl Iterator<Item = (u8, u8)> + use<'a> {
        let costs = self.costs.get(range.start..).unwrap_or_default();
        self.bytes(range).iter().copied().zip(costs.iter().copied())
    }
}

/// How the frames of a framing are to be read.
#[derive(Clone, Debug)]
pub(super) enum Head {
    /// Of the bytes before the payload, these say something else; all other bytes around it follow.
    Free(Vec<(usize, &'static [u8])>),
    /// The same, but the bytes behind the payload may be any.
    FreeAndTail(&'static [(usize, &'static [u8])]),
    /// The payload is stuffed, in the only way there is.
    Stuffed,
    /// The payload is stuffed so that nothing between two ends is refused: only what stuffing makes of it
    /// speaks for that.
    Reduced,
    /// The payload is stuffed, and other bytes may have been than had to.
    Escaped,
    /// Nothing follows but this many bytes before the last: a frame ends where it ends, and only that
    /// its payload is text speaks for that.
    Ended(usize),
    /// By a function.
    Read(fn(Cut<'_>, &mut Evidence)),
}

const TLS: &[(usize, &[u8])] = &[(0, &[20, 21, 22, 23]), (1, &[3]), (2, &[1, 3])];
const HTTP2: &[(usize, &[u8])] = &[
    (3, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    (4, &[0, 1, 4, 5]),
    (5, &[0]),
    (6, &[0]),
    (7, &[0]),
    (8, &[]),
];
const AMQP: &[(usize, &[u8])] = &[(0, &[1, 2, 3, 8]), (1, &[0]), (2, &[])];
const FCGI: &[(usize, &[u8])] =
    &[(1, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]), (2, &[0]), (3, &[]), (6, &[]), (7, &[0])];
const TAGS: &[u8] = b"1234ABCDEFGHIKNPQRSTVWZXcdfknpstv";

/// How the frames of a framer are to be read.
pub(super) fn of(framer: &AnyFramer<'_>) -> Head {
    match framer {
        AnyFramer::Amqp(_) => Head::Free(AMQP.to_vec()),
        AnyFramer::Fcgi(_) => Head::FreeAndTail(FCGI),
        AnyFramer::Grpc(_) => Head::Free(vec![(0, &[0, 1])]),
        AnyFramer::Http2(_) => Head::Free(HTTP2.to_vec()),
        AnyFramer::ModbusTcp(_) => Head::Free(vec![(0, &[]), (1, &[])]),
        AnyFramer::Postgres(_) => Head::Free(vec![(0, TAGS)]),
        AnyFramer::TlsRecord(_) => Head::Free(TLS.to_vec()),
        AnyFramer::MysqlPacket(_) => Head::Read(mysql),
        AnyFramer::MysqlCompressed(_) => Head::Free(vec![(4, &[]), (5, &[]), (6, &[0])]),
        // Of lengths below the limit, the first byte says only whether it is the last fragment.
        AnyFramer::RecordMark(_) => Head::Free(vec![(0, &[0x80, 0])]),
        AnyFramer::Cobs(_) | AnyFramer::Slip(_) => Head::Stuffed,
        AnyFramer::CobsR(_) => Head::Reduced,
        AnyFramer::Hdlc(_) => Head::Escaped,
        AnyFramer::WebSocket(_) => Head::Read(websocket),
        AnyFramer::Capnp(_) => Head::Read(capnp),
        AnyFramer::Chunked(_) => Head::Read(chunked),
        AnyFramer::ContentLength(_) => Head::Read(content_length),
        AnyFramer::Dbus(_) => Head::Read(dbus),
        AnyFramer::Giop(_) => Head::Read(giop),
        AnyFramer::Proxy(_) => Head::Read(proxy),
        AnyFramer::Resp(_) => Head::Read(resp),
        AnyFramer::Tlv(_) => Head::Read(tlv),
        _ => Head::Free(Vec::new()),
    }
}

impl Head {
    /// Takes a frame as evidence.
    pub(super) fn read(&self, cut: Cut<'_>, evidence: &mut Evidence) {
        match self {
            Self::Free(columns) => {
                evidence.known(&cut, cut.tail());
                head(cut, columns, evidence);
            }
            Self::FreeAndTail(columns) => {
                evidence.payload(cut.bytes(cut.tail()));
                head(cut, columns, evidence);
            }
            Self::Ended(before) => {
                let tail = cut.tail();
                evidence.known(&cut, tail.start..tail.start.saturating_add(*before));
                if *before > 0 {
                    evidence.payload(cut.payload);
                }
                evidence.text(cut.payload);
            }
            Self::Stuffed => {
                evidence.stuffed(cut.wire, cut.payload);
                evidence.length(cut.payload.len());
            }
            Self::Reduced => reduced(cut, evidence),
            Self::Escaped => {
                evidence.stuffed(cut.wire, cut.payload);
                evidence.length(cut.payload.len());
                let escaped = cut.wire.windows(2).filter(|pair| pair.first() == Some(&0x7d));
                let needless = escaped.filter(|pair| !matches!(pair, [_, 0x5d | 0x5e])).count();
                evidence.told(8.0 * size(needless));
            }
            Self::Read(read) => read(cut, evidence),
        }
    }
}

/// A header of which some bytes are free, and the payload whose length it tells.
fn head(cut: Cut<'_>, columns: &[(usize, &[u8])], evidence: &mut Evidence) {
    for at in cut.head() {
        match columns.iter().find(|(column, _)| *column == at) {
            Some((_, likely)) => evidence.free(&cut, at, likely),
            None => evidence.known(&cut, at..at.saturating_add(1)),
        }
    }
    evidence.payload(cut.payload);
    evidence.length(cut.payload.len());
}

/// Any bytes but zero, between zeros anywhere: what is drawn there is drawn from 255.
fn reduced(cut: Cut<'_>, evidence: &mut Evidence) {
    let between = cut.bytes(0..cut.wire.len().saturating_sub(1));
    evidence.stuffed(between, cut.payload);
    evidence.told(size(between.len()) * (256.0_f64 / 255.0).log2());
    // As long as the payload, or by a byte longer.
    evidence.told(1.0);
    let mut rest = between;
    while let [code, behind @ ..] = rest {
        let block = usize::from(*code).saturating_sub(1);
        // The last block stands there in full, although it could have been reduced.
        if behind.len() == block && behind.last().is_some_and(|last| last >= code) {
            evidence.told(8.0);
        }
        rest = behind.get(block..).unwrap_or_default();
    }
}

/// The first byte says what the frame is, the second whether it is masked and how long it is; a key
/// may be any.
fn websocket(cut: Cut<'_>, evidence: &mut Evidence) {
    const FIRST: &[u8] = &[0x81, 0x82, 0x80, 0x01, 0x02, 0x00, 0x88, 0x89, 0x8a];
    let [_, second, ..] = cut.wire else { return };
    let is_masked = second & 0x80 != 0;
    evidence.free(&cut, 0, FIRST);
    evidence.told(1.0);
    let key = cut.start.saturating_sub(if is_masked { 4 } else { 0 });
    evidence.known(&cut, 1..key);
    evidence.payload(cut.bytes(key..cut.start));
    evidence.payload(cut.payload);
    evidence.length(cut.payload.len());
}

/// A sequence number is the next, or begins again.
fn mysql(cut: Cut<'_>, evidence: &mut Evidence) {
    evidence.choice(cut.bytes(cut.head()).last() == Some(&0));
    head(cut, &[], evidence);
}

/// A length may be written in more bytes than it needs, which few do.
pub(super) fn quic(cut: Cut<'_>, evidence: &mut Evidence) {
    let shortest = match cut.payload.len() {
        0..0x40 => 1,
        0x40..0x4000 => 2,
        0x4000..0x4000_0000 => 4,
        _ => 8,
    };
    if cut.start != shortest {
        evidence.told(8.0);
    }
    head(cut, &[], evidence);
}

/// The number of segments and the size of each are lengths.
fn capnp(cut: Cut<'_>, evidence: &mut Evidence) {
    let (words, _) = cut.bytes(cut.head()).as_chunks::<4>();
    let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
    let count = usize::try_from(words.next().unwrap_or_default()).unwrap_or(usize::MAX);
    evidence.known(&cut, cut.head());
    evidence.length(count);
    for segment in words.take(count.saturating_add(1)) {
        evidence.length(usize::try_from(segment).unwrap_or(usize::MAX));
    }
    evidence.payload(cut.payload);
}

/// Extensions and trailers may say anything.
fn chunked(cut: Cut<'_>, evidence: &mut Evidence) {
    let head = cut.bytes(cut.head());
    let digits = head.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let end = cut.start.saturating_sub(2);
    evidence.known(&cut, 0..digits);
    evidence.payload(cut.bytes(digits..end));
    evidence.known(&cut, end..cut.start);
    evidence.payload(cut.payload);
    evidence.known(&cut, cut.tail());
    evidence.length(cut.payload.len());
}

/// Of the fields, only the one that counts follows, in any case of its letters.
fn content_length(cut: Cut<'_>, evidence: &mut Evidence) {
    const LETTERS: f64 = 13.0;
    let mut at = 0_usize;
    for line in cut.bytes(cut.head()).split_inclusive(|byte| *byte == b'\n') {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let end = at.saturating_add(line.len());
        if name.eq_ignore_ascii_case(b"content-length") {
            evidence.known(&cut, at..end);
            evidence.told(LETTERS);
        } else {
            let behind = end.saturating_sub(2);
            evidence.payload(cut.bytes(at..behind));
            evidence.known(&cut, behind..end);
        }
        at = end;
    }
    evidence.payload(cut.payload);
    evidence.length(cut.payload.len());
}

/// Byte order, version, and the lengths of fields and body; the serial number may be any.
fn dbus(cut: Cut<'_>, evidence: &mut Evidence) {
    let is_little = cut.wire.first() == Some(&b'l');
    let read = if is_little { u32::from_le_bytes } else { u32::from_be_bytes };
    let length = |at: usize| {
        let bytes = cut.bytes(at..at.saturating_add(4)).first_chunk().copied();
        usize::try_from(read(bytes.unwrap_or_default())).unwrap_or(usize::MAX)
    };
    evidence.known(&cut, 0..1);
    evidence.told(1.0);
    evidence.free(&cut, 1, &[1, 2, 3, 4]);
    evidence.free(&cut, 2, &[0, 1, 2, 3]);
    evidence.known(&cut, 3..8);
    evidence.length(length(4));
    evidence.payload(cut.bytes(8..12));
    evidence.known(&cut, 12..16);
    evidence.length(length(12));
    evidence.payload(cut.bytes(16..cut.wire.len()));
}

/// Signature, version, byte order, type and length.
fn giop(cut: Cut<'_>, evidence: &mut Evidence) {
    evidence.known(&cut, 0..5);
    evidence.free(&cut, 5, &[0, 1, 2]);
    evidence.free(&cut, 6, &[0, 1]);
    evidence.free(&cut, 7, &[0, 1, 2, 3, 4, 5, 6, 7]);
    evidence.known(&cut, 8..12);
    evidence.payload(cut.bytes(12..cut.wire.len()));
    evidence.length(cut.wire.len());
}

/// The signature and the length, or the line that it begins and ends.
fn proxy(cut: Cut<'_>, evidence: &mut Evidence) {
    let (signature, end) = if cut.wire.starts_with(b"PROXY ") { (6, 2) } else { (16, 0) };
    let end = cut.last(end);
    evidence.known(&cut, 0..signature);
    evidence.payload(cut.bytes(signature..end.start));
    evidence.known(&cut, end);
    evidence.length(cut.wire.len());
}

/// Types, lengths and the ends of lines; what lines and strings hold may be anything.
fn resp(cut: Cut<'_>, evidence: &mut Evidence) {
    let mut at = 0_usize;
    while let Some(kind) = cut.wire.get(at) {
        let line = cut.bytes(at..cut.wire.len());
        let len = line.split_inclusive(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len);
        let end = at.saturating_add(len);
        let text = at.saturating_add(1)..end.saturating_sub(2);
        evidence.known(&cut, at..text.start);
        evidence.known(&cut, text.end..end);
        // One of the fourteen types.
        evidence.told(14_f64.log2());
        at = end;
        let digits = cut.bytes(text.clone());
        if matches!(kind, b'+' | b'-' | b':' | b'_' | b'#' | b',' | b'(') {
            evidence.payload(digits);
            continue;
        }
        evidence.known(&cut, text);
        let number = number(digits);
        evidence.length(number);
        if matches!(kind, b'$' | b'!' | b'=') && digits.first() != Some(&b'-') {
            let behind = at.saturating_add(number);
            evidence.payload(cut.bytes(at..behind));
            at = behind.saturating_add(2);
            evidence.known(&cut, behind..at);
        }
    }
}

/// The number that digits spell.
fn number(digits: &[u8]) -> usize {
    digits.iter().fold(0_usize, |number, byte| {
        let digit = usize::from(byte.wrapping_sub(b'0').min(9));
        number.saturating_mul(10).saturating_add(digit)
    })
}

/// The identifier is free, the length follows.
fn tlv(cut: Cut<'_>, evidence: &mut Evidence) {
    let Some(first) = cut.wire.first() else { return };
    evidence.free(&cut, 0, &[]);
    let long = first & 0x1f == 0x1f;
    let more = cut.wire.iter().skip(1).take_while(|byte| **byte & 0x80 != 0).count();
    let at = if long { more.saturating_add(2) } else { 1 };
    evidence.payload(cut.bytes(1..at));
    let width = match cut.wire.get(at) {
        Some(byte @ 0x80..) => usize::from(byte & 0x7f),
        _ => 0,
    };
    let start = at.saturating_add(1).saturating_add(width);
    evidence.known(&cut, at..start);
    // Among the ways to write a length, one has been chosen.
    evidence.told(1.0);
    evidence.payload(cut.bytes(start..cut.wire.len()));
    evidence.length(cut.wire.len().saturating_sub(start));
}
