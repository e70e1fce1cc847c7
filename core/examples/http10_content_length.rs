//! An answer of HTTP/1.0: lines for the head, then exactly as many bytes as the head says.
//!
//! The framing changes in the middle of the stream. Nothing is lost, because a framer consumes no
//! byte behind its frame: what has been read too far is the beginning of what follows.
//!
//! Source: RFC 1945, section 6; RFC 9112, sections 2.2 (a bare LF may end a line), 5.1 and 6.3.
//!
//! ```sh
//! cargo run -p portolan --example http10_content_length
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // streams need std
#![allow(clippy::unwrap_used)] // what is asserted may panic

use std::error::Error;
use std::io::Read;

use portolan::cursor::Reader;
use portolan::frame::{Ending, Fixed, Framer, Lines, Step};

const LONGEST_LINE: usize = 1 << 13;
const LONGEST_BODY: usize = 1 << 20;

/// A stream, and what has been read of it but belongs to no frame yet.
struct Connection<R> {
    stream: R,
    held: Vec<u8>,
}

impl<R: Read> Connection<R> {
    /// Waits for the next frame of a framing.
    fn next(&mut self, framer: &mut impl Framer) -> Result<Vec<u8>, Box<dyn Error>> {
        loop {
            match framer.step(&self.held)? {
                Step::Frame(frame) => {
                    let body = self.held.get(frame.body).unwrap_or_default().to_vec();
                    self.held.drain(..frame.wire.get());
                    return Ok(body);
                }
                Step::Need(_) => self.read()?,
                Step::Skip(_) | Step::Done => return Err("neither lines nor records do".into()),
            }
        }
    }

    /// Reads what comes, which may be more than the frame lacks.
    fn read(&mut self) -> Result<(), Box<dyn Error>> {
        let mut piece = [0; 16];
        let count = self.stream.read(&mut piece)?;
        self.held.extend(piece.iter().take(count));
        if count == 0 { Err("the stream ends inside an answer".into()) } else { Ok(()) }
    }

    /// Reads the status line of an answer, and its body.
    fn answer(&mut self) -> Result<(Vec<u8>, Vec<u8>), Box<dyn Error>> {
        let mut lines = Lines::new(Ending::OptionalCr, LONGEST_LINE);
        let status = self.next(&mut lines)?;
        let mut length = None;
        loop {
            let line = self.next(&mut lines)?;
            if line.is_empty() {
                break;
            }
            if let Some(value) = content_length(&line)? {
                // Whoever counts on the first and whoever counts on the last see two streams.
                if length.replace(value).is_some() {
                    return Err("two lengths".into());
                }
            }
        }
        match length.ok_or("the body goes on to the end of the stream")? {
            0 => Ok((status, Vec::new())),
            length => Ok((status, self.next(&mut Fixed::try_from(length)?)?)),
        }
    }
}

/// Reads a field of the head, of which only the length matters here.
fn content_length(line: &[u8]) -> Result<Option<usize>, &'static str> {
    let mut reader = Reader::new(line);
    let name = reader.take_until(b':').ok_or("a field without a colon")?;
    if !name.eq_ignore_ascii_case(b"content-length") {
        return Ok(None);
    }
    let is_blank = |byte| byte == b' ' || byte == b'\t';
    _ = reader.take(1);
    reader.take_while(is_blank);
    // Digits and nothing else: `str::parse` would take `+5` as well.
    let digits = reader.take_decimal(usize::MAX);
    reader.take_while(is_blank);
    match digits.to_u64().map(usize::try_from) {
        Some(Ok(length)) if reader.is_empty() && length <= LONGEST_BODY => Ok(Some(length)),
        _ => Err("no length, or one above the limit"),
    }
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let stream = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nCONTENT-LENGTH:  12 \r\n\r\n\
        one\r\n\r\ntwo\r\nHTTP/1.0 204 No Content\ncontent-length: 0\n\nand then?";
    let mut connection = Connection { stream: &stream[..], held: Vec::new() };
    assert_eq!(connection.answer()?, (b"HTTP/1.0 200 OK".to_vec(), b"one\r\n\r\ntwo\r\n".to_vec()));
    assert_eq!(connection.answer()?, (b"HTTP/1.0 204 No Content".to_vec(), Vec::new()));
    // What follows was read with the answers, and is all here.
    let rest = [&connection.held, connection.stream].concat();
    println!("behind two answers: {}", rest.escape_ascii());
    assert_eq!(rest, b"and then?");

    let refused = |head: &str| {
        let stream = format!("HTTP/1.0 200 OK\r\n{head}\r\n\r\nfive!");
        let mut connection = Connection { stream: stream.as_bytes(), held: Vec::new() };
        connection.answer().unwrap_err().to_string()
    };
    assert_eq!(refused("Content-Length: +5"), "no length, or one above the limit");
    assert_eq!(refused("Content-Length: 5x"), "no length, or one above the limit");
    assert_eq!(
        refused("Content-Length: 18446744073709551621"),
        "no length, or one above the limit"
    );
    assert_eq!(refused("Content-Length: 5\r\nContent-Length: 5"), "two lengths");
    assert_eq!(refused("Content-Length: 6"), "the stream ends inside an answer");
    Ok(())
}
