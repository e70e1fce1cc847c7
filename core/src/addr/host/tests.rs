use super::*;
use alloc::format;

fn refused(text: &[u8]) -> (&'static str, u32, u32) {
    let error = name_error(text).unwrap();
    (error.code(), error.at, error.len)
}

#[test]
fn names_of_rfc_1123_are_taken() {
    let label = "a".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    for name in ["a", "3com.com", "a-b.c", "xn--bcher-kva.example", "a.", "A.B", "a--b", &label] {
        assert_eq!(name_error(name.as_bytes()), None, "{name}");
    }
    assert_eq!(longest.len(), 253);
    assert_eq!(name_error(longest.as_bytes()), None);
    assert_eq!(name_error(format!("{longest}.").as_bytes()), None);
    assert_eq!(refused(format!("{longest}a").as_bytes()), ("host-too-long", 0, 254));
    assert_eq!(refused(format!("{longest}a.").as_bytes()), ("host-too-long", 0, 255));
}

#[test]
fn each_rule_refuses_at_its_place() {
    let long = "a".repeat(64);
    assert_eq!(refused(b""), ("host-label-empty", 0, 0));
    assert_eq!(refused(b"."), ("host-label-empty", 0, 0));
    assert_eq!(refused(b".a"), ("host-label-empty", 0, 0));
    assert_eq!(refused(b"a..b"), ("host-label-empty", 2, 0));
    assert_eq!(refused(b"a.."), ("host-label-empty", 2, 0));
    assert_eq!(refused(b"-a"), ("host-label-hyphen", 0, 2));
    assert_eq!(refused(b"a.b-"), ("host-label-hyphen", 2, 2));
    assert_eq!(refused(b"-"), ("host-label-hyphen", 0, 1));
    assert_eq!(refused(b"a-_b"), ("host-label-hyphen", 0, 2));
    assert_eq!(refused(long.as_bytes()), ("host-label-too-long", 0, 64));
    assert_eq!(refused(format!("b.{long}_").as_bytes()), ("host-label-too-long", 2, 64));
    assert_eq!(refused(format!("-{long}").as_bytes()), ("host-label-hyphen", 0, 65));
    assert_eq!(refused(b"a_b"), ("host-bad-byte", 1, 1));
    assert_eq!(refused(b"_a"), ("host-bad-byte", 0, 1));
    assert_eq!(refused(b"a.%41"), ("host-bad-byte", 2, 1));
    assert_eq!(refused(b"a\x7f"), ("host-bad-byte", 1, 1));
    assert_eq!(refused(b"a b"), ("whitespace", 1, 1));
    assert_eq!(refused(b"a\0"), ("nul", 1, 1));
    assert_eq!(refused("b\u{fc}cher".as_bytes()), ("non-ascii", 1, 1));
}

#[test]
fn underscores_stand_where_they_are_asked_for() {
    assert_eq!(lookup_name_error(b"_http._tcp.a_b"), None);
    let error = lookup_name_error(b"a_b.-c").unwrap();
    assert_eq!((error.code(), error.at, error.len), ("host-label-hyphen", 4, 2));
    let long = "_".repeat(64);
    let error = lookup_name_error(long.as_bytes()).unwrap();
    assert_eq!((error.code(), error.at, error.len), ("host-label-too-long", 0, 64));
}

#[test]
fn a_name_is_no_address_and_nothing_else() {
    let refused = |text: &[u8]| {
        let error = HostName::parse(text).unwrap_err();
        (error.code(), error.at, error.len)
    };
    assert_eq!(HostName::parse(b"Unix").unwrap().as_written(), b"Unix");
    assert_eq!(refused(b""), ("empty", 0, 0));
    assert_eq!(refused(b"1.2.3.4"), ("not-representable", 0, 7));
    assert_eq!(refused(b"1.2.3.04"), ("octet-leading-zero", 6, 2));
    assert_eq!(refused(b"*"), ("host-bad-byte", 0, 1));
    assert_eq!(refused(b"a:80"), ("host-bad-byte", 1, 1));
    assert_eq!(refused(&[b'a'; 65_536]), ("too-long", 65_535, 1));
}

#[test]
fn a_name_that_strict_cannot_say_is_not_printed() {
    let mut out = [0; 8];
    let mut format = |written, escaped| HostName::from_written(written, escaped).format(&mut out);
    assert_eq!(format(b"a.B.", false), Ok(4));
    assert_eq!(format(b"%61%2eb", true), Ok(3));
    assert_eq!(format(b"%61", false), Err(FormatError::NotRepresentable));
    assert_eq!(format(b"a%20", true), Err(FormatError::NotRepresentable));
    assert_eq!(format(b"%31", true), Err(FormatError::NotRepresentable));
    assert_eq!(format(b"", false), Err(FormatError::NotRepresentable));
    assert_eq!(format(&[b'a'; 300], true), Err(FormatError::NotRepresentable));
    assert_eq!(format(b"example.com", false), Err(FormatError::BufferTooSmall));
}

#[test]
fn a_name_is_judged_before_its_later_labels() {
    let name = format!("{}-.a_b", "a.".repeat(130));
    assert_eq!(refused(name.as_bytes()), ("host-too-long", 0, 263));
    let name = format!("-.{}", "a.".repeat(130));
    assert_eq!(refused(name.as_bytes()), ("host-label-hyphen", 0, 1));
}

#[test]
fn a_resolver_takes_an_underscore() {
    let refused = |text: &[u8]| lookup_name_error(text).map(|error| (error.code(), error.at));
    assert_eq!(refused(b"a_b._tcp"), None);
    assert_eq!(refused(b"a_b-"), Some(("host-label-hyphen", 0)));
    assert_eq!(refused("_".repeat(64).as_bytes()), Some(("host-label-too-long", 0)));
    assert_eq!(refused(b"a_b+"), Some(("host-bad-byte", 3)));
}

#[test]
fn the_last_label_decides_what_is_a_number() {
    for numeric in ["1", "1.2.3.4.", "a.1", "foo.0x1f", "foo.0X", "..1", "a_b.08", "0x.", "1."] {
        assert!(is_numeric_last_label(numeric.as_bytes()), "{numeric}");
    }
    for name in ["", ".", "1..", "1.a", "0xg", "a.0x1-", "x0", "1e3", "+1", "1 "] {
        assert!(!is_numeric_last_label(name.as_bytes()), "{name}");
    }
}
