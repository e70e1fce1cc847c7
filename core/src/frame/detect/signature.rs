//! How streams begin.

/// What the first bytes of a stream say of its framing.
///
/// | signature | name | the stream begins with | source |
/// |---|---|---|---|
/// | [`Http2Preface`](Self::Http2Preface) | `http2-preface` | `PRI * HTTP/2.0`, two line endings, `SM`, two line endings | RFC 9113, section 3.4 |
/// | [`OctetCounting`](Self::OctetCounting) | `octet-counting` | a digit, 1 to 9 | RFC 6587, section 3.4.1 |
/// | [`Proxy`](Self::Proxy) | `proxy` | `PROXY` and a space, or the 12 bytes of version 2 | PROXY protocol, sections 2.1 and 2.2 |
/// | [`TlsRecord`](Self::TlsRecord) | `tls-record` | a content type of 20 to 23 and the major version 3 | RFC 8446, section 5.1 |
///
/// The content type 24 is no signature: a heartbeat is not sent before the handshake (RFC 6520,
/// section 3).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Signature {
    /// The connection preface of an HTTP/2 client.
    Http2Preface,
    /// The length of a syslog message that is counted.
    OctetCounting,
    /// A header of the PROXY protocol, version 1 or 2.
    Proxy,
    /// A record of TLS.
    TlsRecord,
}

const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const PROXY: [&[u8]; 2] = [b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n"];

impl Signature {
    /// Every signature, in the order of their names.
    pub const ALL: &'static [Self] =
        &[Self::Http2Preface, Self::OctetCounting, Self::Proxy, Self::TlsRecord];

    /// Bytes of the longest signature.
    pub const MAX_LEN: usize = HTTP2.len();

    /// Names the signature in kebab case, the same in vectors, drivers and text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Http2Preface => "http2-preface",
            Self::OctetCounting => "octet-counting",
            Self::Proxy => "proxy",
            Self::TlsRecord => "tls-record",
        }
    }

    /// Finds the signature of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|signature| signature.name() == name)
    }

    /// Bytes that decide at most.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "no signature is empty")]
    pub const fn len(self) -> usize {
        match self {
            Self::Http2Preface => HTTP2.len(),
            Self::OctetCounting => 1,
            Self::Proxy => 12,
            Self::TlsRecord => 2,
        }
    }

    /// Says whether a stream that begins with `input` has the signature; `None` when it takes more
    /// bytes to tell. The answer never changes with later bytes.
    #[must_use]
    pub fn is_at(self, input: &[u8]) -> Option<bool> {
        match self {
            Self::Http2Preface => begins(input, HTTP2),
            Self::OctetCounting => input.first().map(|byte| matches!(byte, b'1'..=b'9')),
            Self::Proxy => match PROXY.map(|signature| begins(input, signature)) {
                [Some(false), other] | [other, Some(false)] => other,
                [Some(true), _] | [_, Some(true)] => Some(true),
                [None, None] => None,
            },
            Self::TlsRecord => match input {
                [] => None,
                [20..=23] => None,
                [20..=23, 3, ..] => Some(true),
                _ => Some(false),
            },
        }
    }
}

fn begins(input: &[u8], signature: &[u8]) -> Option<bool> {
    if input.iter().zip(signature).any(|(byte, wanted)| byte != wanted) {
        return Some(false);
    }
    (input.len() >= signature.len()).then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found() {
        assert!(Signature::ALL.is_sorted_by_key(|signature| signature.name()));
        for signature in Signature::ALL {
            assert_eq!(Signature::from_name(signature.name()), Some(*signature));
            assert!(signature.len() <= Signature::MAX_LEN);
        }
        assert_eq!(Signature::from_name("Proxy"), None);
    }

    #[test]
    fn every_byte_of_a_signature_is_looked_at_and_none_behind() {
        let whole: [(Signature, &[u8]); 4] = [
            (Signature::Http2Preface, HTTP2),
            (Signature::Proxy, PROXY[0]),
            (Signature::Proxy, PROXY[1]),
            (Signature::TlsRecord, &[22, 3]),
        ];
        for (signature, bytes) in whole {
            for len in 0..bytes.len() {
                assert_eq!(signature.is_at(&bytes[..len]), None, "{signature:?} {len}");
                let mut other = bytes[..=len].to_vec();
                other[len] ^= 0x80;
                assert_eq!(signature.is_at(&other), Some(false), "{signature:?} {len}");
            }
            assert_eq!(signature.is_at(bytes), Some(true));
            assert_eq!(signature.is_at(&[bytes, b"x"].concat()), Some(true));
        }
    }

    #[test]
    fn the_first_byte_tells_a_count() {
        let counts = |byte| Signature::OctetCounting.is_at(&[byte]);
        assert_eq!(Signature::OctetCounting.is_at(b""), None);
        for byte in 0..=u8::MAX {
            assert_eq!(counts(byte), Some((b'1'..=b'9').contains(&byte)));
        }
    }

    #[test]
    fn tls_is_a_type_and_a_version() {
        let tls = |bytes: &[u8]| Signature::TlsRecord.is_at(bytes);
        for kind in 0..=u8::MAX {
            let known = (20..=23).contains(&kind);
            assert_eq!(tls(&[kind, 3]), Some(known));
            assert_eq!(tls(&[kind]), if known { None } else { Some(false) });
        }
        assert_eq!(tls(&[22, 2]), Some(false));
        assert_eq!(tls(&[22, 3, 9]), Some(true));
    }
}
