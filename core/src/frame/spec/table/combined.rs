//! Framings made of others.

use super::super::combined::Combine;
use super::{ASSEMBLE, Entry, Example, MAX_PARTS, Make, Setting, size};

/// What joins the parts of messages, whichever of the framings they are from.
const JOIN: &[Setting] = &[
    size("max", None, "most bytes of a joined message; only with `assemble`"),
    ASSEMBLE,
    MAX_PARTS,
];

const fn combined(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
    arguments: &'static [&'static str],
    example: Example,
    how: Combine,
) -> Entry {
    Entry {
        name,
        summary,
        source,
        arguments,
        options: match how {
            Combine::Stack => &[],
            _ => JOIN,
        },
        example,
        recovers: false,
        make: Make::Combined(how),
    }
}

pub(super) const AFTER: Entry = combined(
    "after",
    "a framing for so many messages, then another",
    "the protocols at hand, such as the preface of RFC 9113, section 3.4",
    &["count", "first", "second"],
    Example {
        spec: "after(1,lines,max=80,netstring,max=1K)",
        payloads: &["6869", "6869"],
        wire: "68690a323a68692c",
    },
    Combine::After,
);

pub(super) const DETECT: Entry = combined(
    "detect",
    "a framing where the stream begins with a signature, else another",
    "the protocols at hand, such as RFC 6587, sections 3.4.1 and 3.4.2",
    &["signature", "matched", "otherwise"],
    Example {
        spec: "detect(octet-counting,octet-counting,max=8K,lines,max=8K)",
        payloads: &["3c313e6869"],
        wire: "35203c313e6869",
    },
    Combine::Detect,
);

pub(super) const STACK: Entry = combined(
    "stack",
    "frames inside the bodies of other frames, across which they may reach",
    "the protocols at hand, such as messages over the records of RFC 8446, section 5.1",
    &["outer", "inner"],
    Example {
        spec: "stack(length,width=2,max=1K,lines,max=80)",
        payloads: &["6869"],
        wire: "000368690a",
    },
    Combine::Stack,
);

pub(super) const THEN: Entry = combined(
    "then",
    "a framing up to its end, then another",
    "the protocols at hand, such as the PROXY protocol, section 2",
    &["first", "second"],
    Example {
        spec: "then(proxy,max=4K,lines,max=80)",
        payloads: &["50524f585920554e4b4e4f574e0d0a", "6869"],
        wire: "50524f585920554e4b4e4f574e0d0a68690a",
    },
    Combine::Then,
);
