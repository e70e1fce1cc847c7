//! What a stream is framed by, chosen at run time.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::deframer::AnyDeframer;
use super::{AnyFramer, AnyMeta, Encode, EncodeError, EncodeErrorKind, Envelope, Framer};

/// A framer, its messages joined, or one framing inside another.
///
/// It describes; [`into_deframer`](Self::into_deframer) reads by it and
/// [`into_encoder`](Self::into_encoder) writes.
///
/// # Examples
///
/// ```
/// use portolan::frame::{AnyMeta, Encode, Framing, Lines, Ending, preset};
///
/// let lines = Framing::Framer(Lines::new(Ending::Lf, 80).into());
/// let records = Framing::Framer(preset::dns_tcp(81)?.into());
/// let mut encoder = Framing::Stack(Box::new(records), Box::new(lines)).into_encoder();
/// let mut out = Vec::new();
/// encoder.append(b"one", AnyMeta::None, &mut out).unwrap();
/// assert_eq!(out, b"\x00\x04one\n");
/// # Ok::<(), portolan::frame::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Framing {
    /// The frames of a framer.
    Framer(AnyFramer<'static>),
    /// The messages of a framer, joined from their parts.
    Assemble {
        /// The framer.
        framer: AnyFramer<'static>,
        /// Most bytes of a message.
        max: usize,
        /// Most parts of a message.
        max_parts: usize,
    },
    /// The frames of the second inside the bodies of the first.
    Stack(Box<Self>, Box<Self>),
}

impl From<AnyFramer<'static>> for Framing {
    fn from(framer: AnyFramer<'static>) -> Self {
        Self::Framer(framer)
    }
}

impl Framing {
    /// Begins to read a stream.
    #[must_use]
    pub fn into_deframer(self) -> AnyDeframer {
        match self {
            Self::Framer(framer) => AnyDeframer::new(framer),
            Self::Assemble { framer, max, max_parts } => {
                AnyDeframer::assemble(framer, max, max_parts)
            }
            Self::Stack(outer, inner) => {
                AnyDeframer::stack(outer.into_deframer(), inner.into_deframer())
            }
        }
    }

    /// Begins to write a stream.
    #[must_use]
    pub fn into_encoder(self) -> AnyEncoder {
        match self {
            Self::Framer(framer) | Self::Assemble { framer, .. } => AnyEncoder(By::Framer(framer)),
            Self::Stack(outer, inner) => {
                let (outer, inner) = (outer.into_encoder(), inner.into_encoder());
                AnyEncoder(By::Stack(Box::new((outer, inner))))
            }
        }
    }

    /// Bounds how many bytes reading must hold at once, besides what one read brings.
    #[must_use]
    pub fn max_wire(&self) -> usize {
        match self {
            Self::Framer(framer) => framer.max_wire(),
            Self::Assemble { framer, max, .. } => framer.max_wire().saturating_add(*max),
            Self::Stack(outer, inner) => outer.max_wire().saturating_add(inner.max_wire()),
        }
    }
}

/// Writes a stream by a [`Framing`].
///
/// Of frames inside frames each inner one becomes the body of one outer frame, which says what a
/// plain payload needs; meta data is that of the inner one. What does not fit the outer framing is
/// refused by its rule. The end of the inner stream, where it has one, is a body of its own.
#[derive(Clone, Debug)]
pub struct AnyEncoder(By);

impl AnyEncoder {
    /// The framer that would write this frame: of framings made of others, the one whose turn it
    /// is, and the innermost.
    ///
    /// # Errors
    ///
    /// Where the first bytes of a stream tell its framing, those of
    /// [`encoded_len`](Encode::encoded_len).
    ///
    /// # Examples
    ///
    /// ```
    /// use portolan::frame::{AnyFramer, AnyMeta, Encode, Framing, spec::Spec};
    ///
    /// let framing = Framing::from(Spec::parse(b"after(1,lines,max=80,netstring,max=80)")?);
    /// let mut encoder = framing.into_encoder();
    /// assert!(matches!(encoder.framer_of(b"one", AnyMeta::None), Ok(AnyFramer::Lines(_))));
    /// let mut out = Vec::new();
    /// encoder.append(b"one", AnyMeta::None, &mut out).unwrap();
    /// assert!(matches!(encoder.framer_of(b"two", AnyMeta::None), Ok(AnyFramer::Netstring(_))));
    /// # Ok::<(), portolan::frame::spec::SpecError>(())
    /// ```
    pub fn framer_of(
        &self,
        body: &[u8],
        meta: AnyMeta,
    ) -> Result<&AnyFramer<'static>, EncodeError> {
        let mut framer = match &self.0 {
            By::Framer(framer) => framer,
            By::Stack(stack) => return stack.1.framer_of(body, meta),
        };
        loop {
            framer = match framer {
                AnyFramer::Then(then) => then.writer(),
                AnyFramer::Detect(detect) => detect.writer_of(body, meta)?,
                framer => return Ok(framer),
            };
        }
    }
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one")]
enum By {
    Framer(AnyFramer<'static>),
    Stack(Box<(AnyEncoder, AnyEncoder)>),
}

impl Encode for AnyEncoder {
    type Meta = AnyMeta;

    fn encoded_len(&self, body: &[u8], meta: AnyMeta) -> Result<usize, EncodeError> {
        match &self.0 {
            By::Framer(framer) => framer.encoded_len(body, meta),
            By::Stack(stack) => stacked_len(stack, body, meta),
        }
    }

    fn encode(&mut self, body: &[u8], meta: AnyMeta, out: &mut [u8]) -> Result<usize, EncodeError> {
        match &mut self.0 {
            By::Framer(framer) => framer.encode(body, meta, out),
            By::Stack(stack) => {
                let (outer, inner) = &mut **stack;
                // A refusal leaves both as they are.
                let mut next = inner.clone();
                let mut wire = Vec::new();
                next.append(body, meta, &mut wire)?;
                let count = outer.encode(&wire, AnyMeta::None, out)?;
                *inner = next;
                Ok(count)
            }
        }
    }

    fn envelope(
        &mut self,
        body: &[u8],
        meta: AnyMeta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        match &mut self.0 {
            By::Framer(framer) => framer.envelope(body, meta),
            By::Stack(stack) => stacked_len(stack, body, meta).map(|_| None),
        }
    }

    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let (outer, inner) = match &mut self.0 {
            By::Framer(framer) => return framer.encode_end(out),
            By::Stack(stack) => &mut **stack,
        };
        let (mut first, mut second) = (outer.clone(), inner.clone());
        let mut end = Vec::new();
        second.append_end(&mut end)?;
        let mut wire = Vec::new();
        if !end.is_empty() {
            first.append(&end, AnyMeta::None, &mut wire)?;
        }
        first.append_end(&mut wire)?;
        let needed = wire.len();
        let Some(space) = out.get_mut(..needed) else {
            return Err(EncodeError::new(EncodeErrorKind::BufferTooSmall { needed }, 0));
        };
        space.copy_from_slice(&wire);
        (*outer, *inner) = (first, second);
        Ok(needed)
    }
}

fn stacked_len(
    (outer, inner): &(AnyEncoder, AnyEncoder),
    body: &[u8],
    meta: AnyMeta,
) -> Result<usize, EncodeError> {
    let mut wire = Vec::new();
    inner.clone().append(body, meta, &mut wire)?;
    outer.encoded_len(&wire, AnyMeta::None)
}
