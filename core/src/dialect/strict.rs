//! `strict`: the grammar of this crate.
//!
//! Who reads it so: programs that use this crate and ask for nothing else. One spelling for each
//! value, no leniency; see [`addr`](crate::addr) for the grammar and what it refuses.
//!
//! Source: RFC 4291 (text of IPv6), RFC 5952 (its canonical form), RFC 6943 section 3.1.1 (why IPv4
//! is strict), RFC 4007 section 11 (zones).

use super::{About, Extra, IpRules, Read, Reading, Rules};
use crate::addr::{Endpoint, FormatError, Ip};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "this library",
        source: "RFC 4291, RFC 5952, RFC 6943 section 3.1.1, RFC 4007 section 11",
        takes: "nothing else: it is the yardstick",
    },
    ip: Some(IpRules { parse: Ip::parse, format: Ip::format }),
    read: Read::One(|text, options| match Endpoint::parse_with(text, options) {
        Ok(endpoint) => Ok(Reading::new(endpoint)),
        Err(error) => Err(error),
    }),
    write: |reading, options, out| match reading.extra {
        Extra::NONE => reading.endpoint.format_with(out, options),
        _ => Err(FormatError::NotRepresentable),
    },
    list: None,
    keeps_zones: true,
    has_ipv6: true,
};
