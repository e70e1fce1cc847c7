//! `portolan deframe` of a capture file: the frames of every stream in it.
//!
//! ```text
//! bytes ──> Container ──> packet ──> Streams ──> Flow ──> Report
//!           pcap, pcapng  IP, TCP    in order    frames   text, JSON
//! ```
//!
//! One deframer reads each direction of each connection. Whatever is in the file and in no frame is
//! said: gaps, overlaps that differ, fragments, packets that are cut short or of no use.

mod container;
mod flow;
mod order;
mod packet;
mod report;
mod streams;
mod summary;
#[cfg(test)]
mod testing;

use std::io::{self, BufWriter, Cursor, Read, Write};

use portolan::frame::Framing;

use self::container::{Broken, Container, Packet, Poll};
use self::flow::Moment;
use self::packet::{Content, Route};
use self::report::Report;
use self::streams::{Limits, Streams};
use self::summary::{Reason, Summary};
use super::text::number;
use crate::args::{Deframe, Pcap, Transport};
use crate::framer;
use crate::progress::Progress;
use crate::terminal::Failure;

/// How much is read at once.
const READ: usize = 64 << 10;

/// Reads the input where it is a capture; gives it back, from its first byte, where it is a stream.
pub(super) fn take(
    options: &Deframe,
    mut input: Box<dyn Read>,
    len: Option<u64>,
) -> Result<Option<Box<dyn Read>>, Failure> {
    let captures = &options.capture;
    let head = match captures.pcap {
        Pcap::No => Vec::new(),
        Pcap::Yes | Pcap::Auto => head(&mut input)?,
    };
    let is_capture = container::is_capture(&head).unwrap_or(false);
    let input = Box::new(Cursor::new(head).chain(input));
    if is_capture || captures.pcap == Pcap::Yes {
        if options.raw || options.dir.is_some() {
            let message = "--raw and --dir are about one stream, and a capture has many; \
                `--pcap no` reads it as a stream";
            return Err(Failure::Usage(message.to_owned()));
        }
        let out = BufWriter::new(anstream::AutoStream::auto(io::stdout()));
        return run(options, input, out, Progress::of_bytes(len)).map(|()| None);
    }
    if !captures.port.is_empty() {
        let message = "--port is about captures, and the input is none".to_owned();
        return Err(Failure::Usage(message));
    }
    Ok(Some(input))
}

/// Reads as much as tells whether the input is a capture, and no byte more is waited for.
fn head(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while container::is_capture(&head).is_none() {
        let mut byte = [0];
        match input.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => head.extend(byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(head)
}

fn run(
    options: &Deframe,
    mut input: impl Read,
    out: impl Write,
    progress: Progress,
) -> Result<(), Failure> {
    let framing = framer::parse(&options.framer)?;
    let report = Report::new(out, options.json, progress).with(number(&framing), options.resync);
    let mut capture = Capture::new(options, framing, report);
    let mut container = Container::default();
    let mut piece = vec![0; READ];
    loop {
        match container.poll() {
            Ok(Poll::Packet(packet)) => capture.packet(&packet)?,
            Ok(Poll::End) => return capture.end(None),
            Err(broken) => return capture.end(Some(broken)),
            Ok(Poll::Need) => {
                capture.report.flush(container.position())?;
                match input.read(&mut piece) {
                    Ok(0) => container.end(),
                    Ok(read) => container.extend(piece.get(..read).unwrap_or_default()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
}

/// A capture that is being read.
struct Capture<W: Write> {
    streams: Streams,
    summary: Summary,
    transport: Transport,
    /// Only streams with one of these; all, where there is none.
    ports: Vec<u16>,
    /// The time of the first packet that has one.
    begun: Option<i128>,
    /// The packet that is being read.
    moment: Moment,
    report: Report<W>,
}

impl<W: Write> Capture<W> {
    fn new(options: &Deframe, framing: Framing, report: Report<W>) -> Self {
        let captures = &options.capture;
        let limits = Limits { streams: captures.max_streams, held: captures.max_held };
        Self {
            streams: Streams::new(framing, limits),
            summary: Summary::default(),
            transport: captures.transport,
            ports: captures.port.clone(),
            begun: None,
            moment: Moment::default(),
            report,
        }
    }

    /// Reads a packet: its frames are told, or why there are none.
    fn packet(&mut self, packet: &Packet<'_>) -> io::Result<()> {
        self.summary.packets = self.summary.packets.saturating_add(1);
        self.begun = self.begun.or(packet.time);
        let time = packet.time.zip(self.begun);
        let time = time.map(|(time, begun)| time.saturating_sub(begun));
        let moment = Moment { packet: self.summary.packets, time };
        self.moment = moment;
        let (tcp, udp) = (self.transport != Transport::Udp, self.transport != Transport::Tcp);
        let reason = match packet::read(packet) {
            Content::Tcp(route, _) | Content::Udp(route, _) if !self.wants(&route) => return Ok(()),
            Content::Tcp(route, segment) if tcp => {
                self.summary.add_cut(segment.missing, moment);
                return self.streams.segment(&route, &segment, moment, &mut self.report);
            }
            Content::Udp(route, datagram) if udp => {
                self.summary.add_cut(datagram.missing, moment);
                return self.streams.datagram(&route, &datagram, moment, &mut self.report);
            }
            Content::TcpFragment if tcp => Reason::Fragment,
            Content::UdpFragment if udp => Reason::Fragment,
            Content::Tcp(..) | Content::TcpFragment => Reason::Tcp,
            Content::Udp(..) | Content::UdpFragment => Reason::Udp,
            Content::Cut => Reason::Headers,
            Content::Other => Reason::Other,
            Content::Malformed(why) => {
                self.summary.add(Reason::Malformed, moment, &why);
                return Ok(());
            }
            Content::Link(link) => {
                self.summary.add(Reason::Link, moment, &format!("link type {link}"));
                return Ok(());
            }
        };
        self.summary.add(reason, moment, "");
        Ok(())
    }

    fn wants(&self, route: &Route) -> bool {
        let ends = [route.source.port(), route.destination.port()];
        self.ports.is_empty() || ends.iter().any(|port| self.ports.contains(port))
    }

    /// Ends every stream, and says what was in none.
    fn end(mut self, broken: Option<Broken>) -> Result<(), Failure> {
        self.streams.end(self.moment, &mut self.report)?;
        self.summary.streams = self.streams.count();
        self.summary.set(Reason::Late, self.streams.late());
        self.summary.set(Reason::Room, self.streams.refused());
        self.report.end(&self.summary, broken)
    }
}

#[cfg(test)]
mod tests;
