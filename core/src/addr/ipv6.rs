//! IPv6 text.
