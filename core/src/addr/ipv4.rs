//! IPv4 text.
