//! Writes captures for tests, byte by byte from the documents, with nothing of what reads them.
#![allow(dead_code)] // each test uses a part
#![allow(clippy::arithmetic_side_effects)] // a test may fail

/// Flags of TCP; RFC 9293, section 3.1.
pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const RST: u8 = 0x04;
pub(crate) const ACK: u8 = 0x10;

pub(crate) const CLIENT: [u8; 4] = [192, 0, 2, 1];
pub(crate) const SERVER: [u8; 4] = [192, 0, 2, 2];
pub(crate) const CLIENT_PORT: u16 = 40_000;
pub(crate) const SERVER_PORT: u16 = 7;

/// A packet to be written.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) seconds: u32,
    pub(crate) fraction: u32,
    pub(crate) data: Vec<u8>,
    /// How many bytes the packet had before it was cut.
    pub(crate) original: usize,
}

/// A packet that comes a millisecond behind the `index` that came before it.
pub(crate) fn written(index: usize, data: Vec<u8>) -> Written {
    let milliseconds = u32::try_from(index).unwrap();
    let original = data.len();
    let (seconds, fraction) = (1_700_000_000 + milliseconds / 1000, milliseconds % 1000 * 1000);
    Written { seconds, fraction, data, original }
}

/// Cuts a packet as a small snap length does.
pub(crate) fn cut(mut packet: Written, len: usize) -> Written {
    packet.data.truncate(len);
    packet
}

/// Bytes of numbers in either order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order {
    pub(crate) is_big: bool,
}

pub(crate) const LITTLE: Order = Order { is_big: false };
pub(crate) const BIG: Order = Order { is_big: true };

impl Order {
    pub(crate) fn u16(self, value: u16) -> [u8; 2] {
        if self.is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn u32(self, value: u32) -> [u8; 4] {
        if self.is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn u64(self, value: u64) -> [u8; 8] {
        if self.is_big { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

/// A pcap file; `magic` is 0xa1b2c3d4 for microseconds, 0xa1b23c4d for nanoseconds.
pub(crate) fn pcap(order: Order, magic: u32, link: u32, packets: &[Written]) -> Vec<u8> {
    let mut file = order.u32(magic).to_vec();
    file.extend([order.u16(2), order.u16(4)].concat());
    file.extend([order.u32(0), order.u32(0), order.u32(262_144), order.u32(link)].concat());
    for packet in packets {
        let (len, original) = (u32::try_from(packet.data.len()), u32::try_from(packet.original));
        let numbers = [packet.seconds, packet.fraction, len.unwrap(), original.unwrap()];
        file.extend(numbers.map(|number| order.u32(number)).concat());
        file.extend(&packet.data);
    }
    file
}

/// A pcap file of Ethernet, as most are.
pub(crate) fn ethernet_pcap(packets: &[Vec<u8>]) -> Vec<u8> {
    let packets = packets.iter().cloned().enumerate();
    let packets: Vec<_> = packets.map(|(index, data)| written(index, data)).collect();
    pcap(LITTLE, 0xa1b2_c3d4, 1, &packets)
}

/// A block of pcapng.
pub(crate) fn block(order: Order, kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
    let len = order.u32(u32::try_from(12 + body.len() + padding.len()).unwrap());
    [&order.u32(kind)[..], &len, body, &padding, &len].concat()
}

pub(crate) fn section(order: Order) -> Vec<u8> {
    let version = [order.u16(1), order.u16(0)].concat();
    block(order, 0x0a0d_0d0a, &[&order.u32(0x1a2b_3c4d)[..], &version, &[0xff; 8]].concat())
}

/// An interface, with options of a code and a value.
pub(crate) fn interface(
    order: Order,
    link: u16,
    longest: u32,
    options: &[(u16, &[u8])],
) -> Vec<u8> {
    let mut body = [&order.u16(link)[..], &order.u16(0), &order.u32(longest)].concat();
    for (code, value) in options {
        let len = u16::try_from(value.len()).unwrap();
        let padding = vec![0; value.len().next_multiple_of(4) - value.len()];
        body.extend([&order.u16(*code)[..], &order.u16(len), value, &padding].concat());
    }
    block(order, 1, &body)
}

/// An enhanced packet block.
pub(crate) fn enhanced(
    order: Order,
    interface: u32,
    ticks: u64,
    data: &[u8],
    original: u32,
) -> Vec<u8> {
    let (high, low) = ((ticks >> 32) as u32, (ticks & 0xffff_ffff) as u32);
    let len = u32::try_from(data.len()).unwrap();
    let numbers = [interface, high, low, len, original].map(|number| order.u32(number));
    block(order, 6, &[&numbers.concat()[..], data].concat())
}

/// A frame of Ethernet, with tags of VLANs.
pub(crate) fn ethernet(tags: &[u16], kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
    for tag in tags {
        frame.extend([[0x81, 0x00], tag.to_be_bytes()].concat());
    }
    frame.extend(kind.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A packet of IPv4; `fragment` is the field of flags and offset.
pub(crate) fn ipv4(
    from: [u8; 4],
    to: [u8; 4],
    protocol: u8,
    fragment: u16,
    payload: &[u8],
) -> Vec<u8> {
    let len = u16::try_from(20 + payload.len()).unwrap();
    let mut packet = vec![0x45, 0];
    packet.extend([len, 1, fragment].map(u16::to_be_bytes).concat());
    packet.extend([64, protocol, 0, 0]);
    packet.extend([from, to].concat());
    packet.extend(payload);
    packet
}

/// A packet of IPv6, whose payload begins with the header of this number.
pub(crate) fn ipv6(from: [u8; 16], to: [u8; 16], next: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    packet.extend([next, 64]);
    packet.extend([from, to].concat());
    packet.extend(payload);
    packet
}

pub(crate) fn tcp(from: u16, to: u16, number: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut segment = [from, to].map(u16::to_be_bytes).concat();
    segment.extend([number, 0].map(u32::to_be_bytes).concat());
    segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    segment.extend(payload);
    segment
}

pub(crate) fn udp(from: u16, to: u16, payload: &[u8]) -> Vec<u8> {
    let len = u16::try_from(8 + payload.len()).unwrap();
    let mut datagram = [from, to, len, 0].map(u16::to_be_bytes).concat();
    datagram.extend(payload);
    datagram
}

/// A segment of the client in Ethernet.
pub(crate) fn to_server(number: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let segment = tcp(CLIENT_PORT, SERVER_PORT, number, flags, payload);
    ethernet(&[], 0x0800, &ipv4(CLIENT, SERVER, 6, 0, &segment))
}

/// A segment of the server in Ethernet.
pub(crate) fn to_client(number: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let segment = tcp(SERVER_PORT, CLIENT_PORT, number, flags, payload);
    ethernet(&[], 0x0800, &ipv4(SERVER, CLIENT, 6, 0, &segment))
}
