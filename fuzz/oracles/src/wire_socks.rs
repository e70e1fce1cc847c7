//! SOCKS of both versions: the laws of every form, and a slow reading of the same bytes.
//!
//! The first byte chooses the form; the rest is the stream.

use alloc::vec::Vec;
use core::net::IpAddr;

use portolan::addr::Host;
use portolan::wire::socks::v5::{Fragments, UdpHeader};
use portolan::wire::socks::{Target, v4, v5};
use portolan::wire::{Decoded, Wire};

use crate::wire_laws;

/// The first byte is the form, the rest its bytes.
pub fn run(input: &[u8]) {
    let Some((form, bytes)) = input.split_first() else { return };
    match form % 6 {
        0 => request_v4(bytes),
        1 => reply_v4(bytes),
        2 => {
            let request = holds::<v5::Request<'_>>(bytes, ()).map(|(request, consumed)| {
                ([5, request.command.number(), 0], whole(&request.target, consumed))
            });
            let model = model_v5(bytes).filter(|(head, _)| matches!(head, [5, 1..=3, 0]));
            assert_eq!(request, model, "{}", bytes.escape_ascii());
        }
        3 => {
            let reply = holds::<v5::Reply<'_>>(bytes, ())
                .map(|(reply, consumed)| ([5, reply.code.0, 0], whole(&reply.bound, consumed)));
            let model = model_v5(bytes).filter(|(head, _)| matches!(head, [5, _, 0]));
            assert_eq!(reply, model, "{}", bytes.escape_ascii());
        }
        4 => udp(bytes, Fragments::Keep, 255),
        _ => udp(bytes, Fragments::Refuse, 0),
    }
}

fn request_v4(bytes: &[u8]) {
    let request = holds::<v4::Request<'_>>(bytes, ()).map(|(request, consumed)| {
        let user = request.user().to_vec();
        (request.command().number(), user, whole(request.target(), consumed))
    });
    assert_eq!(request, model_v4(bytes), "{}", bytes.escape_ascii());
}

fn reply_v4(bytes: &[u8]) {
    let reply = holds::<v4::Reply>(bytes, ())
        .map(|(reply, consumed)| (reply.code.number(), whole(&reply.target(), consumed)));
    let model = match bytes {
        [0, code @ 90..=93, high, low, a, b, c, d, ..] => {
            Some((*code, (('4', [*a, *b, *c, *d].to_vec()), u16::from_be_bytes([*high, *low]), 8)))
        }
        _ => None,
    };
    assert_eq!(reply, model, "{}", bytes.escape_ascii());
}

fn udp(bytes: &[u8], fragments: Fragments, highest: u8) {
    let header = holds::<UdpHeader<'_>>(bytes, fragments)
        .map(|(header, consumed)| ([0, 0, header.fragment], whole(&header.target, consumed)));
    let takes = |head: &[u8; 3]| matches!(head, [0, 0, fragment] if *fragment <= highest);
    let model = model_v5(bytes).filter(|(head, _)| takes(head));
    assert_eq!(header, model, "{}", bytes.escape_ascii());
}

/// The laws of a form that a stream can cut; what is read is written, and reads back.
fn holds<'a, W>(bytes: &'a [u8], context: W::Context) -> Option<(W, usize)>
where
    W: Wire<'a> + core::fmt::Debug + PartialEq,
{
    let value = wire_laws::stream::<W>(bytes, context)?;
    let Ok(Decoded::Value { consumed, .. }) = W::decode(bytes, context) else { return None };
    let written = wire_laws::written(&value, context).expect("what is read can be written");
    // But for the mark of a name in version 4A there is one way to write a message.
    let is_marked = bytes[0] == 4 && bytes[4..7] == [0; 3];
    let same = |at: usize| written[at] == bytes[at] || (is_marked && at == 7);
    assert!(written.len() == consumed && (0..consumed).all(same), "canonical");
    Some((value, consumed))
}

/// A host as a letter that says what it is, and its bytes; a port; and the length of it all.
type Whole = ((char, Vec<u8>), u16, usize);

fn whole(target: &Target<'_>, consumed: usize) -> Whole {
    let host = match target.host() {
        Host::Ip(ip) => match ip.addr() {
            IpAddr::V4(addr) => ('4', addr.octets().to_vec()),
            IpAddr::V6(addr) => ('6', addr.octets().to_vec()),
        },
        Host::Name(name) => ('n', name.bytes().collect()),
        other => panic!("a target {other}"),
    };
    (host, target.port(), consumed)
}

/// Version 4 by splitting at NULs: command, user, and the rest.
fn model_v4(bytes: &[u8]) -> Option<(u8, Vec<u8>, Whole)> {
    let [4, command @ 1..=2, high, low] = bytes.get(..4)? else { return None };
    let port = u16::from_be_bytes([*high, *low]);
    let address = bytes.get(4..8)?;
    let texts: Vec<&[u8]> = bytes[8..].split(|byte| *byte == 0).collect();
    // What stands behind the last NUL is no text.
    let (_, texts) = texts.split_last()?;
    let user = texts.first().filter(|user| user.len() <= 255)?;
    let end = 8 + user.len() + 1;
    let whole = match address {
        [0, 0, 0, 0] => return None,
        [0, 0, 0, _] => {
            let name = texts.get(1).filter(|name| (1..=255).contains(&name.len()))?;
            (('n', name.to_vec()), port, end + name.len() + 1)
        }
        _ => (('4', address.to_vec()), port, end),
    };
    Some((*command, user.to_vec(), whole))
}

/// Version 5 by offsets: three bytes, type, address, port.
fn model_v5(bytes: &[u8]) -> Option<([u8; 3], Whole)> {
    let head = *bytes.first_chunk()?;
    let (letter, begin, len) = match bytes.get(3)? {
        1 => ('4', 4, 4),
        3 => ('n', 5, usize::from(*bytes.get(4)?)),
        4 => ('6', 4, 16),
        _ => return None,
    };
    let host = bytes.get(begin..begin + len)?;
    if letter == 'n' && (host.is_empty() || host.contains(&0)) {
        return None;
    }
    let [high, low] = bytes.get(begin + len..begin + len + 2)? else { return None };
    let port = u16::from_be_bytes([*high, *low]);
    Some((head, ((letter, host.to_vec()), port, begin + len + 2)))
}
