//! Each rule of the module's page, one accepting and one refusing case.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::*;
use crate::addr::{HostBits, Prefix};

fn ip(text: &str) -> Ip {
    Ip::parse(text.as_bytes()).unwrap()
}

fn rules(list: &str) -> Vec<Rule> {
    let read = parse_rules(list.as_bytes(), RuleOptions::new());
    read.map(|rule| rule.map(|(_, rule)| rule)).collect::<Result<_, _>>().unwrap()
}

/// What a list decides about an address, through v4-mapped.
fn decided(list: &str, address: &str) -> String {
    std::format!("{}", AddressSet::new(&rules(list)).decide(ip(address)))
}

#[test]
fn a_rule_on_ipv4_is_not_bypassed_by_any_spelling_of_mapped() {
    let list = "allow 0.0.0.0/0\nallow ::/0\ndeny 127.0.0.0/8";
    for mapped in ["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:FFFF:7F00:0001"] {
        assert_eq!(decided(list, mapped), "deny 127.0.0.0/8 through mapped 127.0.0.1");
    }
    assert_eq!(decided(list, "127.0.0.1"), "deny 127.0.0.0/8");
    assert_eq!(decided(list, "::ffff:128.0.0.1"), "allow ::/0");
    assert_eq!(decided(list, "::1"), "allow ::/0");
}

#[test]
fn the_longest_prefix_wins_and_of_equal_ones_the_denial() {
    let list = "allow 10.1.0.0/16\ndeny 10.0.0.0/8\nallow 10.0.0.0/8\ndeny 10.1.2.3";
    assert_eq!(decided(list, "10.1.2.4"), "allow 10.1.0.0/16");
    assert_eq!(decided(list, "10.2.0.0"), "deny 10.0.0.0/8");
    assert_eq!(decided(list, "10.1.2.3"), "deny 10.1.2.3/32");
    let set = rules("allow 10.0.0.0/8\ndeny 10.0.0.0/8\ndeny 10.0.0.0/8");
    assert_eq!(AddressSet::new(&set).decide(ip("10.0.0.0")).rule, Some((1, set[1])));
}

#[test]
fn an_allowance_outside_does_not_let_an_address_inside_pass() {
    let list = "allow ::ffff:0:0/96\ndeny 10.0.0.0/8";
    assert_eq!(decided(list, "::ffff:10.1.2.3"), "deny 10.0.0.0/8 through mapped 10.1.2.3");
    let by_default = "deny by default through mapped 10.1.2.3";
    assert_eq!(decided("allow ::/0", "::ffff:10.1.2.3"), by_default);
    assert_eq!(decided("allow ::ffff:0:0/96", "::ffff:10.1.2.3"), by_default);
}

/// A denial of `::ffff:127.0.0.0/104` would let 127.0.0.1 pass.
#[test]
fn a_rule_on_ipv4_is_not_written_as_mapped() {
    let rule = |text: &str| {
        let prefix = Prefix::parse(text.as_bytes(), HostBits::Keep).unwrap();
        Rule::new(Action::Deny, prefix).map_err(|error| (error.code(), error.at, error.len))
    };
    for mapped in ["::ffff:0:0/97", "::ffff:127.0.0.0/104", "::ffff:127.0.0.1/128"] {
        assert_eq!(rule(mapped), Err(("mapped-in-rule", 0, 0)), "{mapped}");
    }
    assert_eq!(rule("::ffff:127.0.0.1/104"), Err(("host-bits-set", 0, 0)));
    for other in ["::ffff:0:0/96", "::/95", "::fffe:0:0/97", "::ffff:0:0:0/128", "127.0.0.0/8"] {
        assert!(rule(other).is_ok(), "{other}");
    }
}

#[test]
fn a_denial_outside_denies_what_is_allowed_inside() {
    let list = "allow 0.0.0.0/0\ndeny ::ffff:0:0/96";
    assert_eq!(decided(list, "::ffff:192.0.2.1"), "deny ::ffff:0.0.0.0/96");
    assert_eq!(decided(list, "192.0.2.1"), "allow 0.0.0.0/0");
}

#[test]
fn an_allowance_reaches_through_mapped_and_through_nothing_else() {
    let list = rules("allow 10.0.0.0/8");
    let set = AddressSet::new(&list).with_embeddings(Embeddings::ALL);
    assert_eq!(
        set.decide(ip("::ffff:10.0.0.1")).to_string(),
        "allow 10.0.0.0/8 through mapped 10.0.0.1"
    );
    for other in ["::10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1", "fe80::5efe:a00:1"] {
        assert_eq!(set.decide(ip(other)).to_string(), "deny by default", "{other}");
    }
}

#[test]
fn every_named_embedding_is_looked_through() {
    let list = rules("deny 127.0.0.0/8");
    let open = AddressSet::new(&list).with_default(Action::Allow);
    for form in EmbeddedForm::ALL {
        let address = form.embed(Ipv4Addr::LOCALHOST);
        let seen = open.with_embeddings(Embeddings::NONE.with(*form)).decide(address);
        assert_eq!(seen.through, Some((*form, Ipv4Addr::LOCALHOST)));
        assert_eq!((seen.action, seen.rule), (Action::Deny, Some((0, list[0]))));
        assert!(open.with_embeddings(Embeddings::NONE).decide(address).is_allowed());
        assert_eq!(open.decide(address).is_allowed(), *form != EmbeddedForm::Mapped);
    }
}

#[test]
fn the_prefixes_of_a_network_are_looked_through_where_they_are_given() {
    let prefix = |text: &str| {
        let prefix = Prefix::parse(text.as_bytes(), HostBits::Reject).unwrap();
        Nat64Prefix::new(prefix).unwrap()
    };
    let ours = [prefix("2001:db8:122::/48"), prefix("2001:db8::/96")];
    let list = rules("allow ::/0\nallow 0.0.0.0/0\ndeny 127.0.0.0/8");
    let set = AddressSet::new(&list);
    // The u-octet of the second is no zero.
    for address in ["2001:db8:122:7f00:0:100::", "2001:db8:122:7f00:ff00:100::", "2001:db8::7f00:1"]
    {
        assert!(set.decide(ip(address)).is_allowed(), "{address}");
        let decision = set.with_nat64(&ours).decide(ip(address));
        assert_eq!(decision.to_string(), "deny 127.0.0.0/8 through nat64 127.0.0.1", "{address}");
    }
    assert!(set.with_nat64(&ours).decide(ip("2001:db8:122:8000:0:100::")).is_allowed());
    assert!(set.with_nat64(&ours).decide(ip("2001:db8:0:0:ff00::7f00:1")).is_allowed());
}

#[test]
fn where_no_rule_speaks_the_default_does() {
    assert_eq!(decided("", "192.0.2.1"), "deny by default");
    assert_eq!(decided("deny 10.0.0.0/8", "192.0.2.1"), "deny by default");
    let list = rules("deny 10.0.0.0/8");
    let open = AddressSet::new(&list).with_default(Action::Allow);
    assert_eq!(open.decide(ip("192.0.2.1")).to_string(), "allow by default");
    assert_eq!(open.decide(ip("10.0.0.1")).to_string(), "deny 10.0.0.0/8");
    assert_eq!(AddressSet::new(&[]).decide(ip("::1")).rule, None);
}

#[test]
fn the_zone_of_an_address_is_not_looked_at() {
    for address in ["fe80::1", "fe80::1%eth0", "fe80::1%2"] {
        assert_eq!(decided("allow ::/0\ndeny fe80::/10", address), "deny fe80::/10");
    }
}

#[test]
fn a_rule_has_neither_host_bits_nor_a_zone() {
    let rule = |text: &str| {
        let prefix = Prefix::parse(text.as_bytes(), HostBits::Keep).unwrap();
        Rule::new(Action::Deny, prefix).map_err(|error| (error.code(), error.at, error.len))
    };
    assert_eq!(rule("10.0.0.1/8"), Err(("host-bits-set", 0, 0)));
    assert_eq!(rule("fe80::1/64"), Err(("host-bits-set", 0, 0)));
    assert_eq!(rule("fe80::%eth0/64"), Err(("zone-in-rule", 0, 0)));
    assert_eq!(rule("::/0").unwrap().to_string(), "deny ::/0");
    assert_eq!(rule("10.0.0.1/32").unwrap().prefix().prefix_len(), 32);
}

#[test]
fn a_set_can_be_a_constant() {
    const LOOPBACK: Rule = {
        let ip = Ip::V4(Ipv4Addr::new(127, 0, 0, 0));
        let Ok(prefix) = Prefix::new(ip, 8, HostBits::Reject) else { panic!() };
        let Ok(rule) = Rule::new(Action::Deny, prefix) else { panic!() };
        rule
    };
    const SET: AddressSet<'static> =
        AddressSet::new(&[LOOPBACK]).with_default(Action::Allow).with_embeddings(Embeddings::ALL);
    assert_eq!(SET.rules(), [LOOPBACK]);
    assert!(!SET.decide(ip("2002:7f00:1::")).is_allowed());
    assert!(SET.decide(Ipv4Addr::new(126, 0, 0, 1)).is_allowed());
}

mod text {
    use super::*;

    #[track_caller]
    fn reads(line: &str, expected: Option<&str>) {
        let rule = parse_rule(line.as_bytes(), &RuleOptions::new()).unwrap();
        assert_eq!(rule.map(|rule| std::format!("{rule}")).as_deref(), expected, "{line:?}");
    }

    #[track_caller]
    fn refuses(options: RuleOptions, line: &[u8], code: &str, at: u32, len: u32) {
        let error = parse_rule(line, &options).expect_err("is read");
        assert_eq!((error.code(), error.at, error.len), (code, at, len), "{}", line.escape_ascii());
    }

    #[test]
    fn a_line_is_a_rule_or_nothing() {
        reads("allow 10.0.0.0/8", Some("allow 10.0.0.0/8"));
        reads("\tdeny\t ::1  # me\r", Some("deny ::1/128"));
        reads("deny 192.0.2.1 #x\u{e9}", Some("deny 192.0.2.1/32"));
        reads("allow fe80::%0/64", Some("allow fe80::/64"));
        for nothing in ["", " ", "\t\r", "#", "# allow 10.0.0.0/8", "  #x"] {
            reads(nothing, None);
        }
    }

    #[test]
    fn an_action_is_said_or_given_for_all() {
        let bare = RuleOptions::new().with_bare(Action::Deny);
        let rule = |line: &[u8]| parse_rule(line, &bare).unwrap().unwrap().to_string();
        assert_eq!(rule(b" 10.0.0.0/8 # x"), "deny 10.0.0.0/8");
        assert_eq!(rule(b"allow 10.0.0.0/8"), "allow 10.0.0.0/8");
        refuses(RuleOptions::new(), b"10.0.0.0/8", "action-missing", 0, 0);
        refuses(RuleOptions::new(), b"  10.0.0.0/8 # x", "action-missing", 2, 0);
        for options in [RuleOptions::new(), bare] {
            refuses(options, b" Allow 10.0.0.0/8", "action-unknown", 1, 5);
            refuses(options, b"10.0.0.0/8 deny", "action-unknown", 0, 10);
            refuses(options, b"allow", "address-missing", 5, 0);
            refuses(options, b" deny # 10.0.0.0/8", "address-missing", 5, 0);
        }
    }

    #[test]
    fn addresses_are_strict_and_errors_point_into_the_line() {
        let strict = RuleOptions::new();
        refuses(strict, b"allow 10.0.0.1/8", "host-bits-set", 6, 8);
        refuses(strict, b"allow 010.0.0.0/8", "octet-leading-zero", 6, 3);
        refuses(strict, b"allow 10.0.0.0/08", "prefix-leading-zero", 15, 2);
        refuses(strict, b"allow 10.0.0.0/8#x", "unexpected-byte", 16, 1);
        refuses(strict, b"allow localhost", "not-an-ip", 6, 9);
        refuses(strict, b"deny 10.0.0.0/8 10.1.0.0/16", "trailing-bytes", 16, 11);
        refuses(strict, b"deny fe80::%eth0/64", "zone-in-rule", 11, 5);
        refuses(strict, b" deny fe80::1%2", "zone-in-rule", 13, 2);
        refuses(strict, b"deny ::ffff:7f00:0/104 #", "mapped-in-rule", 5, 13);
        refuses(strict, b"allow ::ffff:10.0.0.1", "mapped-in-rule", 6, 15);
        refuses(strict, b"deny ::ffff:10.0.0.1/104", "host-bits-set", 5, 15);
        refuses(strict.with_bare(Action::Deny), b"::ffff:10.0.0.1", "mapped-in-rule", 0, 15);
        refuses(strict, b"deny 10.0.0.0 /8", "trailing-bytes", 14, 2);
        refuses(strict, b"deny [::1]", "group-empty", 5, 0);
        refuses(strict, b"\xef\xbb\xbfdeny ::1", "action-unknown", 0, 7);
        refuses(strict, b"deny ::1\r\r", "whitespace", 8, 1);
        refuses(strict.with_bare(Action::Deny), b"010.0.0.0/8", "octet-leading-zero", 0, 3);
    }

    #[test]
    fn host_bits_are_cleared_where_that_was_asked_for() {
        let options = RuleOptions::new().with_host_bits_cleared();
        let rule = parse_rule(b"allow 10.1.2.3/8", &options).unwrap().unwrap();
        assert_eq!(rule.to_string(), "allow 10.0.0.0/8");
        refuses(options, b"allow fe80::1%1/64", "zone-in-rule", 13, 2);
    }

    #[test]
    fn a_list_is_whole_or_refused_with_its_line() {
        let read = |list: &str| {
            parse_rules(list.as_bytes(), RuleOptions::new()).collect::<Result<Vec<_>, _>>()
        };
        let lines = |list| read(list).unwrap().iter().map(|(line, _)| *line).collect::<Vec<_>>();
        assert_eq!(lines("deny ::1\r\n\r\n# x\nallow ::2"), [1, 4]);
        assert_eq!(lines("\n\ndeny ::1\n"), [3]);
        assert_eq!(lines(""), [0; 0]);
        let error = read("deny ::1\ndeny ::g\n").unwrap_err();
        assert_eq!((error.line, error.error.at, error.error.code()), (2, 7, "unexpected-byte"));
        assert_eq!(error.to_string(), "unexpected byte at byte 7 of line 2");
    }
}
