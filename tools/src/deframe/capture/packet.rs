//! What a packet holds: its link layer, IP and the transport behind it.
//!
//! Link layers by their numbers at tcpdump.org: `NULL` (0), `EN10MB` (1), `RAW` (101, and 12 and 14
//! of old systems), `LOOP` (108), `LINUX_SLL` (113), `IPV4` (228), `IPV6` (229) and `LINUX_SLL2`
//! (276). Headers that hold addresses are judged by `etherparse`, up to the first that is cut.
//! Check sums are not judged: of what is sent the network card writes them, behind the capture.

use std::net::{IpAddr, SocketAddr};

use etherparse::err::{Layer, packet::SliceError};
use etherparse::{
    EtherType, LaxIpPayloadSlice, LaxNetSlice, LaxSlicedPacket, TransportSlice, ip_number,
};
use portolan::endian::Endian;
use portolan::wire::pcap::{Loop, Null};
use portolan::wire::{Decoded, Wire as _};

use super::container::Packet;

/// From where to where a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) source: SocketAddr,
    pub(super) destination: SocketAddr,
}

/// A segment of TCP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Segment<'a> {
    /// The sequence number.
    pub(super) number: u32,
    pub(super) syn: bool,
    pub(super) ack: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) payload: &'a [u8],
    /// How many bytes of the payload the capture has cut off.
    pub(super) missing: usize,
}

/// A datagram of UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Datagram<'a> {
    pub(super) payload: &'a [u8],
    /// How many bytes of the payload the capture has cut off.
    pub(super) missing: usize,
}

/// What a packet holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content<'a> {
    Tcp(Route, Segment<'a>),
    Udp(Route, Datagram<'a>),
    /// Part of a packet of TCP; its ports may be in another part.
    TcpFragment,
    /// Part of a datagram of UDP.
    UdpFragment,
    /// Headers that the capture has cut off.
    Cut,
    /// Headers that no stack would read, and why.
    Malformed(String),
    /// Neither TCP nor UDP.
    Other,
    /// A link layer that is not read.
    Link(u16),
}

/// Reads the headers of a packet.
pub(super) fn read<'a>(packet: &Packet<'a>) -> Content<'a> {
    let data = packet.data;
    match packet.link {
        0 => match Null::decode(data, ()) {
            Ok(Decoded::Value { consumed, .. }) => ip(packet, data.get(consumed..)),
            Ok(_) => short(packet),
            Err(_) => Content::Other,
        },
        1 => match LaxSlicedPacket::from_ethernet(data) {
            Ok(sliced) => content(packet, &sliced),
            Err(_) => short(packet),
        },
        12 | 14 | 101 | 228 | 229 => ip(packet, Some(data)),
        108 => match Loop::decode(data, ()) {
            Ok(Decoded::Value { consumed, .. }) => ip(packet, data.get(consumed..)),
            Ok(_) => short(packet),
            Err(_) => Content::Other,
        },
        113 => cooked(packet, 14, 16),
        276 => cooked(packet, 0, 20),
        link => Content::Link(link),
    }
}

/// A packet behind a header of Linux: the number of its protocol is at `protocol`.
fn cooked<'a>(packet: &Packet<'a>, protocol: usize, header: usize) -> Content<'a> {
    let number = packet.data.get(protocol..).and_then(|rest| rest.first_chunk());
    let Some((number, rest)) = number.zip(packet.data.get(header..)) else {
        return short(packet);
    };
    let protocol = EtherType(Endian::Big.read_u16(*number));
    content(packet, &LaxSlicedPacket::from_ether_type(protocol, rest))
}

fn ip<'a>(packet: &Packet<'a>, data: Option<&'a [u8]>) -> Content<'a> {
    match LaxSlicedPacket::from_ip(data.unwrap_or_default()) {
        Ok(sliced) => content(packet, &sliced),
        Err(etherparse::err::ip::LaxHeaderSliceError::Len(_)) if is_cut(packet) => Content::Cut,
        Err(error) => Content::Malformed(error.to_string()),
    }
}

fn is_cut(packet: &Packet<'_>) -> bool {
    packet.data.len() < packet.original
}

/// A packet that is too short for its headers.
fn short(packet: &Packet<'_>) -> Content<'static> {
    if is_cut(packet) {
        return Content::Cut;
    }
    Content::Malformed("packet is shorter than its link header".to_owned())
}

fn content<'a>(packet: &Packet<'a>, sliced: &LaxSlicedPacket<'a>) -> Content<'a> {
    match &sliced.stop_err {
        None => {}
        Some((_, Layer::Arp | Layer::Icmpv4 | Layer::Icmpv6 | Layer::Igmp)) => {
            return Content::Other;
        }
        Some((SliceError::Len(_), _)) if is_cut(packet) => return Content::Cut,
        Some((error, layer)) => return Content::Malformed(format!("{layer}: {error}")),
    }
    let Some((source, destination, payload)) = network(sliced) else {
        return Content::Other;
    };
    if payload.fragmented {
        return match payload.ip_number {
            ip_number::TCP => Content::TcpFragment,
            ip_number::UDP => Content::UdpFragment,
            _ => Content::Other,
        };
    }
    let route = |from, to| Route {
        source: SocketAddr::new(source, from),
        destination: SocketAddr::new(destination, to),
    };
    transport(packet, sliced, route)
}

fn transport<'a>(
    packet: &Packet<'a>,
    sliced: &LaxSlicedPacket<'a>,
    route: impl FnOnce(u16, u16) -> Route,
) -> Content<'a> {
    match &sliced.transport {
        Some(TransportSlice::Tcp(tcp)) => {
            let segment = Segment {
                number: tcp.sequence_number(),
                syn: tcp.syn(),
                ack: tcp.ack(),
                fin: tcp.fin(),
                rst: tcp.rst(),
                payload: tcp.payload(),
                missing: missing(packet, sliced),
            };
            Content::Tcp(route(tcp.source_port(), tcp.destination_port()), segment)
        }
        Some(TransportSlice::Udp(udp)) => {
            // Its own length leaves padding out; 0 is that of a packet which is still to be cut.
            let missing = match usize::from(udp.length()) {
                0 => missing(packet, sliced),
                said => said.saturating_sub(udp.slice().len()),
            };
            let route = route(udp.source_port(), udp.destination_port());
            Content::Udp(route, Datagram { payload: udp.payload(), missing })
        }
        _ => Content::Other,
    }
}

fn network<'p, 'a>(
    sliced: &'p LaxSlicedPacket<'a>,
) -> Option<(IpAddr, IpAddr, &'p LaxIpPayloadSlice<'a>)> {
    match sliced.net.as_ref()? {
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            let addresses = (header.source_addr().into(), header.destination_addr().into());
            Some((addresses.0, addresses.1, ip.payload()))
        }
        LaxNetSlice::Ipv6(ip) => {
            let header = ip.header();
            let addresses = (header.source_addr().into(), header.destination_addr().into());
            Some((addresses.0, addresses.1, ip.payload()))
        }
        LaxNetSlice::Arp(_) => None,
    }
}

/// How many bytes the header of IP counts that were not captured.
///
/// A length of 0 is that of a packet that the network card cuts into several: then all that the
/// capture has cut off is missing.
fn missing(packet: &Packet<'_>, sliced: &LaxSlicedPacket<'_>) -> usize {
    let (said, extensions, payload) = match &sliced.net {
        Some(LaxNetSlice::Ipv4(ip)) => {
            let said = usize::from(ip.header().total_len());
            let said = said.checked_sub(ip.header().slice().len());
            let extensions = ip.extensions().auth.map_or(0, |auth| auth.slice().len());
            (said, extensions, ip.payload())
        }
        Some(LaxNetSlice::Ipv6(ip)) => {
            let said = Some(usize::from(ip.header().payload_length())).filter(|said| *said != 0);
            (said, ip.extensions().slice().len(), ip.payload())
        }
        _ => return 0,
    };
    match said {
        Some(said) if payload.incomplete => {
            said.saturating_sub(extensions).saturating_sub(payload.payload.len())
        }
        Some(_) => 0,
        None => packet.original.saturating_sub(packet.data.len()),
    }
}

#[cfg(test)]
mod tests;
