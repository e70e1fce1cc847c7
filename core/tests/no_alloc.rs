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
use portolan::wire::Wire;
use portolan::wire::forwarded::{Forwarded, Xff, trust};
use portolan::wire::multiaddr::{Mode, Multiaddr};
use portolan::wire::procfs::{Context, Line, Sockets, Table};
use portolan::{dialect, endian};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Runs a work and asserts that it asked the allocator for nothing.
#[track_caller]
/// Reads, writes and converts a text in every dialect.
///
/// IDNA alone allocates: names beyond ASCII in `whatwg`, with the feature `idna`.
fn every_dialect(text: &[u8], out: &mut [u8]) {
    let options = TextOptions::new();
    let is_idna = |dialect| cfg!(feature = "idna") && dialect == Dialect::Whatwg;
    let without_idna = |dialect: &&Dialect| text.is_ascii() || !is_idna(**dialect);
    for dialect in Dialect::ALL.iter().filter(without_idna) {
        let Ok(readings) = dialect::parse_all(*dialect, text, &options) else { continue };
        for reading in readings {
            let _ = dialect::format_reading(*dialect, &reading, &options, out);
        }
        for to in Dialect::ALL.iter().filter(without_idna) {
            let _ = dialect::convert(*dialect, *to, text, &options, out);
        }
    }
    if text.is_ascii() || !cfg!(feature = "idna") {
        assert!(dialect::explain(text).answers().count() == Dialect::ALL.len());
        let _ = dialect::explain(text).is_ambiguous();
    }
}

/// Reads a wire form and writes it again.
fn rewrite<'a, W: Wire<'a>>(input: &'a [u8], context: W::Context, out: &mut [u8]) -> Option<W> {
    W::fields(input, context, &mut |_| {});
    let value = W::decode(input, context).ok()?.value()?;
    let _ = value.encode(context, out);
    Some(value)
}

/// Lists on the wire: hops, components, tables.
fn wire_lists(out: &mut [u8]) {
    let field = b"for=\"[2001:db8::17]:4711\";proto=https;x=\"\\a\", for=10.0.0.2";
    let forwarded: Forwarded<'_> = rewrite(field, (), out).unwrap();
    let peer = Ip::parse(b"10.0.0.1").unwrap();
    let walk = trust::forwarded([&field[..]], peer, 9, |ip| matches!(ip, Ip::V4(_)));
    assert_eq!((forwarded.hops().count(), walk.hops), (2, 2));
    let xff: Xff<'_> = rewrite(b"unknown, [::1]:80", (), out).unwrap();
    assert_eq!(xff.hops().count(), 2);
    let bytes =
        b"\x2a\x04eth0\x29\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x06\0\x50\xa5\x03\x02\x12\0";
    let multiaddr: Multiaddr<'_> = rewrite(bytes, Mode::Spec, out).unwrap();
    let reading = multiaddr.reading().unwrap();
    assert!(Multiaddr::from_reading(&reading, Mode::Spec, out).is_ok());
    assert!(Multiaddr::from_text(b"/unix/%2Frun/p2p/2NT", Mode::Spec, out).is_ok());
    let line = b"0000000000000000: 00000002 00000000 00010000 0001 01  4243 @x\n";
    let unix = Context::new(Table::Unix, endian::Endian::Little);
    assert!(rewrite::<Line<'_>>(line, unix, out).is_some());
    assert_eq!(Sockets::new(line).count(), 1);
}

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
        b"2001:db8::1, 192.0.2.1:80",
        b"ipv4:1.2.3.4:80,5.6.7.8:80",
        b"unix:path=/run/x,guid=00;tcp:host=a%2db,port=80",
        b"tcp://[::1%lo]:*",
        b"/ip6zone/eth0/ip6/fe80::1/tcp/80",
        b"npipe:////./pipe/docker_engine",
        b"127%2e0%2e0%2e1:80",
        b"127.0.0.1:80-82",
        b"mysql://user:pw@[h1:1,h2:2]/db",
        b"user:pw@unix(/tmp/mysql.sock)/db",
        b"host=a,b port=1,2",
        b"\"[::1]:80\"",
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
            every_dialect(text, &mut out);
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
        wire_lists(&mut out);
        assert!(endian::write_signed(-1, endian::Endian::Big, &mut out[..16]).is_ok());
    });
}
