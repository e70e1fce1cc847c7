//! `rfc6874`: WIP

use super::{About, IpRules, Read, Rules};
use crate::addr::{FormatError, ParseError};

pub(super) const RULES: Rules = Rules {
    about: About { users: "WIP", source: "WIP", takes: "WIP" },
    ip: Some(IpRules {
        parse: |text| Err(ParseError::other_form(text)),
        format: |_, _| Err(FormatError::NotRepresentable),
    }),
    read: Read::One(|text, _| Err(ParseError::other_form(text))),
    write: |_, _, _| Err(FormatError::NotRepresentable),
    list: None,
    has_zones: true,
    has_ipv6: true,
};
