//! Policies: which addresses a program may connect to.
//!
//! A policy judges addresses, never text: read the text first, in the dialect of whoever connects,
//! and judge what the connector is given.

mod deny_non_global;
mod set;

pub use self::deny_non_global::{Denied, DeniedKind, DenyNonGlobal};
#[cfg(feature = "prefix-trie")]
pub use self::set::AddressTrie;
pub use self::set::{
    Action, AddressSet, Decision, Embeddings, ListError, Rule, RuleError, RuleErrorKind,
    RuleOptions, Rules, parse_rule, parse_rules,
};
