//! Socket addresses and stream framing: **where**, and **how much**.
//!
//! A sans-io core without `unsafe`, without panics and without a need to allocate. It does no I/O:
//! everything is a pure function or a small state machine over byte slices, but for the module
//! `net`, which needs `std`.
//!
//! ```text
//!  text ──parse──▶ Endpoint ──resolve──▶ SocketAddress ──encode(Abi)──▶ sockaddr bytes ──▶ kernel
//!    ▲               │  ▲                     │  ▲                            │
//!    └───format──────┘  └──────────────────────┘  └────────decode(Abi)────────┘
//!
//!  bytes ──▶ Framer::step ──▶ Frame{wire, body} ──▶ body ──▶ your parser        (and back: Encode)
//! ```
//!
//! A string has no meaning without a [dialect](addr::Dialect). Strict is the default; every other
//! reading has a name, and [`dialect::explain`] shows them side by side. Every refusal names the
//! rule and the byte.
//!
//! Beside the reference: [why it is so](_documentation::design), [what others do with the same
//! bytes](_documentation::compare), and [every term in one sentence](_documentation::glossary).
//!
//! | module | what it is |
//! |---|---|
//! | [`addr`] | values, and their strict text |
//! | [`policy`] | which addresses may be connected to; access lists |
//! | [`dialect`] | what others read in the same text |
//! | [`client`] | which endpoint the clients of databases pick, and why |
//! | [`sockaddr`] | the bytes that kernels exchange, for any layout |
//! | [`wire`] | addresses inside protocols: PROXY, SOCKS, STUN, DNS, multiaddr, Forwarded, captures |
//! | [`frame`] | where one message ends and the next begins; framers as text |
//! | `net` | the same over blocking sockets (feature `std`) |
//! | [`interop`] | the types of other crates, and strategies for the tests of other parsers |
//! | [`endian`], [`varint`], [`cursor`] | integers and positions |
//!
//! | feature | adds |
//! |---|---|
//! | `std` (default) | the module `net`, conversions with the types of `std` |
//! | `alloc` | owned names and delimiter sets, framers as text (`frame::spec`), framings chosen at run time |
//! | `bytes` | frames as reference-counted `Bytes` |
//! | `idna` | labels beyond ASCII in the hosts of URLs |
//! | `serde` | text where people read it, compact bytes elsewhere |
//! | `arbitrary` | values from the bytes of a fuzzer (implies `std`) |
//! | `proptest` | strategies: values, valid and near-valid text of every dialect (implies `std`) |
//! | `socket2` | conversions with `SockAddr` (implies `std`) |
//! | `prefix-trie` | access lists of a hundred thousand prefixes (implies `std`) |
//! | `ipnet` | conversions with `IpNet`, rules of access lists included |
//! | `http` | conversions with `Authority` (implies `std`) |
//! | `tokio-util` | framers as codecs of `tokio-util` (implies `bytes` and `std`) |
//! | `embedded-io` | frames over the streams of `embedded-io`, in fixed arrays |
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(portolan_docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(any(doc, doctest))]
pub mod _documentation;
mod codes;
mod hint;
mod word;

pub mod addr;
pub mod client;
pub mod cursor;
pub mod dialect;
pub mod endian;
pub mod frame;
pub mod interop;
#[cfg(feature = "std")]
pub mod net;
pub mod policy;
pub mod sockaddr;
pub mod varint;
pub mod wire;

/// The examples of the project's README, held to what they say.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The examples of the page for users of the codecs of `tokio-util`.
#[cfg(all(doctest, feature = "tokio-util"))]
#[doc = include_str!("../docs/MIGRATING.md")]
struct Migrating;

pub use self::addr::{Dialect, Endpoint, SocketAddress};
pub use self::frame::Framer;
pub use self::sockaddr::Abi;
