//! The first packet of a MySQL or MariaDB server: a framer for where it ends, a cursor for its
//! fields.
//!
//! The framer looks at the length and the sequence number and never at the body; the parser gets a
//! body that is whole and never asks for more. Between them is nothing but a range of bytes.
//!
//! Source: MySQL source code documentation, `Protocol::HandshakeV10`; MariaDB, "Initial handshake
//! packet", whose servers put four more bytes of capabilities where MySQL has zeros.
//!
//! ```sh
//! cargo run -p portolan --example mysql_greeting
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::indexing_slicing, clippy::panic)] // what is asserted may panic

use portolan::cursor::Reader;
use portolan::endian::Endian;
use portolan::frame::{Framer as _, MysqlPacket, Step};

/// What MariaDB 10.11.19 of Debian 12 wrote to a client on its Unix socket, byte for byte.
const RECORDED: &[u8] = b"\x64\x00\x00\x00\
    \x0a5.5.5-10.11.19-MariaDB-0+deb12u1\x00\x03\x00\x00\x00\
    G@MCFt7T\x00\xfe\xf7\x08\x02\x00\xff\x81\x15\x00\x00\x00\x00\x00\x00\x1d\x00\x00\x00\
    \"I)0WD0ay\\@l\x00mysql_native_password\x00";

/// The capability bit of MySQL that MariaDB leaves out to say that it has more than these.
const CLIENT_MYSQL: u64 = 1;
const CLIENT_PLUGIN_AUTH: u64 = 1 << 19;

/// A greeting, borrowed from the packet.
#[derive(Debug, PartialEq)]
struct Greeting<'a> {
    version: &'a [u8],
    thread: u32,
    /// Random bytes that the password is hashed with, in the two pieces in which they come.
    scramble: (&'a [u8], &'a [u8]),
    /// Those of MariaDB in the upper half.
    capabilities: u64,
    plugin: &'a [u8],
}

impl<'a> Greeting<'a> {
    /// Reads a body; the error is the offset at which it is no greeting any more.
    fn parse(body: &'a [u8]) -> Result<Self, usize> {
        let mut reader = Reader::new(body);
        match Self::read(&mut reader) {
            Some(greeting) if reader.is_empty() => Ok(greeting),
            _ => Err(reader.position()),
        }
    }

    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        reader.expect(10).then_some(())?;
        let version = text(reader)?;
        let thread = reader.take_u32(Endian::Little)?;
        let first = reader.take(8)?;
        reader.expect(0).then_some(())?;
        let low = u64::from(reader.take_u16(Endian::Little)?);
        let [_charset, _status, _] = reader.take_array()?;
        let capabilities = low | u64::from(reader.take_u16(Endian::Little)?) << 16;
        let scramble_len = usize::from(reader.take_byte()?);
        reader.expect_slice(&[0; 6]).then_some(())?;
        let more = u64::from(reader.take_u32(Endian::Little)?);
        // 21 bytes at least, of which eight have been read and the last is a zero.
        let second = reader.take(scramble_len.max(21).checked_sub(9)?)?;
        reader.expect(0).then_some(())?;
        let plugin = if capabilities & CLIENT_PLUGIN_AUTH == 0 { &[] } else { text(reader)? };
        let more = if capabilities & CLIENT_MYSQL == 0 { more << 32 } else { 0 };
        let (scramble, capabilities) = ((first, second), capabilities | more);
        Some(Self { version, thread, scramble, capabilities, plugin })
    }
}

/// Reads bytes up to a zero, and the zero.
fn text<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let text = reader.take_until(0)?;
    reader.expect(0).then_some(text)
}

pub(crate) fn main() -> Result<(), Box<dyn core::error::Error>> {
    let mut framer = MysqlPacket::new(1 << 20);

    // Three bytes of length are enough to know what is missing; to read that much is never too much.
    let Step::Need(need) = framer.step(&RECORDED[..10])? else { panic!("a frame of ten bytes") };
    assert_eq!((need.min.get(), need.total.map(usize::from)), (94, Some(104)));

    let Step::Frame(frame) = framer.step(RECORDED)? else { panic!("no frame") };
    assert_eq!((frame.wire.get(), frame.meta, frame.last), (104, 0, true));
    let body = &RECORDED[frame.body];

    let greeting = Greeting::parse(body).map_err(|at| format!("no greeting at byte {at}"))?;
    println!("{}, thread {}", greeting.version.escape_ascii(), greeting.thread);
    assert_eq!(greeting.version, b"5.5.5-10.11.19-MariaDB-0+deb12u1");
    assert_eq!((greeting.thread, greeting.capabilities), (3, 0x1d_81ff_f7fe));
    assert_eq!(greeting.scramble, (&b"G@MCFt7T"[..], &b"\"I)0WD0ay\\@l"[..]));
    assert_eq!(greeting.plugin, b"mysql_native_password");

    // A body that is cut short is no greeting, wherever it is cut.
    assert!((0..body.len()).all(|end| Greeting::parse(&body[..end]).is_err()));
    assert_eq!(Greeting::parse(b"\x09"), Err(0));
    Ok(())
}
