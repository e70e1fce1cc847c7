//! What the fields are, what they are not, and how far they are believed.

#![allow(clippy::arithmetic_side_effects)] // counts of tests stay small

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::trust::End;
use super::*;
use crate::addr::{HostBits, Ip, Prefix};

fn read(text: &[u8]) -> Result<Forwarded<'_>, WireError> {
    Forwarded::decode(text, ()).map(|decoded| decoded.value().unwrap())
}

/// What a field says, in the words in which it is written.
#[track_caller]
fn says(text: &str, written: &str) {
    let value = read(text.as_bytes()).unwrap();
    assert_eq!(write(&value), Ok(written.into()), "{text}");
    assert_eq!(read(written.as_bytes()), Ok(value), "{text}");
}

fn write<'a, W: Wire<'a, Context = ()>>(value: &W) -> Result<String, WireError> {
    let mut out = vec![0; value.encoded_len(())?];
    assert_eq!(value.encode((), &mut out), Ok(out.len()));
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[track_caller]
fn refuses(text: &str, code: &str, at: usize) {
    let error = read(text.as_bytes()).unwrap_err();
    assert_eq!((error.code(), error.at), (code, at), "{text}");
}

#[track_caller]
fn refuses_xff(text: &str, at: usize) {
    let error = Xff::decode(text.as_bytes(), ()).unwrap_err();
    assert_eq!((error.code(), error.at), ("bad-node", at), "{text}");
}

#[test]
fn every_form_of_a_node() {
    says("for=192.0.2.43", "for=192.0.2.43");
    says("For=\"192.0.2.43\"", "for=192.0.2.43");
    says("FOR=\"192.0.2.43:47011\"", "for=\"192.0.2.43:47011\"");
    says("for=\"[2001:DB8::17]\"", "for=\"[2001:db8::17]\"");
    says("for=\"[2001:db8::17]:00080\"", "for=\"[2001:db8::17]:80\"");
    says("for=UNKNOWN;by=\"unknown:80\"", "for=unknown;by=\"unknown:80\"");
    says("for=\"unknown:_p\"", "for=\"unknown:_p\"");
    says("for=_hidden;by=\"_a.-_9:_b\"", "for=_hidden;by=\"_a.-_9:_b\"");
    says("for=\"192.0.2.1:_p\"", "for=\"192.0.2.1:_p\"");
    says(r#"for="_\h\idden:\_\p""#, "for=\"_hidden:_p\"");
    says(r#"for="\1.2.3.\4:\8\0""#, "for=\"1.2.3.4:80\"");
}

#[test]
fn every_parameter_in_any_order() {
    says(
        "proto=https;host=\"a.example:80\";by=_x;for=1.2.3.4",
        "for=1.2.3.4;by=_x;host=\"a.example:80\";proto=https",
    );
    says("host=a.example", "host=a.example");
    says("secret=\"a \\\"b\\\\\";x=1", "secret=\"a \\\"b\\\\\";x=1");
    says("for=1.2.3.4;X=\"\"", "for=1.2.3.4;X=\"\"");
    let field = read(b"a=1;for=_x;B=\"2\"").unwrap();
    let hop = field.hops().next().unwrap();
    let pairs: Vec<_> = hop.extensions.into_iter().collect();
    assert_eq!(pairs, [(&b"a"[..], Text::new(b"1")), (b"B", Text::new(b"2"))]);
    assert_eq!(format!("{:?}", hop.extensions), r#"{"a": "1", "B": "2"}"#);
}

#[test]
fn lists_have_blanks_around_commas_and_empty_elements() {
    for text in
        ["for=_a,for=_b", " for=_a \t,\t for=_b ", ",for=_a,, ,for=_b,", "for=_a;,;;,;for=_b"]
    {
        says(text, "for=_a, for=_b");
    }
    says("for=_a;;proto=http;", "for=_a;proto=http");
}

#[test]
fn refuses_what_is_no_list() {
    for text in ["", " ", ",", ";", " ,;, "] {
        refuses(text, "bad-token", text.len());
    }
    refuses("for", "bad-token", 3);
    refuses("for=", "bad-token", 4);
    refuses("=1.2.3.4", "bad-token", 0);
    refuses("for =_a", "bad-token", 3);
    refuses("for= _a", "bad-token", 4);
    refuses("for=_a; proto=http", "bad-token", 8);
    refuses("for=_a for=_b", "bad-token", 7);
    refuses("for=[::1]", "bad-token", 4);
    refuses("for=1.2.3.4:80", "bad-token", 11);
    refuses("for=_a\"", "bad-token", 6);
    refuses("for=\"_a\"b", "bad-token", 8);
    refuses("for=\u{e9}", "bad-token", 4);
    refuses("f(r=_a", "bad-token", 1);
    refuses("for=_a\n", "bad-token", 6);
}

#[test]
fn refuses_quotes_without_their_end() {
    refuses("for=\"_a", "bad-quote", 7);
    refuses("for=\"", "bad-quote", 5);
    refuses("for=\"_a\\\"", "bad-quote", 9);
    refuses("for=\"_a\\", "bad-quote", 8);
    refuses("for=\", for=1.2.3.4", "bad-quote", 18);
    refuses("x=\"a\nb\"", "bad-quote", 4);
    refuses("x=\"a\\\u{1}\"", "bad-quote", 5);
    refuses("x=\"\u{7f}\"", "bad-quote", 3);
}

#[test]
fn refuses_what_stands_twice() {
    refuses("for=_a;for=_b", "duplicate-parameter", 7);
    refuses("for=_a;FOR=!", "duplicate-parameter", 7);
    refuses("by=_a;x=1;by=_a", "duplicate-parameter", 10);
    refuses("a=1;b=2;A=1", "duplicate-parameter", 8);
    refuses("host=a;host=a", "duplicate-parameter", 7);
    says("for=_a,for=_a", "for=_a, for=_a");
}

#[test]
fn refuses_more_unknown_parameters_than_can_be_compared() {
    let most: Vec<String> = (0..32).map(|index| format!("x{index}=1")).collect();
    let most = most.join(";");
    says(&most, &most);
    refuses(&format!("{most};for=_a;y=1"), "bad-token", most.len() + 8);
}

#[test]
fn refuses_nodes_and_values() {
    refuses("for=example.com", "bad-node", 4);
    refuses("for=\"\"", "bad-node", 5);
    refuses("for=010.0.0.1", "bad-node", 4);
    refuses("for=1.2.3", "bad-node", 9);
    refuses("for=\"2001:db8::17\"", "bad-node", 5);
    refuses("for=\"[fe80::1%25lo]\"", "bad-node", 13);
    refuses("for=\"[::1]80\"", "bad-node", 10);
    refuses("for=\"1.2.3.4:65536\"", "bad-node", 13);
    refuses("for=\"1.2.3.4:000080\"", "bad-node", 13);
    refuses("for=\"1.2.3.4:+80\"", "bad-node", 13);
    refuses("for=\"unknown:x\"", "bad-node", 13);
    refuses("for=_", "bad-node", 5);
    refuses("for=_a!", "bad-node", 6);
    refuses("for=_a;by=\"1.2.3.4:_\"", "bad-node", 20);
    refuses(r#"for="1\.2.\300.4""#, "bad-node", 10);
    refuses(&format!("for=\"\\_{}\"", "a".repeat(400)), "bad-node", 5);
    refuses("proto=1http", "bad-token", 6);
    refuses("proto=ht_tp", "bad-token", 8);
    refuses("proto=\"\"", "bad-token", 7);
    refuses("host=\"a b\"", "bad-token", 7);
    refuses("host=\"\"", "bad-token", 6);
}

#[test]
fn lists_of_addresses() {
    let says = |text: &str, written: &str| {
        let value = Xff::decode(text.as_bytes(), ()).unwrap().value().unwrap();
        assert_eq!(write(&value), Ok(written.into()));
    };
    says("1.2.3.4", "1.2.3.4");
    says(" 1.2.3.4:80 ,\t2001:DB8::1,[::1],[::1]:80", "1.2.3.4:80, 2001:db8::1, ::1, [::1]:80");
    says("Unknown, ::ffff:1.2.3.4", "unknown, ::ffff:1.2.3.4");
    refuses_xff("", 0);
    refuses_xff("1.2.3.4,", 8);
    refuses_xff("1.2.3.4, , ::1", 9);
    refuses_xff("_hidden", 0);
    refuses_xff("1.2.3.4, example.com", 9);
    refuses_xff("unknown:80", 0);
    refuses_xff("1.2.3.4 5.6.7.8", 7);
    refuses_xff("::1, 1.2.3.4:080", 13);
    refuses_xff("fe80::1%lo", 7);
    refuses_xff("\"1.2.3.4\"", 0);
}

#[test]
fn nothing_is_written_that_reads_back_otherwise() {
    let refused = Err(WireError::new(WireErrorKind::NotRepresentable, 0));
    let zoned = Ip::parse(b"fe80::1%lo").unwrap();
    let word = |bytes| NodeName::Obfuscated(Text::new(bytes));
    let node = |name| Hop::new(Node::new(name, None));
    for name in [NodeName::Ip(zoned), word(b"_"), word(b"a"), word(b"_a b"), word(b"")] {
        assert_eq!(write(&Forwarded::new(&[node(name)])), refused, "{name:?}");
    }
    let value = |bytes| Some(Text::new(bytes));
    for hop in [
        Hop::default(),
        Hop { proto: value(b"ht tp"), ..Hop::default() },
        Hop { host: value(b"a\nb"), ..Hop::default() },
    ] {
        assert_eq!(write(&Forwarded::new(&[hop])), refused, "{hop:?}");
    }
    assert_eq!(write(&Forwarded::new(&[])), refused);
    assert_eq!(write(&Xff::new(&[])), refused);
    let port = Some(NodePort::Number(80));
    for node in [
        Node::ip(zoned),
        Node::new(word(b"_a"), None),
        Node::new(NodeName::Unknown, port),
        Node::new(
            NodeName::Ip(Ip::parse(b"1.2.3.4").unwrap()),
            Some(NodePort::Obfuscated(Text::new(b"_p"))),
        ),
    ] {
        assert_eq!(write(&Xff::new(&[node])), refused, "{node:?}");
    }
}

fn ip(text: &str) -> Ip {
    Ip::parse(text.as_bytes()).unwrap()
}

/// Who asked, as both fields say it: the address, the hops walked and why no farther.
fn walk<'a>(fields: &[&'a str], peer: &str) -> (String, usize, End<'a>) {
    let proxies = [Prefix::parse(b"10.0.0.0/8", HostBits::Reject).unwrap()];
    let fields = fields.iter().map(|field| field.as_bytes());
    let walk = trust::xff(fields, ip(peer), 4, trust::within(&proxies));
    (walk.ip.to_string(), walk.hops, walk.end)
}

#[test]
fn the_client_is_the_first_from_the_right_that_is_not_trusted() {
    let field = "127.0.0.1, 198.51.100.7, 10.0.0.2";
    assert_eq!(walk(&[field], "10.0.0.1"), ("198.51.100.7".into(), 2, End::Untrusted));
    assert_eq!(walk(&[field], "198.51.100.9"), ("198.51.100.9".into(), 0, End::Untrusted));
    assert_eq!(walk(&[field], "::ffff:10.0.0.1").1, 2);
    assert_eq!(
        walk(&["10.0.0.3, ::ffff:10.0.0.2"], "10.0.0.1"),
        ("10.0.0.3".into(), 2, End::AllTrusted)
    );
    assert_eq!(walk(&[], "10.0.0.1"), ("10.0.0.1".into(), 0, End::AllTrusted));
    assert_eq!(walk(&["1.1.1.1", "2.2.2.2, 10.0.0.2"], "10.0.0.1").0, "2.2.2.2");
    assert_eq!(walk(&["1.1.1.1", "10.0.0.2"], "10.0.0.1").0, "1.1.1.1");
}

#[test]
fn a_walk_ends_where_nobody_is_vouched_for() {
    let peer = "10.0.0.1";
    assert_eq!(walk(&["1.1.1.1, unknown, 10.0.0.2"], peer), ("10.0.0.2".into(), 1, End::Unknown));
    let bad = |at| End::Malformed(WireError::new(WireErrorKind::BadNode, at));
    assert_eq!(walk(&["1.1.1.1, garbage, 10.0.0.2"], peer), ("10.0.0.2".into(), 1, bad(9)));
    assert_eq!(walk(&["garbage, 1.1.1.1"], peer), ("1.1.1.1".into(), 1, End::Untrusted));
    assert_eq!(walk(&["1.1.1.1,"], peer), ("10.0.0.1".into(), 0, bad(8)));
    let many = ["10.0.0.2, ".repeat(4), "10.0.0.3".into()].concat();
    assert_eq!(walk(&[&many], peer), ("10.0.0.2".into(), 4, End::TooManyHops));
    let exact = ["1.1.1.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"].join(", ");
    assert_eq!(walk(&[&exact], peer), ("1.1.1.1".into(), 4, End::Untrusted));
}

#[test]
fn forwarded_is_walked_in_the_same_way() {
    let proxies = [Prefix::parse(b"10.0.0.0/8", HostBits::Reject).unwrap()];
    let walk = |fields: &[&'static str]| {
        let fields = fields.iter().map(|field| field.as_bytes());
        let walk = trust::forwarded(fields, ip("10.0.0.1"), 4, trust::within(&proxies));
        (walk.client().map(|ip| ip.to_string()), walk.hops, walk.end)
    };
    let client = |ip: &str| Some(ip.into());
    assert_eq!(
        walk(&["for=1.1.1.1, for=\"2.2.2.2:80\";by=_x", "for=10.0.0.2"]),
        (client("2.2.2.2"), 2, End::Untrusted)
    );
    assert_eq!(walk(&["for=1.1.1.1, for=10.0.0.3"]), (client("1.1.1.1"), 2, End::Untrusted));
    assert_eq!(walk(&["for=1.1.1.1, proto=http"]), (None, 0, End::Missing));
    assert_eq!(walk(&["for=unknown, for=10.0.0.2"]), (None, 1, End::Unknown));
    assert_eq!(walk(&["for=_a"]), (None, 0, End::Obfuscated(Text::new(b"_a"))));
    let bad = WireError::new(WireErrorKind::BadQuote, 19);
    assert_eq!(walk(&["for=\", for=2.2.2.2 ", "for=10.0.0.2"]), (None, 1, End::Malformed(bad)));
}

#[test]
fn trust_is_asked_from_the_peer_outward() {
    let mut asked = vec![];
    let walk = trust::xff([&b"1.1.1.1, 2.2.2.2, 3.3.3.3"[..]], ip("4.4.4.4"), 9, |ip| {
        asked.push(ip.to_string());
        asked.len() < 3
    });
    assert_eq!(
        (walk.ip, asked),
        (ip("2.2.2.2"), vec!["4.4.4.4".into(), "3.3.3.3".into(), "2.2.2.2".to_string()])
    );
}

fn text() -> impl Strategy<Value = &'static [u8]> {
    prop::sample::select(vec![&b"_a"[..], b"_a.b-c", b"__", b"_9"])
}

fn node() -> impl Strategy<Value = Node<'static>> {
    let name = prop_oneof![
        any::<[u8; 4]>().prop_map(|bytes| NodeName::Ip(Ip::V4(bytes.into()))),
        any::<[u8; 16]>().prop_map(|bytes| NodeName::Ip(Ip::V6(bytes.into(), None))),
        Just(NodeName::Unknown),
        text().prop_map(|word| NodeName::Obfuscated(Text::new(word))),
    ];
    let port = prop_oneof![
        Just(None),
        any::<u16>().prop_map(|port| Some(NodePort::Number(port))),
        text().prop_map(|word| Some(NodePort::Obfuscated(Text::new(word)))),
    ];
    (name, port).prop_map(|(name, port)| Node::new(name, port))
}

fn hop() -> impl Strategy<Value = Hop<'static>> {
    let hosts = [None, Some(&b"a.example:80"[..]), Some(b"[::1]")];
    let protos = [None, Some(&b"https"[..]), Some(b"a+b")];
    let optional = || prop::option::of(node());
    (
        node(),
        optional(),
        prop::sample::select(hosts.to_vec()),
        prop::sample::select(protos.to_vec()),
    )
        .prop_map(|(node, by, host, proto)| Hop {
            by,
            host: host.map(Text::new),
            proto: proto.map(Text::new),
            ..Hop::new(node)
        })
}

proptest! {
    /// Round trip: what is written reads back as the same hops, and is written the same again.
    #[test]
    fn round_trip(hops in prop::collection::vec(hop(), 1..4)) {
        let value = Forwarded::new(&hops);
        let written = write(&value).unwrap();
        let again = read(written.as_bytes());
        prop_assert_eq!(again, Ok(value), "{}", written);
        prop_assert_eq!(write(&again.unwrap()), Ok(written));
    }

    /// The same for the list of addresses.
    #[test]
    fn round_trip_of_addresses(nodes in prop::collection::vec(node(), 1..4)) {
        let value = Xff::new(&nodes);
        if let Ok(written) = write(&value) {
            let again = Xff::decode(written.as_bytes(), ()).unwrap().value().unwrap();
            prop_assert_eq!(again, value);
        }
    }

    /// A cut inside the last hop is never read as more than the hops before it and the beginning
    /// of that one: no hop before it changes.
    #[test]
    fn truncation(hops in prop::collection::vec(hop(), 1..4)) {
        let written = write(&Forwarded::new(&hops)).unwrap();
        for cut in 0..written.len() {
            match read(&written.as_bytes()[..cut]) {
                Ok(short) => {
                    let count = short.hops().count();
                    prop_assert!(count <= hops.len());
                    prop_assert!(short.hops().take(count - 1).eq(hops.iter().copied().take(count - 1)));
                }
                Err(error) => prop_assert!(error.at <= cut),
            }
        }
    }

    /// Whatever stands left of the client changes nothing.
    #[test]
    fn the_client_cannot_choose(left in "[ -~]{0,24}") {
        let forged = format!("{left}, 198.51.100.7, 10.0.0.2");
        prop_assert_eq!(walk(&[&forged], "10.0.0.1"), ("198.51.100.7".into(), 2, End::Untrusted));
    }
}
