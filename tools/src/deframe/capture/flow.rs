//! The bytes of one direction as frames, and what happens to them.

use std::io;
use std::net::SocketAddr;

use portolan::addr::SocketAddress;
use portolan::frame::deframer::{AnyDeframer, Buffered, Event};
use portolan::frame::{AnyMeta, Framing, Recovery};
use portolan_conformance::driver::address_object;

use super::order::{Gap, Tally};
use super::packet::Route;

/// The packet that made something happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    /// Its number; the first is 1.
    pub(super) packet: u64,
    /// When it was captured, in nanoseconds since the first.
    pub(super) time: Option<i128>,
}

/// Where something happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The number of the connection or datagram; the first is 1.
    pub(super) stream: u64,
    /// Whether the bytes go away from who opened the connection.
    pub(super) is_forward: bool,
    pub(super) names: &'a Names,
    pub(super) moment: Moment,
    /// How many frames of the stream there were before.
    pub(super) frames: u64,
}

/// The endpoints of a stream, as text and as objects of the driver protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) source: String,
    pub(super) destination: String,
    pub(super) objects: String,
}

/// What happens to a stream.
#[derive(Debug)]
pub(super) enum Happening<'a> {
    /// Its first byte has come; whether that is known to be the first.
    Begins { is_whole: bool },
    /// The framer says something; with the payload of a frame, or what is behind the framing.
    Event {
        /// The framing that says it, where it is around another; 0 is the outermost.
        layer: Option<usize>,
        event: &'a Event<AnyMeta>,
        bytes: &'a [u8],
    },
    /// Bytes that belong to no frame.
    Skip { at: u64, len: u64 },
    /// More bytes, at this offset, behind a framing that is over.
    Rest(u64, &'a [u8]),
    /// Bytes came again and were others; the first of them. Said once a stream.
    Differs { at: u64 },
    /// Bytes never came; whether others waited for them in too large a number.
    Gap { gap: Gap, is_limit: bool },
    /// Bytes of a datagram were not captured.
    Cut { at: u64, len: usize },
    /// Nothing follows.
    Ends(Ending),
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Its sender has closed it.
    Fin,
    /// Either side has reset the connection.
    Reset,
    /// The capture ends before.
    Open,
    /// The ports were used again, and the end was not captured.
    Reused,
    /// Bytes are missing.
    Gap,
    /// Too many bytes wait for others.
    TooMuch,
    /// It was one datagram.
    Datagram,
}

impl How {
    /// Whether the framer is told that no more bytes were sent.
    const fn is_end(self) -> bool {
        matches!(self, Self::Fin | Self::Reset | Self::Datagram)
    }
}

/// The end of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) how: How,
    /// How many bytes of it were read.
    pub(super) at: u64,
    pub(super) tally: Tally,
    /// Bytes behind its end.
    pub(super) behind_end: u64,
    /// Bytes behind a framing that is over.
    pub(super) behind_framing: Option<u64>,
    /// How many bytes the last frame lacks at least, where the stream goes on.
    pub(super) needs: Option<usize>,
}

impl Ending {
    pub(super) const fn new(how: How, at: u64, tally: Tally) -> Self {
        Self { how, at, tally, behind_end: 0, behind_framing: None, needs: None }
    }
}

/// Who is told what happens.
pub(super) trait Observer {
    /// Takes note.
    ///
    /// # Errors
    ///
    /// That it cannot be written down.
    fn happens(&mut self, place: &Place<'_>, what: &Happening<'_>) -> io::Result<()>;

    /// Whether a stream is read on behind a bad frame, where its framing can.
    fn goes_on(&self) -> bool {
        true
    }
}

/// One direction as frames.
#[derive(Debug)]
pub(super) struct Flow {
    stream: u64,
    is_forward: bool,
    names: Names,
    /// `None` behind a framing that is over, unless another is around it, or that cannot go on.
    reader: Option<AnyDeframer>,
    /// Where a framing inside another is over, in the bytes that are inside.
    over_inside: Option<u64>,
    frames: u64,
    /// Offset of the next byte.
    position: u64,
    skipped: Option<(u64, u64)>,
    behind_framing: Option<u64>,
    /// Whether other bytes came again.
    differs: bool,
}

impl Names {
    pub(super) fn new(route: &Route) -> Self {
        let (source, destination) = (address(route.source), address(route.destination));
        let objects = format!(
            r#""source":{},"destination":{}"#,
            address_object(&source),
            address_object(&destination)
        );
        Self { source: source.to_string(), destination: destination.to_string(), objects }
    }
}

fn address(address: SocketAddr) -> SocketAddress {
    address.into()
}

impl Flow {
    /// Begins a stream.
    pub(super) fn new(stream: u64, is_forward: bool, route: &Route, framing: &Framing) -> Self {
        Self {
            stream,
            is_forward,
            names: Names::new(route),
            reader: Some(framing.clone().into_deframer()),
            over_inside: None,
            frames: 0,
            position: 0,
            skipped: None,
            behind_framing: None,
            differs: false,
        }
    }

    /// Reads the next bytes.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        let at = self.position;
        self.position = at.saturating_add(wide(bytes.len()));
        if let Some(reader) = &mut self.reader {
            reader.extend(bytes);
            return match self.over_inside {
                Some(over) => self.behind_inside(over, moment, to),
                None => self.poll(moment, to),
            };
        }
        let Some(behind) = &mut self.behind_framing else {
            return Ok(());
        };
        *behind = behind.saturating_add(wide(bytes.len()));
        self.tell(&Happening::Rest(at, bytes), moment, to)
    }

    /// Says that bytes came again and were others.
    pub(super) fn differs(
        &mut self,
        at: u64,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        if std::mem::replace(&mut self.differs, true) {
            return Ok(());
        }
        self.tell(&Happening::Differs { at }, moment, to)
    }

    /// Ends the stream; what the direction knows of it is in `ending`.
    pub(super) fn end(
        mut self,
        mut ending: Ending,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        if ending.how.is_end() {
            if let Some(reader) = &mut self.reader {
                reader.end();
            }
            self.poll(moment, to)?;
        } else if matches!(ending.how, How::Open | How::Reused)
            && let Some(reader) = &mut self.reader
            && let (Event::Need(need), _) = reader.poll()
            && reader.position() < self.position
        {
            ending.needs = Some(need.min.get());
        }
        self.unskip(moment, to)?;
        ending.behind_framing = self.behind_framing;
        self.tell(&Happening::Ends(ending), moment, to)
    }

    /// Tells of what the bytes so far hold.
    fn poll(&mut self, moment: Moment, to: &mut impl Observer) -> io::Result<()> {
        let Some(mut reader) = self.reader.take() else {
            return Ok(());
        };
        let mut stopped = false;
        while !reader.is_over() && !stopped {
            let event = Buffered::poll(&mut reader);
            // The innermost framing is the one that is meant.
            let layer = reader.layer();
            let layer = (layer.saturating_add(1) < reader.layers()).then_some(layer);
            let bytes = match &event {
                Event::Done { .. } => reader.rest(),
                _ => reader.body(),
            };
            match &event {
                Event::Need(_) => break,
                Event::Skip { at, len } => {
                    let (begin, before) = self.skipped.unwrap_or((*at, 0));
                    self.skipped = Some((begin, before.saturating_add(wide(len.get()))));
                    continue;
                }
                Event::Done { at } => {
                    self.behind_framing = Some(wide(bytes.len()));
                    let is_inside = layer.is_none() && reader.layers() > 1;
                    self.over_inside = is_inside.then_some(*at);
                }
                Event::Error(error) => {
                    stopped = error.recovery == Recovery::Resync && !to.goes_on();
                }
                _ => {}
            }
            self.unskip(moment, to)?;
            self.tell(&Happening::Event { layer, event: &event, bytes }, moment, to)?;
            reader.drop_rest();
            if matches!(event, Event::Frame { .. }) {
                self.frames = self.frames.saturating_add(1);
            }
        }
        let goes_on = self.over_inside.is_some() || !reader.is_over();
        self.reader = Some(reader).filter(|_| goes_on && !stopped);
        Ok(())
    }

    /// Tells what the framing around one that is over has found behind that.
    fn behind_inside(
        &mut self,
        over: u64,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        let Some(mut reader) = self.reader.take() else {
            return Ok(());
        };
        let behind = self.behind_framing.unwrap_or_default();
        let _ = reader.poll();
        let rest = reader.rest();
        if !rest.is_empty() {
            self.behind_framing = Some(behind.saturating_add(wide(rest.len())));
            self.tell(&Happening::Rest(over.saturating_add(behind), rest), moment, to)?;
        }
        reader.drop_rest();
        self.reader = Some(reader);
        Ok(())
    }

    /// Tells of skipped bytes, to which no more will be added.
    fn unskip(&mut self, moment: Moment, to: &mut impl Observer) -> io::Result<()> {
        match self.skipped.take() {
            Some((at, len)) => self.tell(&Happening::Skip { at, len }, moment, to),
            None => Ok(()),
        }
    }

    pub(super) fn tell(
        &self,
        what: &Happening<'_>,
        moment: Moment,
        to: &mut impl Observer,
    ) -> io::Result<()> {
        let (stream, is_forward, frames) = (self.stream, self.is_forward, self.frames);
        to.happens(&Place { stream, is_forward, names: &self.names, moment, frames }, what)
    }
}

fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
