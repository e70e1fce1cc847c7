//! Hosts, ports, and the elements of a list.

use alloc::vec::Vec;

use portolan::addr::Dialect;
use portolan::dialect;

use super::Refusal::{self, Of};

/// An element of a list of hosts.
pub(super) fn split_port(part: &[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), Refusal> {
    let (host, rest) = match part.strip_prefix(b"[") {
        Some(inside) => {
            let close = inside.iter().position(|byte| *byte == b']').ok_or(Of("host"))?;
            (&inside[..close], &inside[close + 1..])
        }
        None => {
            let colon = part.iter().position(|byte| *byte == b':').unwrap_or(part.len());
            (&part[..colon], &part[colon..])
        }
    };
    if !part.starts_with(b"[") && rest.iter().filter(|byte| **byte == b':').count() > 1 {
        return Err(Of("host"));
    }
    match rest {
        _ if host.is_empty() => Err(Of("host")),
        [] => Ok((host.to_vec(), None)),
        [b':', port @ ..] => Ok((host.to_vec(), Some(port.to_vec()))),
        _ => Err(Of("host")),
    }
}

/// Up to 64 digits and nothing else, up to 65535.
pub(super) fn decimal(text: &[u8]) -> Option<u16> {
    let mut number = 0_u64;
    for byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = (number * 10 + u64::from(byte - b'0')).min(1 << 32);
    }
    if text.is_empty() || text.len() > 64 { None } else { u16::try_from(number).ok() }
}

/// Whether a resolver takes a text as an address or a name.
pub(super) fn is_host(text: &[u8]) -> bool {
    if dialect::parse_ip(Dialect::GaiNumeric, text).is_ok() {
        return true;
    }
    let name = text.strip_suffix(b".").unwrap_or(text);
    let labels: Vec<&[u8]> = name.split(|byte| *byte == b'.').collect();
    let last = labels[labels.len() - 1];
    let is_hex = |text: &[u8]| text.iter().all(u8::is_ascii_hexdigit);
    let is_number = last.iter().all(u8::is_ascii_digit)
        || (last.starts_with(b"0x") || last.starts_with(b"0X")) && is_hex(&last[2..]);
    let is_label = |label: &&[u8]| {
        let is_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        (1..=63).contains(&label.len())
            && label.iter().all(is_byte)
            && !label.starts_with(b"-")
            && !label.ends_with(b"-")
    };
    labels.iter().all(is_label) && name.len() <= 253 && !is_number
}
