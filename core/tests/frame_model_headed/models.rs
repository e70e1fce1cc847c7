//! The models: what each header says, and the first of its rules that is broken.

use portolan::frame::{AnyMeta, FcgiMeta, MysqlCompressedMeta, WebSocketMeta};

use super::{Before, Broken, Head, Verdict};

fn bytes<const N: usize>(stream: &[u8], at: usize) -> Option<[u8; N]> {
    stream.get(at..at + N).map(|field| field.try_into().unwrap())
}

/// The first rule that is broken, unless one before it is open.
fn judged(rules: &[(Option<bool>, Broken)]) -> Option<Result<(), Broken>> {
    for (is_broken, rule) in rules {
        if (*is_broken)? {
            return Some(Err(*rule));
        }
    }
    Some(Ok(()))
}

pub(super) fn record_mark(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let mark = u32::from_be_bytes(bytes(stream, 0)?);
    let len = (mark & 0x7fff_ffff) as usize;
    if len > max {
        return Some(Err(("too-long", 0)));
    }
    Some(Ok(Head { last: mark >> 31 == 1, ..Head::headed(4, len, AnyMeta::None) }))
}

pub(super) fn fcgi(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let len = bytes::<2>(stream, 4).map(|field| usize::from(u16::from_be_bytes(field)));
    let rules = [
        (stream.first().map(|version| *version != 1), ("expected-byte", 0)),
        (len.map(|len| len > max), ("too-long", 4)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    let [_, kind, high, low, _, _, padding, _] = bytes(stream, 0)?;
    let head = Head::headed(8, len?, FcgiMeta::new(kind, u16::from_be_bytes([high, low])));
    Some(Ok(Head { wire: head.end + usize::from(padding), ..head }))
}

pub(super) fn capnp(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let segments = u64::from(u32::from_le_bytes(bytes(stream, 0)?)) + 1;
    if segments > 511 {
        return Some(Err(("header-too-long", 0)));
    }
    let segments = usize::try_from(segments).unwrap();
    let mut body = 0;
    for at in (4..).step_by(4).take(segments) {
        body += u64::from(u32::from_le_bytes(bytes(stream, at)?)) * 8;
        if body > max as u64 {
            return Some(Err(("too-long", at)));
        }
    }
    let table = if segments % 2 == 0 { 8 + segments * 4 } else { 4 + segments * 4 };
    Some(Ok(Head::headed(table, usize::try_from(body).unwrap(), AnyMeta::None)))
}

pub(super) fn dbus(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let little = stream.first() == Some(&b'l');
    let integer = |at| {
        let field = bytes(stream, at)?;
        let value = if little { u32::from_le_bytes(field) } else { u32::from_be_bytes(field) };
        Some(value as usize)
    };
    let (max, body, fields) = (max.min(1 << 27), integer(4), integer(12));
    let wire = |fields: usize| 16 + fields.div_ceil(8) * 8 + body.unwrap_or(0);
    let rules = [
        (stream.first().map(|order| !b"lB".contains(order)), ("bad-header", 0)),
        (stream.get(3).map(|version| *version != 1), ("expected-byte", 3)),
        (body.map(|body| 16 + body > max), ("too-long", 4)),
        (fields.map(|fields| wire(fields) > max), ("too-long", 12)),
        (fields.map(|fields| fields > 1 << 26), ("bad-header", 12)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    Some(Ok(Head::whole(wire(fields?))))
}

pub(super) fn giop(max: usize, _: Before, stream: &[u8]) -> Verdict {
    for (at, magic) in b"GIOP".iter().enumerate() {
        if stream.get(at)? != magic {
            return Some(Err(("bad-magic", at)));
        }
    }
    let minor = stream.get(5).copied().unwrap_or(0);
    let flags = stream.get(6).copied();
    let size = bytes(stream, 8).map(|field| match flags.unwrap_or(0) & 1 {
        1 => u32::from_le_bytes(field) as usize,
        _ => u32::from_be_bytes(field) as usize,
    });
    let rules = [
        (stream.get(4).map(|major| *major != 1), ("expected-byte", 4)),
        (stream.get(5).map(|minor| *minor > 3), ("bad-header", 5)),
        (flags.map(|flags| flags > if minor == 0 { 1 } else { 3 }), ("bad-header", 6)),
        (size.map(|size| 12 + size > max), ("too-long", 8)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    Some(Ok(Head { last: flags? & 2 == 0, ..Head::whole(12 + size?) }))
}

pub(super) fn tlv(max: usize, _: Before, stream: &[u8]) -> Verdict {
    let first = *stream.first()?;
    if first == 0 || first == 0x20 {
        return Some(Err(("bad-header", 0)));
    }
    let mut at = 1;
    if first & 0x1f == 0x1f {
        loop {
            let group = *stream.get(at)?;
            if at == 1 && (group == 0x80 || group < 0x1f) {
                return Some(Err(("bad-header", 1)));
            }
            if group >= 0x80 && at == 5 {
                return Some(Err(("header-too-long", 5)));
            }
            at += 1;
            if group < 0x80 {
                break;
            }
        }
    }
    let (start, len) = match *stream.get(at)? {
        short @ ..0x80 => (at + 1, u128::from(short)),
        0x80 | 0xff => return Some(Err(("bad-header", at))),
        width => {
            let width = usize::from(width & 0x7f);
            let field = stream.get(at + 1..at + 1 + width)?;
            let len = field
                .iter()
                .fold(0_u128, |len, byte| (len * 256 + u128::from(*byte)).min(1 << 100));
            (at + 1 + width, len)
        }
    };
    if len + start as u128 > max as u128 {
        return Some(Err(("too-long", at)));
    }
    Some(Ok(Head::whole(start + usize::try_from(len).unwrap())))
}

/// Whether a number neither counts on nor begins again.
fn out_of_order(before: Before, number: u8) -> bool {
    let next = before.number.map(|previous| previous.wrapping_add(1));
    next.is_some_and(|next| number != next && (number != 0 || before.open))
}

fn u24(stream: &[u8], at: usize) -> Option<u32> {
    let [low, middle, high] = bytes(stream, at)?;
    Some(u32::from(low) + (u32::from(middle) << 8) + (u32::from(high) << 16))
}

pub(super) fn mysql(max: usize, before: Before, stream: &[u8]) -> Verdict {
    let (len, number) = (u24(stream, 0), stream.get(3).copied());
    let rules = [
        (len.map(|len| len as usize > max), ("too-long", 0)),
        (number.map(|number| out_of_order(before, number)), ("sequence", 3)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    Some(Ok(Head { last: len? != 0xff_ffff, ..Head::headed(4, len? as usize, number?) }))
}

pub(super) fn mysql_compressed(max: usize, before: Before, stream: &[u8]) -> Verdict {
    let (len, number) = (u24(stream, 0), stream.get(3).copied());
    let rules = [
        (len.map(|len| len as usize > max), ("too-long", 0)),
        (number.map(|number| out_of_order(before, number)), ("sequence", 3)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    let meta = MysqlCompressedMeta::new(number?, u24(stream, 4)?);
    Some(Ok(Head::headed(7, len? as usize, meta)))
}

pub(super) fn mysql_compressed_ignore(max: usize, _: Before, stream: &[u8]) -> Verdict {
    mysql_compressed(max, Before::default(), stream)
}

/// `masked` says what the reader demands.
fn websocket_of(masked: Option<bool>, max: usize, before: Before, stream: &[u8]) -> Verdict {
    let first = *stream.first()?;
    let (fin, opcode) = (first >> 7 == 1, first & 0xf);
    let in_order = match opcode {
        0 => before.open,
        1 | 2 => !before.open,
        8..=10 => fin,
        _ => false,
    };
    if first & 0x70 != 0 || !in_order {
        return Some(Err(("bad-header", 0)));
    }
    let second = *stream.get(1)?;
    let (is_masked, short) = (second >> 7 == 1, second & 0x7f);
    if masked.is_some_and(|masked| masked != is_masked) || (opcode >= 8 && short > 125) {
        return Some(Err(("bad-header", 1)));
    }
    let (at, width, len, least) = match short {
        126 => (2, 2, u64::from(u16::from_be_bytes(bytes(stream, 2)?)), 126),
        127 => (2, 8, u64::from_be_bytes(bytes(stream, 2)?), 1 << 16),
        short => (1, 0, u64::from(short), 0),
    };
    let rules = [
        (Some(len >> 63 == 1), ("length-overflow", at)),
        (Some(len < least), ("non-canonical-length", at)),
        (Some(len > max as u64), ("too-long", at)),
    ];
    if let Err(broken) = judged(&rules)? {
        return Some(Err(broken));
    }
    let key = 2 + width;
    let mask = if is_masked { Some(bytes(stream, key)?) } else { None };
    let start = if is_masked { key + 4 } else { key };
    let meta = WebSocketMeta::new(fin, opcode, mask);
    Some(Ok(Head { last: fin, ..Head::headed(start, usize::try_from(len).unwrap(), meta) }))
}

pub(super) fn websocket(max: usize, before: Before, stream: &[u8]) -> Verdict {
    websocket_of(None, max, before, stream)
}

pub(super) fn websocket_client(max: usize, before: Before, stream: &[u8]) -> Verdict {
    websocket_of(Some(false), max, before, stream)
}

pub(super) fn websocket_server(max: usize, before: Before, stream: &[u8]) -> Verdict {
    websocket_of(Some(true), max, before, stream)
}
