//! Long lists: a trie for each family in place of a walk.

use alloc::vec::Vec;
use core::fmt;

use prefix_trie::PrefixMap;

use super::{Action, Decision, Embeddings, Found, Judge, Rule};
use crate::addr::{Ip, Nat64Prefix};

/// An access list that is asked in time that does not grow with the number of rules.
///
/// Decides as [`AddressSet`](super::AddressSet) does over the same rules in the same order. Of
/// several rules on one prefix the one that decides is kept.
///
/// ```
/// use portolan::addr::Ip;
/// use portolan::policy::{AddressTrie, RuleOptions, parse_rules};
/// let list = b"allow 0.0.0.0/0\ndeny 127.0.0.0/8";
/// let rules = parse_rules(list, RuleOptions::new()).map(|rule| rule.map(|(_, rule)| rule));
/// let trie = rules.collect::<Result<AddressTrie, _>>().unwrap();
/// assert!(trie.decide(Ip::parse(b"::ffff:192.0.2.1")?).is_allowed());
/// assert!(!trie.decide(Ip::parse(b"::ffff:127.0.0.1")?).is_allowed());
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone)]
pub struct AddressTrie {
    v4: PrefixMap<(u32, u8), Kept>,
    v6: PrefixMap<(u128, u8), Kept>,
    /// How many rules have come, those included that others replaced.
    count: usize,
    nat64: Vec<Nat64Prefix>,
    judge: Judge,
}

impl AddressTrie {
    /// A trie without rules that looks through v4-mapped addresses and denies by default.
    #[must_use]
    pub fn new() -> Self {
        let (v4, v6) = (PrefixMap::new(), PrefixMap::new());
        Self { v4, v6, count: 0, nat64: Vec::new(), judge: Judge::new() }
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
    pub fn with_nat64(mut self, prefixes: impl IntoIterator<Item = Nat64Prefix>) -> Self {
        self.nat64 = prefixes.into_iter().collect();
        self
    }

    /// Says what becomes of an address that no rule speaks of.
    #[must_use]
    pub const fn with_default(mut self, default: Action) -> Self {
        self.judge.default = default;
        self
    }

    /// Adds a rule; [`Decision::rule`] counts rules in the order in which they come.
    pub fn insert(&mut self, rule: Rule) {
        let next = Kept { index: self.count, action: rule.action() };
        self.count = self.count.saturating_add(1);
        let len = rule.prefix().prefix_len();
        match rule.prefix().ip() {
            Ip::V4(addr) => self.v4.entry((addr.to_bits(), len)).or_insert(next).meet(next),
            Ip::V6(addr, _) => self.v6.entry((addr.to_bits(), len)).or_insert(next).meet(next),
        }
    }

    /// How many rules have come.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether no rule has come.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Decides about an address, in time that depends on the length of prefixes alone.
    #[must_use]
    pub fn decide(&self, ip: impl Into<Ip>) -> Decision {
        self.judge.decide(ip.into(), &self.nat64, |ip| self.find(ip))
    }

    fn find(&self, ip: &Ip) -> Option<Found> {
        let (len, Kept { index, action }) = match ip {
            Ip::V4(addr) => {
                let ((_, len), kept) = self.v4.get_lpm(&(addr.to_bits(), 32))?;
                (len, *kept)
            }
            Ip::V6(addr, _) => {
                let ((_, len), kept) = self.v6.get_lpm(&(addr.to_bits(), 128))?;
                (len, *kept)
            }
        };
        Some(Found { index, action, len })
    }
}

/// What is kept of a rule, beside its place in the trie: little, so that much stays in the caches.
#[derive(Clone, Copy)]
struct Kept {
    index: usize,
    action: Action,
}

impl Kept {
    /// Gives way to a later denial of the same prefix.
    fn meet(&mut self, next: Self) {
        if self.action == Action::Allow && next.action == Action::Deny {
            *self = next;
        }
    }
}

impl Default for AddressTrie {
    fn default() -> Self {
        Self::new()
    }
}

impl Extend<Rule> for AddressTrie {
    fn extend<I: IntoIterator<Item = Rule>>(&mut self, rules: I) {
        rules.into_iter().for_each(|rule| self.insert(rule));
    }
}

impl FromIterator<Rule> for AddressTrie {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let mut trie = Self::new();
        trie.extend(rules);
        trie
    }
}

impl fmt::Debug for AddressTrie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, nat64, judge, .. } = self;
        f.debug_struct("AddressTrie")
            .field("count", count)
            .field("nat64", nat64)
            .field("judge", judge)
            .finish()
    }
}
