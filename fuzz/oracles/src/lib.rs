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

pub mod address_set;
pub mod classify;
pub mod codec_stack;
pub mod dialect_text;
pub mod diff_cobs_crate;
pub mod diff_leb128;
pub mod frame_capnp;
pub mod frame_chunked;
pub mod frame_cobs;
pub mod frame_cobs_r;
pub mod frame_content_length;
pub mod frame_dbus;
pub mod frame_detect;
pub mod frame_fcgi;
pub mod frame_giop;
pub mod frame_git_pkt_line;
pub mod frame_hdlc;
pub mod frame_laws;
pub mod frame_length;
pub mod frame_line;
pub mod frame_mysql;
pub mod frame_mysql_compressed;
pub mod frame_netstring;
pub mod frame_octet_counting;
pub mod frame_preset;
pub mod frame_proxy;
pub mod frame_record_mark;
pub mod frame_resp;
pub mod frame_slip;
pub mod frame_spec;
pub mod frame_then;
pub mod frame_tlv;
pub mod frame_varint;
pub mod frame_websocket;
pub mod ip4_parse;
pub mod ip6_parse;
pub mod mysql_target;
pub mod sockaddr_bytes;
pub mod sockaddr_text;
pub mod wire_dns;
pub mod wire_forwarded;
pub mod wire_laws;
pub mod wire_multiaddr;
pub mod wire_pcap;
pub mod wire_procfs;
pub mod wire_proxy;
pub mod wire_socks;
pub mod wire_stun;

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
    Target { name: "address_set", run: address_set::run },
    Target { name: "classify", run: classify::run },
    Target { name: "codec_stack", run: codec_stack::run },
    Target { name: "dialect_text", run: dialect_text::run },
    Target { name: "diff_cobs_crate", run: diff_cobs_crate::run },
    Target { name: "diff_leb128", run: diff_leb128::run },
    Target { name: "frame_capnp", run: frame_capnp::run },
    Target { name: "frame_chunked", run: frame_chunked::run },
    Target { name: "frame_cobs", run: frame_cobs::run },
    Target { name: "frame_cobs_r", run: frame_cobs_r::run },
    Target { name: "frame_content_length", run: frame_content_length::run },
    Target { name: "frame_dbus", run: frame_dbus::run },
    Target { name: "frame_detect", run: frame_detect::run },
    Target { name: "frame_fcgi", run: frame_fcgi::run },
    Target { name: "frame_giop", run: frame_giop::run },
    Target { name: "frame_git_pkt_line", run: frame_git_pkt_line::run },
    Target { name: "frame_hdlc", run: frame_hdlc::run },
    Target { name: "frame_length", run: frame_length::run },
    Target { name: "frame_line", run: frame_line::run },
    Target { name: "frame_mysql", run: frame_mysql::run },
    Target { name: "frame_mysql_compressed", run: frame_mysql_compressed::run },
    Target { name: "frame_netstring", run: frame_netstring::run },
    Target { name: "frame_octet_counting", run: frame_octet_counting::run },
    Target { name: "frame_preset", run: frame_preset::run },
    Target { name: "frame_proxy", run: frame_proxy::run },
    Target { name: "frame_record_mark", run: frame_record_mark::run },
    Target { name: "frame_resp", run: frame_resp::run },
    Target { name: "frame_slip", run: frame_slip::run },
    Target { name: "frame_spec", run: frame_spec::run },
    Target { name: "frame_then", run: frame_then::run },
    Target { name: "frame_tlv", run: frame_tlv::run },
    Target { name: "frame_varint", run: frame_varint::run },
    Target { name: "frame_websocket", run: frame_websocket::run },
    Target { name: "ip4_parse", run: ip4_parse::run },
    Target { name: "ip6_parse", run: ip6_parse::run },
    Target { name: "mysql_target", run: mysql_target::run },
    Target { name: "sockaddr_bytes", run: sockaddr_bytes::run },
    Target { name: "sockaddr_text", run: sockaddr_text::run },
    Target { name: "wire_dns", run: wire_dns::run },
    Target { name: "wire_forwarded", run: wire_forwarded::run },
    Target { name: "wire_multiaddr", run: wire_multiaddr::run },
    Target { name: "wire_pcap", run: wire_pcap::run },
    Target { name: "wire_procfs", run: wire_procfs::run },
    Target { name: "wire_proxy", run: wire_proxy::run },
    Target { name: "wire_socks", run: wire_socks::run },
    Target { name: "wire_stun", run: wire_stun::run },
];
