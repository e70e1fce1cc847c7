//! Laws of access lists, and a slow model that shares no code with them.
#![allow(clippy::arithmetic_side_effects)] // a test may fail

use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::net::Ipv6Addr;

use proptest::prelude::*;

use super::*;
use crate::addr::{HostBits, Prefix};

/// IPv4 addresses of a small world, in which rules and addresses meet.
fn v4() -> impl Strategy<Value = Ipv4Addr> {
    let near = (0_usize..3, any::<u32>(), 0_u32..32).prop_map(|(base, noise, keep)| {
        let base = [0x7f00_0001, 0x0a01_0203, 0xc000_0201_u32].into_iter().nth(base).unwrap();
        Ipv4Addr::from_bits(base ^ noise.checked_shr(keep).unwrap())
    });
    prop_oneof![4 => near, 1 => any::<Ipv4Addr>()]
}

/// IPv6 addresses: embeddings of the same world, and any.
fn v6() -> impl Strategy<Value = Ipv6Addr> {
    let embedded = (v4(), any::<Ipv6Addr>(), any::<prop::sample::Index>(), any::<bool>());
    let embedded = embedded.prop_map(|(v4, rest, index, is_plain)| {
        let rest = if is_plain { Ipv6Addr::UNSPECIFIED } else { rest };
        let all: Vec<_> = EmbeddedForm::embeddings(v4, rest).collect();
        index.get(&all).1
    });
    prop_oneof![6 => embedded, 1 => any::<Ipv6Addr>()]
}

fn ip() -> impl Strategy<Value = Ip> {
    prop_oneof![v4().prop_map(Ip::from), v6().prop_map(Ip::from)]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::Allow), Just(Action::Deny)]
}

fn rule() -> impl Strategy<Value = Rule> {
    let len = prop_oneof![Just(0_u8), Just(96), Just(128), 0_u8..=128];
    (action(), ip(), len).prop_filter_map("a rule on mapped addresses", |(action, ip, len)| {
        let len = if matches!(ip, Ip::V4(_)) { len.min(32) } else { len };
        Rule::new(action, Prefix::new(ip, len, HostBits::Mask).unwrap()).ok()
    })
}

fn embeddings() -> impl Strategy<Value = Embeddings> {
    let some = prop::sample::subsequence(EmbeddedForm::ALL, 0..=EmbeddedForm::ALL.len());
    prop_oneof![
        Just(Embeddings::MAPPED),
        Just(Embeddings::ALL),
        some.prop_map(|forms| forms.into_iter().collect())
    ]
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(rule(), 0..12)
}

/// The bits of an address as text, so that a prefix is a prefix.
fn digits(ip: Ip) -> String {
    match ip {
        Ip::V4(addr) => format!("4:{:032b}", addr.to_bits()),
        Ip::V6(addr, _) => format!("6:{:0128b}", addr.to_bits()),
    }
}

/// What the rules say of one view: the actions of all rules of the greatest length.
fn say(rules: &[Rule], ip: Ip) -> Option<Action> {
    let text = digits(ip);
    let matching: Vec<(usize, Action)> = rules
        .iter()
        .filter_map(|rule| {
            let mut prefix = digits(rule.prefix().ip());
            let len = usize::from(rule.prefix().prefix_len());
            prefix.truncate(2 + len);
            text.starts_with(&prefix).then_some((len, rule.action()))
        })
        .collect();
    let longest = matching.iter().map(|(len, _)| *len).max()?;
    let decides: Vec<_> = matching.iter().filter(|(len, _)| *len == longest).collect();
    let is_denied = decides.iter().any(|(_, action)| *action == Action::Deny);
    Some(if is_denied { Action::Deny } else { Action::Allow })
}

fn model(rules: &[Rule], embeddings: Embeddings, default: Action, ip: Ip) -> Action {
    let inside: Vec<_> = ip.embedded_v4().filter(|(form, _)| embeddings.contains(*form)).collect();
    let mut views = vec![say(rules, ip)];
    let is_mapped = inside.iter().any(|(form, _)| *form == EmbeddedForm::Mapped);
    if is_mapped && views == [None] {
        views.clear();
    }
    views.extend(inside.iter().map(|(_, v4)| say(rules, Ip::V4(*v4))));
    let passes = views.iter().all(|view| view.unwrap_or(default) == Action::Allow);
    if passes { Action::Allow } else { Action::Deny }
}

proptest! {
    /// The model decides the same, and the rule that is named decides what it is named for.
    #[test]
    fn slice_equals_model(rules in rules(), embeddings in embeddings(), default in action(), ip in ip()) {
        let set = AddressSet::new(&rules).with_embeddings(embeddings).with_default(default);
        let decision = set.decide(ip);
        prop_assert_eq!(decision.action, model(&rules, embeddings, default, ip), "{}", decision);
        let view = decision.through.map_or(ip, |(_, v4)| v4.into());
        prop_assert_eq!(say(&rules, view), decision.rule.map(|_| decision.action));
        if let Some((index, rule)) = decision.rule {
            prop_assert_eq!(rules[index], rule);
            prop_assert!(rule.prefix().contains(&view) && rule.action() == decision.action);
        }
        if let Some(through) = decision.through {
            prop_assert!(ip.embedded_v4().any(|view| view == through));
            prop_assert!(embeddings.contains(through.0));
        }
    }

    /// A denied IPv4 address is denied as every embedding that the set names.
    #[test]
    fn what_is_denied_is_denied_as_every_embedding(
        rules in rules(), embeddings in embeddings(), default in action(), v4 in v4(), rest: Ipv6Addr,
    ) {
        let set = AddressSet::new(&rules).with_embeddings(embeddings).with_default(default);
        prop_assume!(!set.decide(v4).is_allowed());
        for (form, v6) in EmbeddedForm::embeddings(v4, rest) {
            // In `::` and `::1` there is no IPv4 address, though they look so.
            let has_it = Ip::from(v6).embedded_v4().any(|view| view == (form, v4));
            prop_assert!(has_it || form == EmbeddedForm::Compatible);
            if has_it && embeddings.contains(form) {
                prop_assert!(!set.decide(v6).is_allowed(), "{} as {}", v4, v6);
            }
        }
    }

    /// A denied IPv4 address is denied under every prefix of the network, whatever is around it.
    #[test]
    fn what_is_denied_is_denied_translated(
        rules in rules(), default in action(), v4 in v4(), bits: u128, noise: u128,
        len in prop::sample::select(Nat64Prefix::LENGTHS.to_vec()),
    ) {
        const U_OCTET: u128 = 0xff << 56;
        let network = Ip::V6(Ipv6Addr::from_bits(bits & !U_OCTET), None);
        let prefix = Prefix::new(network, len, HostBits::Mask).unwrap();
        let prefixes = [Nat64Prefix::new(prefix).unwrap()];
        let set = AddressSet::new(&rules).with_nat64(&prefixes).with_default(default);
        prop_assume!(!set.decide(v4).is_allowed());
        // The suffix and the u-octet may be anything where the prefix ends before them.
        let around = match len {
            96 => 0,
            len => noise & (((1 << (88 - len)) - 1) | U_OCTET),
        };
        let v6 = Ipv6Addr::from_bits(prefixes[0].embed(v4).to_bits() | around);
        prop_assert!(!set.decide(v6).is_allowed(), "{} as {}", v4, v6);
        #[cfg(feature = "prefix-trie")]
        {
            let trie = rules.iter().copied().collect::<AddressTrie>();
            // Those that are given later take the place of others, as in a slice.
            let trie = trie.with_nat64([Nat64Prefix::WELL_KNOWN]).with_nat64(prefixes);
            prop_assert_eq!(trie.with_default(default).decide(v6), set.decide(v6));
        }
    }

    /// What sets two v4-mapped addresses apart are rules on IPv4, which hold in every view.
    #[test]
    fn rules_on_ipv6_judge_all_mapped_addresses_alike(
        mut rules in rules(), default in action(), one in v4(), other in v4(),
    ) {
        let named = [one, other].map(|v4| Prefix::host(v4.to_ipv6_mapped().into()));
        rules.extend(named.into_iter().filter_map(|host| Rule::new(Action::Deny, host).ok()));
        rules.retain(|rule| matches!(rule.prefix().ip(), Ip::V6(..)));
        let set = AddressSet::new(&rules).with_default(default);
        let [one, other] = [one, other].map(|v4| set.decide(v4.to_ipv6_mapped()));
        prop_assert_eq!((one.action, one.rule), (other.action, other.rule));
    }

    /// Where no rule speaks of IPv6, a v4-mapped address is judged as its IPv4 address.
    #[test]
    fn mapped_is_ipv4(mut rules in rules(), default in action(), v4 in v4()) {
        rules.retain(|rule| matches!(rule.prefix().ip(), Ip::V4(_)));
        let set = AddressSet::new(&rules).with_default(default);
        let (plain, mapped) = (set.decide(v4), set.decide(v4.to_ipv6_mapped()));
        prop_assert_eq!((plain.action, plain.rule), (mapped.action, mapped.rule));
    }

    /// The order of rules changes no action.
    #[test]
    fn order_means_nothing(rules in rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle())), ip in ip()) {
        let (one, other) = (AddressSet::new(&rules.0), AddressSet::new(&rules.1));
        prop_assert_eq!(one.decide(ip).action, other.decide(ip).action);
    }

    /// A denial more denies no less.
    #[test]
    fn a_denial_of_a_whole_prefix_cannot_be_undone_by_a_shorter_allowance(
        mut rules in rules(), denied in rule(), ip in ip(),
    ) {
        rules.retain(|rule| rule.prefix().prefix_len() < denied.prefix().prefix_len());
        rules.push(Rule::new(Action::Deny, denied.prefix()).unwrap());
        if denied.prefix().contains(&ip) {
            prop_assert!(!AddressSet::new(&rules).decide(ip).is_allowed());
        }
    }

    /// Round trip: a rule is the line that says it.
    #[test]
    fn a_rule_reads_back(rule in rule()) {
        let line = format!("{rule}");
        prop_assert_eq!(parse_rule(line.as_bytes(), &RuleOptions::new()), Ok(Some(rule)));
    }

    /// Every refusal points into its line; what is read is said again by its own text.
    #[test]
    fn refusals_point_into_the_line(line in "(allow|deny|al)?[ \t]{0,2}[0-9a-f:./%# \r]{0,24}") {
        let options = RuleOptions::new().with_bare(Action::Allow).with_host_bits_cleared();
        match parse_rule(line.as_bytes(), &options) {
            Ok(None) => prop_assert!(line.trim_start_matches([' ', '\t', '\r']).chars().next().is_none_or(|c| c == '#')),
            Ok(Some(rule)) => {
                let again = format!("{rule}");
                prop_assert_eq!(parse_rule(again.as_bytes(), &RuleOptions::new()), Ok(Some(rule)));
            }
            Err(error) => prop_assert!((error.at + error.len) as usize <= line.len(), "{:?}", error),
        }
    }
}

#[cfg(feature = "prefix-trie")]
proptest! {
    /// The trie gives the decision of the slice: action, rule, place and embedding.
    #[test]
    fn trie_equals_slice(
        rules in prop::collection::vec(rule(), 0..40), embeddings in embeddings(), default in action(),
        ips in prop::collection::vec(ip(), 1..8),
    ) {
        let set = AddressSet::new(&rules).with_embeddings(embeddings).with_default(default);
        let trie = rules.iter().copied().collect::<AddressTrie>();
        let trie = trie.with_embeddings(embeddings).with_default(default);
        prop_assert_eq!(trie.len(), rules.len());
        for ip in ips {
            prop_assert_eq!(trie.decide(ip), set.decide(ip));
        }
    }
}

/// A hundred thousand rules: the trie says what a walk over all of them says.
#[cfg(feature = "prefix-trie")]
#[test]
fn a_long_list_is_decided_as_a_short_one() {
    let spread = |n: u32| n.wrapping_mul(0x9e37_79b1);
    let rules: Vec<Rule> = (0..100_000_u32)
        .map(|n| {
            let action = if n % 3 == 0 { Action::Allow } else { Action::Deny };
            let len = u8::try_from(8 + n % 25).unwrap();
            let prefix = Prefix::new(Ip::V4(spread(n).into()), len, HostBits::Mask).unwrap();
            Rule::new(action, prefix).unwrap()
        })
        .collect();
    let set = AddressSet::new(&rules);
    let trie = rules.iter().copied().collect::<AddressTrie>();
    for n in 0..64 {
        let v4 = Ipv4Addr::from_bits(spread(n * 1_563) ^ n);
        assert_eq!(trie.decide(v4), set.decide(v4));
        assert_eq!(trie.decide(v4.to_ipv6_mapped()), set.decide(v4.to_ipv6_mapped()));
    }
}
