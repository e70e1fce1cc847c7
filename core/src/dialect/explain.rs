//! Every dialect's reading of one text, and whether they disagree.

use core::net::IpAddr;

use super::{Readings, parse_all};
use crate::addr::{Dialect, Endpoint, Host, HostPort, ParseError, TextOptions, UnixName, Zone};

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
    /// The answer of each dialect, in the order of [`Dialect::ALL`].
    #[must_use]
    pub fn answers(&self) -> Answers<'a> {
        Answers { text: self.text, dialects: Dialect::ALL.iter() }
    }

    /// Whether two dialects read different things.
    ///
    /// They do where the readings name different IP addresses; where one is an IP address or a
    /// local socket and the other is of another kind; and where both spell a port or a zone and
    /// these differ. What is left out never differs, and a mere name counts only beside an IP
    /// address. Lists are compared element by element.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        let mut heads = Seen::default();
        let mut has_lists = false;
        for (_, answer) in self.answers() {
            let Ok(mut readings) = answer else { continue };
            let contradicts = match readings.only() {
                Some(only) => heads.contradicts(&only.endpoint),
                None => {
                    has_lists = true;
                    readings.next().is_some_and(|head| heads.contradicts(&head.endpoint))
                }
            };
            if contradicts {
                return true;
            }
        }
        has_lists && self.has_ambiguous_tails()
    }

    /// Whether two lists read different things behind their first elements.
    fn has_ambiguous_tails(&self) -> bool {
        let mut tails = [const { None }; Dialect::ALL.len()];
        for (tail, (_, answer)) in tails.iter_mut().zip(self.answers()) {
            *tail = answer.ok().filter(|readings| readings.only().is_none());
            _ = tail.as_mut().and_then(Iterator::next);
        }
        while tails.iter().any(Option::is_some) {
            let mut elements = Seen::default();
            for tail in &mut tails {
                match tail.as_mut().and_then(Iterator::next) {
                    Some(reading) if elements.contradicts(&reading.endpoint) => return true,
                    Some(_) => {}
                    None => *tail = None,
                }
            }
        }
        false
    }
}

/// Iterator over the dialects and what each reads.
#[derive(Clone, Debug)]
pub struct Answers<'a> {
    text: &'a [u8],
    dialects: core::slice::Iter<'static, Dialect>,
}

impl<'a> Iterator for Answers<'a> {
    type Item = (Dialect, Result<Readings<'a>, ParseError>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let dialect = *self.dialects.next()?;
        Some((dialect, parse_all(dialect, self.text, &TextOptions::new())))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.dialects.size_hint()
    }
}

impl ExactSizeIterator for Answers<'_> {}
impl core::iter::FusedIterator for Answers<'_> {}

/// What the readings so far agree on.
#[derive(Debug, Default)]
struct Seen {
    addr: Option<IpAddr>,
    zone: Option<Zone>,
    port: Option<u16>,
    local: Option<Local>,
    vsock_port: Option<u32>,
    has_name: bool,
    has_any: bool,
}

/// The kinds of sockets without an IP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Local {
    Pathname,
    Abstract,
    Unnamed,
    Vsock,
    Pipe,
    Descriptor,
}

impl Seen {
    /// Adds a reading; whether it contradicts those before it.
    fn contradicts(&mut self, endpoint: &Endpoint<'_>) -> bool {
        let local = match endpoint {
            Endpoint::Inet(inet) => return self.contradicts_inet(inet),
            Endpoint::Unix(address) => match address.name() {
                UnixName::Pathname(_) => Local::Pathname,
                UnixName::Abstract(_) => Local::Abstract,
                UnixName::Unnamed => Local::Unnamed,
            },
            Endpoint::Vsock(_) => Local::Vsock,
            Endpoint::Pipe(_) => Local::Pipe,
            Endpoint::Fd(_) | Endpoint::FdName(_) => Local::Descriptor,
        };
        let vsock_port = match endpoint {
            Endpoint::Vsock(address) => Some(address.port),
            _ => None,
        };
        self.addr.is_some()
            || self.has_any
            || differs(&mut self.local, Some(local))
            || differs(&mut self.vsock_port, vsock_port)
    }

    fn contradicts_inet(&mut self, inet: &HostPort<'_>) -> bool {
        match &inet.host {
            Host::Name(_) => {
                self.has_name = true;
                // Beside an address only does a name count; its port never does.
                self.addr.is_some()
            }
            Host::Any => {
                self.has_any = true;
                self.addr.is_some() || self.local.is_some() || differs(&mut self.port, inet.port)
            }
            Host::Ip(ip) => {
                self.has_name
                    || self.local.is_some()
                    || self.has_any
                    || differs(&mut self.addr, Some(ip.addr()))
                    || differs(&mut self.zone, ip.zone())
                    || differs(&mut self.port, inet.port)
            }
        }
    }
}

/// Whether both are there and not the same; the first that is there is kept.
fn differs<T: PartialEq>(seen: &mut Option<T>, new: Option<T>) -> bool {
    match (&*seen, new) {
        (Some(seen), Some(new)) => *seen != new,
        (None, new) => {
            *seen = new;
            false
        }
        (Some(_), None) => false,
    }
}

/// A dialect that accepts what another refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hint<'a> {
    /// The dialect.
    pub dialect: Dialect,
    /// What it reads, in order.
    pub readings: Readings<'a>,
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
/// assert_eq!(hint.readings.only().unwrap().endpoint.to_string(), "127.0.0.1");
/// ```
#[must_use]
pub fn hint<'a>(error: &ParseError, text: &'a [u8]) -> Option<Hint<'a>> {
    explain(text).answers().find_map(|(dialect, answer)| match answer {
        Ok(readings) if dialect != error.dialect && dialect != Dialect::Strict => {
            Some(Hint { dialect, readings })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn different_addresses_are_ambiguous() {
        for text in ["010.0.0.1", "0127.0.0.1", "192.168.010.001"] {
            assert!(explain(text.as_bytes()).is_ambiguous(), "{text}");
        }
    }

    #[test]
    fn an_address_that_others_take_for_a_name_is_ambiguous() {
        for text in ["127.1", "0x7f.1", "2130706433", "1.2.3.4."] {
            assert!(explain(text.as_bytes()).is_ambiguous(), "{text}");
        }
    }

    #[test]
    fn one_address_and_refusals_are_not() {
        for text in ["127.0.0.1", "::1", "1.2.3.4 x", "nonsense]", "[::1]:80", "[fe80::1%1]:80"] {
            assert!(!explain(text.as_bytes()).is_ambiguous(), "{text}");
        }
    }

    #[test]
    fn what_is_left_out_never_differs() {
        let text = b"[fe80::1%01]:80";
        let accepted = explain(text).answers().filter(|(_, answer)| answer.is_ok()).count();
        assert_eq!(accepted, 1, "core-net alone takes a scope id with a leading zero");
        assert!(!explain(text).is_ambiguous());
    }

    #[test]
    fn kinds_differ_as_the_contract_says() {
        let differ = |one: &'static str, other: &'static str| {
            let options = TextOptions::new().with_listen(true);
            let endpoint =
                |text: &'static str| Endpoint::parse_with(text.as_bytes(), &options).unwrap();
            let seen = |first: &Endpoint<'_>, second: &Endpoint<'_>| {
                let mut seen = Seen::default();
                assert!(!seen.contradicts(first), "the first reading contradicts nothing");
                seen.contradicts(second)
            };
            let one = endpoint(one);
            let other = endpoint(other);
            let verdict = seen(&one, &other);
            assert_eq!(seen(&other, &one), verdict, "order does not matter");
            verdict
        };
        assert!(!differ("127.0.0.1", "127.0.0.1:80"), "an absent port");
        assert!(differ("127.0.0.1:8", "127.0.0.1:80"), "two ports");
        assert!(differ("[fe80::1%1]", "[fe80::1%2]"), "two zones");
        assert!(!differ("[fe80::1%1]", "[fe80::1]"), "an absent zone");
        assert!(differ("127.0.0.1", "a"), "a name beside an address");
        assert!(!differ("a:1", "b:2"), "names alone");
        assert!(!differ("unix:/x", "a"), "a name beside a local socket");
        assert!(differ("unix:/x", "fd:3"), "two kinds of local sockets");
        assert!(differ("unix:/x", "@x"), "a path and an abstract name");
        assert!(differ("vsock:2:8", "vsock:2:10"), "two ports of vsock");
        assert!(!differ("vsock:2:8", "vsock:3:8"));
        assert!(!differ("unix:/x", "unix:/y"));
        assert!(differ("*", "127.0.0.1"));
        assert!(differ("*:1", "*:2"));
        assert!(!differ("*:1", "a:2"), "a name and any address");
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
        assert_eq!(hinted(b"1..2"), Some(Dialect::Rfc3986));
        assert_eq!(hinted(b"1.2.3.4|"), None);
    }
}
