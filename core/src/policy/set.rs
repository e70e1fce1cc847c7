//! Access lists: prefixes that allow and deny, seen through every embedding.
//!
//! ```text
//!            ┌─ itself          ::ffff:127.0.0.1 ──longest rule──▶ none
//! address ───┤                                                              ──▶ Decision
//!            └─ each embedding  mapped 127.0.0.1 ──longest rule──▶ deny 127.0.0.0/8
//! ```
//!
//! An address has several views: itself, and each IPv4 address inside it whose
//! [form](crate::addr::EmbeddedForm) the set names (v4-mapped unless told otherwise). Each view is
//! judged alone, then together:
//!
//! 1. **In a view the longest prefix wins, and of equal ones the denial.** Routers and resolvers
//!    decide so. The order of rules means nothing: a rule that is added, moved or merged from
//!    another list cannot disable one that speaks of fewer addresses, as it can where the first
//!    match wins. Where *any* denial won, `deny 10.0.0.0/8` could have no exception.
//! 2. **A view that is denied denies the address**, by a rule or by the default. No allowance of the
//!    IPv6 address outside lets an IPv4 address inside pass.
//! 3. **An allowance reaches through v4-mapped only.** `::ffff:10.0.0.1` is how a socket shows
//!    10.0.0.1; but anybody may send from `2002:a00:1::`, and is no more 10.0.0.1 for it.
//! 4. **Where no rule speaks, the default does, and it is to deny.** So an empty list denies all,
//!    and what nobody thought of stays outside. A list of denials only is of use with
//!    [`with_default`](AddressSet::with_default)`(Action::Allow)`, which whoever reads the code sees.
//!
//! Laws, held by properties and by fuzzing: an IPv4 address that is denied is denied as every
//! embedding that the set names; a v4-mapped address that no rule on IPv6 speaks of is judged as its
//! IPv4 address; the order of rules changes no action; slice and trie give the same decision.
//!
//! # What a rule is
//!
//! A prefix without host bits and without a zone ([`Rule::new`] refuses both: a zone in a denial
//! would let the same address pass with another zone, or with none). The zone of an address that is
//! asked about is not looked at. A rule on an IPv6 prefix speaks of IPv6 addresses as they stand,
//! also inside `2002::/16` and its like, and `allow ::/0` allows no IPv4 address in any form. Inside
//! `::ffff:0:0/96` such a rule is refused, because `deny ::ffff:10.0.0.0/104` would let 10.0.0.1
//! pass: write the IPv4 prefix, which speaks of both. The whole of `::ffff:0:0/96` is the form itself
//! and no IPv4 address; a rule may deny it.
//!
//! # What it cannot see
//!
//! Names, and what they resolve to later; the prefixes that a network has chosen for a NAT64 of its
//! own, unless they are given to [`with_nat64`](AddressSet::with_nat64), and tunnels such as 6rd
//! (RFC 5969); under `64:ff9b:1::/48`, the prefixes shorter than 96 bits of a translator that does
//! not insist on zeros in bits 64 to 71, unless they are given likewise; what a proxy says of its
//! peer. Ask about the address that is connected to, each time.

mod embeddings;
#[cfg(test)]
mod laws;
mod rule;
#[cfg(test)]
mod tests;
mod text;
#[cfg(feature = "prefix-trie")]
mod trie;

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::addr::{EmbeddedForm, Ip, Nat64Prefix};

pub use self::embeddings::Embeddings;
pub use self::rule::{Action, Rule, RuleError, RuleErrorKind};
pub use self::text::{ListError, RuleOptions, Rules, parse_rule, parse_rules};
#[cfg(feature = "prefix-trie")]
pub use self::trie::AddressTrie;

/// An access list over a slice of rules, asked one after the other.
///
/// Allocates nothing and can be a constant. For some dozens of rules; where there are more, the
/// feature `prefix-trie` has `AddressTrie`.
///
/// ```
/// use portolan::addr::{HostBits, Ip, Prefix};
/// use portolan::policy::{Action, AddressSet, Rule};
///
/// let rule = |action, text: &str| {
///     Rule::new(action, Prefix::parse(text.as_bytes(), HostBits::Reject).unwrap()).unwrap()
/// };
/// let rules = [rule(Action::Allow, "0.0.0.0/0"), rule(Action::Deny, "127.0.0.0/8")];
/// let set = AddressSet::new(&rules);
/// assert!(set.decide(Ip::parse(b"192.0.2.1")?).is_allowed());
/// let decision = set.decide(Ip::parse(b"::ffff:7f00:1")?);
/// assert_eq!(decision.to_string(), "deny 127.0.0.0/8 through mapped 127.0.0.1");
/// assert_eq!(decision.rule, Some((1, rules[1])));
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressSet<'a> {
    rules: &'a [Rule],
    nat64: &'a [Nat64Prefix],
    judge: Judge,
}

impl<'a> AddressSet<'a> {
    /// A set that looks through v4-mapped addresses and denies what no rule speaks of.
    #[must_use]
    pub const fn new(rules: &'a [Rule]) -> Self {
        Self { rules, nat64: &[], judge: Judge::new() }
    }

    /// Names the embeddings to look through, in place of v4-mapped.
    #[must_use]
    pub const fn with_embeddings(mut self, embeddings: Embeddings) -> Self {
        self.judge.embeddings = embeddings;
        self
    }

    /// Looks through the prefixes under which this network translates, too, as `nat64`; they take
    /// the place of those given before.
    ///
    /// Bits 64 to 71 may have any value: not every translator insists that they are 0.
    #[must_use]
    pub const fn with_nat64(mut self, prefixes: &'a [Nat64Prefix]) -> Self {
        self.nat64 = prefixes;
        self
    }

    /// Says what becomes of an address that no rule speaks of.
    #[must_use]
    pub const fn with_default(mut self, default: Action) -> Self {
        self.judge.default = default;
        self
    }

    /// The rules, in the order that [`Decision::rule`] counts.
    #[must_use]
    pub const fn rules(&self) -> &'a [Rule] {
        self.rules
    }

    /// Decides about an address, in time that grows with the number of rules.
    #[must_use]
    pub fn decide(&self, ip: impl Into<Ip>) -> Decision {
        self.judge.decide(ip.into(), self.nat64, |ip| self.find(ip))
    }

    /// The longest rule that holds an address; of equal ones a denial, then the first.
    fn find(&self, ip: &Ip) -> Option<Found> {
        let holding = self.rules.iter().enumerate().filter(|(_, rule)| rule.holds(ip));
        let best = holding.reduce(|best, next| if next.1.beats(best.1) { next } else { best });
        best.map(|(index, rule)| Found {
            index,
            action: rule.action(),
            len: rule.prefix().prefix_len(),
        })
    }
}

/// A rule that holds an address: less than the rule, which the address and the length tell.
#[derive(Clone, Copy)]
struct Found {
    index: usize,
    action: Action,
    len: u8,
}

/// What a set decides, and why.
///
/// Written as the rule that decided, or `allow by default` and `deny by default`, and the embedding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Decision {
    /// What becomes of the address.
    pub action: Action,
    /// The rule that decided, and its place in the list from 0; `None` where the default did.
    pub rule: Option<(usize, Rule)>,
    /// The embedding that the rule or the default judged; `None` where it was the address itself.
    pub through: Option<(EmbeddedForm, Ipv4Addr)>,
}

impl Decision {
    /// Whether the address may pass.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        matches!(self.action, Action::Allow)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some((_, rule)) => write!(f, "{rule}")?,
            None => write!(f, "{} by default", self.action)?,
        }
        match self.through {
            Some((form, v4)) => write!(f, " through {} {v4}", form.name()),
            None => Ok(()),
        }
    }
}

/// What is the same in every set: the embeddings, the default, and how views are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Judge {
    embeddings: Embeddings,
    default: Action,
}

impl Judge {
    const fn new() -> Self {
        Self { embeddings: Embeddings::MAPPED, default: Action::Deny }
    }

    /// Judges every view; the first that is denied decides, and the address itself is the first.
    fn decide(
        &self,
        ip: Ip,
        nat64: &[Nat64Prefix],
        find: impl Fn(&Ip) -> Option<Found>,
    ) -> Decision {
        let outside = find(&ip);
        if outside.is_some() && self.denies(outside) {
            return self.decided(ip, outside, None);
        }
        let mut mapped = None;
        let views = ip.embedded_v4().filter(|(form, _)| self.embeddings.contains(*form));
        for (form, v4) in views.chain(translated(ip, nat64)) {
            let inside = find(&Ip::V4(v4));
            if self.denies(inside) {
                return self.decided(Ip::V4(v4), inside, Some((form, v4)));
            }
            if form == EmbeddedForm::Mapped && inside.is_some() {
                mapped = Some((v4, inside));
            }
        }
        match mapped {
            Some((v4, inside)) if outside.is_none() => {
                self.decided(Ip::V4(v4), inside, Some((EmbeddedForm::Mapped, v4)))
            }
            _ => self.decided(ip, outside, None),
        }
    }

    fn denies(&self, found: Option<Found>) -> bool {
        found.map_or(self.default, |found| found.action) == Action::Deny
    }

    fn decided(
        &self,
        view: Ip,
        found: Option<Found>,
        through: Option<(EmbeddedForm, Ipv4Addr)>,
    ) -> Decision {
        let action = found.map_or(self.default, |found| found.action);
        let rule = found.map(|found| (found.index, Rule::around(view, found.len, action)));
        Decision { action, rule, through }
    }
}

/// The IPv4 addresses under the prefixes of a network, whatever the u-octet is.
fn translated(ip: Ip, prefixes: &[Nat64Prefix]) -> impl Iterator<Item = (EmbeddedForm, Ipv4Addr)> {
    const U_OCTET: u128 = 0xff << 56;
    let addr = match ip {
        Ip::V4(_) => None,
        Ip::V6(addr, _) => Some(addr),
    };
    prefixes.iter().filter_map(move |prefix| {
        let addr = addr.filter(|addr| prefix.contains(*addr))?;
        let v4 = prefix.v4(Ipv6Addr::from_bits(addr.to_bits() & !U_OCTET))?;
        Some((EmbeddedForm::Nat64, v4))
    })
}
