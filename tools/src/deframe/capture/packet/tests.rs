//! The tests of link layers, IP and transports.

use super::super::testing::{
    ACK, BIG, CLIENT, FIN, LITTLE, SERVER, SYN, ethernet, ipv4, ipv6, tcp, udp,
};
use super::*;

const V6: [[u8; 16]; 2] = [[0xfd; 16], [0xfe; 16]];

fn of(link: u16, data: &[u8]) -> Content<'_> {
    of_cut(link, data, data.len())
}

fn of_cut(link: u16, data: &[u8], original: usize) -> Content<'_> {
    read(&Packet { time: None, link, data, original })
}

fn route(source: &str, destination: &str) -> Route {
    let address = |text: &str| {
        let address = portolan::addr::IpPort::parse(text.as_bytes()).unwrap();
        SocketAddr::try_from(address).unwrap()
    };
    Route { source: address(source), destination: address(destination) }
}

fn segment(payload: &[u8]) -> Segment<'_> {
    Segment { number: 9, ack: true, fin: true, payload, ..Segment::default() }
}

fn v4() -> Vec<u8> {
    ipv4(CLIENT, SERVER, 6, 0x4000, &tcp(1, 2, 9, ACK | FIN, b"payload"))
}

#[test]
fn every_link_layer_leads_to_the_same_segment() {
    let packet = v4();
    let behind = |header: &[u8]| [header, &packet].concat();
    let sll2 = [&b"\x08\0\0\0\0\0\0\x01\0\x01\0\x06"[..], &[0; 8]].concat();
    let sll = [&b"\0\0\0\x01\0\x06"[..], &[0; 8], b"\x08\0"].concat();
    let cases = [
        (0, behind(&LITTLE.u32(2))),
        (0, behind(&BIG.u32(2))),
        (1, ethernet(&[], 0x0800, &packet)),
        (1, ethernet(&[5], 0x0800, &packet)),
        (1, ethernet(&[5, 6], 0x0800, &packet)),
        // Padding of a short frame, and its check sum.
        (1, [ethernet(&[], 0x0800, &packet), vec![0; 20]].concat()),
        (12, packet.clone()),
        (101, packet.clone()),
        (108, behind(&BIG.u32(2))),
        (113, behind(&sll)),
        (228, packet.clone()),
        (276, behind(&sll2)),
    ];
    let expected = Content::Tcp(route("192.0.2.1:1", "192.0.2.2:2"), segment(b"payload"));
    for (link, data) in cases {
        assert_eq!(of(link, &data), expected, "{link}");
    }
}

#[test]
fn ipv6_is_read_behind_its_extensions() {
    let transport = tcp(1, 2, 9, SYN, b"");
    // Hop by hop, then routing, then destination options.
    let extensions =
        [[43, 0, 1, 4, 0, 0, 0, 0], [60, 0, 0, 0, 0, 0, 0, 0], [6, 0, 1, 4, 0, 0, 0, 0]];
    let long = ipv6(V6[0], V6[1], 0, &[&extensions.concat()[..], &transport].concat());
    let short = ipv6(V6[0], V6[1], 6, &transport);
    let segment = Segment { number: 9, syn: true, ..Segment::default() };
    let text = |octet: &str| format!("[{}]", [octet; 8].join(":"));
    let route = route(&format!("{}:1", text("fdfd")), &format!("{}:2", text("fefe")));
    let expected = Content::Tcp(route, segment);
    for (link, data) in [
        (0, [&LITTLE.u32(30)[..], &short].concat()),
        (0, [&BIG.u32(10)[..], &long].concat()),
        (1, ethernet(&[], 0x86dd, &long)),
        (229, short),
        (101, long),
    ] {
        assert_eq!(of(link, &data), expected, "{link}");
    }
}

#[test]
fn a_datagram_ends_where_it_says() {
    let route = route("192.0.2.1:53", "192.0.2.2:54");
    let datagram = [udp(53, 54, b"query"), b"padding".to_vec()].concat();
    let packet = ipv4(CLIENT, SERVER, 17, 0, &datagram);
    assert_eq!(of(101, &packet), Content::Udp(route, Datagram { payload: b"query", missing: 0 }));
    let cut = &packet[..20 + 8 + 2];
    assert_eq!(
        of_cut(101, cut, packet.len()),
        Content::Udp(route, Datagram { payload: b"qu", missing: 3 })
    );
}

#[test]
fn bytes_that_the_capture_cut_off_are_counted() {
    let route = route("192.0.2.1:1", "192.0.2.2:2");
    for len in 40..47 {
        let missing = 47 - len;
        let expected = Segment { missing, ..segment(&b"payload"[..len - 40]) };
        assert_eq!(of_cut(101, &v4()[..len], 47), Content::Tcp(route, expected), "{len}");
    }
    for len in 0..40 {
        assert_eq!(of_cut(101, &v4()[..len], 47), Content::Cut, "{len}");
    }
    let packet =
        ipv6(V6[0], V6[1], 60, &[&[6, 0, 1, 4, 0, 0, 0, 0][..], &tcp(1, 2, 9, 0, b"abc")].concat());
    let Content::Tcp(_, segment) = of_cut(101, &packet[..packet.len() - 2], packet.len()) else {
        panic!("is no segment");
    };
    assert_eq!((segment.payload, segment.missing), (&b"a"[..], 2));
}

/// The length of a packet that the network card cuts into several is 0.
#[test]
fn a_packet_without_a_length_is_as_long_as_it_was_captured() {
    let mut packet = v4();
    packet[2..4].fill(0);
    let route = route("192.0.2.1:1", "192.0.2.2:2");
    assert_eq!(of(101, &packet), Content::Tcp(route, segment(b"payload")));
    let expected = Segment { missing: 5, ..segment(b"pa") };
    assert_eq!(of_cut(101, &packet[..42], 47), Content::Tcp(route, expected));
    let mut packet = ipv4(CLIENT, SERVER, 17, 0, &udp(1, 2, b"payload"));
    packet[2..4].fill(0);
    packet[24..26].fill(0);
    let expected = Datagram { payload: b"pay", missing: 4 };
    assert_eq!(of_cut(101, &packet[..31], 35), Content::Udp(route, expected));
}

#[test]
fn fragments_are_said_to_be_fragments() {
    let payload = tcp(1, 2, 9, ACK, b"payload");
    for fragment in [0x2000, 0x2001, 0x0001] {
        assert_eq!(of(101, &ipv4(CLIENT, SERVER, 6, fragment, &payload)), Content::TcpFragment);
        assert_eq!(of(101, &ipv4(CLIENT, SERVER, 17, fragment, &payload)), Content::UdpFragment);
        assert_eq!(of(101, &ipv4(CLIENT, SERVER, 1, fragment, &payload)), Content::Other);
    }
    let first = [&[6, 0, 0, 1, 0, 0, 0, 1][..], &payload].concat();
    let later = [&[6, 0, 0, 8, 0, 0, 0, 1][..], &payload].concat();
    let atomic = [&[6, 0, 0, 0, 0, 0, 0, 1][..], &payload].concat();
    assert_eq!(of(101, &ipv6(V6[0], V6[1], 44, &first)), Content::TcpFragment);
    assert_eq!(of(101, &ipv6(V6[0], V6[1], 44, &later)), Content::TcpFragment);
    assert!(matches!(of(101, &ipv6(V6[0], V6[1], 44, &atomic)), Content::Tcp(..)));
}

#[test]
fn other_packets_are_told_apart_from_bad_ones() {
    let arp = ethernet(&[], 0x0806, &[0; 28]);
    let icmp = ipv4(CLIENT, SERVER, 1, 0, b"");
    let appletalk = [&LITTLE.u32(16)[..], &v4()].concat();
    for (link, data) in [
        (0, &appletalk[..]),
        (108, &appletalk),
        (1, &arp),
        (1, &arp[..20]),
        (1, &ethernet(&[], 0x0026, &[0; 38])),
        (101, &icmp),
        (101, &ipv4(CLIENT, SERVER, 50, 0, b"secret")),
    ] {
        assert_eq!(of(link, data), Content::Other, "{link} {data:x?}");
    }
    assert_eq!(of(147, b""), Content::Link(147));
    let version_5 = [&[0x55][..], &v4()[1..]].concat();
    let short_header = [&[0x44][..], &v4()[1..]].concat();
    let mut short_offset = v4();
    short_offset[20 + 12] = 0x40;
    for (link, data) in [
        (0, &b"\x02\0"[..]),
        (1, &arp[..13]),
        (113, &arp[..15]),
        (276, &arp[..19]),
        (101, b""),
        (101, &version_5),
        (101, &short_header),
        (101, &short_offset),
        (101, &ipv4(CLIENT, SERVER, 6, 0, b"no header")),
        (101, &ipv4(CLIENT, SERVER, 17, 0, b"none")),
    ] {
        assert!(matches!(of(link, data), Content::Malformed(_)), "{link} {data:x?}");
    }
}
