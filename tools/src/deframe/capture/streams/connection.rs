//! A connection of TCP: two directions that end on their own, or together by a reset.

use std::io;

use portolan::frame::Framing;

use super::super::flow::{Ending, Flow, Happening, How, Moment, Observer};
use super::super::order::Order;
use super::super::packet::{Route, Segment};

/// Who has sent: the endpoint that is lesser, or the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Lesser,
    Greater,
}

/// A segment that has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival<'a> {
    pub(super) route: &'a Route,
    pub(super) segment: &'a Segment<'a>,
    pub(super) moment: Moment,
}

/// What makes streams.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    pub(super) framing: &'a Framing,
    /// How many streams there were.
    pub(super) count: &'a mut u64,
    /// Bytes of a direction that may wait for others.
    pub(super) held: usize,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    /// Whether it is among those of which the oldest is forgotten first.
    pub(super) is_queued: bool,
    /// The number of both streams, once there is a byte.
    number: Option<u64>,
    /// Who opened it, or, where that was not captured, who was seen first.
    opener: Side,
    lesser: Direction,
    greater: Direction,
}

/// One direction.
#[derive(Debug, Default)]
struct Direction {
    /// Its sequence numbers; nothing before the first of them, and behind the end.
    order: Option<Order>,
    /// Its frames; nothing before the first byte, and behind the end.
    flow: Option<Flow>,
    /// The sequence number of its first byte.
    first: Option<u32>,
    /// Whether there was a byte.
    has_bytes: bool,
    /// Whether its SYN was captured.
    is_whole: bool,
    /// Whether it ends by a reset, at the end that `order` knows.
    is_reset: bool,
    is_over: bool,
    /// The sequence number behind its last byte, where its sender has ended it.
    last: Option<u32>,
}

impl Connection {
    /// Begins a connection with the first of its segments that was captured.
    pub(super) fn new(side: Side, segment: &Segment<'_>) -> Self {
        let opener = match (side, segment.syn && segment.ack) {
            (Side::Lesser, false) | (Side::Greater, true) => Side::Lesser,
            (Side::Greater, false) | (Side::Lesser, true) => Side::Greater,
        };
        let (lesser, greater) = (Direction::default(), Direction::default());
        Self { is_queued: false, number: None, opener, lesser, greater }
    }

    pub(super) const fn number(&self) -> Option<u64> {
        self.number
    }

    /// Whether nothing is lost by forgetting it: there was no byte, or it is over.
    pub(super) const fn is_spare(&self) -> bool {
        self.lesser.flow.is_none() && self.greater.flow.is_none()
    }

    /// Whether a SYN is that of another connection which uses the ports again.
    pub(super) fn is_replaced(&self, side: Side, segment: &Segment<'_>) -> bool {
        let (direction, other) = match side {
            Side::Lesser => (&self.lesser, &self.greater),
            Side::Greater => (&self.greater, &self.lesser),
        };
        match direction.first {
            // It came again; but who was refused may try again with the same number.
            Some(first) if first == segment.number.wrapping_add(1) => {
                direction.is_over && !direction.has_bytes
            }
            Some(_) => true,
            // The answer to a SYN comes before any end, and a SYN before any byte.
            None => direction.is_over || other.is_over || (other.has_bytes && !segment.ack),
        }
    }

    /// Whether a segment holds bytes behind the end of its stream.
    pub(super) fn is_late(&self, side: Side, segment: &Segment<'_>) -> bool {
        let direction = match side {
            Side::Lesser => &self.lesser,
            Side::Greater => &self.greater,
        };
        let len = u32::try_from(segment.payload.len()).unwrap_or(0);
        let end = segment.number.wrapping_add(len);
        let behind = |last| end.wrapping_sub(last).cast_signed() > 0;
        direction.is_over && len != 0 && direction.last.is_some_and(behind)
    }

    /// Reads a segment.
    pub(super) fn segment(
        &mut self,
        side: Side,
        arrival: Arrival<'_>,
        maker: Maker<'_>,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        let is_forward = side == self.opener;
        let direction = match side {
            Side::Lesser => &mut self.lesser,
            Side::Greater => &mut self.greater,
        };
        let differs = direction.add(arrival.segment);
        if direction.begins() {
            let number = *self.number.get_or_insert_with(|| {
                *maker.count = maker.count.saturating_add(1);
                *maker.count
            });
            let flow = Flow::new(number, is_forward, arrival.route, maker.framing);
            let is_whole = direction.is_whole;
            flow.tell(&Happening::Begins { is_whole }, arrival.moment, to)?;
            direction.flow = Some(flow);
        }
        direction.read(differs, maker.held, arrival.moment, to)?;
        if direction.is_over && direction.is_reset {
            self.close(How::Reset, arrival.moment, to)?;
        }
        Ok(())
    }

    /// Ends what has not ended.
    pub(super) fn close(
        &mut self,
        how: How,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        let (first, second) = match self.opener {
            Side::Lesser => (&mut self.lesser, &mut self.greater),
            Side::Greater => (&mut self.greater, &mut self.lesser),
        };
        first.close(how, moment, to)?;
        second.close(how, moment, to)
    }
}

impl Direction {
    /// Adds a segment; answers where its bytes are others than those that came before.
    fn add(&mut self, segment: &Segment<'_>) -> Option<u64> {
        if self.is_over {
            self.is_reset |= segment.rst;
            return None;
        }
        // A SYN takes a sequence number of its own.
        let number = segment.number.wrapping_add(u32::from(segment.syn));
        let (len, missing) = (segment.payload.len(), segment.missing);
        let has_bytes = len != 0 || missing != 0;
        if self.order.is_none() && !segment.syn && !has_bytes {
            // There is no byte to be numbered, but it may be the end of none.
            self.is_over = segment.fin || segment.rst;
            self.is_reset = segment.rst;
            return None;
        }
        let order = self.order.get_or_insert_with(|| Order::new(number));
        let first = *self.first.get_or_insert(number);
        self.is_whole |= segment.syn && first == number;
        let differs = order.add(number, segment.payload, missing);
        if segment.fin || segment.rst {
            let len = u32::try_from(len.saturating_add(missing)).unwrap_or(0);
            let is_end = order.ends(number.wrapping_add(len));
            if segment.rst {
                self.is_reset = true;
                if !is_end {
                    order.ends_here();
                }
            }
        }
        differs
    }

    /// Whether there are bytes now, for the first time.
    fn begins(&mut self) -> bool {
        let has_bytes = self.order.as_ref().is_some_and(Order::has_bytes);
        has_bytes && !std::mem::replace(&mut self.has_bytes, has_bytes)
    }

    /// Reads what has come in order, up to the end where that is reached.
    fn read(
        &mut self,
        differs: Option<u64>,
        held: usize,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        let Some(order) = &mut self.order else {
            return Ok(());
        };
        if let Some(flow) = &mut self.flow {
            if let Some(at) = differs {
                flow.differs(at, moment, to)?;
            }
            while let Some(bytes) = order.take() {
                flow.feed(bytes, moment, to)?;
            }
        }
        if order.is_at_end() {
            let how = if self.is_reset { How::Reset } else { How::Fin };
            return self.close(how, moment, to);
        }
        if order.waiting() > held {
            return self.close(How::TooMuch, moment, to);
        }
        Ok(())
    }

    /// Ends the direction.
    fn close(&mut self, how: How, moment: Moment, to: &mut impl Observer) -> io::Result<()> {
        if std::mem::replace(&mut self.is_over, true) {
            return Ok(());
        }
        let Some(order) = self.order.take() else {
            return Ok(());
        };
        let gap = order.gap();
        if matches!(how, How::Fin | How::Reset) && gap.is_none() {
            self.last = Some(order.number());
        }
        let Some(flow) = self.flow.take() else {
            return Ok(());
        };
        let mut ending = Ending::new(how, order.position(), order.tally());
        ending.behind_end = order.behind_end();
        if let Some(gap) = gap {
            ending.how = How::Gap;
            flow.tell(&Happening::Gap { gap, is_limit: how == How::TooMuch }, moment, to)?;
        }
        flow.end(ending, moment, to)
    }
}
