use super::*;
use alloc::{format, string::ToString as _};
use proptest::prelude::*;

fn refused(text: &[u8]) -> (&'static str, u32, u32) {
    let error = UnixAddress::parse(text).unwrap_err();
    (error.code(), error.at, error.len)
}

fn path(path: &[u8]) -> Result<UnixAddress, ParseError> {
    UnixAddress::from_pathname(path)
}

fn name(name: &[u8]) -> Result<UnixAddress, ParseError> {
    UnixAddress::from_abstract_name(name)
}

#[test]
fn every_form_of_an_address_is_taken() {
    let parse = UnixAddress::parse;
    assert_eq!(parse(b"/run/x y\xff"), path(b"/run/x y\xff"));
    assert_eq!(parse(b"./x%20"), path(b"./x%20"));
    assert_eq!(parse(b"/"), path(b"/"));
    assert_eq!(parse(b"@foo\0bar"), name(b"foo\0bar"));
    assert_eq!(parse(b"@"), name(b""));
    assert_eq!(parse(b"unix:run%2fx%20y%61"), path(b"run/x ya"));
    assert_eq!(parse(b"unix-abstract:a%00"), name(b"a\0"));
    assert_eq!(parse(b"unix-abstract:"), name(b""));
    assert_eq!(parse(b"unix-unnamed:"), Ok(UnixAddress::UNNAMED));
}

#[test]
fn escapes_are_printed_in_upper_case_and_no_raw_form_is() {
    assert_eq!(path(b"/a~_-.z\xab%").unwrap().to_string(), "unix:/a~_-.z%AB%25");
    assert_eq!(name(b"\0@").unwrap().to_string(), "unix-abstract:%00%40");
    assert_eq!(UnixAddress::UNNAMED.to_string(), "unix-unnamed:");
}

#[test]
fn each_rule_refuses_at_its_place() {
    assert_eq!(refused(b""), ("empty", 0, 0));
    assert_eq!(refused(b"run"), ("unexpected-byte", 0, 1));
    assert_eq!(refused(b"unix"), ("unexpected-byte", 0, 1));
    assert_eq!(refused(b" /run"), ("whitespace", 0, 1));
    assert_eq!(refused(b"unix:"), ("unix-path-empty", 5, 0));
    assert_eq!(refused(b"unix:@x"), ("unix-path-empty", 5, 0));
    assert_eq!(refused(b"unix:a@x"), ("unexpected-byte", 6, 1));
    assert_eq!(refused(b"unix-abstract:@x"), ("unexpected-byte", 14, 1));
    assert_eq!(refused(b"unix:a b"), ("whitespace", 6, 1));
    assert_eq!(refused(b"unix:\n"), ("whitespace", 5, 1));
    assert_eq!(refused(b"unix:a\0"), ("nul", 6, 1));
    assert_eq!(refused(b"unix:a\xff"), ("non-ascii", 6, 1));
    assert_eq!(refused(b"unix:%zz"), ("percent-encoding-bad", 5, 1));
    assert_eq!(refused(b"unix:a%4"), ("percent-encoding-bad", 6, 1));
    assert_eq!(refused(b"unix:a%"), ("percent-encoding-bad", 6, 1));
    assert_eq!(refused(b"unix:%+1"), ("percent-encoding-bad", 5, 1));
    assert_eq!(refused(b"unix:a%00b"), ("unix-nul", 6, 3));
    assert_eq!(refused(b"/a\0b"), ("unix-nul", 2, 1));
    assert_eq!(refused(b"unix-unnamed:x y"), ("trailing-bytes", 13, 3));
}

#[test]
fn length_is_that_of_the_decoded_bytes() {
    let escaped = "%61".repeat(108);
    let parse = |text: &str| UnixAddress::parse(text.as_bytes());
    assert!(parse(&format!("unix:{escaped}")).is_ok());
    assert_eq!(refused(format!("unix:{escaped}x").as_bytes()), ("unix-path-too-long", 5, 325));
    assert_eq!(refused(format!("unix:%00{escaped}!").as_bytes()), ("unix-path-too-long", 5, 327));
    assert!(parse(&format!("unix-abstract:{}", "%00".repeat(107))).is_ok());
    let long = format!("unix-abstract:{escaped}");
    assert_eq!(refused(long.as_bytes()), ("unix-path-too-long", 14, 324));
    let error = parse(&long).unwrap_err();
    assert_eq!(error.kind, ParseErrorKind::UnixPathTooLong { max: 107 });
    assert!(parse(&format!("/{}", "x".repeat(107))).is_ok());
    assert_eq!(refused(&[b'/'; 109]), ("unix-path-too-long", 0, 109));
    assert_eq!(refused(&[&[b'/'; 109][..], b"\0x"].concat()), ("unix-path-too-long", 0, 109));
    assert_eq!(refused(&[b'@'; 109]), ("unix-path-too-long", 1, 108));
}

proptest! {
    /// What is printed reads back as the same value, and fits the published length.
    #[test]
    fn round_trip(bytes in prop::collection::vec(any::<u8>(), 0..=108), kind in 0..3_u8) {
        let address = match kind {
            0 => UnixAddress::from_pathname(&bytes),
            1 => UnixAddress::from_abstract_name(&bytes),
            _ => Ok(UnixAddress::UNNAMED),
        };
        if let Ok(address) = address {
            let mut out = [0; UnixAddress::MAX_LEN];
            let len = address.format(&mut out).unwrap();
            prop_assert!(out[..len].is_ascii());
            prop_assert_eq!(UnixAddress::parse(&out[..len]), Ok(address));
        }
    }

    /// An accepted text is printed in one spelling, which prints as itself.
    #[test]
    fn canonical(text in "(unix:|unix-abstract:|/|\\./|@)[a-c/%0-2fF~ ]{0,12}") {
        if let Ok(address) = UnixAddress::parse(text.as_bytes()) {
            let printed = address.to_string();
            let again = UnixAddress::parse(printed.as_bytes()).map(|read| read.to_string());
            prop_assert_eq!(again, Ok(printed));
        }
    }
}
