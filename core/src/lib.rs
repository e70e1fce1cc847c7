//! Socket addresses and stream framing: **where**, and **how much**.
//!
//! A sans-io core without `unsafe`, without panics and without a need to allocate.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(portolan_docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod addr;
pub mod cursor;
pub mod dialect;
pub mod endian;
pub mod frame;
#[cfg(feature = "std")]
pub mod net;
pub mod sockaddr;
pub mod varint;
