//! What several dialects share; each of these modules reads or writes one part of a text.

pub(super) mod authority;
pub(super) mod brackets;
pub(super) mod c_number;
pub(crate) mod escapes;
pub(super) mod hosts;
pub(super) mod inet_aton;
pub(crate) mod ip_port;
pub(crate) mod numbers;
pub(super) mod paths;
pub(super) mod ports;
pub(super) mod scoped;
pub(super) mod writing;
