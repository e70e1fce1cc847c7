#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

use alloc::format;

use super::*;
use crate::addr::{Dialect, Endpoint, HostPort, TextOptions};
use crate::dialect::testing::{prints, reads, reads_endpoint, refuses, refuses_endpoint};
use crate::dialect::{format as write, parse};

const DIALECT: Dialect = Dialect::Whatwg;

#[test]
fn accepts_ipv4_as_inet_aton_and_more() {
    for (text, ip) in [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0X7F000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("010.0.0.1", "8.0.0.1"),
        ("4294967295", "255.255.255.255"),
        ("1.2.65535", "1.2.255.255"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("0x.0.0.1", "0.0.0.1"),
        ("1.2.3.4.", "1.2.3.4"),
        ("1.2.3.", "1.2.0.3"),
        ("4294967295.", "255.255.255.255"),
        ("000000000000000000000000000000000010", "0.0.0.8"),
    ] {
        reads(DIALECT, text, ip);
    }
}

#[test]
fn escapes_stand_for_bytes_before_anything_is_read() {
    reads(DIALECT, "%31.2.3.4", "1.2.3.4");
    reads(DIALECT, "127%2e0%2E0%2e1", "127.0.0.1");
    reads(DIALECT, "%30%78%37%66.1", "127.0.0.1");
    reads(DIALECT, "1.2.3.4%2e", "1.2.3.4");
    reads_endpoint(DIALECT, "ex%61mple.com:80", "example.com:80");
    refuses_endpoint(DIALECT, b"a%2fb", "host-bad-byte", 1, 3);
    refuses_endpoint(DIALECT, b"a%3A80", "host-bad-byte", 1, 3);
    refuses_endpoint(DIALECT, b"a%25", "host-bad-byte", 1, 3);
    refuses_endpoint(DIALECT, b"a%00", "nul", 1, 3);
    refuses_endpoint(DIALECT, b"a%09", "whitespace", 1, 3);
    refuses_endpoint(DIALECT, b"a%zz", "percent-encoding-bad", 1, 1);
    refuses_endpoint(DIALECT, b"a%", "percent-encoding-bad", 1, 1);
}

#[test]
fn what_ends_in_a_number_is_ipv4_or_an_error() {
    refuses(DIALECT, b"256.0.0.1", "octet-too-large", 0, 3);
    refuses(DIALECT, b"1.2.3.256", "octet-too-large", 6, 3);
    refuses(DIALECT, b"1.2.3.%3256", "octet-too-large", 6, 5);
    refuses(DIALECT, b"4294967296", "octet-too-large", 0, 10);
    refuses(DIALECT, b"1.2.3.4.5", "too-many-octets", 7, 1);
    refuses(DIALECT, b"1.2.3.4%2E5", "too-many-octets", 7, 3);
    refuses(DIALECT, b"1..2", "octet-empty", 2, 0);
    refuses(DIALECT, b".1", "octet-empty", 0, 0);
    refuses(DIALECT, b"08.0.0.1", "unexpected-byte", 1, 1);
    refuses(DIALECT, b"1.2.3.09", "unexpected-byte", 7, 1);
    refuses(DIALECT, b"0xg.1", "unexpected-byte", 2, 1);
    refuses(DIALECT, b"foo.1", "octet-empty", 0, 0);
    refuses(DIALECT, b"foo.0x1F", "octet-empty", 0, 0);
    refuses(DIALECT, b"a.0x.", "octet-empty", 0, 0);
    refuses(DIALECT, b"1.%zz.1", "percent-encoding-bad", 2, 1);
    refuses(DIALECT, b"1 .1", "whitespace", 1, 1);
    refuses_endpoint(DIALECT, b"foo.1:80", "octet-empty", 0, 0);
}

#[test]
fn almost_anything_else_is_a_domain() {
    for name in [
        "localhost",
        "a_b",
        "1.2.3.-4",
        "a..b",
        "..",
        ".",
        "1..",
        "1.2.3.4..",
        "*",
        "-",
        "!$&'()*+,;=",
        "\"`{}~",
        "0xg",
        "1e3",
    ] {
        reads_endpoint(DIALECT, name, name);
        refuses(DIALECT, name.as_bytes(), "not-an-ip", 0, u32::try_from(name.len()).unwrap());
    }
    for byte in (0..=0x20).chain(*b"#/<>?@[]\\^|\x7f") {
        let error = parse(DIALECT, &[b'a', byte], &TextOptions::new()).unwrap_err();
        assert_eq!((error.at, error.len), (1, 1), "{byte:#x}");
    }
    refuses_endpoint(DIALECT, b"a\nb", "whitespace", 1, 1);
    refuses_endpoint(DIALECT, b"user@a", "host-bad-byte", 4, 1);
    refuses_endpoint(DIALECT, b"a/b", "host-bad-byte", 1, 1);
    refuses_endpoint(DIALECT, b":80", "host-label-empty", 0, 0);
}

#[test]
fn ipv6_stands_in_brackets_and_has_no_zone() {
    reads(DIALECT, "[::1]", "::1");
    prints(DIALECT, "[::ffff:127.0.0.1]", "[::ffff:7f00:1]");
    prints(DIALECT, "[::1.2.3.4]", "[::102:304]");
    refuses(DIALECT, b"::1", "bracket-missing", 0, 0);
    refuses(DIALECT, b"[::1", "bracket-unclosed", 4, 0);
    refuses(DIALECT, b"[::1]x", "text-after-bracket", 5, 1);
    refuses(DIALECT, b"[::1%25lo]", "zone-not-allowed-in-dialect", 4, 1);
    refuses(DIALECT, b"[::%31]", "zone-not-allowed-in-dialect", 3, 1);
    refuses(DIALECT, b"[127.0.0.1]", "bracketed-non-ipv6", 1, 9);
    refuses(DIALECT, b"[v1.a]", "bracketed-non-ipv6", 1, 4);
    refuses(DIALECT, b"[::01.2.3.4]", "octet-leading-zero", 3, 2);
    refuses_endpoint(DIALECT, b"::1:80", "unbracketed-ipv6-with-port", 0, 3);
}

#[test]
fn ports_may_be_empty_and_have_leading_zeros() {
    reads_endpoint(DIALECT, "127.0.0.1:", "127.0.0.1");
    reads_endpoint(DIALECT, "127.1:000000080", "127.0.0.1:80");
    reads_endpoint(DIALECT, "[::1]:", "[::1]");
    reads_endpoint(DIALECT, "a:0", "a:0");
    refuses_endpoint(DIALECT, b"a:65536", "port-too-large", 2, 5);
    refuses_endpoint(DIALECT, b"a:-1", "port-sign", 2, 1);
    refuses_endpoint(DIALECT, b"a:0x50", "unexpected-byte", 3, 1);
    refuses_endpoint(DIALECT, b"a:8\n0", "whitespace", 3, 1);
    refuses_endpoint(DIALECT, "a:\u{ff18}".as_bytes(), "non-ascii", 2, 1);
    refuses_endpoint(DIALECT, b"a:80:90", "unexpected-byte", 4, 1);
}

#[test]
fn names_are_written_in_lower_case_where_they_read_back() {
    let mut out = [0; 32];
    let mut written = |name: &'static [u8], is_escaped| {
        let host = Host::Name(HostName::from_written(name, is_escaped));
        write(DIALECT, &Endpoint::Inet(HostPort { host, port: None }), &mut out)
            .map(|len| out[..len].to_vec())
    };
    assert_eq!(written(b"EX%41mple", true), Ok(b"example".to_vec()));
    for (name, is_escaped) in
        [(&b"%41"[..], false), (b"a%20", true), (b"", false), (b"127.1", false), (b"a.0X", false)]
    {
        assert_eq!(written(name, is_escaped), Err(FormatError::NotRepresentable));
    }
}

#[test]
fn a_label_that_idna_refuses_is_refused_where_it_stands() {
    for (text, at, len) in [
        ("a.xn--a.b", 2, 5),
        ("XN--A", 0, 5),
        ("x%6e--a", 0, 7),
        ("a.%ff", 2, 3),
        ("\u{661}\u{662}.0.0.1", 0, 4),
    ] {
        refuses_endpoint(DIALECT, text.as_bytes(), "needs-idna", at, len);
    }
    refuses_endpoint(DIALECT, "a<b.\u{fc}".as_bytes(), "host-bad-byte", 1, 1);
}

#[cfg(not(feature = "idna"))]
#[test]
fn labels_beyond_ascii_are_refused_without_the_feature() {
    refuses_endpoint(DIALECT, "a.b\u{fc}cher.example:80".as_bytes(), "needs-idna", 2, 7);
    refuses_endpoint(DIALECT, b"xn--bcher-kva.example", "needs-idna", 0, 13);
    refuses(DIALECT, "\u{ff11}.2.3.4".as_bytes(), "needs-idna", 0, 3);
    refuses_endpoint(DIALECT, "\u{fc}<".as_bytes(), "needs-idna", 0, 3);
}

#[cfg(feature = "idna")]
#[test]
fn labels_beyond_ascii_are_processed_with_the_feature() {
    reads(DIALECT, "\u{ff11}\u{ff12}\u{ff17}.\u{ff10}.\u{ff10}.\u{ff11}", "127.0.0.1");
    reads(DIALECT, "127\u{3002}0\u{3002}0\u{3002}1", "127.0.0.1");
    reads(DIALECT, "\u{2460}.2.3.4", "1.2.3.4");
    reads(DIALECT, "%EF%BC%91.2.3.4", "1.2.3.4");
    reads_endpoint(DIALECT, "b\u{fc}cher.example:80", "xn--bcher-kva.example:80");
    reads_endpoint(DIALECT, "B%C3%9Ccher.Example", "xn--bcher-kva.example");
    reads_endpoint(DIALECT, "XN--bcher-KVA.example", "xn--bcher-kva.example");
    refuses(DIALECT, "\u{ff11}.2.3.4.5".as_bytes(), "too-many-octets", 0, 11);
    refuses_endpoint(DIALECT, "\u{fc}<".as_bytes(), "host-bad-byte", 2, 1);
    refuses_endpoint(DIALECT, "a\u{ff0f}b".as_bytes(), "needs-idna", 0, 5);
    refuses_endpoint(DIALECT, "\u{ad}".as_bytes(), "host-label-empty", 0, 0);
}

#[test]
fn an_escaped_byte_is_named_by_its_mark() {
    for text in [&b"0%38"[..], b"1.2.3.0%39"] {
        let error = parse(DIALECT, text, &TextOptions::new()).unwrap_err();
        let byte = text[error.at as usize];
        assert_eq!(error.kind, ParseErrorKind::UnexpectedByte { byte }, "{error}");
    }
}

#[test]
fn offsets_stay_inside() {
    for text in ["%", "%3", "1.%", "%2e", "%2e1", "xn--%", "a.\u{fc}%", "1.2.3.4.%35", ".."] {
        for end in 0..=text.len() {
            if let Err(error) = parse(DIALECT, &text.as_bytes()[..end], &TextOptions::new()) {
                assert!((error.at + error.len) as usize <= end, "{}", format!("{text} {error}"));
            }
        }
    }
}
