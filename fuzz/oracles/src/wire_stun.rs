//! STUN: the value of an address, and messages of attributes, against the same by hand.
//!
//! The first byte chooses: an even one is the value of an attribute, with twelve bytes of the
//! transaction before it; an odd one is a message.

use alloc::vec::Vec;
use core::net::IpAddr;

use portolan::wire::Wire as _;
use portolan::wire::stun::{Coding, MappedAddress, Message};

use crate::wire_laws;

/// The first byte is the choice, the rest a transaction and a value, or a message.
pub fn run(input: &[u8]) {
    match input.split_first() {
        Some((choice, bytes)) if choice % 2 == 1 => message(bytes),
        Some((choice, bytes)) => {
            let Some((transaction, bytes)) = bytes.split_first_chunk::<12>() else { return };
            let coding = if *choice == 0 { Coding::Xor(*transaction) } else { Coding::Plain };
            value(bytes, coding);
        }
        None => {}
    }
}

fn value(bytes: &[u8], coding: Coding) {
    let found = wire_laws::whole::<MappedAddress>(bytes, coding);
    if let Some(address) = found {
        let written = wire_laws::written(&address, coding).expect("every address is written");
        wire_laws::reads_back(&address, &written, coding);
        assert_eq!((written[0], &written[1..]), (0, &bytes[1..]), "canonical but for one byte");
    } else {
        let refused = MappedAddress::decode(bytes, coding).is_err();
        assert!(refused, "a value is never waited for");
    }
    assert_eq!(found.map(|address| (address.ip, address.port)), model(bytes, coding));
}

/// Each byte with its byte of the key.
fn model(bytes: &[u8], coding: Coding) -> Option<(IpAddr, u16)> {
    let key = match coding {
        Coding::Plain => [0; 16].to_vec(),
        Coding::Xor(transaction) => [&[0x21, 0x12, 0xa4, 0x42], &transaction[..]].concat(),
    };
    let with_key =
        |bytes: &[u8]| -> Vec<u8> { bytes.iter().zip(&key).map(|(a, b)| a ^ b).collect() };
    let address = with_key(bytes.get(4..)?);
    let port = u16::from_be_bytes(with_key(&bytes[2..4]).try_into().unwrap());
    let ip = match (bytes[1], bytes.len()) {
        (1, 8) => IpAddr::from(<[u8; 4]>::try_from(address).unwrap()),
        (2, 20) => IpAddr::from(<[u8; 16]>::try_from(address).unwrap()),
        _ => return None,
    };
    Some((ip, port))
}

fn message(bytes: &[u8]) {
    let Some(message) = wire_laws::stream::<Message<'_>>(bytes, ()) else { return };
    let written = wire_laws::written(&message, ()).expect("every message is written");
    assert_eq!(written, bytes[..written.len()], "canonical");
    assert_eq!(written.len() % 4, 0);
    // The attributes, each with header and padding, are all of the message.
    let mut at = 20;
    for attribute in message.attributes() {
        assert_eq!(written[at..at + 2], attribute.kind.to_be_bytes());
        at += 4;
        assert_eq!(&written[at..at + attribute.value.len()], attribute.value);
        at += attribute.value.len().next_multiple_of(4);
        if let Some(Ok(address)) = attribute.address(*message.transaction()) {
            let coding = Coding::Xor(*message.transaction());
            let found = [coding, Coding::Plain].map(|coding| model(attribute.value, coding));
            assert!(found.contains(&Some((address.ip, address.port))));
        }
    }
    assert_eq!(at, written.len(), "nothing is left out");
}
