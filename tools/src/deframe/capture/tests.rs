//! The tests of captures from bytes to objects; those of the command are in `tests/captures.rs`.
#![allow(clippy::arithmetic_side_effects)] // a test may fail

use clap::Parser as _;
use proptest::prelude::*;

use super::testing::{
    ACK, BIG, CLIENT, FIN, LITTLE, SERVER, SYN, enhanced, ethernet, ethernet_pcap, interface, ipv4,
    section, tcp, to_client, to_server,
};
use super::*;
use crate::args::{Arguments, Command};

/// The lines of JSON that a capture gives, and whether all is well.
fn lines(file: &[u8]) -> (Vec<String>, bool) {
    let words = ["portolan", "deframe", "--json", "--framer", "lines", "--transport", "both"];
    let Ok(Arguments { command: Command::Deframe(options), .. }) = Arguments::try_parse_from(words)
    else {
        panic!("these are arguments");
    };
    let mut out = Vec::new();
    let result = run(&options, file, &mut out, Progress::of_bytes(None));
    let text = String::from_utf8(out).unwrap();
    let well = match result {
        Ok(()) => true,
        Err(Failure::Refused) => false,
        Err(failure) => panic!("{failure:?}"),
    };
    (text.lines().map(str::to_owned).collect(), well)
}

fn conversation() -> Vec<Vec<u8>> {
    vec![
        to_server(99, SYN, b""),
        to_client(499, SYN | ACK, b""),
        to_server(100, ACK, b"ask\n"),
        to_client(500, ACK, b"answer\n"),
        to_client(507, ACK | FIN, b""),
        to_server(104, ACK | FIN, b""),
    ]
}

#[test]
fn the_head_of_an_input_is_read_no_further_than_needed() {
    let file = ethernet_pcap(&[]);
    for (input, read) in [(&file[..], 8), (b"GET /", 1), (b"\n\r\r\nabcdefgh", 9), (b"\n\r", 2)] {
        assert_eq!(head(&mut &*input).unwrap(), &input[..read]);
    }
}

proptest! {
    /// Whatever bytes are in the packets: there is an answer, and each line is an object.
    #[test]
    fn arbitrary_packets_are_read(
        link in prop_oneof![
            Just(0_u16), Just(1), Just(101), Just(108), Just(113), Just(276), any::<u16>()
        ],
        packets in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..8),
        more in any::<u32>(),
    ) {
        let packets = packets.iter().map(|data| {
            let len = u32::try_from(data.len()).unwrap();
            enhanced(BIG, 0, 9, data, len.wrapping_add(more))
        });
        let begin = [section(BIG), interface(BIG, link, 0, &[])];
        let file: Vec<u8> = begin.into_iter().chain(packets).flatten().collect();
        for line in lines(&file).0 {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok(), "{}", line);
        }
    }

    /// Headers of IP and TCP with anything in them, around a stream that is well: it stays so.
    #[test]
    fn noise_does_not_change_a_stream(
        noise in prop::collection::vec(
            (prop::collection::vec(any::<u8>(), 20), prop::collection::vec(any::<u8>(), 0..20)),
            0..6,
        ),
        changed in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
    ) {
        let mut file = conversation();
        for (header, payload) in noise {
            let mut segment = tcp(1, 2, 9, ACK, &payload);
            let at = changed.index(segment.len() - 4) + 4;
            segment[at] ^= header[0];
            let mut packet = ipv4(CLIENT, SERVER, 6, 0, &segment);
            packet[..12].copy_from_slice(&header[..12]);
            file.insert(place.index(file.len()), ethernet(&[], 0x0800, &packet));
        }
        let of = |line: &String| line.contains("\"port\":7,") || line.contains("\"port\":7}");
        let without = |(lines, _): (Vec<String>, bool)| -> Vec<String> {
            // Times and numbers depend on what else there is.
            let frames = lines.iter().filter(|line| of(line) && line.contains("\"frame\""));
            frames.map(|line| line.split(",\"stream\"").next().unwrap().to_owned()).collect()
        };
        let (expected, well) = lines(&ethernet_pcap(&conversation()));
        prop_assert!(well, "{:?}", expected);
        prop_assert_eq!(without(lines(&ethernet_pcap(&file))), without((expected, well)));
    }

    /// A capture that is changed anywhere is read to an answer.
    #[test]
    fn changed_captures_are_read(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        is_classic in any::<bool>(),
    ) {
        let packets = conversation();
        let len = |data: &[u8]| u32::try_from(data.len()).unwrap();
        let blocks = packets.iter().map(|data| enhanced(LITTLE, 0, 9, data, len(data)));
        let mut file: Vec<u8> = match is_classic {
            true => ethernet_pcap(&packets),
            false => [section(LITTLE), interface(LITTLE, 1, 0, &[])]
                .into_iter().chain(blocks).flatten().collect(),
        };
        for (index, byte) in changes {
            let at = index.index(file.len());
            file[at] = byte;
        }
        let (lines, _) = lines(&file);
        let is_whole = lines.last().is_some_and(|line| line.starts_with("{\"capture\":"));
        prop_assert!(is_whole, "{:?}", lines);
    }
}
