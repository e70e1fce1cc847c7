//! Framings made at random of others: one behind another, one of two, one inside another, joined.
//! However cut, they are two passes over the stream, and a framing that takes over gets every byte.

use core::num::NonZeroUsize;

use portolan::frame::deframer::{Buffered, FixedDeframer, Stack, VecDeframer};
use portolan::frame::{
    AnyFramer, Chunked, Cobs, CobsR, Delimiter, Detect, Ending, Fcgi, Fixed, Framer as _, Framing,
    Hdlc, LengthPrefix, Lines, MysqlPacket, Netstring, OctetCounting, Oversize, Proxy, RecordMark,
    Signature, Slip, Then, VarintPrefix, WebSocket, preset,
};
use portolan::varint::Encoding;

use crate::frame_laws;
use crate::input::cuts;

/// Longest stream: laws read it byte by byte.
const MAX_STREAM: usize = 192;
const MAX_DEPTH: u8 = 3;

/// ```text
/// │ length of the recipe │ seed │ recipe … │ stream … │
/// ```
///
/// Each byte of the recipe is a choice; behind its end all choices are 0.
pub fn run(input: &[u8]) {
    let [len, seed, rest @ ..] = input else { return };
    let (recipe, stream) = rest.split_at((usize::from(*len) % 24).min(rest.len()));
    if stream.len() > MAX_STREAM {
        return;
    }
    let mut recipe = Recipe(recipe);
    let framing = recipe.framing(MAX_DEPTH);
    let cuts = cuts(*seed);
    frame_laws::framings_hold(&framing, stream, &cuts);
    let (outer, inner) = (recipe.framer(1), recipe.framer(1));
    in_arrays(&outer, &inner, stream, &cuts);
    takes_over(&outer, &inner, stream, &cuts);
}

/// The choices that are left.
struct Recipe<'a>(&'a [u8]);

impl Recipe<'_> {
    fn choice(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn framing(&mut self, depth: u8) -> Framing {
        match self.choice() % 4 {
            0 if depth > 0 => {
                let outer = self.framing(depth - 1);
                Framing::Stack(outer.into(), self.framing(depth - 1).into())
            }
            1 => {
                let limits = self.choice();
                let (max, max_parts) = ((limits >> 3).into(), (limits & 7).into());
                Framing::Framer(self.framer(depth)).joined(max, max_parts)
            }
            _ => Framing::Framer(self.framer(depth)),
        }
    }

    fn framer(&mut self, depth: u8) -> AnyFramer<'static> {
        match self.choice() % 32 {
            kind @ 26.. if depth > 0 => {
                let how = self.choice();
                let (a, b) = (self.framer(depth - 1), self.framer(depth - 1));
                match (kind % 2, NonZeroUsize::new((how % 4).into())) {
                    (0, Some(count)) => Then::after(count, a, b).into(),
                    (0, None) => Then::new(a, b).into(),
                    _ => Detect::new(Signature::ALL[usize::from(how % 4)], a, b).into(),
                }
            }
            kind => leaf(kind, usize::from(self.choice() % 32)),
        }
    }
}

trait Joined {
    fn joined(self, max: usize, max_parts: usize) -> Framing;
}

impl Joined for Framing {
    fn joined(self, max: usize, max_parts: usize) -> Framing {
        match self {
            Self::Framer(framer) => Self::Assemble { framer, max, max_parts },
            other => other,
        }
    }
}

fn leaf(kind: u8, max: usize) -> AnyFramer<'static> {
    let length = LengthPrefix::builder(max).width(1);
    let varint = VarintPrefix::builder(Encoding::Leb128, max);
    match kind {
        0 => length.build().unwrap().into(),
        1 => Lines::new(Ending::Lf, max).into(),
        2 => Netstring::new(max).into(),
        3 => preset::tls_record(max).unwrap().into(),
        4 => Chunked::new(max).into(),
        5 => Lines::new(Ending::CrLf, max).oversize(Oversize::Discard).into(),
        6 => Lines::new(Ending::Universal, max).into(),
        7 => Fixed::try_from(max % 7 + 1).unwrap().into(),
        8 => Cobs::new(max).into(),
        9 => CobsR::new(max).into(),
        10 => Slip::new(max).into(),
        11 => Hdlc::new(max).into(),
        12 => MysqlPacket::new(max).into(),
        13 => RecordMark::new(max).into(),
        14 => Fcgi::new(max).into(),
        15 => WebSocket::new(max).into(),
        16 => Proxy::new(max).into(),
        17 => OctetCounting::new(max).into(),
        18 => length.oversize(Oversize::Discard).build().unwrap().into(),
        19 => varint.build().unwrap().into(),
        20 => Delimiter::one(b"aab", max).build().unwrap().into(),
        21 => preset::dns_tcp(max).unwrap().into(),
        22 => preset::http2(max).unwrap().into(),
        _ => Delimiter::one(b"\0", max).oversize(Oversize::Discard).build().unwrap().into(),
    }
}

/// Arrays that hold the longest frame, of which the outer bodies may be longer than the inner one,
/// do what vectors do.
fn in_arrays(
    outer: &AnyFramer<'static>,
    inner: &AnyFramer<'static>,
    stream: &[u8],
    cuts: &[usize],
) {
    const OUTER: usize = 128;
    const INNER: usize = 48;
    let fixed = FixedDeframer::<_, OUTER>::new(outer.clone());
    let small = FixedDeframer::<_, INNER>::new(inner.clone());
    assert_eq!(fixed.is_ok(), outer.max_wire() <= OUTER);
    assert_eq!(small.is_ok(), inner.max_wire() <= INNER);
    if let (Ok(fixed), Ok(small)) = (fixed, small) {
        let growing = (VecDeframer::new(outer.clone()), VecDeframer::new(inner.clone()));
        let (mut fixed, mut growing) = (Stack::new(fixed, small), Stack::new(growing.0, growing.1));
        frame_laws::stacks_agree(&mut fixed, &mut growing, stream, cuts);
    }
}

/// Wherever a framing is left, what it has not consumed is there for the next, byte for byte.
fn takes_over(
    first: &AnyFramer<'static>,
    second: &AnyFramer<'static>,
    stream: &[u8],
    cuts: &[usize],
) {
    let cut = cuts[0] % (stream.len() + 1);
    let mut left = VecDeframer::new(first.clone());
    frame_laws::told(&mut left, &[&stream[..cut]], false);
    let at = usize::try_from(left.position()).unwrap();
    assert!(at + left.rest().len() <= cut, "bytes made up");
    if !left.is_over() {
        assert_eq!(left.held(), cut - at, "bytes lost");
    }
    if !first.clone().at_boundary() || left.is_over() {
        return;
    }
    let rest = left.into_rest();
    // Bytes of a frame that waits are as they came: stuffing is undone in whole frames.
    assert_eq!(rest, stream[at..cut], "bytes changed");
    let mut next = VecDeframer::new(second.clone());
    let mut whole = VecDeframer::new(second.clone());
    assert_eq!(
        frame_laws::told(&mut next, &[&rest, &stream[cut..]], true),
        frame_laws::told(&mut whole, &[&stream[at..]], true),
    );
}
