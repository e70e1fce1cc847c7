//! Every dialect's reading of one text, and whether they disagree.

use super::{Reading, parse};
use crate::addr::{Dialect, Endpoint, Host, HostPort, Ip, ParseError, TextOptions};

/// Asks every dialect what it reads in a text.
///
/// Nothing is read before the answer is asked for, and nothing is allocated.
#[must_use]
pub const fn explain(text: &[u8]) -> Explanation<'_> {
    Explanation { text }
}

/// What every dialect reads in one text.
#[derive(Clone, Copy, Debug)]
pub struct Explanation<'a> {
    text: &'a [u8],
}

impl<'a> Explanation<'a> {
    /// The reading of each dialect, in the order of [`Dialect::ALL`].
    #[must_use]
    pub fn readings(&self) -> Readings<'a> {
        Readings { text: self.text, dialects: Dialect::ALL.iter() }
    }

    /// Whether two dialects read different things.
    ///
    /// They do where the readings name different IP addresses; where one is an IP address or a
    /// local socket and the other is of another kind; and where both spell a port or a zone and
    /// these differ. What is left out never differs, and a mere name counts only beside an IP
    /// address.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        let mut seen = [const { None }; Dialect::ALL.len()];
        let kinds = self.readings().map(|(_, reading)| reading.ok().map(|r| kind(&r.endpoint)));
        for (slot, kind) in seen.iter_mut().zip(kinds) {
            *slot = kind;
        }
        let kinds = || seen.iter().flatten();
        kinds().enumerate().any(|(index, one)| kinds().take(index).any(|other| differ(one, other)))
    }
}

/// Iterator over the dialects and what each reads.
#[derive(Clone, Debug)]
pub struct Readings<'a> {
    text: &'a [u8],
    dialects: core::slice::Iter<'static, Dialect>,
}

impl<'a> Iterator for Readings<'a> {
    type Item = (Dialect, Result<Reading<'a>, ParseError>);

    fn next(&mut self) -> Option<Self::Item> {
        let dialect = *self.dialects.next()?;
        Some((dialect, parse(dialect, self.text, &TextOptions::new())))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.dialects.size_hint()
    }
}

impl ExactSizeIterator for Readings<'_> {}
impl core::iter::FusedIterator for Readings<'_> {}

/// Whether two readings contradict each other.
fn differ(one: &Kind, other: &Kind) -> bool {
    match (one, other) {
        (Kind::Ip(a, port_a), Kind::Ip(b, port_b)) => {
            a.addr() != b.addr()
                || both_and_differ(a.zone(), b.zone())
                || both_and_differ(*port_a, *port_b)
        }
        (Kind::Ip(..), _) | (_, Kind::Ip(..)) => true,
        (Kind::Name, _) | (_, Kind::Name) => false,
        (Kind::Any(port_a), Kind::Any(port_b)) => both_and_differ(*port_a, *port_b),
        (one, other) => core::mem::discriminant(one) != core::mem::discriminant(other),
    }
}

fn both_and_differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// What an endpoint is, as far as ambiguity goes.
enum Kind {
    Ip(Ip, Option<u16>),
    Name,
    Any(Option<u16>),
    Unix,
    Vsock,
    Pipe,
    Descriptor,
}

fn kind(endpoint: &Endpoint<'_>) -> Kind {
    match endpoint {
        Endpoint::Inet(HostPort { host: Host::Ip(ip), port }) => Kind::Ip(*ip, *port),
        Endpoint::Inet(HostPort { host: Host::Name(_), .. }) => Kind::Name,
        Endpoint::Inet(HostPort { host: Host::Any, port }) => Kind::Any(*port),
        Endpoint::Unix(_) => Kind::Unix,
        Endpoint::Vsock(_) => Kind::Vsock,
        Endpoint::Pipe(_) => Kind::Pipe,
        Endpoint::Fd(_) | Endpoint::FdName(_) => Kind::Descriptor,
    }
}

/// A dialect that accepts what another refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hint<'a> {
    /// The dialect.
    pub dialect: Dialect,
    /// What it reads.
    pub reading: Reading<'a>,
}

/// Names the first dialect that accepts a refused text, and what it reads.
///
/// Dialects are asked in the order of [`Dialect::ALL`]; the one that refused is not asked again.
///
/// ```
/// use portolan::addr::Dialect;
/// use portolan::dialect;
/// let text = b"127.1";
/// let error = dialect::parse_ip(Dialect::Strict, text).unwrap_err();
/// let hint = dialect::hint(&error, text).unwrap();
/// assert_eq!(hint.dialect, Dialect::Aton);
/// assert_eq!(hint.reading.endpoint.to_string(), "127.0.0.1");
/// ```
#[must_use]
pub fn hint<'a>(error: &ParseError, text: &'a [u8]) -> Option<Hint<'a>> {
    explain(text).readings().find_map(|(dialect, reading)| match reading {
        Ok(reading) if dialect != error.dialect && dialect != Dialect::Strict => {
            Some(Hint { dialect, reading })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_addresses_are_ambiguous() {
        for text in ["010.0.0.1", "0127.0.0.1", "192.168.010.001"] {
            assert!(explain(text.as_bytes()).is_ambiguous(), "{text}");
        }
    }

    #[test]
    fn one_address_and_refusals_are_not() {
        for text in ["127.0.0.1", "127.1", "0x7f.1", "::1", "1.2.3.4 x", "nonsense]", "[::1]:80"] {
            assert!(!explain(text.as_bytes()).is_ambiguous(), "{text}");
        }
    }

    #[test]
    fn what_is_left_out_never_differs() {
        let text = b"[fe80::1%01]:80";
        let accepted = explain(text).readings().filter(|(_, reading)| reading.is_ok()).count();
        assert_eq!(accepted, 1, "core-net alone takes a scope id with a leading zero");
        assert!(!explain(text).is_ambiguous());
    }

    #[test]
    fn kinds_differ_as_the_contract_says() {
        let ip = |port| Kind::Ip(Ip::V4([127, 0, 0, 1].into()), port);
        assert!(!differ(&ip(None), &ip(Some(80))), "an absent port");
        assert!(differ(&ip(Some(8)), &ip(Some(80))), "two ports");
        assert!(differ(&ip(None), &Kind::Name), "a name beside an address");
        assert!(!differ(&Kind::Unix, &Kind::Name), "a name without an address");
        assert!(differ(&Kind::Unix, &Kind::Pipe), "two kinds of local sockets");
        assert!(!differ(&Kind::Unix, &Kind::Unix));
        assert!(differ(&Kind::Any(None), &ip(None)));
        assert!(differ(&Kind::Any(Some(1)), &Kind::Any(Some(2))));
    }

    #[test]
    fn a_hint_is_the_first_other_dialect_that_accepts() {
        let hinted = |text: &'static [u8]| {
            let error = parse(Dialect::Strict, text, &TextOptions::new()).unwrap_err();
            hint(&error, text).map(|hint| hint.dialect)
        };
        assert_eq!(hinted(b"127.1"), Some(Dialect::Aton));
        assert_eq!(hinted(b"08.0.0.1"), Some(Dialect::AtonDecimal));
        assert_eq!(hinted(b"127.0.0.1 x"), Some(Dialect::AtonGlibc));
        assert_eq!(hinted(b"127.0.0.1:080"), Some(Dialect::CoreNet));
        assert_eq!(hinted(b"::1"), Some(Dialect::Pton));
        assert_eq!(hinted(b"1..2"), None);
    }
}
