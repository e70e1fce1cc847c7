//! Reading and writing addresses allocates nothing.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // the allocator is that of std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::alloc::System;

use portolan::addr::{
    Dialect, Endpoint, HostBits, HostPort, Ip, IpPort, Prefix, SocketAddress, TextOptions,
};
use portolan::sockaddr::{self, Abi};
use portolan::varint::{Encoding, Varint};
use portolan::{dialect, endian};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Runs a work and asserts that it asked the allocator for nothing.
#[track_caller]
fn without_allocation(work: impl FnOnce()) {
    let region = Region::new(ALLOCATOR);
    work();
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0), "{change:?}");
}

/// One test, so that no other thread allocates meanwhile.
#[test]
fn nothing_is_allocated() {
    let texts: &[&[u8]] = &[
        b"192.0.2.1",
        b"010.0.0.1",
        b"[fe80::1%eth0]:80",
        b"::ffff:1.2.3.4",
        b"example.com:443",
        b"unix:/run/%20x",
        b"@abstract",
        br"\\.\pipe\x",
        b"vsock:any:1",
        b"10.0.0.0/8",
        b"[::1",
        b"1.2.3.4 x",
        b"sd-listen:web",
        b"fd:3",
        b"",
        b"\xff",
    ];
    let mut out = [0; 2048];
    without_allocation(|| {
        for text in texts {
            let _ = Ip::parse(text).map(|ip| ip.format(&mut out));
            let _ = IpPort::parse(text).map(|addr| addr.format(&mut out));
            let _ = HostPort::parse(text).map(|addr| addr.format(&mut out));
            let _ = Prefix::parse(text, HostBits::Mask).map(|prefix| prefix.format(&mut out));
            let _ = Endpoint::parse(text).map(|endpoint| endpoint.format(&mut out));
            for dialect in Dialect::ALL {
                let reading = dialect::parse(*dialect, text, &TextOptions::new());
                let _ =
                    reading.map(|reading| dialect::format(*dialect, &reading.endpoint, &mut out));
            }
            assert!(dialect::explain(text).answers().count() == Dialect::ALL.len());
            let _ = dialect::explain(text).is_ambiguous();
        }
    });
    without_allocation(|| {
        let endpoint = Endpoint::parse(b"[fe80::1%2]:80").unwrap();
        let address = SocketAddress::try_from(endpoint).unwrap();
        for abi in Abi::ALL {
            let len = sockaddr::encode(*abi, &address, &mut out).unwrap();
            assert_eq!(sockaddr::decode(*abi, &out[..len]), Ok(address));
        }
        for encoding in Encoding::ALL {
            let len = Varint::u32(*encoding).write(300, &mut out).unwrap();
            assert!(Varint::u32(*encoding).read(&out[..len]).is_ok());
        }
        assert!(endian::write_signed(-1, endian::Endian::Big, &mut out[..16]).is_ok());
    });
}
