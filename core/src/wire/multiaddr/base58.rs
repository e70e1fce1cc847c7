//! Base58 as Bitcoin writes it, for the short values that are peers.
//!
//! The digits are those of one large number; each zero byte at the beginning is a `1`.

use core::fmt::{self, Write as _};

use super::value::MAX_PEER_LEN;

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// A byte takes less than one and a half digits.
pub(super) const MAX_TEXT_LEN: usize = MAX_PEER_LEN + MAX_PEER_LEN / 2;

/// Bytes that display in base58; longer ones than a peer has display as nothing.
pub(super) struct Base58<'a>(pub(super) &'a [u8]);

impl fmt::Display for Base58<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; MAX_TEXT_LEN];
        let digits = rebase(self.0.iter().copied(), 256, 58, &mut digits).unwrap_or_default();
        digits.iter().try_for_each(|digit| {
            let char = ALPHABET.get(usize::from(*digit)).copied().unwrap_or_default();
            f.write_char(char::from(char))
        })
    }
}

/// Decodes base58; `Err` is the offset of a byte that is no digit, or that does not fit.
pub(super) fn decode<'b>(text: &[u8], out: &'b mut [u8; MAX_PEER_LEN]) -> Result<&'b [u8], usize> {
    let digit = |byte: &u8| {
        let place = ALPHABET.iter().position(|digit| digit == byte)?;
        u8::try_from(place).ok()
    };
    if let Some(at) = text.iter().position(|byte| digit(byte).is_none()) {
        return Err(at);
    }
    rebase(text.iter().filter_map(digit), 58, 256, out).ok_or(0)
}

/// Writes digits of one base, the greatest first, in another; `None` where they do not fit.
fn rebase(input: impl Iterator<Item = u8>, from: u32, to: u32, out: &mut [u8]) -> Option<&[u8]> {
    // Lowest digit first, until all are known.
    let (mut len, mut zeros) = (0_usize, 0_usize);
    for digit in input {
        let mut carry = u32::from(digit);
        for slot in out.get_mut(..len)? {
            carry = u32::from(*slot).saturating_mul(from).saturating_add(carry);
            *slot = u8::try_from(carry.checked_rem(to)?).ok()?;
            carry = carry.checked_div(to)?;
        }
        if len == 0 && carry == 0 {
            zeros = zeros.saturating_add(1);
        }
        while carry > 0 {
            *out.get_mut(len)? = u8::try_from(carry.checked_rem(to)?).ok()?;
            carry = carry.checked_div(to)?;
            len = len.saturating_add(1);
        }
    }
    let end = len.saturating_add(zeros);
    out.get_mut(len..end)?.fill(0);
    let written = out.get_mut(..end)?;
    written.reverse();
    Some(written)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_texts_are_read_and_written() {
        // draft-msporny-base58, test vectors, and the longest that is held.
        for (bytes, text) in [
            (&b"Hello World!"[..], "2NEpo7TZRRrLZSi2U"),
            (b"\0\0\x28\x7f\xb4\xcd", "11233QC4"),
            (b"\0", "1"),
            (b"", ""),
        ] {
            assert_eq!(Base58(bytes).to_string(), text);
            assert_eq!(decode(text.as_bytes(), &mut [0; MAX_PEER_LEN]), Ok(bytes));
        }
        assert!(!Base58(&[0xff; MAX_PEER_LEN]).to_string().is_empty());
    }

    #[test]
    fn other_bytes_are_no_digits() {
        for text in ["0", "O", "I", "l", "+"] {
            assert_eq!(decode(text.as_bytes(), &mut [0; MAX_PEER_LEN]), Err(0));
        }
        assert_eq!(decode(b"11l", &mut [0; MAX_PEER_LEN]), Err(2));
        assert_eq!(decode(&[b'z'; 100], &mut [0; MAX_PEER_LEN]), Err(0));
    }

    proptest! {
        /// Round trip, zeros at the beginning included.
        #[test]
        fn round_trip(zeros in 0_usize..4, bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let bytes = [alloc::vec![0; zeros], bytes].concat();
            let text = Base58(&bytes).to_string();
            let mut out = [0; MAX_PEER_LEN];
            prop_assert_eq!(decode(text.as_bytes(), &mut out), Ok(&bytes[..]));
        }
    }
}
