//! Policies: which addresses a program may connect to.
//!
//! A policy judges addresses, never text: read the text first, in the dialect of whoever connects,
//! and judge what the connector is given.

mod deny_non_global;

pub use self::deny_non_global::{Denied, DeniedKind, DenyNonGlobal};
