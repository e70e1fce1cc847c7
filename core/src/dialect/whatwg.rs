//! `whatwg`: the host and the port of a URL, as browsers read them.
//!
//! Who reads it so: browsers, Node, rust-url, ada. The host of a special scheme such as `https`.
//!
//! Source: WHATWG URL Standard, section 3.5 (host parsing) and section 4.4 (port state).
//!
//! ```abnf
//! ip       = "[" IPv6 "]" / ipv4
//! endpoint = host [ ":" port ]
//! host     = ip / domain               ; what ends in a number is IPv4 or nothing
//! ipv4     = part *3( "." part ) [ "." ]
//! part     = decimal-int / "0" *%x30-37 / "0x" *HEXDIG ; "0x" is zero
//! domain   = 1*OCTET                   ; after decoding no forbidden domain code point
//! port     = *DIGIT                    ; at most 65535, leading zeros mean nothing
//! ```
//!
//! The last part of IPv4 fills the rest. `%XX` stands for a byte in a domain and in IPv4, so
//! `127%2e1` is 127.0.0.1. A label that is not ASCII, or begins with `xn--`, is processed as UTS 46
//! says with the feature `idna`: it may become anything, even a part of an IPv4 address. Without
//! the feature such a label is refused.
//!
//! Refused: an empty host; a byte that is forbidden, escaped or not; zones; IPv6 without brackets.
//! Tabs and line feeds are refused, too: it is the parser of the whole URL that strips them.

mod ipv4;

use super::shared::authority::{Authority, ipv6_literal};
use super::shared::escapes::{Piece, Pieces};
use super::shared::writing::print;
use super::{About, IpRules, Read, Rules};
use crate::addr::{
    FormatError, Host, HostName, Ip, ParseError, ParseErrorKind, is_numeric_last_label,
};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "browsers, Node, rust-url, ada",
        source: "WHATWG URL Standard section 3.5",
        takes: "IPv4 as aton and with a dot at the end, %XX in hosts, almost any byte in a name",
    },
    ip: Some(IpRules {
        parse: |text| AUTHORITY.read_ip(text),
        format: |ip, out| AUTHORITY.format_ip(ip, out),
    }),
    read: Read::One(|text, options| AUTHORITY.read(text, options)),
    write: |reading, options, out| AUTHORITY.write(reading, options, out),
    list: None,
    keeps_zones: false,
    has_ipv6: true,
};

const AUTHORITY: Authority =
    Authority { literal: |content| ipv6_literal(content, None), host: ipv4_or_domain, write_host };

/// The host parser from its percent-decoding on; URL Standard, section 3.5.
fn ipv4_or_domain(text: &[u8]) -> Result<Host<'_>, ParseError> {
    if text.is_empty() {
        return Err(ParseError::new(ParseErrorKind::HostLabelEmpty, 0, 0));
    }
    if is_common(text) {
        return match is_numeric_last_label(text) {
            true => ipv4::read(text).map(|addr| Host::Ip(Ip::V4(addr))),
            false => Ok(Host::Name(HostName::from_written(text, false))),
        };
    }
    let forbidden = Pieces::new(text).find(|piece| is_forbidden(piece.byte));
    if let Some(label) = labels(text).find(Label::needs_idna) {
        let begin = label.pieces.offset();
        let len = label.end.saturating_sub(begin);
        let needs_idna = ParseError::new(ParseErrorKind::NeedsIdna, begin, len);
        return to_ascii(text, forbidden, needs_idna);
    }
    if ends_in_number(text) {
        return ipv4::read(text).map(|addr| Host::Ip(Ip::V4(addr)));
    }
    match forbidden {
        Some(piece) => Err(piece.refused(ParseErrorKind::HostBadByte)),
        None => {
            let is_escaped = memchr::memchr(b'%', text).is_some();
            Ok(Host::Name(HostName::from_written(text, is_escaped)))
        }
    }
}

/// Whether a text has nothing to decode, to refuse or to process; almost every host is such a text.
fn is_common(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
        && memchr::memchr2(b'x', b'X', text).is_none_or(|_| !labels(text).any(|it| it.needs_idna()))
}

/// Forbidden domain code points; URL Standard, section 3.1.
fn is_forbidden(byte: u8) -> bool {
    byte.is_ascii_control() || b" #%/:<>?@[\\]^|".contains(&byte)
}

/// A label of a domain.
struct Label<'a> {
    /// From its first byte to the end of the text.
    pieces: Pieces<'a>,
    end: usize,
}

/// The labels of a domain; one dot at the end leaves an empty one behind it.
fn labels(text: &[u8]) -> impl Iterator<Item = Label<'_>> {
    let mut rest = Some(Pieces::new(text));
    core::iter::from_fn(move || {
        let pieces = rest.take()?;
        let mut behind = pieces.clone();
        let dot = behind.find(|piece| piece.byte == b'.');
        rest = dot.map(|_| behind);
        Some(Label { pieces, end: dot.map_or(text.len(), |dot| dot.at) })
    })
}

impl Label<'_> {
    fn bytes(&self) -> impl Iterator<Item = u8> + Clone {
        self.pieces.clone().bytes().take_while(|byte| *byte != b'.')
    }

    /// Whether it is more than ASCII, as it stands or behind the prefix of IDNA.
    fn needs_idna(&self) -> bool {
        let prefix = self.bytes().map(|byte| byte.to_ascii_lowercase()).take(4);
        prefix.eq(*b"xn--") || !self.bytes().all(|byte| byte.is_ascii())
    }

    /// Whether it is digits, or `0x` and any number of hexadecimal digits.
    fn is_number(&self) -> bool {
        let mut hex = self.bytes();
        let is_hex = hex.next() == Some(b'0')
            && matches!(hex.next(), Some(b'x' | b'X'))
            && hex.all(|byte| byte.is_ascii_hexdigit());
        is_hex || (!self.is_empty() && self.bytes().all(|byte| byte.is_ascii_digit()))
    }

    fn is_empty(&self) -> bool {
        self.bytes().next().is_none()
    }
}

/// The ends-in-a-number checker; URL Standard, section 3.5. One dot at the end does not count.
fn ends_in_number(text: &[u8]) -> bool {
    let (mut last, mut before) = (None, None);
    for label in labels(text) {
        before = last.replace(label);
    }
    last.filter(|label| !label.is_empty()).or(before).is_some_and(|label| label.is_number())
}

/// Domain to ASCII; URL Standard, section 3.3, with `beStrict` false.
///
/// What the processing refuses has no place of its own: it is refused where it begins to be needed.
#[cfg(feature = "idna")]
fn to_ascii(
    text: &[u8],
    forbidden: Option<Piece>,
    needs_idna: ParseError,
) -> Result<Host<'_>, ParseError> {
    use alloc::borrow::Cow;
    use alloc::vec::Vec;

    use idna::AsciiDenyList;

    if let Some(piece) = forbidden {
        return Err(piece.refused(ParseErrorKind::HostBadByte));
    }
    let decoded: Vec<u8> = Pieces::new(text).bytes().collect();
    let Ok(domain) = idna::domain_to_ascii_from_cow(Cow::Owned(decoded), AsciiDenyList::URL) else {
        return Err(needs_idna);
    };
    let domain = domain.as_bytes();
    if domain.is_empty() {
        return Err(ParseError::new(ParseErrorKind::HostLabelEmpty, 0, 0));
    }
    if ends_in_number(domain) {
        // The offsets of the processed text are not those of the input.
        return ipv4::read(domain).map(|addr| Host::Ip(Ip::V4(addr))).map_err(|error| {
            ParseError::new(error.kind, 0, if error.len == 0 { 0 } else { text.len() })
        });
    }
    Ok(Host::Name(HostName::from_written(domain, false).into_owned()))
}

#[cfg(not(feature = "idna"))]
fn to_ascii(
    _: &[u8],
    forbidden: Option<Piece>,
    needs_idna: ParseError,
) -> Result<Host<'_>, ParseError> {
    let forbidden = forbidden.map(|piece| piece.refused(ParseErrorKind::HostBadByte));
    Err(forbidden.filter(|error| error.at < needs_idna.at).unwrap_or(needs_idna))
}

/// The host serializer; URL Standard, section 3.6. IPv6 has no dotted part.
fn write_host(host: &Host<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    match host {
        Host::Ip(Ip::V6(addr, None)) => match addr.segments() {
            [0, 0, 0, 0, 0, 0xffff, high, low] => {
                print(format_args!("[::ffff:{high:x}:{low:x}]"), out)
            }
            _ => print(format_args!("{host}"), out),
        },
        Host::Ip(Ip::V4(_)) => print(format_args!("{host}"), out),
        Host::Name(name) => write_name(name, out),
        // `*` would read back as a name.
        Host::Ip(Ip::V6(_, Some(_))) | Host::Any => Err(FormatError::NotRepresentable),
    }
}

/// Writes a name in lower case, where it reads back as that name: nothing else tells whether IDNA
/// would take it.
fn write_name(name: &HostName<'_>, out: &mut [u8]) -> Result<usize, FormatError> {
    let len = name.bytes().count();
    let target = out.get_mut(..len).ok_or(FormatError::BufferTooSmall)?;
    target.iter_mut().zip(name.bytes()).for_each(|(slot, byte)| *slot = byte.to_ascii_lowercase());
    match ipv4_or_domain(target) {
        Ok(Host::Name(read)) if read == *name => Ok(len),
        _ => Err(FormatError::NotRepresentable),
    }
}

#[cfg(test)]
mod tests;
