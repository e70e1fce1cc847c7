use alloc::string::String;

use super::*;

fn converted(from: Dialect, to: Dialect, text: &str) -> (String, String) {
    let mut out = [0; 512];
    let options = TextOptions::new();
    match convert(from, to, text.as_bytes(), &options, &mut out) {
        Ok(done) => {
            (String::from_utf8(out[..done.len].to_vec()).unwrap(), alloc::format!("{}", done.loss))
        }
        Err(error) => (String::new(), alloc::format!("{error}")),
    }
}

#[track_caller]
fn check(from: Dialect, to: Dialect, text: &str, expected: &str, loss: &str) {
    assert_eq!(converted(from, to, text), (expected.into(), loss.into()), "{text}");
}

#[test]
fn what_the_target_has_no_word_for_is_dropped_and_named() {
    check(Dialect::Strict, Dialect::Pton, "[fe80::1%eth0]", "fe80::1", "zone-dropped");
    check(Dialect::Strict, Dialect::Aton, "[::ffff:1.2.3.4]", "1.2.3.4", "mapped-collapsed");
    check(Dialect::Aton, Dialect::Strict, "0x7f.1", "127.0.0.1", "");
    check(Dialect::CoreNet, Dialect::Netip, "[fe80::1%01]:080", "[fe80::1%1]:80", "");
}

#[test]
fn a_zone_that_the_target_cannot_say_is_dropped_but_by_strict() {
    check(Dialect::Strict, Dialect::CoreNet, "[fe80::1%eth0]:80", "[fe80::1]:80", "zone-dropped");
    let text = "[2001:db8::1%eth0]";
    check(Dialect::Strict, Dialect::GaiNumeric, text, "2001:db8::1", "zone-dropped");
    let both = "zone-dropped mapped-collapsed";
    check(Dialect::Rfc6874, Dialect::Aton, "[::ffff:1.2.3.4%25eth0]", "1.2.3.4", both);
    let refused = "value is not representable in the dialect";
    check(Dialect::Netip, Dialect::Strict, "[::ffff:1.2.3.4%1]:80", "", refused);
}

#[test]
fn escapes_that_are_added_are_named() {
    let both = "escape-added transport-dropped";
    check(
        Dialect::Strict,
        Dialect::Multiaddr,
        "unix:/run/a%20b",
        "/unix/run%2Fa%20b",
        "escape-added",
    );
    check(Dialect::Grpc, Dialect::Strict, "unix:a=/b%20c", "unix:a%3D/b%20c", "escape-added");
    check(Dialect::Libpq, Dialect::Libpq, "host=/tmp", "postgresql://%2Ftmp:5432", "escape-added");
    check(Dialect::Strict, Dialect::Rfc6874, "[fe80::1%12]", "[fe80::1%2512]", "escape-added");
    check(Dialect::Strict, Dialect::Nginx, "unix:/run/a%20b", "unix:/run/a b", "");
    check(
        Dialect::Dbus,
        Dialect::Strict,
        "tcp:host=%3a%3a1,port=1",
        "[::1]:1",
        "transport-dropped",
    );
    let text = "tcp:host=%3a%3a1,port=1";
    check(Dialect::Multiaddr, Dialect::Dbus, "/ip6/::1/tcp/1", text, "escape-added");
    check(Dialect::Multiaddr, Dialect::Rfc6874, "/ip6zone/a/ip6/::1/tcp/1", "[::1%25a]:1", both);
}

#[test]
fn what_the_target_cannot_say_is_refused() {
    let refused = "value is not representable in the dialect";
    check(Dialect::Strict, Dialect::Pton, "[::1]:80", "", refused);
    check(Dialect::Strict, Dialect::CoreNet, "127.0.0.1", "", refused);
    check(Dialect::Strict, Dialect::Netip, "unix:/run/x", "", refused);
    check(Dialect::Netip, Dialect::Strict, "[::ffff:1.2.3.4%1]:80", "", refused);
    check(Dialect::Pton, Dialect::Aton, "1.2", "", "too few octets at byte 3");
}

#[test]
fn a_default_port_is_written_only_where_one_is_required() {
    let options = TextOptions::new().with_default_port(53);
    let mut out = [0; 64];
    let mut to = |dialect| {
        let done = convert(Dialect::Strict, dialect, b"127.0.0.1", &options, &mut out).unwrap();
        (String::from_utf8(out[..done.len].to_vec()).unwrap(), done.loss)
    };
    assert_eq!(to(Dialect::CoreNet), ("127.0.0.1:53".into(), Loss::PORT_DEFAULTED));
    assert_eq!(to(Dialect::Aton), ("127.0.0.1".into(), Loss::NONE));
}

#[test]
fn a_short_buffer_is_an_error_at_every_length() {
    for len in 0..7 {
        let mut out = [0; 16];
        let done = convert(
            Dialect::Strict,
            Dialect::Pton,
            b"[fe80::1%eth0]",
            &TextOptions::new(),
            &mut out[..len],
        );
        assert_eq!(done, Err(FormatError::BufferTooSmall.into()));
    }
}
