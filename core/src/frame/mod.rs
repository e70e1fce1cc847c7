//! Framing: where one message ends and the next begins.
//!
//! A stream socket delivers bytes, not messages. A [`Framer`] is the rule that puts the
//! boundaries back. It looks at the front of a buffer and answers one question: *is a whole frame
//! here yet?*
//!
//! ```text
//! bytes ──> Framer::step ──> Frame { wire, body } ──> your parser
//!             (a rule)        (offsets into your bytes)
//!
//!           ├──────────────── wire ────────────────┤
//!           │ head, 0..start │ body │ tail, ..wire │ next frame
//! ```
//!
//! # The contract
//!
//! * A framer returns offsets: the caller owns the bytes, so nothing is copied and nothing
//!   borrowed. Every call gets the bytes from the first unconsumed one on; a [`Frame`] consumes
//!   its `wire`, a [`Step::Skip`] its count, anything else nothing.
//! * [`Step::Need`] says how many bytes are missing at least. Reading exactly that many never
//!   reads past the end of the frame.
//! * Frames, errors and their offsets do not depend on how the stream was cut into reads. An
//!   incomplete frame is an answer, not an error; a verdict never changes with later bytes.
//! * Every framer has a limit. It counts bytes of the body, and [`Framer::max_wire`] bounds what
//!   must be held at once. A declared length reserves nothing.
//! * A [`Recovery::Fatal`] error repeats until [`Framer::reset`]. A [`Recovery::Resync`] error
//!   comes once a bad frame; the framer then skips to the next.
//! * The end of the stream is an event of its own: [`Framer::finish`].
//!
//! # Using it
//!
//! [`deframer`] has loops ready for a slice, a fixed array and reference-counted bytes; with them
//! every offset counts from the start of the stream.
//!
//! ```
//! use portolan::endian::Endian;
//! use portolan::frame::{LengthPrefix, deframer::frames};
//!
//! let framer = LengthPrefix::builder(1024).width(2).endian(Endian::Big).build()?;
//! let stream = b"\x00\x05hello\x00\x00\x00\x02hi";
//! let bodies: Result<Vec<_>, _> = frames(framer, stream).map(|frame| frame.map(|f| f.body)).collect();
//! assert_eq!(bodies, Ok(vec![&b"hello"[..], b"", b"hi"]));
//! # Ok::<(), portolan::frame::ConfigError>(())
//! ```
//!
//! Framers are made of others: [`Then`] is one behind another, [`Detect`] one of two by the first
//! bytes, [`deframer::Stack`] one inside another, [`deframer::Assemble`] joins the parts of a message.
//!
//! By hand, the loop is short too:
//!
//! ```
//! use portolan::frame::{Ending, Framer, Lines, Step};
//!
//! let mut framer = Lines::new(Ending::Lf, 80);
//! let mut input: &[u8] = b"one\ntwo\nthr";
//! let mut lines = Vec::new();
//! while let Step::Frame(frame) = framer.step(input)? {
//!     lines.push(&input[frame.body]);
//!     input = &input[frame.wire.get()..];
//! }
//! assert_eq!(lines, [b"one", b"two"]);
//! assert_eq!(input, b"thr");
//! # Ok::<(), portolan::frame::FrameError>(())
//! ```

// A new framer is one file here (`Framer`, `Encode`, `Plain` unless it stuffs; `part` and `joined` if
// its messages come in parts), and one line in each of:
//
// * `framers!` of `any.rs`, and `metas!` there for a new kind of meta data;
// * `laws!` of `core/tests/frame_laws/main.rs`, and `configs`, `linear` and `limits` beside it; a model
//   in `frame_model*.rs`; a `bounded` stream in `frame_memory.rs`;
// * an entry in `spec/table`, which the driver, the command and texts build from, and `rows!` of its
//   test;
// * the codes it is the first to answer out of `lint/coverage.rs` of the conformance crate, its meta
//   data in `driver/frames/meta.rs`; a file of vectors;
// * a target: `fuzz/oracles/src/frame_NAME.rs` (as `frame_line.rs`), its row in `FRAMERS` of
//   `conformance/src/seeds.rs`, `fuzz/oracles/src/lib.rs`, `fuzz/fuzz_targets`, `fuzz/Cargo.toml`;
// * what speaks for it, in `candidates.rs` and `heads.rs` of `tools/src/guess`;
// * README, CHANGELOG, GLOSSARY.

use core::convert::Infallible;
use core::num::NonZeroUsize;
use core::ops::Range;

use crate::hint::seldom;

mod any;
mod block;
mod byteset;
mod capnp;
mod chunked;
pub mod cobs;
pub mod cobs_r;
mod content_length;
mod dbus;
mod decimal;
mod declared;
pub mod deframer;
mod delimiter;
mod detect;
mod either;
mod encode;
mod error;
mod fcgi;
mod field;
mod fixed;
mod forward;
#[cfg(feature = "alloc")]
mod framing;
mod giop;
mod git_pkt_line;
mod hdlc;
mod headed;
mod length;
mod lines;
mod meta;
mod mysql;
mod mysql_compressed;
mod netstring;
mod octet_counting;
mod part;
mod policy;
pub mod preset;
mod proxy;
mod record_mark;
mod resp;
mod scan;
mod set;
pub mod slip;
#[cfg(feature = "alloc")]
pub mod spec;
mod stuff;
#[cfg(test)]
mod testing;
mod then;
mod tlv;
mod varint;
mod websocket;

#[cfg(feature = "alloc")]
pub use any::{AnyDetect, AnyThen};
pub use any::{AnyFramer, AnyMeta};
pub use capnp::Capnp;
pub use chunked::Chunked;
pub use cobs::Cobs;
pub use cobs_r::CobsR;
pub use content_length::ContentLength;
pub use dbus::Dbus;
pub use delimiter::{Delimiter, DelimiterBuilder};
pub use detect::{Detect, Signature};
pub use either::Either;
pub use encode::{Encode, Envelope};
pub use error::{ConfigError, EncodeError, EncodeErrorKind, FrameError, FrameErrorKind, Recovery};
pub use fcgi::Fcgi;
pub use fixed::Fixed;
#[cfg(feature = "alloc")]
pub use framing::{AnyEncoder, Framing};
pub use giop::Giop;
pub use git_pkt_line::{GitPktLine, PktKind};
pub use hdlc::{Fcs, Hdlc};
pub use length::{HeaderBytes, LengthPrefix, LengthPrefixBuilder};
pub use lines::{Ending, Lines};
pub use meta::{AmqpMeta, FcgiMeta, Http2Meta, MysqlCompressedMeta, WebSocketMeta};
pub use mysql::MysqlPacket;
pub use mysql_compressed::MysqlCompressed;
pub use netstring::Netstring;
pub use octet_counting::OctetCounting;
pub use part::{Part, PartRole};
pub use policy::{AtEof, Oversize, Sequence};
pub use preset::Preset;
pub use proxy::Proxy;
pub use record_mark::RecordMark;
pub use resp::Resp;
pub use slip::{Slip, SlipEscape};
pub use then::Then;
pub use tlv::Tlv;
pub use varint::{VarintPrefix, VarintPrefixBuilder};
pub use websocket::{WebSocket, WebSocketRole};

/// A rule that finds the boundaries of messages in a stream.
///
/// The [module](self) states the contract. Implementors keep it by these rules:
///
/// * `input` begins at the first unconsumed byte and only grows at its end until something is
///   consumed. A caller that breaks this gets wrong frames, never a panic.
/// * `step` on the same input gives the same answer after [`Step::Need`].
/// * Offsets of errors count from the start of `input`.
/// * After a [`Recovery::Resync`] error nothing of the bad frame has been consumed; `step` then
///   skips it, and [`at_boundary`](Self::at_boundary) is false until it has.
pub trait Framer {
    /// What a frame says besides its body: nothing, a sequence number, a record type.
    type Meta: Copy;

    /// Looks for the next frame at the start of `input`.
    ///
    /// # Errors
    ///
    /// The [`FrameErrorKind`]s of the framing, each with the offset of the byte that broke the
    /// rule.
    fn step(&mut self, input: &[u8]) -> Result<Step<Self::Meta>, FrameError>;

    /// Judges what is left of a stream that has ended: the bytes on which `step` waits.
    ///
    /// Call it again with what is left after a [`Finish::Frame`] or a [`Finish::Skip`], until it
    /// answers [`Finish::Clean`] or an error; that answer repeats. After a
    /// [`Recovery::Resync`] error call `step` again first.
    ///
    /// # Errors
    ///
    /// [`FrameErrorKind::Truncated`] when the stream ends inside a frame; where the end makes it
    /// known, the other kinds of the framing.
    fn finish(&mut self, input: &[u8]) -> Result<Finish<Self::Meta>, FrameError>;

    /// Undoes byte stuffing in place; the payload is then the first bytes of `body`.
    ///
    /// The identity, unless the framing stuffs; see [`Plain`].
    ///
    /// # Errors
    ///
    /// The kinds of the framing, with offsets counted from the start of `body`.
    fn unstuff(&self, meta: Self::Meta, body: &mut [u8]) -> Result<usize, FrameError> {
        let _ = meta;
        Ok(body.len())
    }

    /// Bounds how many bytes `step` may need in `input` at once.
    fn max_wire(&self) -> usize;

    /// Whether the next byte begins a message, so that the protocol may be switched here.
    fn at_boundary(&self) -> bool;

    /// Forgets the stream; the configuration stays.
    fn reset(&mut self);

    /// Reads what the header at the start of `input` declares of its frame, as soon as it says
    /// how long the body is; only framings whose messages come in parts need it.
    ///
    /// It never judges: `None` stands for an incomplete header, and for one that `step` refuses.
    /// See [`Assemble`](deframer::Assemble).
    fn part(&self, input: &[u8]) -> Option<Part> {
        let _ = input;
        None
    }

    /// Makes what a message says whose first and last part say this: at first what the last does.
    fn joined(&self, first: Self::Meta, last: Self::Meta) -> Self::Meta {
        let _ = first;
        last
    }
}

/// A framer whose bodies are payloads as they are, so that they can be borrowed.
///
/// It promises that [`Framer::unstuff`] is the identity.
pub trait Plain: Framer {}

/// What a framer finds at the start of its input.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "implementors of `Framer` build it, users match it whole"
)]
pub enum Step<M> {
    /// A whole frame.
    Frame(Frame<M>),
    /// Bytes that belong to no frame and are to be passed over.
    Skip(NonZeroUsize),
    /// Too few bytes; nothing is consumed.
    Need(Need),
    /// This framing has ended and the input belongs to what follows; repeats until a reset.
    Done,
}

impl<M> Step<M> {
    /// Converts the meta data of a frame.
    #[inline]
    pub fn map<N>(self, convert: impl FnOnce(M) -> N) -> Step<N> {
        match self {
            Self::Frame(frame) => Step::Frame(frame.map(convert)),
            Self::Skip(count) => Step::Skip(count),
            Self::Need(need) => Step::Need(need),
            Self::Done => Step::Done,
        }
    }
}

impl Step<Infallible> {
    /// The same answer, of which it is known to compilers as well that it is no frame.
    #[inline]
    fn without_frame<M>(self) -> Step<M> {
        self.map(|never| match never {})
    }
}

/// What the end of the stream makes of the last bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "implementors of `Framer` build it, users match it whole"
)]
pub enum Finish<M> {
    /// A frame that only the end completes.
    Frame(Frame<M>),
    /// Bytes that belong to no frame and are to be passed over.
    Skip(NonZeroUsize),
    /// Nothing is left: the stream ended at a boundary.
    Clean,
}

impl<M> Finish<M> {
    /// Converts the meta data of a frame.
    #[inline]
    pub fn map<N>(self, convert: impl FnOnce(M) -> N) -> Finish<N> {
        match self {
            Self::Frame(frame) => Finish::Frame(frame.map(convert)),
            Self::Skip(count) => Finish::Skip(count),
            Self::Clean => Finish::Clean,
        }
    }
}

/// A frame, as offsets into the input in which it was found.
///
/// Header and delimiter stay visible: they are `0..body.start` and `body.end..wire`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "implementors of `Framer` build it")]
pub struct Frame<M> {
    /// Bytes the frame takes in the stream; always the first ones of the input.
    pub wire: NonZeroUsize,
    /// The body, stuffed where the framing stuffs.
    pub body: Range<usize>,
    /// Whether the message ends here; false for a part that another follows.
    pub last: bool,
    /// What the frame says besides its body.
    pub meta: M,
}

impl<M> Frame<M> {
    /// Converts the meta data.
    #[inline]
    pub fn map<N>(self, convert: impl FnOnce(M) -> N) -> Frame<N> {
        Frame { wire: self.wire, body: self.body, last: self.last, meta: convert(self.meta) }
    }
}

/// How many more bytes a framer waits for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[allow(clippy::exhaustive_structs, reason = "implementors of `Framer` build it")]
pub struct Need {
    /// Greatest lower bound of the bytes missing to the end of the frame.
    pub min: NonZeroUsize,
    /// Length of the frame on the wire, where it is known.
    pub total: Option<NonZeroUsize>,
}

impl Need {
    /// Waits for at least so many more bytes, and never for none.
    #[inline]
    #[must_use]
    pub const fn at_least(missing: usize) -> Self {
        Self { min: at_least_one(missing), total: None }
    }

    /// Waits for the rest of a frame of `wire` bytes, of which `have` are here.
    #[inline]
    #[must_use]
    pub const fn rest_of(wire: usize, have: usize) -> Self {
        Self { min: at_least_one(wire.saturating_sub(have)), total: NonZeroUsize::new(wire) }
    }
}

#[inline(always)]
const fn at_least_one(count: usize) -> NonZeroUsize {
    match NonZeroUsize::new(count) {
        Some(count) => count,
        None => {
            seldom();
            NonZeroUsize::MIN
        }
    }
}
