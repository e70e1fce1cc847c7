//! Frames for a person to read.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::Style;
use portolan::frame::{AnyFramer, AnyMeta, Frame, Framing};

use crate::hexdump::{Bytes, Hexdump, Printable};
use crate::output::Frames;
use crate::terminal::{FAINT, GOOD};

/// Frames as lines of text: offset, length on the wire, what the frame says, body.
pub(super) struct Text<W: Write> {
    out: Frames<W>,
    good: Style,
    faint: Style,
    /// What the number of a frame means.
    number: &'static str,
}

impl<W: Write> Text<W> {
    /// Writes to `out`, which is standard output.
    pub(super) fn new(out: W, framing: &Framing) -> Self {
        let is_plain = anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never;
        let (good, faint) = if is_plain { (Style::new(), Style::new()) } else { (GOOD, FAINT) };
        let number = number(framing);
        Self { out: Frames::new(out), good, faint, number }
    }

    /// Writes a frame: a body of a few bytes beside it, a longer one below it.
    pub(super) fn frame(&mut self, at: u64, frame: &Frame<AnyMeta>, body: &[u8]) -> io::Result<()> {
        /// How many bytes of a body are shown.
        const SHOWN: usize = 256;
        let (good, faint, out) = (self.good, self.faint, &mut self.out);
        write!(out, "{good}at {at:<8}{good:#}  wire {:<5}  ", frame.wire)?;
        write!(out, "{}{} bytes", meta(self.number, frame), body.len())?;
        match body.len() {
            0 => writeln!(out)?,
            1..=8 => writeln!(out, "  {}  {faint}|{}|{faint:#}", Bytes(body), Printable(body))?,
            _ => write!(out, "\n{}", Hexdump { bytes: body, indent: 4, limit: SHOWN })?,
        }
        out.end_frame()
    }

    /// Says that the framing is over.
    pub(super) fn behind(&mut self, at: u64, count: u64) -> io::Result<()> {
        let faint = self.faint;
        writeln!(self.out, "{faint}at {at}  the framing is over; {count} bytes follow{faint:#}")
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// How many frames have been written whole.
    pub(super) const fn written(&self) -> u64 {
        self.out.written()
    }
}

/// What the number is that frames of this framing say.
pub(super) fn number(framing: &Framing) -> &'static str {
    let framer = match framing {
        Framing::Framer(framer) | Framing::Assemble { framer, .. } => framer,
        Framing::Stack(_, inner) => return number(inner),
        _ => return "number",
    };
    match framer {
        AnyFramer::MysqlPacket(_) | AnyFramer::MysqlCompressed(_) => "seq",
        AnyFramer::Postgres(_) => "tag",
        AnyFramer::TlsRecord(_) => "type",
        AnyFramer::Grpc(_) => "compressed",
        AnyFramer::GitPktLine(_) => "special",
        _ => "number",
    }
}

/// What a frame says besides its body, as words with a gap behind them.
pub(super) fn meta(number: &str, frame: &Frame<AnyMeta>) -> String {
    let mut words = String::new();
    // A text takes everything.
    let _ = match frame.meta {
        AnyMeta::Number(tag) if number == "tag" && tag.is_ascii_graphic() => {
            write!(words, "tag {}  ", char::from(tag))
        }
        AnyMeta::Number(value) => write!(words, "{number} {value:<3}  "),
        AnyMeta::Http2(meta) => {
            write!(words, "type {} flags {:#04x} stream {}  ", meta.kind, meta.flags, meta.stream)
        }
        AnyMeta::Amqp(meta) => write!(words, "type {} channel {}  ", meta.kind, meta.channel),
        AnyMeta::Fcgi(meta) => write!(words, "type {} request {}  ", meta.kind, meta.request),
        AnyMeta::MysqlCompressed(meta) => {
            write!(words, "seq {:<3}  inflated {}  ", meta.sequence, meta.uncompressed)
        }
        AnyMeta::WebSocket(meta) => {
            let masked = if meta.mask.is_some() { " masked" } else { "" };
            write!(words, "opcode {}{masked}  ", meta.opcode)
        }
        _ => Ok(()),
    };
    if !frame.last {
        words.push_str("part  ");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan::frame::{AmqpMeta, FcgiMeta, Http2Meta, MysqlCompressedMeta, WebSocketMeta};
    use std::num::NonZeroUsize;

    #[test]
    fn a_frame_tells_what_it_says() {
        let masked = WebSocketMeta::new(true, 2, Some([1; 4]));
        let cases: [(&str, AnyMeta, &str); 9] = [
            ("number", AnyMeta::None, ""),
            ("seq", AnyMeta::Number(7), "seq 7    "),
            ("tag", AnyMeta::Number(b'Q'), "tag Q  "),
            ("tag", AnyMeta::Number(0x1b), "tag 27   "),
            ("number", Http2Meta::new(1, 5, 3).into(), "type 1 flags 0x05 stream 3  "),
            ("number", AmqpMeta::new(1, 2).into(), "type 1 channel 2  "),
            ("number", FcgiMeta::new(5, 1).into(), "type 5 request 1  "),
            ("seq", MysqlCompressedMeta::new(1, 70_000).into(), "seq 1    inflated 70000  "),
            ("number", masked.into(), "opcode 2 masked  "),
        ];
        for (number, meta_data, words) in cases {
            let frame = |last| Frame { wire: NonZeroUsize::MIN, body: 0..1, last, meta: meta_data };
            assert_eq!(meta(number, &frame(true)), words);
            assert_eq!(meta(number, &frame(false)), format!("{words}part  "));
        }
    }
}
