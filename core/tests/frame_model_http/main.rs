//! Framers of HTTP, Redis and WebSocket against models: the rules written again over streams that
//! are all there, with recursion and slices as they come.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "likewise")]

use portolan::frame::deframer::End;
use portolan::frame::{Chunked, ContentLength, Proxy, Resp, WebSocket};
use portolan_fuzz_oracles::frame_laws::{self as laws, Record};
use proptest::prelude::*;

mod binary;
mod need;

use binary::{proxy, resp, websocket};

/// Why there is no frame.
#[derive(Clone, Copy, Debug, PartialEq)]
enum No {
    /// The stream ends first.
    More,
    Bad,
}

type Answer<T> = Result<T, No>;

/// A frame: its bytes on the wire, its payload, and whether it ends a message.
#[derive(Debug, PartialEq)]
struct Found(usize, Vec<u8>, bool);

/// What a framer finds, and how the stream goes on behind: `Ok` where the framing has ended.
fn found<F: laws::Subject>(framer: &F, stream: &[u8]) -> (Vec<Found>, Answer<()>) {
    let mut frames = Vec::new();
    for record in laws::events(framer, &[stream], false) {
        match record {
            Record::Frame { wire, body, last, .. } => frames.push(Found(wire, body, last)),
            Record::Error(_) => return (frames, Err(No::Bad)),
            Record::Need(_) | Record::End(End::Clean) => return (frames, Err(No::More)),
            Record::Done(_) => return (frames, Ok(())),
            other => panic!("{other:?} in a stream that has not ended"),
        }
    }
    panic!("no last record");
}

/// Applies a model again and again; `once` says that a last frame ends the framing.
fn modelled(
    stream: &[u8],
    once: bool,
    mut model: impl FnMut(&[u8]) -> Answer<Found>,
) -> (Vec<Found>, Answer<()>) {
    let (mut frames, mut at) = (Vec::new(), 0);
    loop {
        match model(&stream[at..]) {
            Ok(frame) => {
                at += frame.0;
                let last = frame.2;
                frames.push(frame);
                if once && last {
                    return (frames, Ok(()));
                }
            }
            Err(no) => return (frames, Err(no)),
        }
    }
}

fn byte(rest: &mut &[u8]) -> Answer<u8> {
    let (first, behind) = rest.split_first().ok_or(No::More)?;
    *rest = behind;
    Ok(*first)
}

fn expect(rest: &mut &[u8], wanted: &[u8]) -> Answer<()> {
    wanted.iter().try_for_each(|want| if byte(rest)? == *want { Ok(()) } else { Err(No::Bad) })
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Answer<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(len).ok_or(No::More)?;
    *rest = behind;
    Ok(taken)
}

/// Bytes up to CRLF, each of which must be `good`.
fn line<'a>(rest: &mut &'a [u8], good: impl Fn(u8) -> bool) -> Answer<&'a [u8]> {
    let start = *rest;
    loop {
        match byte(rest)? {
            b'\r' => {
                expect(rest, b"\n")?;
                return Ok(&start[..start.len() - rest.len() - 2]);
            }
            other if !good(other) => return Err(No::Bad),
            _ => {}
        }
    }
}

fn token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

/// A field, or `None` for the blank line.
fn field<'a>(rest: &mut &'a [u8]) -> Answer<Option<(&'a [u8], &'a [u8])>> {
    if *rest.first().ok_or(No::More)? == b'\r' {
        return expect(rest, b"\r\n").map(|()| None);
    }
    let start = *rest;
    while token(*rest.first().ok_or(No::More)?) {
        byte(rest)?;
    }
    let name = &start[..start.len() - rest.len()];
    expect(rest, b":")?;
    if name.is_empty() {
        return Err(No::Bad);
    }
    Ok(Some((name, line(rest, text)?)))
}

/// Digits until something else stands there, which stays.
fn digits(rest: &mut &[u8], good: impl Fn(u8) -> bool) -> Answer<Vec<u8>> {
    let mut digits = Vec::new();
    while good(*rest.first().ok_or(No::More)?) {
        digits.push(byte(rest)?);
    }
    if digits.is_empty() { Err(No::Bad) } else { Ok(digits) }
}

fn number(digits: &[u8]) -> usize {
    digits.iter().fold(0, |high, digit| high * 10 + usize::from(digit - b'0'))
}

fn chunk(stream: &[u8]) -> Answer<Found> {
    let mut rest = stream;
    let size = digits(&mut rest, |byte| byte.is_ascii_hexdigit())?;
    let size = usize::from_str_radix(&String::from_utf8(size).unwrap(), 16).unwrap();
    extensions(&mut rest)?;
    expect(&mut rest, b"\r\n")?;
    let body = take(&mut rest, size)?.to_vec();
    if size == 0 {
        while field(&mut rest)?.is_some() {}
    } else {
        expect(&mut rest, b"\r\n")?;
    }
    Ok(Found(stream.len() - rest.len(), body, size == 0))
}

fn blanks(rest: &mut &[u8]) -> Answer<bool> {
    let before = rest.len();
    while matches!(rest.first().ok_or(No::More)?, b' ' | b'\t') {
        byte(rest)?;
    }
    Ok(rest.len() != before)
}

fn extensions(rest: &mut &[u8]) -> Answer<()> {
    let mut blank = blanks(rest)?;
    while *rest.first().ok_or(No::More)? == b';' {
        byte(rest)?;
        blanks(rest)?;
        digits(rest, token)?;
        blank = blanks(rest)?;
        if *rest.first().ok_or(No::More)? == b'=' {
            byte(rest)?;
            blanks(rest)?;
            if *rest.first().ok_or(No::More)? == b'"' {
                byte(rest)?;
                loop {
                    match byte(rest)? {
                        b'"' => break,
                        b'\\' if text(*rest.first().ok_or(No::More)?) => drop(byte(rest)?),
                        b'\\' => return Err(No::Bad),
                        other if !text(other) => return Err(No::Bad),
                        _ => {}
                    }
                }
            } else {
                digits(rest, token)?;
            }
            blank = blanks(rest)?;
        }
    }
    if blank { Err(No::Bad) } else { Ok(()) }
}

fn content_length(stream: &[u8]) -> Answer<Found> {
    let mut rest = stream;
    let mut length = None;
    loop {
        if rest.first() == Some(&b'\r') && length.is_none() {
            return Err(No::Bad);
        }
        let name = rest.split(|byte| *byte == b':').next().unwrap();
        if !name.eq_ignore_ascii_case(b"content-length") || name.len() == rest.len() {
            if field(&mut rest)?.is_none() {
                break;
            }
            continue;
        }
        take(&mut rest, name.len() + 1)?;
        if length.is_some() {
            return Err(No::Bad);
        }
        blanks(&mut rest)?;
        let leading_zero =
            rest.first() == Some(&b'0') && rest.get(1).is_some_and(u8::is_ascii_digit);
        if leading_zero {
            return Err(No::Bad);
        }
        let value = digits(&mut rest, |byte| byte.is_ascii_digit())?;
        blanks(&mut rest)?;
        expect(&mut rest, b"\r\n")?;
        length = Some(number(&value));
    }
    let body = take(&mut rest, length.unwrap())?.to_vec();
    Ok(Found(stream.len() - rest.len(), body, true))
}

/// Streams made of pieces that matter.
fn pieces(parts: &'static [&'static [u8]], most: usize) -> impl Strategy<Value = Vec<u8>> {
    let parts = prop::collection::vec(prop::sample::select(parts), 0..=most);
    parts.prop_map(|parts| parts.concat())
}

const CHUNKED: &[&[u8]] = &[
    b"0",
    b"1",
    b"2",
    b"a",
    b"\r\n",
    b"\r\n",
    b"0\r\n\r\n",
    b"1\r\nx\r\n",
    b"2;a\r\nxy\r\n",
    b"\r",
    b"\n",
    b";a",
    b"=b",
    b"=\"c\\\"d\"",
    b" ",
    b"A: b\r\n",
    b":",
    b"x",
];
const CONTENT_LENGTH: &[&[u8]] = &[
    b"Content-Length: 2\r\n",
    b"content-length:",
    b"Content-Lengt",
    b"h",
    b"0",
    b"1",
    b" ",
    b"\t",
    b"\r\n",
    b"\r\n\r\n",
    b"X: y\r\n",
    b"\r",
    b"\n",
    b":",
    b"ab",
    b"Content-Length: 1\r\n\r\n",
];
const RESP: &[&[u8]] = &[
    b"*2\r\n",
    b"*1\r\n",
    b"$1\r\nx\r\n",
    b"+x\r\n",
    b"%1\r\n",
    b"|1\r\n",
    b"*",
    b"$",
    b"=",
    b">",
    b"~",
    b"_",
    b"-1\r\n",
    b"0\r\n",
    b"1",
    b"\r\n",
    b"\r",
    b"\n",
    b"!1\r\n\r\r\n",
];
const WEBSOCKET: &[&[u8]] = &[
    b"\x81",
    b"\x01",
    b"\x80",
    b"\x00",
    b"\x89",
    b"\x02",
    b"\x85",
    b"\x7e",
    b"\x7f",
    b"\xfe",
    b"\x81\x01a",
    b"\x01\x01a",
    b"\x80\x81\x01\x02\x03\x04a",
    b"\x00\x7e",
    b"abcdefgh",
    b"\0\0\0\0\0\x01\0",
];
const PROXY: &[&[u8]] = &[
    b"PROXY ",
    b"PROXY UNKNOWN ",
    b"PRO",
    b"UNKNOWN",
    b"\r\n\r\n\0\r\nQUIT\n",
    b"\x21\x11",
    b"\x20\x00",
    b"\0\x02",
    b"\0\0",
    b"\r\n",
    b"\r",
    b"\n",
    b"ab",
    b"\x31",
];

proptest! {
    #[test]
    fn chunks(stream in pieces(CHUNKED, 9), seed in any::<u8>()) {
        let framer = Chunked::new(usize::MAX);
        prop_assert_eq!(found(&framer, &stream), modelled(&stream, true, chunk));
        laws::hold_plain(&Chunked::new(5), &stream, seed, laws::Trial::new().assemble(5, 2));
    }

    #[test]
    fn content_lengths(stream in pieces(CONTENT_LENGTH, 7), seed in any::<u8>()) {
        let framer = ContentLength::new(usize::MAX);
        prop_assert_eq!(found(&framer, &stream), modelled(&stream, false, content_length));
        laws::hold_plain(&ContentLength::new(9), &stream, seed, laws::Trial::new());
    }

    #[test]
    fn messages_of_redis(stream in pieces(RESP, 9), seed in any::<u8>()) {
        let framer = Resp::new(usize::MAX);
        prop_assert_eq!(found(&framer, &stream), modelled(&stream, false, resp));
        laws::hold_plain(&Resp::new(40), &stream, seed, laws::Trial::new().canonical(true));
    }

    #[test]
    fn frames_of_websocket(stream in pieces(WEBSOCKET, 8), seed in any::<u8>()) {
        let framer = WebSocket::new(usize::MAX);
        let mut begun = false;
        let model = |rest: &[u8]| websocket(rest, &mut begun);
        prop_assert_eq!(found(&framer, &stream), modelled(&stream, false, model));
        laws::hold(&WebSocket::new(130), &stream, seed, laws::Trial::new().assemble(140, 2));
    }

    #[test]
    fn headers_of_proxies(stream in pieces(PROXY, 6), seed in any::<u8>()) {
        prop_assert_eq!(found(&Proxy::new(usize::MAX), &stream), modelled(&stream, true, proxy));
        laws::hold_plain(&Proxy::new(19), &stream, seed, laws::Trial::new().canonical(true));
    }
}
