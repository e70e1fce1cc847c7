//! The models of Redis, WebSocket and PROXY headers.

use portolan::frame::Resp;

use super::{Answer, Found, No, byte, expect, line, number, take};

pub(super) fn resp(stream: &[u8]) -> Answer<Found> {
    let mut rest = stream;
    element(&mut rest, 0)?;
    let wire = stream.len() - rest.len();
    Ok(Found(wire, stream[..wire].to_vec(), true))
}

fn element(rest: &mut &[u8], depth: usize) -> Answer<()> {
    let kind = byte(rest)?;
    match kind {
        b'+' | b'-' | b':' | b'_' | b'#' | b',' | b'(' => {
            line(rest, |byte| byte != b'\n').map(|_| ())
        }
        b'$' | b'!' | b'=' | b'*' | b'~' | b'>' | b'%' | b'|' => {
            if depth >= Resp::MAX_DEPTH && !b"$!=".contains(&kind) {
                return Err(No::Bad);
            }
            let length = length(rest, b"$*".contains(&kind))?;
            match (kind, length) {
                (_, None) => Ok(()),
                (b'$' | b'!' | b'=', Some(length)) => {
                    take(rest, length)?;
                    expect(rest, b"\r\n")
                }
                (b'%', Some(pairs)) => elements(rest, 2 * pairs, depth),
                (b'|', Some(pairs)) => {
                    elements(rest, 2 * pairs, depth)?;
                    element(rest, depth)
                }
                (_, Some(count)) => elements(rest, count, depth),
            }
        }
        _ => Err(No::Bad),
    }
}

fn elements(rest: &mut &[u8], count: usize, depth: usize) -> Answer<()> {
    (0..count).try_for_each(|_| element(rest, depth + 1))
}

fn length(rest: &mut &[u8], nullable: bool) -> Answer<Option<usize>> {
    if nullable && *rest.first().ok_or(No::More)? == b'-' {
        return expect(rest, b"-1\r\n").map(|()| None);
    }
    let mut digits = Vec::new();
    loop {
        match byte(rest)? {
            digit @ b'0'..=b'9' if digits != b"0" => digits.push(digit),
            b'\r' if !digits.is_empty() => break,
            _ => return Err(No::Bad),
        }
    }
    expect(rest, b"\n").map(|()| Some(number(&digits)))
}

/// `begun` says that a first part has come.
pub(super) fn websocket(stream: &[u8], begun: &mut bool) -> Answer<Found> {
    let mut rest = stream;
    let first = byte(&mut rest)?;
    let (fin, opcode) = (first >= 0x80, first & 0xf);
    let good = match opcode {
        0 => *begun,
        1 | 2 => !*begun,
        8..=10 => fin,
        _ => false,
    };
    if !good || first & 0x70 != 0 {
        return Err(No::Bad);
    }
    let second = byte(&mut rest)?;
    let length = match second & 0x7f {
        126 | 127 if opcode >= 8 => return Err(No::Bad),
        126 => u64::from(u16::from_be_bytes(take(&mut rest, 2)?.try_into().unwrap())),
        127 => u64::from_be_bytes(take(&mut rest, 8)?.try_into().unwrap()),
        short => short.into(),
    };
    let least = [0, 126, 0x1_0000][usize::from(second & 0x7f).saturating_sub(125).min(2)];
    if length < least || length >> 63 != 0 {
        return Err(No::Bad);
    }
    let key = if second >= 0x80 { take(&mut rest, 4)? } else { &[0] };
    let body = take(&mut rest, usize::try_from(length).unwrap())?;
    if opcode < 8 {
        *begun = !fin;
    }
    let body = body.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    Ok(Found(stream.len() - rest.len(), body, fin))
}

pub(super) fn proxy(stream: &[u8]) -> Answer<Found> {
    let mut rest = stream;
    if stream.starts_with(b"PROXY UNKNOWN ") {
        let end = stream.windows(2).position(|pair| pair == b"\r\n").ok_or(No::More)?;
        take(&mut rest, end + 2)?;
    } else if stream.first() == Some(&b'P') {
        expect(&mut rest, b"PROXY ")?;
        line(&mut rest, |byte| byte != b'\n')?;
    } else {
        expect(&mut rest, b"\r\n\r\n\0\r\nQUIT\n")?;
        if byte(&mut rest)? >> 4 != 2 {
            return Err(No::Bad);
        }
        byte(&mut rest)?;
        let length = u16::from_be_bytes(take(&mut rest, 2)?.try_into().unwrap());
        take(&mut rest, length.into())?;
    }
    let wire = stream.len() - rest.len();
    Ok(Found(wire, stream[..wire].to_vec(), true))
}
