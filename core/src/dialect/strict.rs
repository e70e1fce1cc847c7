//! `strict`: the grammar of this crate.
//!
//! Who reads it so: programs that use this crate and ask for nothing else. One spelling for each
//! value, no leniency; see [`addr`](crate::addr) for the grammar and what it refuses.
//!
//! Source: RFC 4291 (text of IPv6), RFC 5952 (its canonical form), RFC 6943 section 3.1.1 (why IPv4
//! is strict), RFC 4007 section 11 (zones).

use super::{About, Rules};
use crate::addr::{Endpoint, Ip};

pub(super) const RULES: Rules = Rules {
    about: About {
        users: "this library",
        source: "RFC 4291, RFC 5952, RFC 6943 section 3.1.1, RFC 4007 section 11",
        takes: "nothing else: it is the yardstick",
    },
    parse_ip: Ip::parse,
    parse: |text, options| Endpoint::parse_with(text, options),
    format_ip: Ip::format,
    format: |endpoint, out| endpoint.format(out),
};
