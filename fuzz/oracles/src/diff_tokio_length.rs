//! Length prefixes against tokio-util's `LengthDelimitedCodec`: the same frames, the same refusals, the
//! same bytes written, but for the ledger.
//!
//! | ledger | there |
//! |---|---|
//! | limit | compared with the field, before the adjustment; so it is given as the field's |
//! | clip | a limit is clipped to the longest body, and the field is compared with that |
//! | header | consumed on its own, so a stream that ends right behind it ends cleanly |
//! | offset | bytes before the field are read, and not written |
//!
//! `core/tests/frame_tokio.rs` shows each by an example, and that it still holds.

use alloc::vec::Vec;

use bytes::BytesMut;
use portolan::endian::Endian;
use portolan::frame::{Encode, HeaderBytes, LengthPrefix};
use tokio_util::codec::length_delimited::Builder;
use tokio_util::codec::{Encoder, LengthDelimitedCodec};

use crate::input::{cuts, head};
use crate::tokio_peer::{Told, ours, theirs};

/// A length prefix in the words of both.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // tests build it
pub struct Prefix {
    /// Bytes before the field.
    pub offset: usize,
    /// Bytes of the field, 1 to 8.
    pub width: usize,
    /// Whether its least significant byte comes first.
    pub little: bool,
    /// What makes a field the length of its body.
    pub adjust: i64,
    /// The longest body.
    pub max: usize,
}

impl Prefix {
    /// Our framer.
    #[must_use]
    pub fn framer(&self) -> LengthPrefix {
        let endian = if self.little { Endian::Little } else { Endian::Big };
        let builder = LengthPrefix::builder(self.max).offset(self.offset).width(self.width);
        builder.endian(endian).adjust(self.adjust).build().unwrap()
    }

    /// Their builder, with a limit of its own.
    fn builder(&self, max: usize) -> Builder {
        let mut builder = LengthDelimitedCodec::builder();
        builder.length_field_offset(self.offset).length_field_length(self.width);
        builder.length_adjustment(isize::try_from(self.adjust).unwrap()).max_frame_length(max);
        if self.little {
            builder.little_endian();
        }
        builder
    }

    /// The largest acceptable field; none where every field is refused.
    fn largest(&self) -> Option<usize> {
        usize::try_from(i128::try_from(self.max).unwrap() - i128::from(self.adjust)).ok()
    }

    /// Whether they refuse the field of a body because a limit is clipped.
    fn is_clipped(&self, body: usize) -> bool {
        let most = (1_i128 << (8 * self.width)) - 1;
        i128::try_from(body).unwrap() - i128::from(self.adjust) > most + i128::from(self.adjust)
    }
}

/// Head: as that of `frame_length`; of the flags the lowest, and no trailer.
pub fn run(input: &[u8]) {
    let Some(([flags, offset, width, adjust, _, max, seed], stream)) = head(input) else {
        return;
    };
    let prefix = Prefix {
        offset: usize::from(offset % 9),
        width: usize::from(width % 8) + 1,
        little: flags & 1 != 0,
        adjust: i8::from_le_bytes([adjust]).into(),
        max: max.into(),
    };
    reading_agrees(&prefix, stream, &cuts(seed));
    writing_agrees(&prefix, stream);
}

/// Holds both to the same frames and refusals, modulo the ledger.
pub fn reading_agrees(prefix: &Prefix, stream: &[u8], cuts: &[usize]) {
    let chunks = crate::frame_laws::pieces(stream, cuts);
    let told = ours(&prefix.framer(), &chunks);
    let Some(largest) = prefix.largest() else {
        assert!(!told.iter().any(|told| matches!(told, Told::Body(..))), "{prefix:?} {told:?}");
        return;
    };
    let mut expected = Vec::new();
    let mut read = 0;
    for one in told {
        match &one {
            Told::Body(body, _) if prefix.is_clipped(body.len()) => {
                expected.push(Told::Refused);
                break;
            }
            Told::Body(_, wire) => read += wire.unwrap_or(0),
            Told::Cut if is_clipped_cut(prefix, &stream[read..]) => {
                expected.push(Told::Refused);
                break;
            }
            Told::Cut if stream.len() - read == prefix.offset + prefix.width => {
                expected.push(Told::Clean);
                break;
            }
            _ => {}
        }
        expected.push(one.body_only());
    }
    let codec = prefix.builder(largest).new_codec();
    assert_eq!(theirs(codec, &chunks, false), expected, "{prefix:?} {stream:x?}");
}

/// Whether the frame that the end cuts short has a field that they refuse.
fn is_clipped_cut(prefix: &Prefix, rest: &[u8]) -> bool {
    let Some(field) = rest.get(prefix.offset..prefix.offset + prefix.width) else {
        return false;
    };
    let add = |value: i128, byte: &u8| value << 8 | i128::from(*byte);
    let field = match prefix.little {
        true => field.iter().rev().fold(0, add),
        false => field.iter().fold(0, add),
    };
    usize::try_from(field + i128::from(prefix.adjust)).is_ok_and(|body| prefix.is_clipped(body))
}

/// Holds both to the same bytes written, and to the same payloads refused.
pub fn writing_agrees(prefix: &Prefix, payload: &[u8]) {
    let mut wire = Vec::new();
    let wrote = prefix.framer().append(payload, HeaderBytes::default(), &mut wire);
    let mut theirs = BytesMut::new();
    let codec =
        Encoder::<&[u8]>::encode(&mut prefix.builder(prefix.max).new_codec(), payload, &mut theirs);
    assert_eq!(wrote.is_ok(), codec.is_ok(), "{prefix:?} {} bytes: {wrote:?}", payload.len());
    if wrote.is_ok() {
        assert_eq!(wire[..prefix.offset], [0; 8][..prefix.offset]);
        assert_eq!(wire[prefix.offset..], theirs, "{prefix:?} is written otherwise");
    }
}
