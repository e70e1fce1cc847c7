//! Connections: which segments belong together, and when a stream is over.
//!
//! A stream begins with a SYN, or, where none was captured, with its first byte. It ends with FIN,
//! with RST, with bytes that never come, and where a SYN uses the ports again. Nothing is guessed:
//! what has no end in the capture has none here.

mod connection;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;

use portolan::frame::Framing;

use self::connection::{Arrival, Connection, Maker, Side};
use super::flow::{Ending, Flow, Happening, How, Moment, Observer};
use super::order::Tally;
use super::packet::{Datagram, Route, Segment};

/// How much is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Connections at a time, those included whose end has been seen while there is room.
    pub(super) streams: usize,
    /// Bytes of a direction that wait for others.
    pub(super) held: usize,
}

/// Both endpoints of a connection, the lesser first.
type Pair = (SocketAddr, SocketAddr);

/// The connections of a capture.
#[derive(Debug)]
pub(super) struct Streams {
    framing: Framing,
    limits: Limits,
    connections: HashMap<Pair, Connection>,
    /// Those that can be forgotten, the oldest first; each once.
    spare: VecDeque<Pair>,
    /// How many streams there were.
    count: u64,
    /// Segments for which there was no room.
    refused: u64,
    /// Segments with bytes behind the end of their stream.
    late: u64,
}

impl Streams {
    pub(super) fn new(framing: Framing, limits: Limits) -> Self {
        let (connections, spare) = (HashMap::new(), VecDeque::new());
        Self { framing, limits, connections, spare, count: 0, refused: 0, late: 0 }
    }

    /// How many streams there were.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// How many segments were passed over because there was no room for their connection.
    pub(super) const fn refused(&self) -> u64 {
        self.refused
    }

    /// How many segments held bytes behind the end of their stream.
    pub(super) const fn late(&self) -> u64 {
        self.late
    }

    /// Reads a datagram: a stream of its own.
    pub(super) fn datagram(
        &mut self,
        route: &Route,
        datagram: &Datagram<'_>,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        self.count = self.count.saturating_add(1);
        let mut flow = Flow::new(self.count, true, route, &self.framing);
        flow.feed(datagram.payload, moment, to)?;
        let at = u64::try_from(datagram.payload.len()).unwrap_or(u64::MAX);
        let how = if datagram.missing == 0 {
            How::Datagram
        } else {
            flow.tell(&Happening::Cut { at, len: datagram.missing }, moment, to)?;
            How::Gap
        };
        flow.end(Ending::new(how, at, Tally::default()), moment, to)
    }

    /// Reads a segment.
    pub(super) fn segment(
        &mut self,
        route: &Route,
        segment: &Segment<'_>,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        let (pair, side) = pair(route);
        self.replace(&pair, side, segment, moment, to)?;
        if !self.connections.contains_key(&pair) {
            // Nothing begins with an answer that holds no byte.
            if !segment.syn && segment.payload.is_empty() && segment.missing == 0 {
                return Ok(());
            }
            if !self.make_room() {
                self.refused = self.refused.saturating_add(1);
                return Ok(());
            }
            self.connections.insert(pair, Connection::new(side, segment));
        }
        let Some(connection) = self.connections.get_mut(&pair) else {
            return Ok(());
        };
        if connection.is_late(side, segment) {
            self.late = self.late.saturating_add(1);
        }
        let held = self.limits.held;
        let maker = Maker { framing: &self.framing, count: &mut self.count, held };
        connection.segment(side, Arrival { route, segment, moment }, maker, to)?;
        if connection.is_spare() && !connection.is_queued {
            connection.is_queued = true;
            self.spare.push_back(pair);
        }
        Ok(())
    }

    /// Ends the connection of which a SYN uses the ports again.
    fn replace(
        &mut self,
        pair: &Pair,
        side: Side,
        segment: &Segment<'_>,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        if segment.syn
            && let Some(connection) = self.connections.get_mut(pair)
            && connection.is_replaced(side, segment)
        {
            let is_queued = connection.is_queued;
            connection.close(How::Reused, moment, to)?;
            *connection = Connection::new(side, segment);
            connection.is_queued = is_queued;
        }
        Ok(())
    }

    /// Ends all streams where the capture ends, in the order in which they began.
    pub(super) fn end(&mut self, moment: Moment, to: &mut impl Observer) -> io::Result<()> {
        let mut connections: Vec<_> = self.connections.drain().map(|(_, each)| each).collect();
        connections.sort_by_key(Connection::number);
        connections.iter_mut().try_for_each(|each| each.close(How::Open, moment, to))
    }

    /// Forgets the oldest connection that can be, where there are too many.
    fn make_room(&mut self) -> bool {
        while self.connections.len() >= self.limits.streams {
            let Some(pair) = self.spare.pop_front() else {
                return false;
            };
            if let Some(connection) = self.connections.get_mut(&pair) {
                connection.is_queued = false;
                if connection.is_spare() {
                    self.connections.remove(&pair);
                }
            }
        }
        true
    }
}

/// The key of a connection, and the side that has sent.
fn pair(route: &Route) -> (Pair, Side) {
    let (source, destination) = (route.source, route.destination);
    if source <= destination {
        ((source, destination), Side::Lesser)
    } else {
        ((destination, source), Side::Greater)
    }
}

#[cfg(test)]
mod tests;
