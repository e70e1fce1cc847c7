//! Addresses inside protocols: the forms in which they cross a wire, both ways.
//!
//! ```text
//!  bytes ──decode──▶ a form (a PROXY header, a SOCKS request …) ──▶ addresses, endpoints
//!    ▲                    │
//!    └───────encode───────┘
//! ```
//!
//! Every form is one file and implements [`Wire`]; having read one you have read them all.
//!
//! # The contract
//!
//! * A form is decoded from the start of the bytes; [`Decoded::Value`] says how many belong to it,
//!   and what follows stays with the caller.
//! * Too few bytes are no error where a stream could bring more: [`Decoded::Need`] says how many
//!   are missing at least. Reading exactly that many never reads past the end of the form. A
//!   verdict never changes with later bytes, and no prefix of a form is a value. Where something
//!   else has told the length already, as with the value of an attribute, too few bytes are an
//!   error.
//! * Every refusal names the rule and the byte. Nothing is skipped, trimmed or guessed.
//! * What is decoded borrows from the bytes; nothing allocates, and no declared length reserves.
//! * Encoding is all or nothing, its length known before.

use core::num::NonZeroUsize;

use crate::cursor::{BufferTooSmall, Writer};

pub mod dns;
mod error;
pub mod forwarded;
pub mod multiaddr;
pub mod pcap;
pub mod procfs;
pub mod proxy;
mod sink;
pub mod socks;
pub mod stun;

pub use self::error::{WireError, WireErrorKind};
pub use crate::sockaddr::Field;

/// A form in which a protocol carries addresses.
///
/// # Examples
///
/// ```
/// use portolan::wire::{Decoded, Wire as _, pcap::{Family, Loop}};
///
/// let packet = b"\0\0\0\x1c\x60\0\0\0";
/// let Decoded::Value { value, consumed } = Loop::decode(packet, ())? else { panic!() };
/// assert_eq!((value.family, consumed), (Family::Inet6, 4));
/// assert_eq!(Loop::decode(&packet[..1], ())?, Decoded::need(3));
/// # Ok::<(), portolan::wire::WireError>(())
/// ```
pub trait Wire<'a>: Sized {
    /// What must be known beside the bytes: nothing, a transaction, a byte order.
    type Context: Copy;

    /// Reads a form from the start of `input`.
    ///
    /// # Errors
    ///
    /// The [`WireErrorKind`]s of the form, with the offset of the byte that breaks the rule.
    fn decode(input: &'a [u8], context: Self::Context) -> Result<Decoded<Self>, WireError>;

    /// Tells apart the fields of bytes, in order, as far as they can be told.
    ///
    /// For those who look at bytes, whether or not they are accepted.
    fn fields(input: &'a [u8], context: Self::Context, each: &mut dyn FnMut(Field));

    /// Counts exactly how many bytes [`encode`](Self::encode) writes.
    ///
    /// # Errors
    ///
    /// The kinds of the form for a value that it cannot carry.
    fn encoded_len(&self, context: Self::Context) -> Result<usize, WireError>;

    /// Writes the form where [`encoded_len`](Self::encoded_len) has said that it can be written.
    ///
    /// # Errors
    ///
    /// [`BufferTooSmall`] where fewer bytes are free than were counted.
    fn write(&self, context: Self::Context, out: &mut Writer<'_>) -> Result<(), BufferTooSmall>;

    /// Writes the form to the start of `out` and counts its bytes. All or nothing.
    ///
    /// # Errors
    ///
    /// Those of [`encoded_len`](Self::encoded_len), and [`WireErrorKind::BufferTooSmall`] at the
    /// length of `out`.
    fn encode(&self, context: Self::Context, out: &mut [u8]) -> Result<usize, WireError> {
        let len = self.encoded_len(context)?;
        let room = out.len();
        let too_small = WireError::new(WireErrorKind::BufferTooSmall, room);
        let mut writer = Writer::new(out.get_mut(..len).ok_or(too_small)?);
        self.write(context, &mut writer).map_err(|_| too_small)?;
        Ok(len)
    }
}

/// What the bytes hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums, reason = "implementors of `Wire` build it, users match it whole")]
pub enum Decoded<T> {
    /// A whole form.
    Value {
        /// The form.
        value: T,
        /// Bytes that belong to it; the rest is what follows.
        consumed: usize,
    },
    /// A true beginning of a form; at least so many more bytes are missing.
    Need(NonZeroUsize),
}

impl<T> Decoded<T> {
    /// Waits for at least so many more bytes, and never for none.
    #[inline]
    #[must_use]
    pub const fn need(missing: usize) -> Self {
        match NonZeroUsize::new(missing) {
            Some(missing) => Self::Need(missing),
            None => Self::Need(NonZeroUsize::MIN),
        }
    }

    /// Takes the form and drops its length; `None` where bytes are missing.
    #[inline]
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value { value, .. } => Some(value),
            Self::Need(_) => None,
        }
    }

    /// Converts the form.
    #[inline]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Decoded<U> {
        match self {
            Self::Value { value, consumed } => Decoded::Value { value: convert(value), consumed },
            Self::Need(missing) => Decoded::Need(missing),
        }
    }
}

/// Hands out fields of the given widths one after the other, as far as there are bytes.
pub(crate) fn each_field(
    input: &[u8],
    parts: &[(&'static str, usize, &'static str)],
    each: &mut dyn FnMut(Field),
) -> usize {
    let mut at = 0_usize;
    for (name, width, meaning) in parts {
        let end = at.saturating_add(*width).min(input.len());
        if at < end {
            each(Field::new(name, at..end, meaning));
        }
        at = end;
    }
    at
}
