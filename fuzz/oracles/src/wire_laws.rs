//! The laws of every wire form.
//!
//! A form is a stream's, whose end the bytes tell, or it fills its input, whose end someone else
//! has told; `stream` holds the first kind to more.

use core::fmt::Debug;

use alloc::vec;
use alloc::vec::Vec;

use portolan::wire::{Decoded, Field, Wire, WireErrorKind};

/// Holds a form that a stream can cut short to every law.
pub fn stream<'a, W>(input: &'a [u8], context: W::Context) -> Option<W>
where
    W: Wire<'a> + Debug + PartialEq,
{
    let verdict = W::decode(input, context);
    let end = match &verdict {
        Ok(Decoded::Value { consumed, .. }) => *consumed,
        _ => input.len(),
    };
    for cut in 0..end {
        match W::decode(&input[..cut], context) {
            Ok(Decoded::Value { .. }) => panic!("a prefix of {cut} bytes is no form"),
            Ok(Decoded::Need(missing)) => {
                if let Ok(Decoded::Value { consumed, .. }) = &verdict {
                    assert!(cut + missing.get() <= *consumed, "need at {cut} passes the form");
                }
            }
            Err(error) => assert_eq!(verdict.as_ref().err(), Some(&error), "a verdict is final"),
        }
    }
    if let Ok(Decoded::Value { consumed, .. }) = verdict {
        let alone = W::decode(&input[..consumed], context);
        assert_eq!(alone, verdict, "what follows a form changes nothing");
    }
    whole(input, context)
}

/// Holds a form to the laws that do not depend on where it ends.
pub fn whole<'a, W>(input: &'a [u8], context: W::Context) -> Option<W>
where
    W: Wire<'a> + Debug + PartialEq,
{
    fields_are_in_order::<W>(input, context);
    match W::decode(input, context) {
        Ok(Decoded::Value { value, consumed }) => {
            assert!(consumed <= input.len(), "a form is not longer than its bytes");
            Some(value)
        }
        Ok(Decoded::Need(_)) => None,
        Err(error) => {
            assert!(error.at <= input.len(), "{error} is behind the input");
            None
        }
    }
}

/// Holds the other direction to its laws, and returns what was written.
///
/// What is written is exactly as long as was said; a byte less is refused and leaves the output as
/// it was.
pub fn written<'a, W>(value: &W, context: W::Context) -> Option<Vec<u8>>
where
    W: Wire<'a> + Debug + PartialEq,
{
    let len = value.encoded_len(context).ok()?;
    let mut out = vec![0xa5; len + 1];
    assert_eq!(value.encode(context, &mut out), Ok(len), "the length is exact");
    assert_eq!(out.pop(), Some(0xa5), "nothing behind the form is touched");
    if let Some(short) = len.checked_sub(1) {
        let mut small = vec![0x5a; short];
        let refused = value.encode(context, &mut small).map_err(|error| error.kind);
        assert_eq!(refused, Err(WireErrorKind::BufferTooSmall));
        assert!(small.iter().all(|byte| *byte == 0x5a), "writing is all or nothing");
    }
    Some(out)
}

/// What is written reads back as the same value, to its last byte.
pub fn reads_back<'a, W>(value: &W, bytes: &'a [u8], context: W::Context)
where
    W: Wire<'a> + Debug + PartialEq,
{
    match W::decode(bytes, context) {
        Ok(Decoded::Value { value: read, consumed }) => {
            assert_eq!((&read, consumed), (value, bytes.len()), "round trip");
        }
        other => panic!("what was written reads back as {other:?}"),
    }
}

fn fields_are_in_order<'a, W: Wire<'a>>(input: &'a [u8], context: W::Context) {
    let mut end = 0;
    W::fields(input, context, &mut |field: Field| {
        assert!(field.range.start >= end, "{field} goes back");
        assert!(field.range.start < field.range.end, "{field} is empty");
        assert!(field.range.end <= input.len(), "{field} is behind the input");
        end = field.range.end;
    });
}
