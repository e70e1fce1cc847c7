//! Reading and writing addresses allocates nothing.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // the allocator is that of std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail

use std::alloc::System;

use portolan::addr::{
    Dialect, Endpoint, HostBits, HostPort, Ip, IpPort, Nat64Prefix, Prefix, SocketAddress,
    TextOptions,
};
use portolan::client::{Platform, libpq, mysql};
use portolan::policy::{
    Action, AddressSet, DenyNonGlobal, Embeddings, RuleOptions, parse_rule, parse_rules,
};
use portolan::sockaddr::{self, Abi};
use portolan::varint::{Encoding, Varint};
use portolan::wire::forwarded::{Forwarded, Xff, trust};
use portolan::wire::multiaddr::{Mode, Multiaddr};
use portolan::wire::procfs::{Context, Line, Sockets, Table};
use portolan::wire::proxy::{V1, V2};
use portolan::wire::socks::{v4, v5};
use portolan::wire::{Wire, dns, stun};
use portolan::{dialect, endian};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, Stats, StatsAlloc};

#[allow(dead_code, reason = "its program is run elsewhere")]
#[path = "../examples/embedded_loop.rs"]
mod embedded_loop;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

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

/// Decides for every client, with a file, and lists of hosts.
fn every_client() {
    for client in mysql::Client::ALL {
        for platform in [Platform::Unix, Platform::Windows] {
            let mut options = mysql::Options::new(*client, platform);
            let text = b"[client]\nport=3307\nsocket='/a\\sb'\n!include x\n[mysql]\nprotocol=z\n";
            let mut file = mysql::OptionFile::new(*client, "my.cnf", text);
            while let Some(include) = options.read(&mut file).unwrap() {
                let mut included = include.open("x", b"[client]\nport=1\n").unwrap();
                assert!(options.read(&mut included).unwrap().is_none());
            }
            for host in [&b"localhost"[..], b"a,[::1]:2", b"."] {
                options.argument(mysql::OptionName::Host, host);
                let _ = options.choose().map(|decision| decision.targets().count());
            }
        }
    }
    let mut options = libpq::Options::new(Platform::Unix);
    options.connection_string(b"host='/a\\ b,c' port=1,2 service=x");
    options.service_file(b"[x]\nhostaddr=::1\n");
    assert!(options.choose().is_err());
    options.service_file(b"[x]\nhostaddr=::1,::2\n");
    assert!(options.choose().unwrap().targets().count() == 2);
    let bind = mysql::Bind::new(mysql::Server::Mysql);
    assert!(bind.parse(b"::1,db/ns").unwrap().count() == 2);
}

/// Runs a work and asserts that it asks the allocator for nothing.
///
/// The thread that waits for the test allocates now and then; a work that allocates does so every
/// time.
#[track_caller]
fn without_allocation(mut work: impl FnMut()) {
    let mut change = Stats::default();
    for _ in 0..4 {
        let region = Region::new(ALLOCATOR);
        work();
        change = region.change();
        if (change.allocations, change.reallocations) == (0, 0) {
            return;
        }
    }
    panic!("{change:?}");
}

/// Reads a wire form and writes it again.
fn rewrite<'a, W: Wire<'a>>(input: &'a [u8], context: W::Context, out: &mut [u8]) -> Option<W> {
    W::fields(input, context, &mut |_| {});
    let value = W::decode(input, context).ok()?.value()?;
    assert!(value.encode(context, out).is_ok());
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
    without_allocation(every_client);
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
        for text in [&b"127.0.0.1"[..], b"64:ff9b::7f00:1", b"2001:0:808:808:0:5efe:f5ff:fffe"] {
            let ip = Ip::parse(text).unwrap();
            assert!(ip.registry_entry().is_some() && ip.embedded_v4().count() < 4);
            assert!(DenyNonGlobal::with_nat64(&[Nat64Prefix::WELL_KNOWN]).check(ip).is_err());
        }
        wire_lists(&mut out);
        assert!(endian::write_signed(-1, endian::Endian::Big, &mut out[..16]).is_ok());
    });
    without_allocation(|| {
        let list = b"allow 0.0.0.0/0\ndeny 127.0.0.0/8 # here\n\nallow ::/0\ndeny ::g\n";
        let mut rules = [parse_rule(b"deny ::1", &RuleOptions::new()).unwrap().unwrap(); 4];
        let read = parse_rules(list, RuleOptions::new()).filter_map(Result::ok);
        let count = rules.iter_mut().zip(read).map(|(rule, (_, read))| *rule = read).count();
        assert_eq!(count, 3);
        let set = AddressSet::new(&rules[..count]).with_embeddings(Embeddings::ALL);
        for text in [&b"2002:7f00:1::"[..], b"::ffff:127.0.0.1", b"127.0.0.1"] {
            let decision = set.decide(Ip::parse(text).unwrap());
            assert_eq!((decision.action, decision.rule), (Action::Deny, Some((1, rules[1]))));
        }
    });
    without_allocation(|| {
        let line = b"PROXY TCP6 2001:db8::1 ::1 56324 443\r\n";
        let value = V1::decode(line, ()).unwrap().value().unwrap();
        assert_eq!(value.encode((), &mut out), Ok(line.len()));
        assert!(V1::decode(b"PROXY TCP6 1.2.3.4 ", ()).is_err());
        let header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x16\x7f\0\0\x01\x7f\0\0\x01\xda\x7e\x94\x74\
            \x03\0\x04\x9d\xb9\xc1\xda\x05\0\0";
        let value = V2::decode(header, ()).unwrap().value().unwrap();
        assert_eq!(value.encode((), &mut out), Ok(header.len()));
        assert_eq!(&out[..header.len()], header);
    });
    without_allocation(|| {
        let name = b"\x05\x01\0\x03\x0bexample.com\x01\xbb";
        rewrite::<v5::Request<'_>>(name, (), &mut out).unwrap();
        rewrite::<v5::Reply<'_>>(b"\x05\0\0\x01\0\0\0\0\0\0", (), &mut out).unwrap();
        rewrite::<v5::UdpHeader<'_>>(b"\0\0\0\x01\0\0\0\0\0\0", v5::Fragments::Keep, &mut out)
            .unwrap();
        rewrite::<v4::Request<'_>>(b"\x04\x01\0\x50\0\0\0\x01me\0example.com\0", (), &mut out)
            .unwrap();
        rewrite::<v4::Reply>(b"\0\x5a\0\0\0\0\0\0", (), &mut out).unwrap();
        rewrite::<stun::MappedAddress>(b"\0\x01\0\x50\x7f\0\0\x01", stun::Coding::Plain, &mut out)
            .unwrap();
        rewrite::<stun::Message<'_>>(b"\0\x01\0\0\x21\x12\xa4\x42transaction!", (), &mut out)
            .unwrap();
        rewrite::<dns::A>(b"\x7f\0\0\x01", (), &mut out).unwrap();
        rewrite::<dns::ReverseName>(b"\x01f\x03ip6\x04arpa\0", (), &mut out).unwrap();
    });
    without_allocation(|| {
        let lamp = embedded_loop::run(b"\x03=\x01\x01\0\x02=\x02\x07\0").unwrap();
        assert_eq!(lamp.brightness, 7);
    });
}
