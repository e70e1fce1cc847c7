//! endian.
