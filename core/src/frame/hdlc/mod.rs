//! HDLC-like framing of PPP: `7E` between frames, and `7D` before what a frame may not hold.
//!
//! ```text
//! payload   61 7E 62
//! wire      7E 61 7D 5E 62 FCS FCS 7E
//!           │     └─┬─┘    └──┬──┘ └ flag
//!           └ flag  7E        └ check sequence, stuffed like the payload; optional
//! ```
//!
//! Source: RFC 1662, sections 3.1 and 4.
//!
//! * A flag before a frame is no part of it, and one flag may end a frame and begin the next. So
//!   empty frames are passed over; with a check sequence, an empty payload is a frame.
//! * `7D 7E` aborts a frame: it is refused at the `7D`, and the next begins behind the flag.
//! * Control bytes named by the ACCM (async-control-character-map) are escaped when they are
//!   written, and dropped when they are read bare: the line put them there. They count on the wire.
//! * Any byte may be escaped. There is no address, control or protocol field here: they are payload.

use memchr::memchr;

use super::block::{pull, put};
use super::stuff::{Segments, by_segments, room, spoilt};
use super::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, FrameError, FrameErrorKind, Framer,
    Step,
};

mod fcs;

pub use fcs::Fcs;

const FLAG: u8 = 0x7e;
const ESCAPE: u8 = 0x7d;
/// The bit that an escape turns.
const TURNED: u8 = 0x20;

/// Cuts a stream at flags, undoes the escapes and checks the sequence.
///
/// The limit counts the payload without its check sequence. A frame is refused as soon as it is
/// longer than the worst encoding of a payload of the limit.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Fcs, Hdlc, deframer::frames_mut};
///
/// let mut framer = Hdlc::new(16).fcs(Fcs::Fcs16);
/// let mut out = [0; 16];
/// let len = framer.encode(b"a~b", (), &mut out)?;
/// assert_eq!(&out[..len], b"~a\x7d\x5eb\x9d\xb3~");
///
/// let mut frames = frames_mut(framer, &mut out[..len]);
/// assert_eq!(frames.next().unwrap().unwrap().body, b"a~b");
///
/// let mut stream = *b"~a\x7d~b~";
/// let mut frames = frames_mut(Hdlc::new(16), &mut stream);
/// let error = frames.next().unwrap().unwrap_err();
/// assert_eq!((error.code(), error.at), ("aborted", 2));
/// assert_eq!(frames.next().unwrap().unwrap().body, b"b");
/// # Ok::<(), portolan::frame::EncodeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hdlc {
    segments: Segments,
    fcs: Fcs,
    accm: u32,
}

impl Hdlc {
    /// Creates the framer of payloads of at most `max` bytes, without a check sequence.
    #[must_use]
    pub const fn new(max: usize) -> Self {
        Self { segments: segments(max, Fcs::None), fcs: Fcs::None, accm: 0 }
    }

    /// Sets the check sequence; at first, there is none.
    #[must_use]
    pub const fn fcs(mut self, fcs: Fcs) -> Self {
        self.segments = segments(self.segments.max(), fcs);
        self.fcs = fcs;
        self
    }

    /// Sets which control bytes the line may add: bit n stands for byte n; at first, none.
    #[must_use]
    pub const fn accm(mut self, accm: u32) -> Self {
        self.accm = accm;
        self
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        if body.is_empty() && self.fcs == Fcs::None {
            return Err(EncodeError::new(EncodeErrorKind::PayloadEmpty, 0));
        }
        self.segments.check(body)
    }

    fn escaped(&self, byte: u8) -> bool {
        matches!(byte, FLAG | ESCAPE) || mapped(self.accm, byte)
    }

    fn stuffed_len(&self, bytes: &[u8]) -> usize {
        let escapes = bytes.iter().filter(|byte| self.escaped(**byte)).count();
        bytes.len().saturating_add(escapes)
    }

    fn stuff(&self, bytes: &[u8], out: &mut [u8], start: usize) -> Option<usize> {
        let (mut rest, mut at) = (bytes, start);
        while let Some(len) = rest.iter().position(|byte| self.escaped(*byte)) {
            let (run, behind) = rest.split_at_checked(len)?;
            let (byte, behind) = behind.split_first()?;
            at = put(out, at, run)?;
            at = put(out, at, &[ESCAPE, byte ^ TURNED])?;
            rest = behind;
        }
        put(out, at, rest)
    }

    /// Undoes the escapes in place and counts what is left; `trace` is told where it stood.
    fn unescape(&self, body: &mut [u8], trace: &mut Trace) -> Result<usize, FrameError> {
        let (mut from, mut to) = (0_usize, 0_usize);
        loop {
            let end = from.saturating_add(self.run(body.get(from..).unwrap_or_default()));
            let len = end.saturating_sub(from);
            pull(body.get_mut(to..end).unwrap_or_default(), len);
            to = to.saturating_add(len);
            trace.run(from, end);
            from = end.saturating_add(1);
            match body.get(end) {
                None => return Ok(to),
                Some(&ESCAPE) => {
                    let behind = body.get(from..).unwrap_or_default();
                    let Some(next) = behind.iter().position(|byte| !mapped(self.accm, *byte))
                    else {
                        return Err(spoilt(FrameErrorKind::Aborted, end));
                    };
                    let byte = behind.get(next).copied().unwrap_or_default();
                    put(body, to, &[byte ^ TURNED]);
                    to = to.saturating_add(1);
                    trace.run(end, end.saturating_add(1));
                    from = from.saturating_add(next).saturating_add(1);
                }
                Some(_) => {}
            }
        }
    }

    /// Counts the bytes before the next that is not itself.
    fn run(&self, rest: &[u8]) -> usize {
        let found = match self.accm {
            0 => memchr(ESCAPE, rest),
            _ => rest.iter().position(|byte| *byte == ESCAPE || mapped(self.accm, *byte)),
        };
        found.unwrap_or(rest.len())
    }
}

/// Whether a byte is one of the map.
#[inline]
fn mapped(accm: u32, byte: u8) -> bool {
    byte < 0x20 && accm.wrapping_shr(byte.into()) & 1 == 1
}

const fn segments(max: usize, fcs: Fcs) -> Segments {
    let worst = max.saturating_add(fcs.len()).saturating_mul(2);
    let shortest = match fcs {
        Fcs::None => 2,
        _ => fcs.len().saturating_add(1),
    };
    Segments::new(FLAG, max, worst, shortest)
}

/// Where the last four unescaped bytes stood on the wire.
#[derive(Default)]
struct Trace([usize; 4]);

impl Trace {
    /// Takes bytes that stood side by side.
    #[inline]
    fn run(&mut self, start: usize, end: usize) {
        for at in start.max(end.saturating_sub(self.0.len()))..end {
            let [_, b, c, d] = self.0;
            self.0 = [b, c, d, at];
        }
    }

    /// Where the last `count` of them begin.
    fn last(&self, count: usize) -> usize {
        self.0.iter().rev().take(count).next_back().copied().unwrap_or_default()
    }
}

impl Framer for Hdlc {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        self.segments.step(input, |byte| byte == FLAG || mapped(self.accm, byte))
    }

    fn unstuff(&self, _meta: (), body: &mut [u8]) -> Result<usize, FrameError> {
        let mut trace = Trace::default();
        let len = self.unescape(body, &mut trace)?;
        let Some(payload) = len.checked_sub(self.fcs.len()) else {
            return Err(spoilt(FrameErrorKind::Checksum, 0));
        };
        let (payload, found) = body.split_at_checked(payload).unwrap_or_default();
        let found = found.get(..self.fcs.len()).unwrap_or_default();
        if !self.fcs.of(payload).starts_with(found) {
            return Err(spoilt(FrameErrorKind::Checksum, trace.last(self.fcs.len())));
        }
        self.segments.accept(payload.len())
    }

    by_segments!();
}

impl Encode for Hdlc {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], _meta: ()) -> Result<usize, EncodeError> {
        self.check(body)?;
        let fcs = self.fcs.of(body);
        let fcs = fcs.get(..self.fcs.len()).unwrap_or_default();
        let stuffed = self.stuffed_len(body).saturating_add(self.stuffed_len(fcs));
        Ok(stuffed.saturating_add(2))
    }

    fn encode(&mut self, body: &[u8], meta: (), out: &mut [u8]) -> Result<usize, EncodeError> {
        let needed = self.encoded_len(body, meta)?;
        room(needed, out)?;
        let fcs = self.fcs.of(body);
        let fcs = fcs.get(..self.fcs.len()).unwrap_or_default();
        let written = put(out, 0, &[FLAG])
            .and_then(|at| self.stuff(body, out, at))
            .and_then(|at| self.stuff(fcs, out, at))
            .and_then(|at| put(out, at, &[FLAG]));
        written.ok_or_else(|| EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0))
    }

    fn envelope(&mut self, body: &[u8], _meta: ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.check(body).map(|()| None)
    }
}

#[cfg(test)]
mod tests;
