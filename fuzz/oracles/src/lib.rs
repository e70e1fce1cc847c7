//! The laws that the fuzz targets assert, as plain functions that build on stable.
//!
//! One module a target, one function `run(input: &[u8])` a module: libFuzzer, a property test and
//! the replay of seeds drive the same law. A law panics where it is broken; a target that merely
//! calls is not finished.
#![no_std]
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // a law may fail so
#![allow(clippy::panic, clippy::unwrap_used, clippy::expect_used)] // likewise
#![allow(clippy::missing_panics_doc)] // every function here panics where its law is broken
#![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle

extern crate alloc;

pub mod dialect_text;
pub mod frame_capnp;
pub mod frame_dbus;
pub mod frame_fcgi;
pub mod frame_giop;
pub mod frame_laws;
pub mod frame_length;
pub mod frame_line;
pub mod frame_mysql;
pub mod frame_mysql_compressed;
pub mod frame_record_mark;
pub mod frame_tlv;
pub mod ip4_parse;
pub mod ip6_parse;
pub mod sockaddr_bytes;
pub mod sockaddr_text;

mod input;
mod text;

/// A fuzz target: its name, and the law it asserts.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Target {
    /// The name of the binary and of its corpus.
    pub name: &'static str,
    /// The law.
    pub run: fn(&[u8]),
}

/// Every target, in alphabetical order.
pub const TARGETS: &[Target] = &[
    Target { name: "dialect_text", run: dialect_text::run },
    Target { name: "frame_capnp", run: frame_capnp::run },
    Target { name: "frame_dbus", run: frame_dbus::run },
    Target { name: "frame_fcgi", run: frame_fcgi::run },
    Target { name: "frame_giop", run: frame_giop::run },
    Target { name: "frame_length", run: frame_length::run },
    Target { name: "frame_line", run: frame_line::run },
    Target { name: "frame_mysql", run: frame_mysql::run },
    Target { name: "frame_mysql_compressed", run: frame_mysql_compressed::run },
    Target { name: "frame_record_mark", run: frame_record_mark::run },
    Target { name: "frame_tlv", run: frame_tlv::run },
    Target { name: "ip4_parse", run: ip4_parse::run },
    Target { name: "ip6_parse", run: ip6_parse::run },
    Target { name: "sockaddr_bytes", run: sockaddr_bytes::run },
    Target { name: "sockaddr_text", run: sockaddr_text::run },
];
