//! Framers as text: what is composed is read, what is read is written and read back, and every other
//! text is refused at a byte.
#![forbid(unsafe_code)]
#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use portolan_fuzz_oracles::frame_spec::{any_text_is_judged, compose, composed_text_is_read};
use proptest::prelude::*;

/// Bytes that a text is composed from.
fn entropy() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..64)
}

proptest! {
    /// Any framing, whatever the order of its options; its framer holds no more than it says.
    #[test]
    fn composed_texts_are_read(
        order in any::<u8>(),
        entropy in entropy(),
        stream in prop::collection::vec(any::<u8>(), 0..96),
    ) {
        composed_text_is_read(order, &entropy, &stream);
    }

    /// A text that is nearly right: a byte is another, lost or put in.
    #[test]
    fn nearly_right_texts_are_judged(
        entropy in entropy(),
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(b"(),=|-0179KMGaflmsx ~".to_vec()),
        how in 0..3_u8,
    ) {
        let mut text = compose(0, &entropy).0.into_bytes();
        let at = at.index(text.len());
        match how {
            0 => text[at] = byte,
            1 => drop(text.remove(at)),
            _ => text.insert(at, byte),
        }
        any_text_is_judged(&text);
    }

    /// Any bytes, and any text of the alphabet.
    #[test]
    fn other_texts_are_judged(
        bytes in prop::collection::vec(any::<u8>(), 0..32),
        text in "(lines|stack|then|after|mysql|max|assemble|[(),=0-9K|]){0,12}",
    ) {
        any_text_is_judged(&bytes);
        any_text_is_judged(text.as_bytes());
    }
}
