//! The main loop of a device without an allocator: what a UART brings becomes commands.
//!
//! COBS frames commands so that a zero ends each of them: after noise on the line the next zero is
//! a fresh start. [`FixedDeframer`] holds one frame in an array and undoes the stuffing there. But
//! for the last function, all of this is `no_std` code: it names `core` and nothing of `std`.
//!
//! ```sh
//! cargo run -p portolan --example embedded_loop
//! ```
#![forbid(unsafe_code)]

use core::time::Duration;

use portolan::cursor::Reader;
use portolan::endian::Endian;
use portolan::frame::deframer::FixedDeframer;
use portolan::frame::{Cobs, ConfigError, Encode as _, EncodeError};

/// Longest command.
const COMMAND: usize = 8;
/// A command as it is on the wire: one byte more for stuffing, one for the zero behind it.
const WIRE: usize = COMMAND + 2;

/// A lamp at the end of a serial line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Lamp {
    pub(crate) brightness: u16,
    blinks: Option<Duration>,
    /// Frames that broke a rule of COBS.
    damaged: u8,
    /// Frames that were no commands.
    unknown: u8,
}

impl Lamp {
    /// One turn of the loop: reads what is there, and does what is complete.
    fn turn(&mut self, uart: &mut Uart<'_>, commands: &mut FixedDeframer<Cobs, WIRE>) {
        let count = uart.read(commands.spare());
        commands.filled(count);
        while let Some(frame) = commands.next_frame() {
            match frame {
                Ok(frame) => self.obey(frame.body),
                // The deframer goes on behind the next zero.
                Err(_) => self.damaged = self.damaged.saturating_add(1),
            }
        }
    }

    fn obey(&mut self, command: &[u8]) {
        let mut command = Reader::new(command);
        match (command.take_byte(), command.take_u16(Endian::Big), command.is_empty()) {
            (Some(b'='), Some(brightness), true) => self.brightness = brightness,
            (Some(b'~'), Some(millis), true) => {
                self.blinks = Some(Duration::from_millis(millis.into()));
            }
            _ => self.unknown = self.unknown.saturating_add(1),
        }
    }
}

/// A UART whose few bytes of buffer are read before they are a frame, mostly.
struct Uart<'a> {
    line: Reader<'a>,
    turns: usize,
}

impl Uart<'_> {
    /// Moves what has arrived to `buffer`, up to three bytes, and counts them.
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        self.turns = self.turns.wrapping_add(1);
        let count = (self.turns % 4).min(buffer.len()).min(self.line.remaining());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), self.line.take(count)) {
            to.copy_from_slice(from);
        }
        count
    }
}

/// What the other side of the line writes: it needs no allocator either.
fn send(commands: &[&[u8]], line: &mut [u8]) -> Result<usize, EncodeError> {
    let mut cobs = Cobs::new(COMMAND);
    commands.iter().try_fold(0, |end: usize, command| {
        let room = line.get_mut(end..).unwrap_or_default();
        Ok(end.saturating_add(cobs.encode(command, (), room)?))
    })
}

/// Runs a lamp until the line is silent.
pub(crate) fn run(line: &[u8]) -> Result<Lamp, ConfigError> {
    // An array that cannot hold the longest frame is refused here, and not in the field.
    let mut commands = FixedDeframer::new(Cobs::new(COMMAND))?;
    let mut uart = Uart { line: Reader::new(line), turns: 0 };
    let mut lamp = Lamp::default();
    while !uart.line.is_empty() {
        lamp.turn(&mut uart, &mut commands);
    }
    Ok(lamp)
}

pub(crate) fn main() -> Result<(), Box<dyn core::error::Error>> {
    let mut line = [0; 64];
    let len = send(&[b"=\x01\x00", b"what?", b"~\x00\xfa", b"=\x00\x07"], &mut line)?;
    let line = line.get_mut(..len).unwrap_or_default();
    assert_eq!(line, b"\x03=\x01\x01\0\x06what?\0\x02~\x02\xfa\0\x02=\x02\x07\0");
    let lamp = run(line)?;
    println!("{lamp:?}");
    let blinks = Some(Duration::from_millis(250));
    assert_eq!(lamp, Lamp { brightness: 7, blinks, damaged: 0, unknown: 1 });

    // Noise: the third command now claims 112 bytes. The fourth is what it was.
    if let Some(code) = line.get_mut(12) {
        *code = 0x71;
    }
    assert_eq!(run(line)?, Lamp { brightness: 7, blinks: None, damaged: 1, unknown: 1 });
    assert!(FixedDeframer::<_, WIRE>::new(Cobs::new(COMMAND + 1)).is_err());
    Ok(())
}
