//! Access lists: slice, trie and a slow model agree, and no embedding bypasses a denial.

use alloc::format;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use portolan::addr::{EmbeddedForm, HostBits, Ip, Prefix};
use portolan::policy::{
    Action, AddressSet, AddressTrie, Embeddings, Rule, RuleOptions, parse_rule, parse_rules,
};

use crate::input::head;

/// As many rules as a slow model is asked about.
const MAX_RULES: usize = 16;

/// A byte of choices, a byte of embeddings, the address, then rules of 18 bytes each.
///
/// Choices: bit 0 allows by default, bit 1 makes the address IPv6. A rule is a byte (bit 0 allows,
/// bit 1 makes it IPv6, bit 2 gives its address relative to the one asked about), a length and an
/// address. What is left is also read as a list.
pub fn run(input: &[u8]) {
    read_list(input);
    let Some(([choices, forms, address @ ..], rest)) = head::<18>(input) else {
        return;
    };
    let asked = ip(choices, address);
    let default = action(choices);
    let chosen = EmbeddedForm::ALL.iter().enumerate().filter(|(bit, _)| forms >> bit & 1 != 0);
    let embeddings: Embeddings = chosen.map(|(_, form)| *form).collect();
    let rules: Vec<Rule> =
        rest.as_chunks::<18>().0.iter().take(MAX_RULES).map(|bytes| rule(bytes, address)).collect();

    let set = AddressSet::new(&rules).with_embeddings(embeddings).with_default(default);
    let decision = set.decide(asked);
    let expected = model(&rules, embeddings, default, asked);
    assert_eq!(decision.action, expected, "the slow model disagrees about {asked}: {decision}");
    let trie = rules.iter().copied().collect::<AddressTrie>();
    let trie = trie.with_embeddings(embeddings).with_default(default);
    assert_eq!(trie.decide(asked), decision, "the trie disagrees about {asked}");

    for rule in &rules {
        let line = format!("{rule}");
        assert_eq!(parse_rule(line.as_bytes(), &RuleOptions::new()), Ok(Some(*rule)), "{line}");
    }
    if let Ip::V4(v4) = asked
        && !decision.is_allowed()
    {
        embedded_is_denied(&set, embeddings, v4, address.into());
    }
}

/// A denied IPv4 address is denied as every embedding that is named.
fn embedded_is_denied(set: &AddressSet<'_>, named: Embeddings, v4: Ipv4Addr, rest: Ipv6Addr) {
    for (form, v6) in EmbeddedForm::embeddings(v4, rest) {
        // `::` and `::1` hold no IPv4 address.
        if named.contains(form) && v6.to_bits() > 1 {
            let decision = set.decide(v6);
            assert!(!decision.is_allowed(), "{v4} is denied, {v6} is not: {decision}");
        }
    }
}

/// Every refusal points into its line, and a list ends.
fn read_list(input: &[u8]) {
    let options = RuleOptions::new().with_bare(Action::Deny).with_host_bits_cleared();
    let lines: Vec<&[u8]> = input.split(|byte| *byte == b'\n').collect();
    for read in parse_rules(input, options) {
        match read {
            Ok((number, rule)) => {
                assert_eq!(parse_rule(lines[number - 1], &options), Ok(Some(rule)));
            }
            Err(refused) => {
                let end = (refused.error.at + refused.error.len) as usize;
                assert!(end <= lines[refused.line - 1].len(), "{refused} is outside its line");
            }
        }
    }
}

const fn action(choices: u8) -> Action {
    if choices & 1 != 0 { Action::Allow } else { Action::Deny }
}

fn ip(choices: u8, bytes: [u8; 16]) -> Ip {
    let [a, b, c, d, ..] = bytes;
    if choices & 2 != 0 { Ip::V6(bytes.into(), None) } else { Ip::V4([a, b, c, d].into()) }
}

fn rule(bytes: &[u8; 18], asked: [u8; 16]) -> Rule {
    let [choices, len, address @ ..] = *bytes;
    let mask = if choices & 4 != 0 { u128::from_be_bytes(asked) } else { 0 };
    let ip = ip(choices, (u128::from_be_bytes(address) ^ mask).to_be_bytes());
    let width = match ip {
        Ip::V4(_) => 32,
        // A longer rule on mapped addresses is refused.
        Ip::V6(addr, _) if addr.to_ipv4_mapped().is_some() => 96,
        Ip::V6(..) => 128,
    };
    let prefix = Prefix::new(ip, len % (width + 1), HostBits::Mask).unwrap();
    Rule::new(action(choices), prefix).unwrap()
}

/// The bits of an address, one after the other, behind its family.
fn bits(ip: Ip) -> (bool, Vec<bool>) {
    match ip {
        Ip::V4(addr) => (false, (0..32).rev().map(|bit| addr.to_bits() >> bit & 1 != 0).collect()),
        Ip::V6(addr, _) => {
            (true, (0..128).rev().map(|bit| addr.to_bits() >> bit & 1 != 0).collect())
        }
    }
}

/// What rules say of one view: that of the longest, and of equals to deny.
fn say(rules: &[Rule], ip: Ip) -> Option<Action> {
    let (family, bits_of_ip) = bits(ip);
    let mut best: Option<(u8, bool)> = None;
    for rule in rules {
        let (other, bits_of_rule) = bits(rule.prefix().ip());
        let len = usize::from(rule.prefix().prefix_len());
        if family == other && bits_of_ip[..len] == bits_of_rule[..len] {
            let claim = (rule.prefix().prefix_len(), rule.action() == Action::Deny);
            best = best.max(Some(claim));
        }
    }
    best.map(|(_, denies)| if denies { Action::Deny } else { Action::Allow })
}

fn model(rules: &[Rule], embeddings: Embeddings, default: Action, asked: Ip) -> Action {
    let outside = say(rules, asked);
    let inside: Vec<_> = asked
        .embedded_v4()
        .filter(|(form, _)| embeddings.contains(*form))
        .map(|(form, v4)| (form, say(rules, v4.into())))
        .collect();
    let denies = |said: Option<Action>| said.unwrap_or(default) == Action::Deny;
    let is_mapped = |(form, said): &(EmbeddedForm, Option<Action>)| {
        *form == EmbeddedForm::Mapped && said.is_some()
    };
    // An IPv4 address that a socket shows as IPv6 needs no rule on IPv6.
    let outside_denies =
        if outside.is_none() && inside.iter().any(is_mapped) { false } else { denies(outside) };
    let is_denied = outside_denies || inside.iter().any(|(_, said)| denies(*said));
    if is_denied { Action::Deny } else { Action::Allow }
}
