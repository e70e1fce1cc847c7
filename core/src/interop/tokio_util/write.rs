//! What a codec writes.

use bytes::BytesMut;
use tokio_util::codec::Encoder;

use crate::frame::{Encode, EncodeError, EncodeErrorKind, Framer};
use crate::net::FramedError;

use super::Codec;

/// A payload with what its frame says besides.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "users build it; it has no third part")]
pub struct Payload<B, M> {
    /// The payload.
    pub body: B,
    /// What the frame says besides.
    pub meta: M,
}

/// What is written behind the last frame, such as the last chunk of HTTP; nothing for most
/// framings.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "there is nothing to say of it")]
pub struct EndOfStream;

/// Writes a payload with the meta data that a plain one needs.
///
/// # Errors
///
/// [`FramedError::Encode`].
impl<F: Framer, I, E: Encode, B: AsRef<[u8]>> Encoder<B> for Codec<F, I, E> {
    type Error = FramedError;

    fn encode(&mut self, body: B, out: &mut BytesMut) -> Result<(), FramedError> {
        append(&mut self.encoder, body.as_ref(), Default::default(), out)
            .map_err(FramedError::Encode)
    }
}

/// Writes a payload with its meta data.
///
/// # Errors
///
/// [`FramedError::Encode`].
impl<F, I, E, B, M> Encoder<Payload<B, M>> for Codec<F, I, E>
where
    F: Framer,
    E: Encode,
    B: AsRef<[u8]>,
    M: Into<E::Meta>,
{
    type Error = FramedError;

    fn encode(&mut self, payload: Payload<B, M>, out: &mut BytesMut) -> Result<(), FramedError> {
        append(&mut self.encoder, payload.body.as_ref(), payload.meta.into(), out)
            .map_err(FramedError::Encode)
    }
}

/// Writes what ends the stream.
///
/// # Errors
///
/// [`FramedError::Encode`].
impl<F: Framer, I, E: Encode> Encoder<EndOfStream> for Codec<F, I, E> {
    type Error = FramedError;

    fn encode(&mut self, EndOfStream: EndOfStream, out: &mut BytesMut) -> Result<(), FramedError> {
        append_end(&mut self.encoder, out).map_err(FramedError::Encode)
    }
}

/// Appends one frame, or nothing.
#[inline]
fn append<E: Encode>(
    encoder: &mut E,
    body: &[u8],
    meta: E::Meta,
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    if let Some(envelope) = encoder.envelope(body, meta)? {
        let [head, body, tail] = envelope.around(body);
        let len = head.len().saturating_add(body.len()).saturating_add(tail.len());
        out.reserve(len);
        match envelope.short_head() {
            // So many bytes as a word has are copied without a call.
            Some(word) if len >= word.len() => {
                let end = out.len().saturating_add(head.len());
                out.extend_from_slice(word);
                out.truncate(end);
            }
            _ => out.extend_from_slice(head),
        }
        out.extend_from_slice(body);
        if !tail.is_empty() {
            out.extend_from_slice(tail);
        }
        return Ok(());
    }
    let len = encoder.encoded_len(body, meta)?;
    write_behind(out, len, |space| encoder.encode(body, meta, space))
}

fn append_end<E: Encode>(encoder: &mut E, out: &mut BytesMut) -> Result<(), EncodeError> {
    match encoder.encode_end(&mut []) {
        Err(EncodeError { kind: EncodeErrorKind::BufferTooSmall { needed }, .. }) => {
            write_behind(out, needed, |space| encoder.encode_end(space))
        }
        nothing => nothing.map(drop),
    }
}

/// Makes space of `len` bytes and has it written, or takes it back.
fn write_behind(
    out: &mut BytesMut,
    len: usize,
    write: impl FnOnce(&mut [u8]) -> Result<usize, EncodeError>,
) -> Result<(), EncodeError> {
    let start = out.len();
    out.resize(start.saturating_add(len), 0);
    let written = write(out.get_mut(start..).unwrap_or_default());
    if written.is_err() {
        out.truncate(start);
    }
    written.map(drop)
}
