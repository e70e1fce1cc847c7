//! addr.
