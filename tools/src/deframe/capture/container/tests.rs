//! The tests of capture files.
#![allow(clippy::arithmetic_side_effects)] // a test may fail

use proptest::prelude::*;

use super::super::testing::{
    BIG, LITTLE, Written, block, cut, enhanced, interface, pcap, section, written,
};
use super::*;

/// Time, link layer, bytes and length on the wire of each packet, and how the file ends.
type Read = (Vec<(Option<i128>, u16, Vec<u8>, usize)>, Result<(), Broken>);

fn read(pieces: &[&[u8]]) -> Read {
    let (mut container, mut packets) = (Container::default(), Vec::new());
    let mut pieces = pieces.iter();
    loop {
        match container.poll() {
            Ok(Poll::Packet(Packet { time, link, data, original })) => {
                packets.push((time, link, data.to_vec(), original));
            }
            Ok(Poll::End) => return (packets, Ok(())),
            Err(broken) => {
                assert_eq!(container.poll(), Err(broken), "a verdict is final");
                return (packets, Err(broken));
            }
            Ok(Poll::Need) => match pieces.next() {
                Some(piece) => container.extend(piece),
                None => container.end(),
            },
        }
    }
}

fn broken(kind: BrokenKind, at: u64) -> Result<(), Broken> {
    Err(Broken { kind, at })
}

fn packets() -> Vec<Written> {
    vec![written(0, b"one".to_vec()), cut(written(1001, b"twelve".to_vec()), 3), written(2, vec![])]
}

#[test]
fn pcap_is_read_in_both_orders_and_both_units() {
    for order in [LITTLE, BIG] {
        for (magic, unit) in [(0xa1b2_c3d4, 1000), (0xa1b2_3c4d, 1)] {
            let file = pcap(order, magic, 101, &packets());
            let second = 1_700_000_000_000_000_000;
            let expected = vec![
                (Some(second), 101, b"one".to_vec(), 3),
                (Some(second + 1_000_000_000 + 1000 * unit), 101, b"twe".to_vec(), 6),
                (Some(second + 2000 * unit), 101, vec![], 0),
            ];
            assert_eq!(read(&[&file]), (expected, Ok(())));
        }
    }
}

#[test]
fn bits_of_the_link_layer_that_tell_of_check_sums_are_left_out() {
    let file = pcap(LITTLE, 0xa1b2_c3d4, 0x5400_0001, &packets());
    assert_eq!(read(&[&file]).0[0].1, 1);
}

#[test]
fn pcapng_is_read_in_both_orders() {
    for order in [LITTLE, BIG] {
        let nanoseconds: &[(u16, &[u8])] =
            &[(2, b"eth0"), (9, &[9]), (14, &order.u64(7)), (0, b"")];
        let file = [
            section(order),
            interface(order, 1, 0, &[]),
            interface(order, 113, 0, nanoseconds),
            interface(order, 101, 0, &[(9, &[0x80 | 10])]),
            block(order, 5, b"statistics "),
            enhanced(order, 0, 1_000_001, b"abc", 3),
            enhanced(order, 1, 5, b"abcd", 9),
            enhanced(order, 2, 1536, b"", 0),
        ]
        .concat();
        let expected = vec![
            (Some(1_000_001_000), 1, b"abc".to_vec(), 3),
            (Some(7_000_000_005), 113, b"abcd".to_vec(), 9),
            (Some(1_500_000_000), 101, vec![], 0),
        ];
        assert_eq!(read(&[&file]), (expected, Ok(())));
    }
}

#[test]
fn simple_and_obsolete_packets_are_read() {
    let old = [
        &LITTLE.u16(0)[..],
        &LITTLE.u16(3),
        &[0, 9, 2, 2].map(|number| LITTLE.u32(number)).concat(),
        b"hi",
    ];
    let file = [
        section(LITTLE),
        interface(LITTLE, 228, 4, &[]),
        block(LITTLE, 3, &[&LITTLE.u32(6)[..], b"cuts"].concat()),
        block(LITTLE, 3, &[&LITTLE.u32(2)[..], b"hi"].concat()),
        block(LITTLE, 2, &old.concat()),
    ]
    .concat();
    let expected = vec![
        (None, 228, b"cuts".to_vec(), 6),
        (None, 228, b"hi".to_vec(), 2),
        (Some(9000), 228, b"hi".to_vec(), 2),
    ];
    assert_eq!(read(&[&file]), (expected, Ok(())));
}

#[test]
fn a_section_has_its_own_order_and_interfaces() {
    let first = [section(LITTLE), interface(LITTLE, 1, 0, &[]), section(BIG)].concat();
    let file = [first.clone(), interface(BIG, 101, 0, &[]), enhanced(BIG, 0, 0, b"x", 1)].concat();
    assert_eq!(read(&[&file]).0, [(Some(0), 101, b"x".to_vec(), 1)]);
    let file = [first.clone(), enhanced(BIG, 0, 0, b"x", 1)].concat();
    let at = u64::try_from(first.len()).unwrap() + 12;
    assert_eq!(read(&[&file]), (vec![], broken(BrokenKind::Interface, at)));
}

#[test]
fn a_time_that_no_clock_has_is_none() {
    for (resolution, time) in [(38, Some(0)), (39, None), (0x80 | 127, Some(0))] {
        let options: &[(u16, &[u8])] = &[(9, &[resolution])];
        let file =
            [section(BIG), interface(BIG, 1, 0, options), enhanced(BIG, 0, u64::MAX, b"", 0)]
                .concat();
        assert_eq!(read(&[&file]).0[0].0, time, "{resolution}");
    }
}

#[test]
fn what_begins_as_no_capture_is_refused_at_its_first_byte() {
    let old = pcap(LITTLE, 0xa1b2_c3d4, 1, &[]);
    let version_3 = [&old[..4], b"\x03\0\0\0", &old[8..]].concat();
    for file in
        [&b""[..], b"GET / HTTP/1.1\r\n", b"\n\r\r\n\n\r\r\n\n\r\r\n", &version_3, &old[..7]]
    {
        assert_eq!(read(&[file]), (vec![], broken(BrokenKind::NotACapture, 0)), "{file:?}");
    }
}

#[test]
fn broken_files_name_rule_and_byte() {
    let begin = [section(LITTLE), interface(LITTLE, 1, 0, &[])].concat();
    let at = u64::try_from(begin.len()).unwrap();
    let differing = [&block(LITTLE, 6, &[0; 20])[..28], &LITTLE.u32(36)].concat();
    let odd = [&LITTLE.u32(9)[..], &LITTLE.u32(14), b"ab", &LITTLE.u32(14)].concat();
    let overlong_option = block(LITTLE, 1, b"\x01\0\0\0\0\0\0\0\x09\0\x05\0\x06\0\0\0");
    let cases: &[(&[u8], BrokenKind, u64)] = &[
        (&differing, BrokenKind::BlockLength, 4),
        (&odd, BrokenKind::BlockLength, 4),
        (b"\x06\0\0\0\x08\0\0\0", BrokenKind::TooShort, 4),
        (b"\x06\0\0\0\x07\0\0\0", BrokenKind::TooShort, 4),
        (b"\x06\0\0\0\x0c\0\0\x01", BrokenKind::TooLong, 4),
        (b"\x0a\x0d\x0d\x0a\x0c\0\0\0\0\0\0\0", BrokenKind::ByteOrder, 8),
        (&block(LITTLE, 6, b""), BrokenKind::TooShort, 8),
        (&enhanced(LITTLE, 1, 0, b"", 0), BrokenKind::Interface, 12),
        // Four bytes more than there are.
        (
            &block(LITTLE, 6, &[&[0; 12][..], b"\x04\0\0\0\x04\0\0\0"].concat()),
            BrokenKind::TooShort,
            28,
        ),
        (&block(LITTLE, 3, b"\x01\0\0\0"), BrokenKind::TooShort, 12),
        (&block(LITTLE, 1, b"\x01\0"), BrokenKind::TooShort, 12),
        (&overlong_option, BrokenKind::TooShort, 20),
    ];
    for (bytes, kind, offset) in cases {
        let file = [&begin[..], bytes].concat();
        assert_eq!(read(&[&file]), (vec![], broken(*kind, at + offset)), "{bytes:x?}");
    }
    let mut file = pcap(BIG, 0xa1b2_c3d4, 1, &packets());
    file[24 + 16 + 3 + 8] = 0x01;
    let (packets, end) = read(&[&file]);
    assert_eq!((packets.len(), end), (1, broken(BrokenKind::TooLong, 24 + 16 + 3 + 8)));
}

#[test]
fn interfaces_are_limited() {
    let one = interface(LITTLE, 1, 0, &[]);
    let file = [section(LITTLE), one.repeat((1 << 16) + 1)].concat();
    let at = u64::try_from(section(LITTLE).len() + one.len() * (1 << 16)).unwrap();
    assert_eq!(read(&[&file]), (vec![], broken(BrokenKind::TooLong, at + 16)));
}

/// Wherever a file ends: what is whole is read, and the packet that is not begins at the offset.
#[test]
fn a_file_that_is_cut_shows_what_is_whole() {
    let header = pcap(LITTLE, 0xa1b2_c3d4, 1, &[]).len();
    let file = pcap(LITTLE, 0xa1b2_c3d4, 1, &packets());
    let ends = [header, header + 16 + 3, header + 2 * (16 + 3), header + 2 * (16 + 3) + 16];
    for len in 0..=file.len() {
        let (packets, end) = read(&[&file[..len]]);
        let whole = ends.iter().filter(|end| **end <= len).count();
        assert_eq!(packets.len(), whole.saturating_sub(1), "{len}");
        let begin = ends[..whole].last().copied().unwrap_or(0);
        let expected = match len {
            0..8 => broken(BrokenKind::NotACapture, 0),
            _ if ends.contains(&len) => Ok(()),
            _ => broken(BrokenKind::Truncated, u64::try_from(begin).unwrap()),
        };
        assert_eq!(end, expected, "{len}");
    }
}

#[test]
fn a_capture_is_told_as_soon_as_it_can_be() {
    let files = [
        (pcap(LITTLE, 0xa1b2_c3d4, 1, &[]), 8),
        (pcap(BIG, 0xa1b2_3c4d, 1, &[]), 8),
        (section(BIG), 12),
    ];
    for (file, enough) in files {
        for len in 0..file.len() {
            let expected = (len >= enough).then_some(true);
            assert_eq!(is_capture(&file[..len]), expected, "{len}");
        }
        let mut other = file;
        other[enough - 1] ^= 0x80;
        assert_eq!(is_capture(&other[..enough]), Some(false));
    }
    assert_eq!(is_capture(b"G"), Some(false));
}

fn any_capture() -> impl Strategy<Value = Vec<u8>> {
    let packet = prop::collection::vec(any::<u8>(), 0..40);
    let packets = prop::collection::vec(packet, 0..6);
    (packets, any::<bool>(), any::<bool>()).prop_map(|(packets, is_big, is_classic)| {
        let order = if is_big { BIG } else { LITTLE };
        if is_classic {
            let packets = packets.into_iter().enumerate();
            let packets: Vec<_> = packets.map(|(index, data)| written(index, data)).collect();
            return pcap(order, 0xa1b2_c3d4, 1, &packets);
        }
        let len = |data: &[u8]| u32::try_from(data.len()).unwrap();
        let blocks = packets.iter().map(|data| enhanced(order, 0, 9, data, len(data)));
        [section(order), interface(order, 1, 0, &[])].into_iter().chain(blocks).flatten().collect()
    })
}

proptest! {
    /// What is read does not depend on how the file was cut, errors and offsets included.
    #[test]
    fn cuts_do_not_matter(
        mut file in any_capture(),
        change in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        if let Some((index, byte)) = change {
            let at = index.index(file.len());
            file[at] = byte;
        }
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(file.len() + 1)).collect();
        cuts.extend([0, file.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|pair| &file[pair[0]..pair[1]]).collect();
        prop_assert_eq!(read(&pieces), read(&[&file]));
    }

    /// Arbitrary bytes behind any beginning have a verdict, and no packet is longer than they.
    #[test]
    fn arbitrary_bytes_have_a_verdict(
        begin in any_capture(),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        for file in [[&begin[..], &bytes].concat(), bytes] {
            let (packets, _) = read(&[&file]);
            let read: usize = packets.iter().map(|(_, _, data, _)| data.len()).sum();
            prop_assert!(read <= file.len());
        }
    }
}
