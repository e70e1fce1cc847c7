//! varint.
