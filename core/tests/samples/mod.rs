//! Framers that show what no framing of the library may: stuffing, an end, parts. Each is as short
//! as it can be.

use core::num::NonZeroUsize;

use portolan::frame::{
    Encode, EncodeError, EncodeErrorKind, Envelope, Finish, Frame, FrameError, FrameErrorKind,
    Framer, Need, Part, PartRole, Plain, Recovery, Step,
};

/// The first `len` bytes as one frame; then the framing is over.
#[derive(Clone, Debug)]
pub(super) struct Once {
    len: NonZeroUsize,
    done: bool,
}

impl Once {
    pub(super) fn new(len: usize) -> Self {
        Self { len: NonZeroUsize::new(len).unwrap(), done: false }
    }
}

impl Framer for Once {
    type Meta = ();

    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        let len = self.len.get();
        if self.done {
            return Ok(Step::Done);
        }
        if input.len() < len {
            return Ok(Step::Need(Need::rest_of(len, input.len())));
        }
        self.done = true;
        Ok(Step::Frame(Frame { wire: self.len, body: 0..len, last: true, meta: () }))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        if input.is_empty() { Ok(Finish::Clean) } else { Err(FrameError::truncated()) }
    }

    fn max_wire(&self) -> usize {
        self.len.get()
    }

    fn at_boundary(&self) -> bool {
        true
    }

    fn reset(&mut self) {
        self.done = false;
    }
}

impl Plain for Once {}

impl Encode for Once {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], (): ()) -> Result<usize, EncodeError> {
        let fits = body.len() == self.len.get() && !self.done;
        let error = EncodeError::new(EncodeErrorKind::PayloadLength, 0);
        if fits { Ok(body.len()) } else { Err(error) }
    }

    fn encode(&mut self, body: &[u8], (): (), out: &mut [u8]) -> Result<usize, EncodeError> {
        let len = self.encoded_len(body, ())?;
        write(out, body)?;
        self.done = true;
        Ok(len)
    }

    fn envelope(&mut self, body: &[u8], (): ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.encoded_len(body, ()).map(|_| None)
    }
}

/// Frames that end at `;`, in which `\` stands before each `;` and `\` of the payload as `:` and `/`.
/// After `#` and one byte the payload begins.
#[derive(Clone, Debug)]
pub(super) struct Stuffed {
    max: usize,
    scanned: usize,
    /// Whether a frame that is longer than the worst spelling is being passed over.
    refused: bool,
}

impl Stuffed {
    pub(super) const fn new(max: usize) -> Self {
        Self { max, scanned: 0, refused: false }
    }

    fn stuffed(&self, body: &[u8]) -> Result<Vec<u8>, EncodeError> {
        let kind = EncodeErrorKind::PayloadTooLong { limit: self.max };
        if body.len() > self.max {
            return Err(EncodeError::new(kind, 0));
        }
        let mut wire = vec![b'#'];
        for byte in body {
            match byte {
                b';' => wire.extend(b"\\:"),
                b'\\' => wire.extend(b"\\/"),
                byte => wire.push(*byte),
            }
        }
        wire.push(b';');
        Ok(wire)
    }
}

impl Framer for Stuffed {
    type Meta = ();

    fn step(&mut self, input: &[u8]) -> Result<Step<()>, FrameError> {
        let found = input[self.scanned..].iter().position(|byte| *byte == b';');
        let end = found.map(|found| self.scanned + found);
        self.scanned = end.unwrap_or(input.len());
        if self.refused {
            self.scanned = 0;
            self.refused = end.is_none();
            let wire = NonZeroUsize::new(end.map_or(input.len(), |end| end + 1));
            return Ok(wire.map_or(Step::Need(Need::at_least(1)), Step::Skip));
        }
        // The mark, and two bytes for each of the payload.
        if self.scanned > 1 + 2 * self.max {
            self.refused = true;
            self.scanned = 0;
            let kind = FrameErrorKind::TooLong { limit: self.max };
            return Err(FrameError::new(kind, 0, Recovery::Resync));
        }
        let Some(end) = end else {
            return Ok(Step::Need(Need::at_least(1)));
        };
        self.scanned = 0;
        let wire = NonZeroUsize::MIN.saturating_add(end);
        Ok(Step::Frame(Frame { wire, body: end.min(1)..end, last: true, meta: () }))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<()>, FrameError> {
        let clean = input.is_empty() && !self.refused;
        if clean { Ok(Finish::Clean) } else { Err(FrameError::truncated()) }
    }

    fn unstuff(&self, (): (), body: &mut [u8]) -> Result<usize, FrameError> {
        let (mut from, mut len) = (0, 0);
        while from < body.len() {
            let byte = match (body[from], body.get(from + 1)) {
                (b'\\', Some(b':')) => b';',
                (b'\\', Some(b'/')) => b'\\',
                (b'\\', _) => {
                    let kind = FrameErrorKind::BadEscape;
                    return Err(FrameError::new(kind, from + 1, Recovery::Resync));
                }
                (byte, _) => byte,
            };
            from += if body[from] == b'\\' { 2 } else { 1 };
            body[len] = byte;
            len += 1;
        }
        if len > self.max {
            let kind = FrameErrorKind::TooLong { limit: self.max };
            return Err(FrameError::new(kind, 0, Recovery::Resync));
        }
        Ok(len)
    }

    fn max_wire(&self) -> usize {
        2 * self.max + 2
    }

    fn at_boundary(&self) -> bool {
        !self.refused
    }

    fn reset(&mut self) {
        *self = Self::new(self.max);
    }
}

impl Encode for Stuffed {
    type Meta = ();

    fn encoded_len(&self, body: &[u8], (): ()) -> Result<usize, EncodeError> {
        self.stuffed(body).map(|wire| wire.len())
    }

    fn encode(&mut self, body: &[u8], (): (), out: &mut [u8]) -> Result<usize, EncodeError> {
        write(out, &self.stuffed(body)?)
    }

    fn envelope(&mut self, body: &[u8], (): ()) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.stuffed(body).map(|_| None)
    }
}

/// Parts with two bytes before them: a kind, `+` where another follows, `.` or zero where none does, `-`
/// for the same without being counted, `!` for a frame that is no part; then the length. The kind is
/// what a frame says. No body begins with `?`.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    max: usize,
    /// Whether a message has begun.
    inside: bool,
    failed: Option<FrameError>,
}

impl Parts {
    pub(super) const fn new(max: usize) -> Self {
        Self { max, inside: false, failed: None }
    }

    fn header(&self, input: &[u8]) -> Result<(u8, Option<usize>), FrameError> {
        let kind = input.first().copied().unwrap_or(b'.');
        if !b"+.\0-!".contains(&kind) {
            return Err(FrameError::new(FrameErrorKind::BadHeader, 0, Recovery::Fatal));
        }
        let len = input.get(1).copied().map(usize::from);
        if len.is_some_and(|len| len > self.max) {
            let kind = FrameErrorKind::TooLong { limit: self.max };
            return Err(FrameError::new(kind, 1, Recovery::Fatal));
        }
        Ok((kind, len))
    }
}

impl Framer for Parts {
    type Meta = u8;

    fn step(&mut self, input: &[u8]) -> Result<Step<u8>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let (meta, len) = self.header(input).inspect_err(|error| self.failed = Some(*error))?;
        let Some(len) = len else {
            return Ok(Step::Need(Need::at_least(2 - input.len())));
        };
        let wire = 2 + len;
        if input.len() < wire {
            return Ok(Step::Need(Need::rest_of(wire, input.len())));
        }
        if meta != b'!' {
            self.inside = meta == b'+';
        }
        let (last, wire) = (meta != b'+', NonZeroUsize::new(wire).unwrap());
        Ok(Step::Frame(Frame { wire, body: 2..2 + len, last, meta }))
    }

    fn finish(&mut self, input: &[u8]) -> Result<Finish<u8>, FrameError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let clean = input.is_empty() && !self.inside;
        if clean { Ok(Finish::Clean) } else { Err(FrameError::truncated()) }
    }

    fn unstuff(&self, _kind: u8, body: &mut [u8]) -> Result<usize, FrameError> {
        let error = FrameError::new(FrameErrorKind::BadEscape, 0, Recovery::Resync);
        if body.starts_with(b"?") { Err(error) } else { Ok(body.len()) }
    }

    fn max_wire(&self) -> usize {
        2 + self.max
    }

    fn at_boundary(&self) -> bool {
        !self.inside
    }

    fn reset(&mut self) {
        *self = Self::new(self.max);
    }

    fn part(&self, input: &[u8]) -> Option<Part> {
        let (kind, len) = self.header(input).ok()?;
        let role = match kind {
            b'!' => PartRole::Between,
            b'-' => PartRole::Uncounted,
            _ => PartRole::Counted,
        };
        Some(Part { length_at: 1, body: len?, role })
    }

    fn joined(&self, first: u8, _last: u8) -> u8 {
        first
    }
}

impl Encode for Parts {
    type Meta = u8;

    fn encoded_len(&self, body: &[u8], _kind: u8) -> Result<usize, EncodeError> {
        let kind = EncodeErrorKind::PayloadTooLong { limit: self.max };
        if body.len() > self.max {
            return Err(EncodeError::new(kind, 0));
        }
        let error = EncodeError::new(EncodeErrorKind::PayloadHasDelimiter, 0);
        if body.starts_with(b"?") { Err(error) } else { Ok(2 + body.len()) }
    }

    fn encode(&mut self, body: &[u8], kind: u8, out: &mut [u8]) -> Result<usize, EncodeError> {
        self.encoded_len(body, kind)?;
        let len = u8::try_from(body.len()).unwrap();
        write(out, &[&[kind, len], body].concat())
    }

    fn envelope(&mut self, body: &[u8], kind: u8) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.encoded_len(body, kind).map(|_| None)
    }
}

fn write(out: &mut [u8], wire: &[u8]) -> Result<usize, EncodeError> {
    let kind = EncodeErrorKind::BufferTooSmall { needed: wire.len() };
    let space = out.get_mut(..wire.len()).ok_or_else(|| EncodeError::new(kind, 0))?;
    space.copy_from_slice(wire);
    Ok(wire.len())
}
