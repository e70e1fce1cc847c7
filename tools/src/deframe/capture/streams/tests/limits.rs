//! How much is held at the most.
#![allow(clippy::arithmetic_side_effects)] // a test may fail

use super::super::*;
use super::play::{Play, route};

#[test]
fn too_much_that_waits_ends_the_stream() {
    let mut play = Play::new("lines", Limits { streams: 100, held: 300 });
    play.client(99, "S", b"");
    play.client(100, "A", b"a\n");
    for round in 0..9 {
        play.client(103 + round * 2, "A", b"xx");
    }
    play.client(102, "A", b"\n");
    assert_eq!(
        play.end(),
        ["1> begins true", "1> 0 a", "1> gap 1 at 2 behind 10 true", "1> Gap 2"]
    );
}

/// A connection of its own for each port.
fn from_port(port: u16) -> Route {
    Route { source: ([192, 0, 2, 9], port).into(), ..route(true) }
}

#[test]
fn connections_are_limited_and_those_that_are_over_make_room() {
    let mut play = Play::new("lines", Limits { streams: 2, held: 1 << 20 });
    play.send(&from_port(1), 0, "S", b"");
    play.send(&from_port(2), 0, "A", b"open\n");
    // The first has no byte yet, and makes room.
    play.send(&from_port(3), 0, "A", b"open\n");
    play.send(&from_port(4), 0, "A", b"no room\n");
    play.send(&from_port(4), 8, "A", b"no room\n");
    assert_eq!(play.streams.refused(), 2);
    play.send(&from_port(3), 5, "FA", b"");
    play.send(&from_port(4), 16, "A", b"room\n");
    assert_eq!((play.streams.refused(), play.streams.connections.len()), (2, 2));
    assert_eq!(
        play.end(),
        [
            "1> begins false",
            "1> 0 open",
            "2> begins false",
            "2> 0 open",
            "2> clean",
            "2> Fin 5",
            "3> begins false",
            "3> 0 room",
            "1> Open 5",
            "3> Open 5",
        ]
    );
}

#[test]
fn what_is_held_does_not_grow_with_connections() {
    let mut play = Play::new("lines", Limits { streams: 8, held: 1 << 20 });
    for round in 0..1000_u32 {
        let route = from_port(u16::try_from(round % 50).unwrap());
        play.send(&route, round * 1000, "S", b"");
        play.send(&route, round * 1000 + 1, "A", b"a\n");
        play.send(&route, round * 1000 + 3, "FA", b"");
        assert!(play.streams.connections.len() <= 8 && play.streams.spare.len() <= 8);
    }
    assert_eq!((play.streams.refused(), play.streams.count()), (0, 1000));
    for round in 0..100 {
        play.send(&from_port(1), round * 1000, "S", b"");
        assert!(play.streams.spare.len() <= 8, "each connection stands there once");
    }
}

#[test]
fn a_connection_that_has_got_bytes_makes_no_room_until_it_is_over() {
    let mut play = Play::new("lines", Limits { streams: 1, held: 1 << 20 });
    play.send(&from_port(1), 0, "S", b"");
    play.send(&from_port(1), 1, "A", b"a\n");
    play.send(&from_port(2), 0, "A", b"no room\n");
    play.send(&from_port(1), 3, "FA", b"b\n");
    play.send(&from_port(2), 8, "A", b"room\n");
    assert_eq!(play.streams.refused(), 1);
    assert_eq!(
        play.end(),
        [
            "1> begins true",
            "1> 0 a",
            "1> 2 b",
            "1> clean",
            "1> Fin 4",
            "2> begins false",
            "2> 0 room",
            "2> Open 5"
        ]
    );
}
