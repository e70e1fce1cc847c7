//! The name that a misspelling is near to.

use alloc::vec::Vec;

/// No name is longer, and a longer text resembles none.
const LONGEST: usize = 32;

/// The nearest of some names, where one is near: the only one that begins so, or the first within one
/// slip, from five letters on two. Case and separators do not count.
pub(super) fn nearest(
    text: &[u8],
    names: impl Iterator<Item = &'static str> + Clone,
) -> Option<&'static str> {
    if text.len() > LONGEST {
        return None;
    }
    let text: Vec<u8> = text.iter().map(folded).collect();
    let slips = match text.len() {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    let begins = |name: &&str| {
        text.len() <= name.len() && name.bytes().zip(&text).all(|(to, from)| folded(&to) == *from)
    };
    let mut begun = names.clone().filter(begins);
    if let (Some(name), None, true) = (begun.next(), begun.next(), text.len() > 1) {
        return Some(name);
    }
    let far = |name: &str| distance(&text, &name.bytes().map(|b| folded(&b)).collect::<Vec<_>>());
    let near = names.map(|name| (far(name), name)).min_by_key(|(far, _)| *far);
    near.filter(|(far, _)| *far <= slips).map(|(_, name)| name)
}

fn folded(byte: &u8) -> u8 {
    match byte.to_ascii_lowercase() {
        b'_' => b'-',
        byte => byte,
    }
}

/// How many bytes must be put in, taken out or changed to make one text of the other; one where they
/// only stand in another order.
fn distance(from: &[u8], to: &[u8]) -> usize {
    let sorted = |text: &[u8]| {
        let mut sorted = text.to_vec();
        sorted.sort_unstable();
        sorted
    };
    if from != to && sorted(from) == sorted(to) {
        return 1;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, byte) in (1_usize..).zip(from) {
        let mut cells = row.iter_mut();
        let (mut diagonal, mut left) = (done.saturating_sub(1), done);
        if let Some(first) = cells.next() {
            *first = done;
        }
        for (cell, other) in cells.zip(to) {
            let changed = diagonal.saturating_add(usize::from(byte != other));
            diagonal = *cell;
            left = changed.min(left.min(diagonal).saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_not() {
        let names =
            ["length", "lines", "tlv", "tls-record", "http2", "cobs", "cobs-r", "max_parts"];
        let near = |text: &str| nearest(text.as_bytes(), names.into_iter());
        assert_eq!(near("lenght"), Some("length"));
        assert_eq!(near("line"), Some("lines"));
        assert_eq!(near("TLS_RECORD"), Some("tls-record"));
        assert_eq!(near("tls"), Some("tls-record"));
        assert_eq!(near("http"), Some("http2"));
        assert_eq!(near("cob"), Some("cobs"));
        assert_eq!(near("COBS"), Some("cobs"));
        assert_eq!(near("max-p"), Some("max_parts"));
        for far in ["", "l", "li", "xyz", "morse", "a-name-that-is-longer-than-any-there-is"] {
            let expected = if far == "li" { Some("lines") } else { None };
            assert_eq!(near(far), expected, "{far}");
        }
    }

    #[test]
    fn the_distance_is_that_of_single_bytes() {
        for (from, to, far) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("crlf", "clrf", 1),
        ] {
            assert_eq!(distance(from.as_bytes(), to.as_bytes()), far, "{from} {to}");
        }
    }
}
