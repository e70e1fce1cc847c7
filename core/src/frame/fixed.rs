//! Records of one fixed length.
//!
//! ```text
//! ├── len bytes ──┤├── len bytes ──┤
//! ```
//!
//! There is nothing to refuse but a stream that ends inside a record.

use core::num::NonZeroUsize;

use super::encode::as_it_is;
use super::{
    ConfigError, EncodeError, EncodeErrorKind, Finish, Frame, FrameError, Framer, Need, Plain, Step,
};

/// Cuts a stream into records of one length.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Encode, Fixed, deframer::frames};
///
/// let mut framer = Fixed::try_from(3)?;
/// let bodies: Vec<_> = frames(framer.clone(), b"onetwothr").flatten().map(|f| f.body).collect();
/// assert_eq!(bodies, [b"one", b"two", b"thr"]);
/// assert_eq!(framer.encoded_len(b"four", ()).unwrap_err().code(), "payload-length");
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fixed {
    len: NonZeroUsize,
}

impl Fixed {
    /// Creates the framer of records of `len` bytes.
    #[must_use]
    pub const fn new(len: NonZeroUsize) -> Self {
        Self { len }
    }

    fn check(&self, body: &[u8]) -> Result<(), EncodeError> {
        if body.len() == self.len.get() {
            Ok(())
        } else {
            Err(EncodeError::new(EncodeErrorKind::PayloadLength, 0))
        }
    }
}

/// Refuses 0 with [`ConfigError::LengthZero`].
impl TryFrom<usize> for Fixed {
    type Error = ConfigError;

    fn try_from(len: usize) -> Result<Self, ConfigError> {
        NonZeroUsize::new(len).map(Self::new).ok_or(ConfigError::LengthZero)
    }
}

impl Framer for Fixed {
    type Meta = ();

    #[inline]
    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        let len = self.len.get();
        Ok(if input.len() < len {
            Step::Need(Need::rest_of(len, input.len()))
        } else {
            Step::Frame(Frame { wire: self.len, body: 0..len, last: true, meta: () })
        })
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        if input.is_empty() { Ok(Finish::Clean) } else { Err(FrameError::truncated()) }
    }

    fn max_wire(&self) -> usize {
        self.len.get()
    }

    #[inline]
    fn at_boundary(&self) -> bool {
        true
    }

    fn reset(&mut self) {}
}

impl Plain for Fixed {}

as_it_is!(Fixed);

#[cfg(test)]
mod tests {
    use super::super::Encode as _;
    use super::*;

    fn three() -> Fixed {
        Fixed::try_from(3).unwrap()
    }

    #[test]
    fn a_record_is_whole_or_waited_for() {
        let step = three().step(b"abcd");
        let frame = Frame { wire: three().len, body: 0..3, last: true, meta: () };
        assert_eq!(step, Ok(Step::Frame(frame)));
        assert_eq!(three().step(b"a"), Ok(Step::Need(Need::rest_of(3, 1))));
        assert_eq!(three().step(b""), Ok(Step::Need(Need::rest_of(3, 0))));
    }

    #[test]
    fn the_stream_ends_between_records() {
        assert_eq!(three().finish(b""), Ok(Finish::Clean));
        assert_eq!(three().finish(b"ab"), Err(FrameError::truncated()));
    }

    #[test]
    fn other_lengths_are_not_written() {
        let mut out = [9; 4];
        for body in [&b""[..], b"ab", b"abcd"] {
            let error = EncodeError::new(EncodeErrorKind::PayloadLength, 0);
            assert_eq!(three().encode(body, (), &mut out), Err(error));
        }
        let error = EncodeError::new(EncodeErrorKind::BufferTooSmall { needed: 3 }, 0);
        assert_eq!(three().encode(b"abc", (), &mut out[..2]), Err(error));
        assert_eq!(out, [9; 4]);
        assert_eq!(three().encode(b"abc", (), &mut out), Ok(3));
        assert_eq!(out, *b"abc\x09");
    }

    #[test]
    fn length_zero_is_no_configuration() {
        assert_eq!(Fixed::try_from(0).unwrap_err(), ConfigError::LengthZero);
    }
}
