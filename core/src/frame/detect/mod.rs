//! One of two framings, whichever the stream begins with.
//!
//! ```text
//! │ signature … │  frames of the matched framing …
//! │ other bytes │  frames of the other …
//! ```
//!
//! On one port a client may send a PROXY header or not, count its syslog messages or end them,
//! speak TLS or not. A few bytes tell; they are looked at and not consumed, so the framing that is
//! chosen reads them again as the first of its own.

use super::{
    Either, Ending, Finish, FrameError, Framer, Lines, Need, OctetCounting, Part, Plain, Proxy,
    Step, Then,
};

mod signature;
#[cfg(test)]
mod tests;
#[cfg(feature = "alloc")]
mod write;

pub use signature::Signature;
#[cfg(feature = "alloc")]
pub(super) use write::Sides;

/// Reads the framing that the first bytes of the stream tell.
///
/// `matched` reads a stream that has the [`Signature`], `otherwise` any other. No more bytes are
/// looked at than it takes to tell, and the verdict is final. While it is open nothing is consumed,
/// and [`Step::Need`] lacks what the shortest frame of either has more than is there. A stream that
/// ends before it can tell has no signature: `otherwise` judges it.
///
/// A frame says which framing it is from, and what it says there; [`Either::First`] is `matched`.
///
/// # Writing
///
/// What is written must tell the same: with the feature `alloc`, [`Encode`](super::Encode) writes
/// the first frame in the framing that its meta data names, and refuses one that would be read in the
/// other as [`EncodeErrorKind::WrongSignature`](super::EncodeErrorKind::WrongSignature). `None` takes
/// `matched` where that can carry the payload behind its signature, else `otherwise`. All later
/// frames are of the same framing, which does not depend on what has been read.
///
/// # Examples
///
/// ```
/// use portolan::frame::{Detect, Either, Ending, Lines, deframer::frames};
///
/// // Syslog over TCP: counted, or lines.
/// let bodies = |stream| -> Vec<_> {
///     frames(Detect::syslog(80), stream).flatten().map(|f| (f.meta, f.body)).collect()
/// };
/// assert_eq!(bodies(b"5 <1>hi4 <1>a"), [(Either::First(()), &b"<1>hi"[..]), (Either::First(()), b"<1>a")]);
/// assert_eq!(bodies(b"<1>hi\n"), [(Either::Second(()), &b"<1>hi"[..])]);
///
/// // A PROXY header, or none, before the lines of a protocol.
/// let framer = Detect::proxy(1024, Lines::new(Ending::CrLf, 80));
/// for stream in [&b"PROXY UNKNOWN\r\nHELO\r\n"[..], b"HELO\r\n"] {
///     assert_eq!(frames(framer.clone(), stream).last().unwrap()?.body, b"HELO");
/// }
/// # Ok::<(), portolan::frame::FrameError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Detect<A, B> {
    signature: Signature,
    matched: A,
    otherwise: B,
    chosen: Option<Either<(), ()>>,
    #[cfg(feature = "alloc")]
    written: write::Written,
}

impl<A, B> Detect<A, B> {
    /// Reads `matched` where the stream begins with the signature, else `otherwise`.
    #[must_use]
    pub const fn new(signature: Signature, matched: A, otherwise: B) -> Self {
        Self {
            signature,
            matched,
            otherwise,
            chosen: None,
            #[cfg(feature = "alloc")]
            written: write::Written::NOTHING,
        }
    }

    /// What was told: [`Either::First`] is the framing that is matched; `None` is still open.
    #[must_use]
    pub const fn chosen(&self) -> Option<Either<(), ()>> {
        self.chosen
    }

    /// What the start of the stream tells, where nothing has been chosen yet.
    fn told(&self, input: &[u8]) -> Option<Either<(), ()>> {
        self.chosen.or_else(|| match self.signature.is_at(input)? {
            true => Some(Either::First(())),
            false => Some(Either::Second(())),
        })
    }

    /// Makes the same of other framers.
    #[cfg(feature = "alloc")]
    pub(super) fn map<C, D>(self, a: impl Fn(A) -> C, b: impl Fn(B) -> D) -> Detect<C, D> {
        Detect {
            signature: self.signature,
            matched: a(self.matched),
            otherwise: b(self.otherwise),
            chosen: self.chosen,
            written: self.written,
        }
    }
}

impl<F: Clone> Detect<Then<Proxy, F>, F> {
    /// Reads a header of the PROXY protocol of at most `max` bytes, where there is one, and then
    /// `framer`.
    ///
    /// Only a peer that is trusted may send the header.
    #[must_use]
    pub fn proxy(max: usize, framer: F) -> Self {
        Self::new(Signature::Proxy, Then::new(Proxy::new(max), framer.clone()), framer)
    }
}

impl Detect<OctetCounting, Lines> {
    /// Reads messages of syslog of at most `max` bytes, counted or ended by LF.
    ///
    /// RFC 6587, sections 3.4.1 and 3.4.2.
    #[must_use]
    pub const fn syslog(max: usize) -> Self {
        let lines = Lines::new(Ending::Lf, max);
        Self::new(Signature::OctetCounting, OctetCounting::new(max), lines)
    }
}

impl<A: Framer, B: Framer> Detect<A, B> {
    /// Bytes that the shortest frame of either has.
    fn shortest(&mut self) -> usize {
        // No framer consumes anything of no input.
        let shortest = |step| match step {
            Some(Need { min, .. }) => min.get(),
            None => 1,
        };
        let matched = shortest(needed(self.matched.step(&[])));
        matched.min(shortest(needed(self.otherwise.step(&[]))))
    }
}

fn needed<M>(step: Result<Step<M>, FrameError>) -> Option<Need> {
    match step {
        Ok(Step::Need(need)) => Some(need),
        _ => None,
    }
}

impl<A: Framer, B: Framer> Framer for Detect<A, B> {
    type Meta = Either<A::Meta, B::Meta>;

    fn step(&mut self, input: &[u8]) -> Result<Step<Self::Meta>, FrameError> {
        if self.chosen.is_none() {
            self.chosen = self.told(input);
        }
        match self.chosen {
            Some(Either::First(())) => self.matched.step(input).map(|step| step.map(Either::First)),
            Some(Either::Second(())) => {
                self.otherwise.step(input).map(|step| step.map(Either::Second))
            }
            None => {
                let missing = self.shortest().saturating_sub(input.len());
                Ok(Step::Need(Need::at_least(missing)))
            }
        }
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<Self::Meta>, FrameError> {
        if self.chosen.is_none() {
            self.chosen = Some(self.told(input).unwrap_or(Either::Second(())));
        }
        // Where the end was what chose, there may be frames that nobody has looked for.
        match (self.step(input)?, self.chosen) {
            (Step::Frame(frame), _) => Ok(Finish::Frame(frame)),
            (Step::Skip(len), _) => Ok(Finish::Skip(len)),
            (_, Some(Either::First(()))) => {
                self.matched.finish(input).map(|finish| finish.map(Either::First))
            }
            _ => self.otherwise.finish(input).map(|finish| finish.map(Either::Second)),
        }
    }

    fn unstuff(&self, meta: Self::Meta, body: &mut [u8]) -> Result<usize, FrameError> {
        match meta {
            Either::First(meta) => self.matched.unstuff(meta, body),
            Either::Second(meta) => self.otherwise.unstuff(meta, body),
        }
    }

    fn max_wire(&self) -> usize {
        self.matched.max_wire().max(self.otherwise.max_wire()).max(self.signature.len())
    }

    fn at_boundary(&self) -> bool {
        match self.chosen {
            Some(Either::First(())) => self.matched.at_boundary(),
            Some(Either::Second(())) => self.otherwise.at_boundary(),
            None => true,
        }
    }

    fn reset(&mut self) {
        self.matched.reset();
        self.otherwise.reset();
        self.chosen = None;
        #[cfg(feature = "alloc")]
        {
            self.written = write::Written::NOTHING;
        }
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        match self.told(input)? {
            Either::First(()) => self.matched.part(input),
            Either::Second(()) => self.otherwise.part(input),
        }
    }

    fn joined(&self, first: Self::Meta, last: Self::Meta) -> Self::Meta {
        match (first, last) {
            (Either::First(begun), Either::First(end)) => {
                Either::First(self.matched.joined(begun, end))
            }
            (Either::Second(begun), Either::Second(end)) => {
                Either::Second(self.otherwise.joined(begun, end))
            }
            // The verdict is final.
            _ => last,
        }
    }
}

impl<A: Plain, B: Plain> Plain for Detect<A, B> {}
