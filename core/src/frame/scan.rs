//! What all framings that end at a delimiter share: the limit, the policies, and the cursor that
//! keeps the work linear however the stream is cut.

use core::convert::Infallible;

use super::{
    AtEof, Finish, Frame, FrameError, FrameErrorKind, Need, Oversize, Recovery, Step, at_least_one,
};

/// What a [`Terminator`] finds in a piece of the stream.
pub(super) enum Find {
    /// A delimiter of `len` bytes.
    At { start: usize, len: usize },
    /// The input ends in what may become a delimiter, or a longer one, with `missing` bytes more.
    Wait { start: usize, missing: usize },
    /// A byte that no frame may hold.
    Bad { at: usize, kind: FrameErrorKind },
    /// No delimiter begins here; the shortest has `missing` bytes.
    Nothing { missing: usize },
}

/// Where and for what a [`Terminator`] is asked to look.
#[derive(Clone, Copy)]
pub(super) struct Query {
    /// First offset at which a delimiter may begin; none begins before.
    pub(super) from: usize,
    /// Last offset at which a delimiter ends an acceptable frame.
    pub(super) last: usize,
    /// Whether the stream ends with the input, so that nothing is waited for.
    pub(super) end: bool,
    /// Whether the frame has been refused, so that only its delimiter matters.
    pub(super) refused: bool,
}

/// The rule that ends a frame.
pub(super) trait Terminator {
    /// Finds the delimiter, or the possible one, that begins first.
    fn find(&self, input: &[u8], query: Query) -> Find;
}

/// The state of a framer that scans for a [`Terminator`].
#[derive(Clone, Debug)]
pub(super) struct Scanner {
    pub(super) max: usize,
    pub(super) oversize: Oversize,
    pub(super) at_eof: AtEof,
    /// Bytes of the longest frame on the wire, with its delimiter.
    max_wire: usize,
    /// No delimiter begins before this offset.
    scanned: usize,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// In a frame, or before one.
    Reading,
    /// In a frame that has been refused.
    Refused,
    /// Behind a fatal error.
    Failed(FrameError),
}

impl Scanner {
    /// Scans for bodies of at most `max` bytes, and delimiters of at most `longest`.
    pub(super) const fn new(max: usize, longest: usize, at_eof: AtEof) -> Self {
        let (oversize, state) = (Oversize::Fail, State::Reading);
        let max_wire = max.saturating_add(longest);
        Self { max, oversize, at_eof, max_wire, scanned: 0, state }
    }

    #[inline]
    pub(super) const fn max_wire(&self) -> usize {
        self.max_wire
    }

    pub(super) fn reset(&mut self) {
        self.scanned = 0;
        self.state = State::Reading;
    }

    #[inline]
    pub(super) const fn at_boundary(&self) -> bool {
        matches!(self.state, State::Reading)
    }

    #[inline(always)]
    pub(super) fn step<T: Terminator>(
        &mut self,
        terminator: &T,
        input: &[u8],
    ) -> Result<Step<()>, FrameError> {
        if let Some(answer) = self.answer(terminator, input) {
            return answer;
        }
        match self.look(terminator, input, false) {
            Find::At { start, len } if start <= self.max => {
                self.scanned = 0;
                Ok(Step::Frame(frame(start, len)))
            }
            Find::Wait { start, missing } if start <= self.max => {
                self.scanned = start;
                Ok(Step::Need(Need::at_least(missing)))
            }
            Find::Nothing { missing } if input.len() <= self.max => {
                self.scanned = input.len();
                Ok(Step::Need(Need::at_least(missing)))
            }
            Find::Bad { at, kind } if at <= self.max => Err(self.refuse(kind, at)),
            _ => Err(self.too_long()),
        }
    }

    /// Answers for a framer that is not reading.
    #[inline(always)]
    fn answer<T: Terminator>(
        &mut self,
        terminator: &T,
        input: &[u8],
    ) -> Option<Result<Step<()>, FrameError>> {
        if self.at_boundary() {
            return None;
        }
        Some(self.answer_refused(terminator, input)?.map(Step::without_frame))
    }

    #[cold]
    fn answer_refused<T: Terminator>(
        &mut self,
        terminator: &T,
        input: &[u8],
    ) -> Option<Result<Step<Infallible>, FrameError>> {
        match self.state {
            State::Reading => None,
            State::Refused => Some(Ok(self.skip(terminator, input))),
            State::Failed(error) => Some(Err(error)),
        }
    }

    pub(super) fn finish<T: Terminator>(
        &mut self,
        terminator: &T,
        input: &[u8],
    ) -> Result<Finish<()>, FrameError> {
        match self.state {
            State::Reading => {}
            State::Refused => return self.finish_refused(terminator, input),
            State::Failed(error) => return Err(error),
        }
        if input.is_empty() {
            return Ok(Finish::Clean);
        }
        let found = self.look(terminator, input, true);
        match (found, self.at_eof) {
            (Find::At { start, len }, _) if start <= self.max => {
                self.scanned = 0;
                Ok(Finish::Frame(frame(start, len)))
            }
            (Find::At { .. }, _) => Err(self.too_long()),
            (_, AtEof::Reject) => Err(FrameError::truncated()),
            (_, AtEof::Drop) => {
                self.scanned = 0;
                Ok(Finish::Skip(at_least_one(input.len())))
            }
            (Find::Bad { at, kind }, AtEof::Emit) if at <= self.max => Err(self.refuse(kind, at)),
            (_, AtEof::Emit) if input.len() > self.max => Err(self.too_long()),
            (_, AtEof::Emit) => {
                self.scanned = 0;
                Ok(Finish::Frame(frame(input.len(), 0)))
            }
        }
    }

    /// Searches the part of the input in which the delimiter of an acceptable frame lies.
    #[inline(always)]
    fn look<T: Terminator>(&self, terminator: &T, input: &[u8], end: bool) -> Find {
        let window = input.get(..self.max_wire).unwrap_or(input);
        let query = Query { from: self.scanned, last: self.max, end, refused: false };
        terminator.find(window, query)
    }

    /// Passes over a refused frame, up to what may be the beginning of its delimiter.
    fn skip<T: Terminator>(&mut self, terminator: &T, input: &[u8]) -> Step<Infallible> {
        let (count, missing) = match self.look_refused(terminator, input, false) {
            Find::At { start, len } => {
                self.state = State::Reading;
                (start.saturating_add(len), 0)
            }
            Find::Wait { start, missing } => (start, missing),
            Find::Nothing { missing } => (input.len(), missing),
            Find::Bad { .. } => (input.len(), 1),
        };
        if count == 0 {
            return Step::Need(Need::at_least(missing));
        }
        self.scanned = 0;
        Step::Skip(at_least_one(count))
    }

    fn finish_refused<T: Terminator>(
        &mut self,
        terminator: &T,
        input: &[u8],
    ) -> Result<Finish<()>, FrameError> {
        let Find::At { start, len } = self.look_refused(terminator, input, true) else {
            return Err(FrameError::truncated());
        };
        self.scanned = 0;
        self.state = State::Reading;
        Ok(Finish::Skip(at_least_one(start.saturating_add(len))))
    }

    fn look_refused<T: Terminator>(&self, terminator: &T, input: &[u8], end: bool) -> Find {
        let query = Query { from: self.scanned, last: usize::MAX, end, refused: true };
        terminator.find(input, query)
    }

    #[cold]
    fn refuse(&mut self, kind: FrameErrorKind, at: usize) -> FrameError {
        self.state = State::Refused;
        self.scanned = at;
        FrameError::new(kind, at, Recovery::Resync)
    }

    #[cold]
    fn too_long(&mut self) -> FrameError {
        let kind = FrameErrorKind::TooLong { limit: self.max };
        match self.oversize {
            Oversize::Fail => {
                let error = FrameError::new(kind, 0, Recovery::Fatal);
                self.state = State::Failed(error);
                error
            }
            Oversize::Discard => {
                self.state = State::Refused;
                FrameError::new(kind, 0, Recovery::Resync)
            }
        }
    }
}

/// The frame whose delimiter of `len` bytes begins at `start`.
#[inline]
fn frame(start: usize, len: usize) -> Frame<()> {
    Frame { wire: at_least_one(start.wrapping_add(len)), body: 0..start, last: true, meta: () }
}

/// Runs a search over what has not been searched; its answer counts from the start of `input`.
#[inline(always)]
pub(super) fn search(
    input: &[u8],
    from: usize,
    find: impl Fn(&[u8]) -> Option<usize>,
) -> Option<usize> {
    // Mostly nothing has been: then nothing is added on the way from one frame to the next.
    if from == 0 {
        return find(input);
    }
    find(input.get(from..)?).map(|at| at.wrapping_add(from))
}
