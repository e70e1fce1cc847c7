#![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use alloc::{format, vec};

use proptest::prelude::*;

use super::*;

fn found(text: &str) -> Vec<String> {
    let embedded = EmbeddedV4::of(text.parse().unwrap());
    embedded.map(|(form, v4)| format!("{form} {v4}")).collect()
}

#[test]
fn each_form_is_found() {
    for (text, expected) in [
        ("::ffff:127.0.0.1", vec!["mapped 127.0.0.1"]),
        ("::127.0.0.1", vec!["compatible 127.0.0.1"]),
        ("::2", vec!["compatible 0.0.0.2"]),
        ("2002:7f00:1:2:3:4:5:6", vec!["6to4 127.0.0.1"]),
        // RFC 4380 section 4: the server in clear, the client's port and address inverted.
        (
            "2001:0:c000:201:0:d8ef:80ff:fffe",
            vec!["teredo-server 192.0.2.1", "teredo-client 127.0.0.1"],
        ),
        ("64:ff9b::7f00:1", vec!["nat64 127.0.0.1"]),
        ("2001:db8::5efe:7f00:1", vec!["isatap 127.0.0.1"]),
        ("fe80::200:5efe:7f00:1", vec!["isatap 127.0.0.1"]),
        ("2002:102:304::5efe:506:708", vec!["6to4 1.2.3.4", "isatap 5.6.7.8"]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn the_neighbours_of_a_form_are_not_found() {
    for none in [
        "::",
        "::1",
        "::1:0:0",
        "::fffe:7f00:1",
        "::ffff:0:7f00:1",
        "1::ffff:7f00:1",
        "2001:1:7f00:1::",
        "2003:7f00:1::",
        "64:ff9a::7f00:1",
        "64:ff9b::1:7f00:1",
        "64:ff9b:2::7f00:1",
        "2001:db8::100:5efe:7f00:1",
        "2001:db8::300:5efe:7f00:1",
        "2001:db8::5eff:7f00:1",
    ] {
        assert_eq!(found(none), Vec::<String>::new(), "{none}");
    }
}

/// RFC 6052 section 2.4 has the address 192.0.2.33 in each place.
#[test]
fn a_local_prefix_of_unknown_length_has_a_candidate_for_each() {
    let local = |v4: &str| format!("nat64-local {v4}");
    let all = [local("192.0.2.33"), local("0.2.33.0"), local("2.33.0.0"), local("0.0.0.0")];
    assert_eq!(found("64:ff9b:1:c000:2:2100::"), all);
    assert_eq!(found("64:ff9b:1:0:c0:2:2100:0")[2], local("192.0.2.33"));
    assert_eq!(found("64:ff9b:1:1:2:3:c000:221").last(), Some(&local("192.0.2.33")));
    // A u-octet that is not 0 leaves the length 96 alone.
    assert_eq!(found("64:ff9b:1:c000:102:2100::"), [local("0.0.0.0")]);
}

#[test]
fn names_are_unique_and_found() {
    for form in EmbeddedForm::ALL {
        assert_eq!(EmbeddedForm::from_name(form.name()), Some(*form));
        assert_eq!(form.to_string(), form.name());
    }
    assert!(EmbeddedForm::ALL.is_sorted());
    assert_eq!(EmbeddedForm::from_name("Mapped"), None);
    assert_eq!(EmbeddedForm::from_name("six-to-four"), None);
}

#[test]
fn canonical_embeddings_are_those_that_are_documented() {
    let v4 = Ipv4Addr::new(192, 0, 2, 33);
    let written: Vec<String> =
        EmbeddedForm::ALL.iter().map(|form| form.embed(v4).to_string()).collect();
    assert_eq!(
        written,
        [
            "::ffff:192.0.2.33",
            "::c000:221",
            "2002:c000:221::",
            "2001:0:c000:221::",
            "2001::3fff:fdde",
            "64:ff9b::c000:221",
            "64:ff9b:1::c000:221",
            "fe80::5efe:c000:221",
        ]
    );
}

proptest! {
    /// Round trip: what is put into any place of any form is found there.
    #[test]
    fn what_is_embedded_is_found(v4: u32, rest: u128) {
        let v4 = Ipv4Addr::from(v4);
        prop_assume!(v4.to_bits() > 1);
        for (form, v6) in EmbeddedForm::embeddings(v4, rest.into()) {
            prop_assert!(EmbeddedV4::of(v6).any(|found| found == (form, v4)), "{form} {v6}");
        }
        for form in EmbeddedForm::ALL {
            let v6 = form.embed(v4);
            prop_assert!(EmbeddedV4::of(v6).any(|found| found == (*form, v4)), "{form} {v6}");
        }
    }

    /// The oracle is the standard library, for the forms that it knows.
    #[test]
    fn equals_core_net(bits in prop_oneof![any::<u128>(), (0_u128..1 << 49)]) {
        let v6 = Ipv6Addr::from(bits);
        let first = EmbeddedV4::of(v6).find(|(form, _)| *form <= EmbeddedForm::Compatible);
        let expected = v6.to_ipv4().filter(|_| bits > 1);
        prop_assert_eq!(first.map(|(_, v4)| v4), expected);
    }
}
