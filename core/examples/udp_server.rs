//! A server that tells its clients their addresses: STUN over UDP, behind an access list.
//!
//! A datagram is a message already, so there is no framer: what matters is where it came from. The
//! list is asked about the sender; who may ask is answered in the form of a protocol; who may not is
//! written to a journal as the kernel holds addresses, and that is a stream again.
//!
//! Source: RFC 8489, sections 5 and 14.2.
//!
//! ```sh
//! cargo run -p portolan --example udp_server
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // sockets need std
#![allow(clippy::indexing_slicing)] // as many bytes as were counted

use std::error::Error;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use portolan::addr::SocketAddress;
use portolan::cursor::Writer;
use portolan::endian::Endian;
use portolan::frame::{Encode as _, HeaderBytes, LengthPrefix, deframer::frames};
use portolan::policy::{AddressSet, Rule, RuleOptions, parse_rules};
use portolan::sockaddr::{self, Abi};
use portolan::wire::stun::{Coding, MappedAddress, Message};
use portolan::wire::{Decoded, Wire as _};

type Failure = Box<dyn Error + Send + Sync>;

/// A rule on IPv4 speaks of v4-mapped senders too: they cannot go round it.
const RULES: &[u8] = b"allow 127.0.0.0/8\ndeny 127.0.0.13  # too many questions\n";

const REQUEST: u16 = 0x0001;
const SUCCESS: u16 = 0x0101;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;

/// Makes the answer to a datagram; `None` for what is no request.
fn answer(datagram: &[u8], from: SocketAddr) -> Result<Option<Vec<u8>>, Failure> {
    let request = match Message::decode(datagram, ()) {
        Ok(Decoded::Value { value, consumed }) if consumed == datagram.len() => value,
        _ => return Ok(None),
    };
    if request.kind() != REQUEST {
        return Ok(None);
    }
    let (mapped, coding) = (MappedAddress::try_from(from)?, Coding::Xor(*request.transaction()));
    let mut attributes = [0; 24];
    let mut writer = Writer::new(&mut attributes);
    writer.put_u16(XOR_MAPPED_ADDRESS, Endian::Big)?;
    writer.put_u16(u16::try_from(mapped.encoded_len(coding)?)?, Endian::Big)?;
    mapped.write(coding, &mut writer)?;
    let answer = Message::new(SUCCESS, *request.transaction(), writer.written())?;
    let mut out = vec![0; answer.encoded_len(())?];
    answer.encode((), &mut out)?;
    Ok(Some(out))
}

/// Addresses as Linux holds them, each behind its length in one byte.
fn journal() -> Result<LengthPrefix, Failure> {
    Ok(LengthPrefix::builder(Abi::MAX_LEN).width(1).build()?)
}

/// Serves so many datagrams and returns the journal of senders that the list denies.
fn serve(socket: &UdpSocket, rules: &[Rule], datagrams: usize) -> Result<Vec<u8>, Failure> {
    let (set, mut denied) = (AddressSet::new(rules), Vec::new());
    let mut datagram = [0; 1 << 11];
    for _ in 0..datagrams {
        let (len, from) = socket.recv_from(&mut datagram)?;
        if !set.decide(from.ip()).is_allowed() {
            let mut bytes = [0; Abi::MAX_LEN];
            let len = sockaddr::encode(Abi::LinuxLe, &from.into(), &mut bytes)?;
            journal()?.append(&bytes[..len], HeaderBytes::default(), &mut denied)?;
        } else if let Some(answer) = answer(&datagram[..len], from)? {
            socket.send_to(&answer, from)?;
        }
    }
    Ok(denied)
}

/// A socket of this machine that does not wait for ever.
fn bound(address: &str) -> Result<UdpSocket, Failure> {
    let socket = UdpSocket::bind(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(2)))?;
    Ok(socket)
}

pub(crate) fn main() -> Result<(), Failure> {
    let rules = parse_rules(RULES, RuleOptions::new());
    let rules = rules.map(|line| Ok(line?.1)).collect::<Result<Vec<_>, Failure>>()?;
    let (server, client) = (bound("127.0.0.1:0")?, bound("127.0.0.1:0")?);
    let address = server.local_addr()?;
    // Not every system has all of 127.0.0.0/8 on its loopback.
    let other = bound("127.0.0.13:0");
    let other =
        other.inspect_err(|error| println!("skipped, a sender that is denied: {error}")).ok();
    let datagrams = if other.is_some() { 3 } else { 2 };
    let serving = thread::spawn(move || serve(&server, &rules, datagrams));

    let mut request = [0; 20];
    Message::new(REQUEST, *b"transaction!", &[])?.encode((), &mut request)?;
    let mut expected = Vec::new();
    if let Some(socket) = &other {
        socket.send_to(&request, address)?;
        expected.push(SocketAddress::from(socket.local_addr()?));
    }
    client.send_to(b"no STUN at all", address)?;
    client.send_to(&request, address)?;

    let mut bytes = [0; 64];
    let (len, _) = client.recv_from(&mut bytes)?;
    let answer = Message::decode(&bytes[..len], ())?.value().ok_or("an answer cut short")?;
    let attribute = answer.attributes().next().ok_or("an answer without an address")?;
    let seen = attribute.address(*answer.transaction()).ok_or("another attribute")??;
    println!("the server sees {}", SocketAddr::from(seen));
    assert_eq!(SocketAddr::from(seen), client.local_addr()?);

    let denied = serving.join().map_err(|_| "the server panicked")??;
    let denied: Vec<_> = frames(journal()?, &denied)
        .map(|record| Ok(sockaddr::decode(Abi::LinuxLe, record?.body)?))
        .collect::<Result<_, Failure>>()?;
    assert_eq!(denied, expected);
    Ok(())
}
