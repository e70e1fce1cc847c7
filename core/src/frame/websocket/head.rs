//! The header of a WebSocket frame (RFC 6455, section 5.2).

use crate::cursor::{BufferTooSmall, Writer};
use crate::endian::Endian;

use super::super::{Envelope, FrameErrorKind, WebSocketMeta};
use super::WebSocketRole;

/// Longest header: two bytes, eight of length, four of key.
pub(super) const MAX_HEAD: usize = 14;
/// Longest payload of a control frame (section 5.5), and of the shortest length.
pub(super) const MAX_CONTROL: usize = 125;

const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;

/// A header that has been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) meta: WebSocketMeta,
    /// Bytes of the header.
    pub(super) len: usize,
    /// Bytes of the payload.
    pub(super) body: usize,
    /// Offset of the length.
    pub(super) length_at: usize,
}

/// Why there is no header yet, or none at all.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unready {
    /// So many bytes are missing at least to the end of the frame.
    Need(usize),
    Bad(FrameErrorKind, usize),
}

impl Head {
    /// Reads the header at the start of `input`; `begun` says that a message has begun.
    pub(super) fn read(
        input: &[u8],
        role: WebSocketRole,
        max: usize,
        begun: bool,
    ) -> Result<Self, Unready> {
        let key = if role == WebSocketRole::Server { 4_usize } else { 0 };
        let Some((first, rest)) = input.split_first() else {
            return Err(Unready::Need(key.saturating_add(2)));
        };
        let (fin, opcode) = (first & FIN != 0, first & 0xf);
        let control = is_control(opcode);
        let in_order = control || (opcode == 0) == begun;
        if first & RESERVED != 0 || !is_known(opcode) || !in_order || (control && !fin) {
            return Err(Unready::Bad(FrameErrorKind::BadHeader, 0));
        }
        let Some((second, rest)) = rest.split_first() else {
            return Err(Unready::Need(key.saturating_add(1)));
        };
        let (masked, short) = (second & MASKED != 0, usize::from(second & !MASKED));
        if !role.takes(masked) || (control && short > MAX_CONTROL) {
            return Err(Unready::Bad(FrameErrorKind::BadHeader, 1));
        }
        let key = if masked { 4 } else { 0 };
        let (length_at, width, body) = match short {
            126 => (2, 2_usize, long(rest, 2, 126, max, key)?),
            127 => (2, 8, long(rest, 8, 1 << 16, max, key)?),
            _ if short > max => {
                return Err(Unready::Bad(FrameErrorKind::TooLong { limit: max }, 1));
            }
            _ => (1, 0, short),
        };
        let len = width.saturating_add(key).saturating_add(2);
        let key = rest.get(width..).unwrap_or_default().first_chunk::<4>();
        if masked && key.is_none() {
            return Err(Unready::Need(len.saturating_add(body).saturating_sub(input.len())));
        }
        let mask = key.copied().filter(|_| masked);
        Ok(Self { meta: WebSocketMeta::new(fin, opcode, mask), len, body, length_at })
    }
}

/// Reads a length of `width` bytes that is at least `low`; `key` bytes come behind it.
fn long(rest: &[u8], width: usize, low: u64, max: usize, key: usize) -> Result<usize, Unready> {
    let bad = |kind| Err(Unready::Bad(kind, 2));
    let begun = rest.get(..width.min(rest.len())).unwrap_or_default();
    let known = begun.iter().fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
    let missing = width.saturating_sub(begun.len());
    if missing != 0 {
        return Err(Unready::Need(missing.saturating_add(
            match smallest(known, missing, low, max) {
                Some(body) => body.saturating_add(key),
                // It will be refused as soon as it is complete.
                None => 0,
            },
        )));
    }
    if width == 8 && known >> 63 != 0 {
        return bad(FrameErrorKind::LengthOverflow);
    }
    if known < low {
        return bad(FrameErrorKind::NonCanonicalLength);
    }
    match usize::try_from(known) {
        Ok(body) if body <= max => Ok(body),
        _ => bad(FrameErrorKind::TooLong { limit: max }),
    }
}

/// The smallest acceptable length that begins so, with `missing` bytes to come.
fn smallest(known: u64, missing: usize, low: u64, max: usize) -> Option<usize> {
    let bits = u32::try_from(missing.saturating_mul(8)).ok()?;
    let first = known.checked_shl(bits).unwrap_or(0);
    let last = first | !u64::MAX.checked_shl(bits).unwrap_or(0);
    let smallest = first.max(low);
    let acceptable = smallest <= last && smallest >> 63 == 0;
    usize::try_from(smallest).ok().filter(|body| acceptable && *body <= max)
}

/// Whether frames with this opcode are control frames.
pub(super) const fn is_control(opcode: u8) -> bool {
    opcode & 8 != 0
}

/// Whether the opcode is one of continuation, text, binary, close, ping and pong.
pub(super) const fn is_known(opcode: u8) -> bool {
    matches!(opcode, 0..=2 | 8..=10)
}

/// Makes the header of a payload of `len` bytes.
pub(super) fn written(len: usize, meta: WebSocketMeta) -> Envelope<'static> {
    let mut head = [0; MAX_HEAD];
    let mut writer = Writer::new(&mut head);
    // The longest header fits.
    let _ = put(&mut writer, len as u64, meta);
    Envelope::new(writer.into_written(), &[])
}

fn put(writer: &mut Writer<'_>, len: u64, meta: WebSocketMeta) -> Result<(), BufferTooSmall> {
    let masked = if meta.mask.is_some() { MASKED } else { 0 };
    writer.put(if meta.fin { FIN | meta.opcode } else { meta.opcode })?;
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(short), _) if usize::from(short) <= MAX_CONTROL => writer.put(masked | short)?,
        (_, Ok(long)) => {
            writer.put(masked | 126)?;
            writer.put_u16(long, Endian::Big)?;
        }
        _ => {
            writer.put(masked | 127)?;
            writer.put_u64(len, Endian::Big)?;
        }
    }
    meta.mask.map_or(Ok(()), |key| writer.put_slice(&key))
}

/// Masks or unmasks bytes in place (section 5.3).
pub(super) fn mask(key: [u8; 4], bytes: &mut [u8]) {
    let [a, b, c, d] = key;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}
