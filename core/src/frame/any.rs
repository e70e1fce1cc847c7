//! A framer chosen at run time.

use super::{
    Delimiter, Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Fixed, FrameError, Framer,
    HeaderBytes, LengthPrefix, Lines, Step,
};

/// Any of the framers of this crate, for a choice that is made at run time.
///
/// Its bodies may be stuffed, whichever framer it holds, so deframers unstuff them in place.
///
/// # Examples
///
/// ```
/// use portolan::frame::{AnyFramer, Ending, Fixed, Framer, Lines};
///
/// let framers = [AnyFramer::from(Fixed::try_from(16)?), Lines::new(Ending::Lf, 80).into()];
/// assert_eq!(framers.each_ref().map(Framer::max_wire), [16, 81]);
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "without allocation there is no place but inline")]
#[non_exhaustive]
pub enum AnyFramer<'a> {
    /// Records of one length.
    Fixed(Fixed),
    /// Binary length prefixes.
    LengthPrefix(LengthPrefix),
    /// Delimiters.
    Delimiter(Delimiter<'a>),
    /// Lines.
    Lines(Lines),
}

/// What a frame of any framer says besides its body.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum AnyMeta {
    /// Nothing; when written, what a plain payload needs.
    #[default]
    None,
    /// The header of a length prefix, without the length field; only when written.
    Header(HeaderBytes),
}

impl AnyFramer<'_> {
    /// Copies what is borrowed, so that the framer can be kept.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> AnyFramer<'static> {
        match self {
            Self::Fixed(framer) => AnyFramer::Fixed(framer),
            Self::LengthPrefix(framer) => AnyFramer::LengthPrefix(framer),
            Self::Delimiter(framer) => AnyFramer::Delimiter(framer.into_owned()),
            Self::Lines(framer) => AnyFramer::Lines(framer),
        }
    }
}

macro_rules! each {
    ($any:expr, $framer:ident => $call:expr) => {
        match $any {
            AnyFramer::Fixed($framer) => $call,
            AnyFramer::LengthPrefix($framer) => $call,
            AnyFramer::Delimiter($framer) => $call,
            AnyFramer::Lines($framer) => $call,
        }
    };
}

impl Framer for AnyFramer<'_> {
    type Meta = AnyMeta;

    fn step(&mut self, input: &[u8]) -> Result<Step<AnyMeta>, FrameError> {
        each!(self, framer => framer.step(input).map(|step| step.map(AnyMeta::from)))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<AnyMeta>, FrameError> {
        each!(self, framer => framer.finish(input).map(|finish| finish.map(AnyMeta::from)))
    }

    fn unstuff(&self, meta: AnyMeta, body: &mut [u8]) -> Result<usize, FrameError> {
        each!(self, framer => match meta.try_into() {
            Ok(meta) => framer.unstuff(meta, body),
            // Only the meta data of a frame of this framer comes here.
            Err(_) => Ok(body.len()),
        })
    }

    fn max_wire(&self) -> usize {
        each!(self, framer => framer.max_wire())
    }

    fn at_boundary(&self) -> bool {
        each!(self, framer => framer.at_boundary())
    }

    fn reset(&mut self) {
        each!(self, framer => framer.reset());
    }
}

/// Refuses the meta data of another framer with [`EncodeErrorKind::MetaMismatch`].
impl Encode for AnyFramer<'_> {
    type Meta = AnyMeta;

    fn encoded_len(&self, body: &[u8], meta: AnyMeta) -> Result<usize, EncodeError> {
        each!(self, framer => framer.encoded_len(body, meta.try_into()?))
    }

    fn encode(&mut self, body: &[u8], meta: AnyMeta, out: &mut [u8]) -> Result<usize, EncodeError> {
        each!(self, framer => framer.encode(body, meta.try_into()?, out))
    }

    fn envelope(
        &mut self,
        body: &[u8],
        meta: AnyMeta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        each!(self, framer => framer.envelope(body, meta.try_into()?))
    }

    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        each!(self, framer => framer.encode_end(out))
    }
}

macro_rules! framers {
    ($($framer:ty => $variant:ident),* $(,)?) => {$(
        impl From<$framer> for AnyFramer<'_> {
            fn from(framer: $framer) -> Self {
                Self::$variant(framer)
            }
        }
    )*};
}

framers! {
    Fixed => Fixed,
    LengthPrefix => LengthPrefix,
    Lines => Lines,
}

impl<'a> From<Delimiter<'a>> for AnyFramer<'a> {
    fn from(framer: Delimiter<'a>) -> Self {
        Self::Delimiter(framer)
    }
}

impl From<()> for AnyMeta {
    fn from((): ()) -> Self {
        Self::None
    }
}

impl TryFrom<AnyMeta> for () {
    type Error = EncodeError;

    fn try_from(meta: AnyMeta) -> Result<Self, EncodeError> {
        match meta {
            AnyMeta::None => Ok(()),
            AnyMeta::Header(_) => Err(MISMATCH),
        }
    }
}

macro_rules! metas {
    ($($meta:ty => $variant:ident),* $(,)?) => {$(
        impl From<$meta> for AnyMeta {
            fn from(meta: $meta) -> Self {
                Self::$variant(meta)
            }
        }

        /// Takes the default for [`AnyMeta::None`].
        impl TryFrom<AnyMeta> for $meta {
            type Error = EncodeError;

            fn try_from(meta: AnyMeta) -> Result<Self, EncodeError> {
                match meta {
                    AnyMeta::None => Ok(Self::default()),
                    AnyMeta::$variant(meta) => Ok(meta),
                    #[allow(unreachable_patterns, reason = "one kind of meta data has no other")]
                    _ => Err(MISMATCH),
                }
            }
        }
    )*};
}

metas! {
    HeaderBytes => Header,
}

const MISMATCH: EncodeError = EncodeError::new(EncodeErrorKind::MetaMismatch, 0);
