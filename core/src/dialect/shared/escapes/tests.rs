use alloc::vec::Vec;

use super::*;

fn code(error: ParseError) -> (&'static str, u32, u32) {
    (error.code(), error.at, error.len)
}

#[test]
fn bytes_are_decoded_and_found_again() {
    let mut buffer = [0; 8];
    let part = Part::new(b"a%2Fb%4", 10, Coding::Percent);
    assert_eq!(part.decode(&mut buffer), Some(&b"a/b%4"[..]));
    let error = part.locate(ParseError::new(ParseErrorKind::Whitespace, 1, 2));
    assert_eq!((error.at, error.len), (11, 4));
    let error = part.locate(ParseError::new(ParseErrorKind::Whitespace, 9, 0));
    assert_eq!((error.at, error.len), (17, 0));
    let part = Part::new(br"a\b\\\", 0, Coding::Backslash);
    assert_eq!(part.decode(&mut buffer), Some(&br"ab\"[..]));
    assert_eq!(part.decode(&mut [0; 2]), None);
    assert_eq!(Part::percent(b"a%2Fb%zz%2").decode(&mut buffer), Some(&b"a/b%zz%2"[..]));
}

#[test]
fn a_value_has_its_limit_escaped_or_not() {
    let read = |text: &'static [u8]| {
        let part = Part::new(text, 1, Coding::Percent);
        part.read::<_, 2>(ParseErrorKind::TooLong, |bytes| match bytes {
            [first, ..] => Ok(*first),
            [] => Err(ParseError::new(ParseErrorKind::Empty, 0, 0)),
        })
    };
    assert_eq!((read(b"ab"), read(b"%61b")), (Ok(b'a'), Ok(b'a')));
    assert_eq!(read(b"abc").map_err(code), Err(("too-long", 1, 3)));
    assert_eq!(read(b"%61bc").map_err(code), Err(("too-long", 1, 5)));
    assert_eq!(read(b"").map_err(code), Err(("empty", 1, 0)));
}

#[test]
fn an_escape_is_two_digits_and_no_nul() {
    let check = |bytes| Part::new(bytes, 3, Coding::Percent).check_for_c().map_err(code);
    assert_eq!(check(b"%41%ff%25"), Ok(()));
    assert_eq!(check(b"%41%"), Err(("percent-encoding-bad", 6, 1)));
    assert_eq!(check(b"%4g"), Err(("percent-encoding-bad", 3, 1)));
    assert_eq!(check(b"a%00%"), Err(("nul", 4, 3)));
}

#[test]
fn a_percent_sign_asks_for_two_digits() {
    let check = |text| Part::percent(text).check_plain(|byte| byte != b'~').map_err(code);
    assert_eq!((check(b"a%2Fb%7e"), check(b"")), (Ok(()), Ok(())));
    for text in [&b"%2Fab%"[..], b"%2Fab%2", b"%2Fab%2g~", b"%2Fab%%41"] {
        assert_eq!(check(text), Err(("percent-encoding-bad", 5, 1)));
    }
    assert_eq!(check(b"%2F~%"), Err(("unexpected-byte", 3, 1)));
}

#[test]
fn escapes_are_decoded_once_and_keep_their_place() {
    let pieces: Vec<_> =
        Pieces::new(b"a%4a%%32").map(|piece| (piece.at, piece.len, piece.byte)).collect();
    assert_eq!(pieces, [(0, 1, b'a'), (1, 3, b'J'), (4, 1, b'%'), (5, 3, b'2')]);
}

#[test]
fn a_refusal_covers_the_escape() {
    let refused =
        |text: &[u8]| code(Pieces::new(text).next().unwrap().refused(ParseErrorKind::HostBadByte));
    assert_eq!(refused(b"<"), ("host-bad-byte", 0, 1));
    assert_eq!(refused(b"%3C"), ("host-bad-byte", 0, 3));
    assert_eq!(refused(b"%00"), ("nul", 0, 3));
    assert_eq!(refused(b"%zz"), ("percent-encoding-bad", 0, 1));
    assert_eq!(refused(b"%25"), ("host-bad-byte", 0, 3));
}

#[test]
fn bytes_are_found_plain_and_escaped() {
    let find = |text, byte| find(text, byte).map(|piece| (piece.at, piece.end()));
    assert_eq!(find(b"a,b", b','), Some((1, 2)));
    assert_eq!(find(b"a%2cb,", b','), Some((1, 4)));
    assert_eq!(find(b"a%2", b','), None);
}

#[test]
fn what_is_not_plain_is_escaped_in_upper_case() {
    assert_eq!(alloc::format!("{}", Escaped::unreserved(b"a/\xff~")), "a%2F%FF~");
}

#[test]
fn what_stands_around_an_address_is_visible() {
    assert_eq!(check_visible(b"/a?b#~"), Ok(()));
    assert_eq!(check_visible(b"/a b").map_err(code), Err(("whitespace", 2, 1)));
    assert_eq!(check_visible(b"/\x7f").map_err(code), Err(("unexpected-byte", 1, 1)));
}
