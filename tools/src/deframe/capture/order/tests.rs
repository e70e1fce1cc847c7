//! The tests of putting bytes in order.
#![allow(clippy::arithmetic_side_effects)] // a test may fail

use proptest::prelude::*;

use super::*;

/// All bytes that can be taken.
fn all(order: &mut Order) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = order.take() {
        bytes.extend_from_slice(piece);
    }
    bytes
}

#[test]
fn bytes_that_come_too_early_wait() {
    let mut order = Order::new(1000);
    assert_eq!(order.add(1003, b"def", 0), None);
    assert_eq!(order.take(), None);
    assert_eq!(order.waiting(), 3 + OVERHEAD);
    assert_eq!(order.gap(), Some(Gap { at: 0, len: 3, behind: 3 }));
    assert_eq!(order.add(1000, b"abc", 0), None);
    assert_eq!(all(&mut order), b"abcdef");
    assert_eq!((order.gap(), order.position(), order.waiting()), (None, 6, 0));
}

#[test]
fn sequence_numbers_wrap() {
    let mut order = Order::new(u32::MAX - 1);
    assert_eq!(order.add(2, b"ef", 0), None);
    assert_eq!(order.add(u32::MAX - 1, b"abcd", 0), None);
    assert_eq!(all(&mut order), b"abcdef");
    assert_eq!((order.position(), order.number()), (6, 4));
}

/// More than 4 GiB: an offset is not a sequence number.
#[test]
fn offsets_go_on_where_sequence_numbers_begin_again() {
    let mut order = Order { next: (1 << 32) - 2, number: 5, ..Order::new(7) };
    assert_eq!(order.add(5, b"abcd", 0), None);
    assert_eq!(all(&mut order), b"abcd");
    assert_eq!(order.add(7, b"cxef", 0), Some((1 << 32) + 1));
    assert_eq!(all(&mut order), b"ef");
    assert_eq!(order.position(), (1 << 32) + 4);
    assert_eq!(order.tally(), Tally { again: 2, before: 0 });
}

#[test]
fn of_bytes_that_come_twice_the_first_are_taken() {
    let mut order = Order::new(0);
    order.add(2, b"CD", 0);
    assert_eq!(order.add(0, b"abcdef", 0), Some(2), "the first that differs");
    assert_eq!(all(&mut order), b"abCDef");
    assert_eq!(order.tally(), Tally { again: 2, before: 0 });
    assert_eq!(order.add(0, b"abCD", 0), None);
    assert_eq!(order.add(1, b"bCDEfg", 0), Some(4), "what has been taken is compared, too");
    assert_eq!(all(&mut order), b"g");
    assert_eq!(order.tally(), Tally { again: 11, before: 0 });
}

#[test]
fn what_is_compared_is_limited() {
    let mut order = Order::new(0);
    for round in 0..100 {
        order.add(round * 1000, &[1; 1000], 0);
        all(&mut order);
        assert!(order.kept <= KEPT + 1000 + OVERHEAD);
    }
    assert_eq!(order.add(99_000, &[2; 1000], 0), Some(99_000));
    assert_eq!(order.add(0, &[2; 1000], 0), None, "forgotten");
    assert_eq!(all(&mut order), b"");
    assert_eq!((order.waiting(), order.gap()), (0, None), "what is forgotten was taken");
}

#[test]
fn a_probe_whether_the_peer_is_alive_is_no_byte() {
    let mut order = Order::new(0);
    order.add(0, b"abc", 0);
    all(&mut order);
    assert_eq!(order.add(2, b"\0", 0), None);
    assert_eq!((all(&mut order), order.tally()), (vec![], Tally::default()));
}

#[test]
fn bytes_before_the_first_are_counted() {
    let mut order = Order::new(10);
    order.add(4, b"456789ab", 0);
    order.add(0, b"0123", 0);
    assert_eq!(all(&mut order), b"ab");
    assert_eq!(order.tally(), Tally { again: 0, before: 10 });
}

#[test]
fn bytes_that_were_not_captured_are_a_gap_unless_they_come_again() {
    let mut order = Order::new(0);
    order.add(0, b"ab", 3);
    order.add(5, b"fg", 0);
    assert_eq!(all(&mut order), b"ab");
    assert_eq!(order.gap(), Some(Gap { at: 2, len: 3, behind: 2 }));
    order.add(1, b"bcde", 0);
    assert_eq!((all(&mut order), order.gap()), (b"cdefg".to_vec(), None));
    order.add(7, b"", 4);
    assert_eq!(order.gap(), Some(Gap { at: 7, len: 4, behind: 0 }));
}

#[test]
fn nothing_is_taken_behind_the_end() {
    let mut order = Order::new(0);
    order.add(2, b"cdef", 0);
    assert!(order.ends(4));
    assert!(!order.is_at_end());
    order.add(0, b"ab", 0);
    assert_eq!(all(&mut order), b"abcd");
    assert_eq!((order.is_at_end(), order.behind_end(), order.gap()), (true, 2, None));
    assert!(!order.ends(3), "it has been taken");
    order.add(5, b"", 0);
    assert_eq!(order.behind_end(), 2, "an acknowledgment behind FIN is no byte");
}

#[test]
fn an_end_that_is_not_reached_is_a_gap() {
    let mut order = Order::new(0);
    order.add(0, b"ab", 0);
    assert!(order.ends(9) && order.ends(6));
    assert_eq!(all(&mut order), b"ab");
    assert_eq!(order.gap(), Some(Gap { at: 2, len: 4, behind: 0 }));
    assert_eq!(order.behind_end(), 0);
}

/// A stream cut into segments, some of them twice and joined otherwise, in an order of their own.
fn any_segments() -> impl Strategy<Value = (u32, Vec<u8>, Vec<(usize, usize)>)> {
    prop::collection::vec(any::<u8>(), 1..120).prop_flat_map(|bytes| {
        let len = bytes.len();
        let cuts = prop::collection::btree_set(1..=len, 0..8).prop_map(move |mut cuts| {
            cuts.extend([0, len]);
            let cuts: Vec<_> = cuts.into_iter().collect();
            cuts.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
        });
        let twice = prop::collection::vec((0..len, 1..=len), 0..8).prop_map(move |pairs| {
            pairs.iter().map(|(begin, size)| (*begin, len.min(begin + size))).collect::<Vec<_>>()
        });
        let all = (cuts, twice).prop_map(|(cuts, twice)| [cuts, twice].concat()).prop_shuffle();
        (any::<u32>(), Just(bytes), all)
    })
}

proptest! {
    /// However a stream is cut, repeated and mixed: the bytes are those of the stream, each once.
    #[test]
    fn any_order_gives_the_bytes_of_the_stream((first, bytes, segments) in any_segments()) {
        let mut order = Order::new(first);
        let (mut taken, mut sent) = (Vec::new(), 0);
        for (begin, end) in segments {
            let number = first.wrapping_add(u32::try_from(begin).unwrap());
            prop_assert_eq!(order.add(number, &bytes[begin..end], 0), None);
            taken.extend(all(&mut order));
            sent += end - begin;
            prop_assert_eq!(&taken, &bytes[..taken.len()]);
            prop_assert_eq!(order.position(), wide(taken.len()));
        }
        prop_assert_eq!(&taken, &bytes);
        prop_assert_eq!((order.gap(), order.waiting()), (None, 0));
        // A single byte that is the last so far is a probe, and no byte that came again.
        prop_assert!(order.tally().again <= wide(sent - bytes.len()));
    }

    /// Against an array: of each byte the first that came, whatever came later.
    #[test]
    fn the_first_bytes_win(
        segments in prop::collection::vec(
            (0_u8..60, prop::collection::vec(any::<u8>(), 2..12)), 0..20
        ),
    ) {
        let mut order = Order::new(0);
        let (mut model, mut taken) = ([None; 80], Vec::new());
        for (at, bytes) in segments {
            let at = usize::from(at);
            let cells = &mut model[at..at + bytes.len()];
            let mut both = cells.iter().zip(&bytes);
            let differs = both.position(|(old, new)| old.is_some_and(|old| old != *new));
            cells.iter_mut().zip(&bytes).for_each(|(cell, byte)| *cell = cell.or(Some(*byte)));
            let said = order.add(u32::try_from(at).unwrap(), &bytes, 0);
            prop_assert_eq!(said, differs.map(|offset| wide(at + offset)));
            taken.extend(all(&mut order));
            let expected: Vec<u8> = model.iter().map_while(|cell| *cell).collect();
            prop_assert_eq!(&taken, &expected);
        }
    }
}
