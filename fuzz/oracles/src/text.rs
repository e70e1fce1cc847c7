//! What holds of every refusal of a text.

use core::fmt::Write as _;

use portolan::addr::{ParseError, ParseErrorKind};

/// The place lies inside the input, the code is known, and the message ends with the place.
pub(crate) fn check_refusal(error: &ParseError, input: &[u8]) {
    let (at, len) = (error.at as usize, error.len as usize);
    assert!(at + len <= input.len(), "{error:?} points outside {} bytes", input.len());
    assert!(ParseErrorKind::CODES.contains(&error.code()), "{error:?} has an unknown code");
    let mut message = alloc::string::String::new();
    write!(message, "{error}").unwrap();
    assert!(message.ends_with(&alloc::format!("at byte {at}")), "{message}");
    if let ParseErrorKind::UnexpectedByte { byte } = error.kind {
        assert_eq!(input.get(at), Some(&byte), "{error:?} names another byte");
    }
}
