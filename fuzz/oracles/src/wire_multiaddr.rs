//! Multiaddrs: bytes, text and endpoint say the same, and components are those of a plain reader.

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use portolan::addr::{Dialect, TextOptions};
use portolan::dialect;
use portolan::wire::multiaddr::{Mode, Multiaddr};
use portolan::wire::{Wire as _, WireErrorKind};

use crate::wire_laws;

/// The first byte chooses how `/unix` is read.
pub fn run(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else { return };
    let mode = Mode::ALL[usize::from(choice & 1)];
    let Some(value) = wire_laws::whole::<Multiaddr<'_>>(bytes, mode) else {
        let error = Multiaddr::decode(bytes, mode).unwrap_err();
        let is_of_value = error.kind == WireErrorKind::NotRepresentable;
        assert!(model(bytes).is_none() || is_of_value || peer_is_cut(bytes), "{error}");
        return;
    };
    let components = value.components().map(|component| (component.code(), component.value()));
    assert_eq!(Some(components.collect::<Vec<_>>()), model(bytes));
    let written = wire_laws::written(&value, mode).expect("what is read is written");
    assert_eq!(written, bytes, "canonical");
    let text = value.to_string();
    let mut out = vec![0; bytes.len()];
    let again = Multiaddr::from_text(text.as_bytes(), mode, &mut out);
    assert_eq!(again, Ok(value), "{text}");
    if mode == Mode::Spec && text.len() <= 0xffff {
        let read = dialect::parse(Dialect::Multiaddr, text.as_bytes(), &TextOptions::new());
        assert_eq!(value.reading(), read.ok(), "{text}");
    }
}

/// Whether a value that is itself a code, a length and bytes may be what is wrong.
fn peer_is_cut(bytes: &[u8]) -> bool {
    model(bytes).is_some_and(|components| components.iter().any(|(code, _)| *code == 421))
}

/// Codes and values; a zone must stand before IPv6.
fn model(bytes: &[u8]) -> Option<Vec<(u32, &[u8])>> {
    let (mut rest, mut components) = (bytes, Vec::new());
    while !rest.is_empty() {
        let code = u32::try_from(varint(&mut rest)?).ok()?;
        let len = match code {
            4 => 4,
            6 | 33 | 132 | 273 => 2,
            41 => 16,
            43 => 1,
            42 | 53..=56 | 400 | 421 | 449 | 481 => match varint(&mut rest)? {
                0 => return None,
                len => usize::try_from(len).ok()?,
            },
            280 | 281 | 290 | 301 | 302 | 443 | 448 | 454 | 460 | 461 | 465 | 477 | 478 | 480 => 0,
            _ => return None,
        };
        let (value, behind) = rest.split_at_checked(len)?;
        if components.last().is_some_and(|(before, _)| *before == 42) && code != 41 {
            return None;
        }
        components.push((code, value));
        rest = behind;
    }
    let is_whole = components.last().is_some_and(|(code, _)| *code != 42);
    is_whole.then_some(components)
}

/// Seven bits a byte, lowest first; the last byte is not 0 unless it is the only one.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let len = rest.iter().position(|byte| *byte < 0x80)? + 1;
    let (form, behind) = rest.split_at_checked(len)?;
    *rest = behind;
    if len > 9 || len > 1 && form.last() == Some(&0) {
        return None;
    }
    Some(form.iter().rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7f)))
}
