//! Writing what tells its framing.

use alloc::vec::Vec;

use super::super::{Either, Encode, EncodeError, EncodeErrorKind, Envelope};
use super::{Detect, Signature};

/// What has been written so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    side: Option<Either<(), ()>>,
    /// The first bytes, while a reader could not tell.
    open: [u8; Signature::MAX_LEN],
    len: usize,
    told: bool,
}

impl Written {
    pub(super) const NOTHING: Self =
        Self { side: None, open: [0; Signature::MAX_LEN], len: 0, told: false };

    /// Adds bytes, of which those beyond the longest signature do not matter.
    fn add(&mut self, wire: &[u8]) {
        let space = self.open.get_mut(self.len..).unwrap_or_default();
        let count = space.len().min(wire.len());
        for (to, from) in space.iter_mut().zip(wire) {
            *to = *from;
        }
        self.len = self.len.saturating_add(count);
    }

    fn bytes(&self) -> &[u8] {
        self.open.get(..self.len).unwrap_or(&self.open)
    }
}

/// What either framing is told to say, where it may be written in.
#[derive(Clone, Copy)]
pub(in super::super) struct Sides<A, B> {
    pub(in super::super) matched: Option<A>,
    pub(in super::super) otherwise: Option<B>,
}

impl<M: Copy> Sides<M, M> {
    /// The same for both.
    pub(in super::super) const fn both(meta: M) -> Self {
        Self { matched: Some(meta), otherwise: Some(meta) }
    }
}

/// A frame that has been tried: where it belongs, and what will have been written with it.
struct Draft {
    len: usize,
    written: Written,
}

const WRONG: EncodeError = EncodeError::new(EncodeErrorKind::WrongSignature, 0);

impl<A: Encode + Clone, B: Encode + Clone> Detect<A, B> {
    /// Tries a frame in the framings it may be written in.
    fn draft(&self, body: &[u8], metas: Sides<A::Meta, B::Meta>) -> Result<Draft, EncodeError> {
        let matched = metas.matched.map(|meta| self.draft_matched(body, meta));
        let otherwise = metas.otherwise.map(|meta| self.draft_otherwise(body, meta));
        match (self.written.side, matched, otherwise) {
            (None, Some(Ok(draft)), _) => Ok(draft),
            (None | Some(Either::Second(())), _, Some(draft)) => draft,
            (None | Some(Either::First(())), Some(draft), _) => draft,
            _ => Err(EncodeError::new(EncodeErrorKind::MetaMismatch, 0)),
        }
    }

    fn draft_matched(&self, body: &[u8], meta: A::Meta) -> Result<Draft, EncodeError> {
        let written = Written { side: Some(Either::First(())), told: true, ..self.written };
        if self.written.told {
            return Ok(Draft { len: self.matched.encoded_len(body, meta)?, written });
        }
        let mut wire = Vec::new();
        self.matched.clone().append(body, meta, &mut wire)?;
        match self.signature.is_at(&wire) {
            Some(true) => Ok(Draft { len: wire.len(), written }),
            _ => Err(WRONG),
        }
    }

    fn draft_otherwise(&self, body: &[u8], meta: B::Meta) -> Result<Draft, EncodeError> {
        let mut written = Written { side: Some(Either::Second(())), ..self.written };
        if self.written.told {
            return Ok(Draft { len: self.otherwise.encoded_len(body, meta)?, written });
        }
        let mut wire = Vec::new();
        self.otherwise.clone().append(body, meta, &mut wire)?;
        written.add(&wire);
        match self.signature.is_at(written.bytes()) {
            Some(true) => return Err(WRONG),
            told => written.told = told.is_some(),
        }
        Ok(Draft { len: wire.len(), written })
    }

    pub(in super::super) fn len_of(
        &self,
        body: &[u8],
        metas: Sides<A::Meta, B::Meta>,
    ) -> Result<usize, EncodeError> {
        self.draft(body, metas).map(|draft| draft.len)
    }

    /// The framer that a frame would be written by.
    pub(in super::super) fn writer_of(
        &self,
        body: &[u8],
        metas: Sides<A::Meta, B::Meta>,
    ) -> Result<Either<&A, &B>, EncodeError> {
        Ok(match self.draft(body, metas)?.written.side {
            Some(Either::First(())) => Either::First(&self.matched),
            Some(Either::Second(())) | None => Either::Second(&self.otherwise),
        })
    }

    pub(in super::super) fn write(
        &mut self,
        body: &[u8],
        metas: Sides<A::Meta, B::Meta>,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        let draft = self.draft(body, metas)?;
        let count = match (draft.written.side, metas) {
            (Some(Either::First(())), Sides { matched: Some(meta), .. }) => {
                self.matched.encode(body, meta, out)?
            }
            (_, Sides { otherwise: Some(meta), .. }) => self.otherwise.encode(body, meta, out)?,
            // A draft has the meta data of its framing.
            _ => return Ok(0),
        };
        self.written = draft.written;
        Ok(count)
    }

    pub(in super::super) fn envelope_of(
        &mut self,
        body: &[u8],
        metas: Sides<A::Meta, B::Meta>,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        let draft = self.draft(body, metas)?;
        match (draft.written.side, metas) {
            _ if !self.written.told => Ok(None),
            (Some(Either::First(())), Sides { matched: Some(meta), .. }) => {
                self.matched.envelope(body, meta)
            }
            (_, Sides { otherwise: Some(meta), .. }) => self.otherwise.envelope(body, meta),
            _ => Ok(None),
        }
    }
}

impl<A: Encode + Clone, B: Encode + Clone> Encode for Detect<A, B> {
    type Meta = Option<Either<A::Meta, B::Meta>>;

    fn encoded_len(&self, body: &[u8], meta: Self::Meta) -> Result<usize, EncodeError> {
        self.len_of(body, sides(meta))
    }

    fn encode(
        &mut self,
        body: &[u8],
        meta: Self::Meta,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        self.write(body, sides(meta), out)
    }

    /// `None` also for what comes before a reader can tell the framing.
    fn envelope(
        &mut self,
        body: &[u8],
        meta: Self::Meta,
    ) -> Result<Option<Envelope<'_>>, EncodeError> {
        self.envelope_of(body, sides(meta))
    }

    fn encode_end(&mut self, out: &mut [u8]) -> Result<usize, EncodeError> {
        match self.written.side {
            Some(Either::First(())) => self.matched.encode_end(out),
            Some(Either::Second(())) | None => self.otherwise.encode_end(out),
        }
    }
}

/// The framings that meta data lets a frame be written in.
fn sides<A: Default, B: Default>(meta: Option<Either<A, B>>) -> Sides<A, B> {
    match meta {
        None => Sides { matched: Some(A::default()), otherwise: Some(B::default()) },
        Some(Either::First(meta)) => Sides { matched: Some(meta), otherwise: None },
        Some(Either::Second(meta)) => Sides { matched: None, otherwise: Some(meta) },
    }
}
