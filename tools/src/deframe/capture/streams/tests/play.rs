//! Segments, and all that happens because of them.
#![allow(clippy::arithmetic_side_effects)] // a test may fail

use super::super::super::flow::Place;
use super::super::*;
use crate::framer;
use portolan::frame::deframer::{End, Event};

/// Everything that happens, a line each.
#[derive(Default)]
pub(super) struct Seen(Vec<String>);

impl Observer for Seen {
    fn happens(&mut self, place: &Place<'_>, what: &Happening<'_>) -> io::Result<()> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let what = match what {
            Happening::Begins { is_whole } => format!("begins {is_whole}"),
            Happening::Event { event: Event::Frame { at, .. }, bytes, .. } => {
                format!("{at} {}", text(bytes))
            }
            Happening::Event { event: Event::Error(error), .. } => {
                format!("{} {}", error.code(), error.at)
            }
            Happening::Event { event: Event::End(End::Clean), .. } => "clean".to_owned(),
            Happening::Event { event: Event::End(End::Truncated { at }), .. } => {
                format!("truncated {at}")
            }
            Happening::Event { event: Event::Done { at }, bytes, .. } => {
                format!("done {at} {}", text(bytes))
            }
            Happening::Event { .. } => "?".to_owned(),
            Happening::Skip { at, len } => format!("skip {len} at {at}"),
            Happening::Rest(at, bytes) => format!("rest {at} {}", text(bytes)),
            Happening::Differs { at } => format!("differs {at}"),
            Happening::Gap { gap, is_limit } => {
                format!("gap {} at {} behind {} {is_limit}", gap.len, gap.at, gap.behind)
            }
            Happening::Cut { at, len } => format!("cut {len} at {at}"),
            Happening::Ends(ending) => {
                let mut text = format!("{:?} {}", ending.how, ending.at);
                for (name, count) in [
                    ("again", ending.tally.again),
                    ("before", ending.tally.before),
                    ("behind", ending.behind_end),
                    ("rest", ending.behind_framing.unwrap_or(0)),
                    ("needs", u64::try_from(ending.needs.unwrap_or(0)).unwrap()),
                ] {
                    if count != 0 {
                        text += &format!(" {name} {count}");
                    }
                }
                text
            }
        };
        let direction = if place.is_forward { '>' } else { '<' };
        self.0.push(format!("{}{direction} {what}", place.stream));
        Ok(())
    }
}

/// Who sends; the greater address is the client, so that order of addresses is not mistaken for it.
pub(super) fn route(from_client: bool) -> Route {
    let (client, server) = (([192, 0, 2, 9], 40_000).into(), ([192, 0, 2, 1], 7).into());
    if from_client {
        Route { source: client, destination: server }
    } else {
        Route { source: server, destination: client }
    }
}

pub(super) const LIMITS: Limits = Limits { streams: 100, held: 1 << 20 };

pub(super) struct Play {
    pub(super) streams: Streams,
    pub(super) seen: Seen,
    pub(super) moment: Moment,
}

/// What a segment does: some of `S`, `A`, `F`, `R`.
pub(super) type Flags<'a> = &'a str;

impl Play {
    pub(super) fn new(framer: &str, limits: Limits) -> Self {
        let streams = Streams::new(framer::parse(framer).unwrap(), limits);
        Self { streams, seen: Seen::default(), moment: Moment::default() }
    }

    pub(super) fn send(&mut self, route: &Route, number: u32, flags: Flags<'_>, payload: &[u8]) {
        let has = |flag| flags.contains(flag);
        let segment = Segment {
            number,
            syn: has('S'),
            ack: has('A'),
            fin: has('F'),
            rst: has('R'),
            payload,
            missing: 0,
        };
        self.moment.packet += 1;
        self.streams.segment(route, &segment, self.moment, &mut self.seen).unwrap();
    }

    pub(super) fn client(&mut self, number: u32, flags: Flags<'_>, payload: &[u8]) {
        self.send(&route(true), number, flags, payload);
    }

    pub(super) fn server(&mut self, number: u32, flags: Flags<'_>, payload: &[u8]) {
        self.send(&route(false), number, flags, payload);
    }

    pub(super) fn end(mut self) -> Vec<String> {
        self.streams.end(self.moment, &mut self.seen).unwrap();
        self.seen.0
    }
}
