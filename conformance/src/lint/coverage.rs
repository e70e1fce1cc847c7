//! What the suite must reach: every error code, and every production of the IPv6 grammar.

use std::collections::BTreeSet;

use portolan::addr::ParseErrorKind;
use portolan::client::ChooseErrorKind;
use portolan::endian::IntErrorKind;
use portolan::frame::spec::SpecErrorKind;
use portolan::frame::{EncodeErrorKind, FrameErrorKind};
use portolan::sockaddr::SockaddrErrorKind;
use portolan::wire::WireErrorKind;

use super::Mistake;
use crate::vector::{Outcome, Vector};

/// Codes of a family: who answers them, and those that no vector can reach, each with its reason.
struct Family {
    name: &'static str,
    codes: &'static [&'static str],
    /// How the operations begin that answer them.
    ops: &'static [&'static str],
    unreached: &'static [(&'static str, &'static str)],
}

const FAMILIES: &[Family] = &[
    Family {
        name: "text",
        codes: ParseErrorKind::CODES,
        ops: &["ip.", "endpoint.", "prefix."],
        unreached: &[],
    },
    Family {
        name: "sockaddr",
        codes: SockaddrErrorKind::CODES,
        ops: &["sockaddr."],
        unreached: &[("buffer-too-small", BUFFER)],
    },
    Family {
        name: "wire",
        codes: WireErrorKind::CODES,
        ops: &["wire."],
        unreached: &[("buffer-too-small", BUFFER)],
    },
    Family {
        name: "integer",
        codes: IntErrorKind::CODES,
        ops: &["int.", "varint."],
        unreached: &[("buffer-too-small", BUFFER)],
    },
    Family {
        name: "frame",
        codes: FrameErrorKind::CODES,
        ops: &["frame.decode"],
        unreached: &[(
            "bad-code",
            "a slice ends inside a block; in a stream a zero does, and is named",
        )],
    },
    Family {
        name: "encoding",
        codes: EncodeErrorKind::CODES,
        ops: &["frame.encode"],
        unreached: &[
            ("buffer-too-small", BUFFER),
            ("meta-mismatch", "the driver makes the meta data that the framer takes"),
        ],
    },
    Family {
        name: "client",
        codes: ChooseErrorKind::CODES,
        ops: &["client."],
        unreached: &[
            ("list-unsupported", SERVER),
            ("mapped-unsupported", SERVER),
            ("namespace-empty", SERVER),
            ("namespace-on-wildcard", SERVER),
            ("namespace-unsupported", SERVER),
            ("wildcard-in-list", SERVER),
            ("wildcard-unsupported", SERVER),
        ],
    },
    Family {
        name: "configuration",
        codes: SpecErrorKind::CODES,
        ops: &["frame."],
        unreached: &[("unknown-framer", "the driver does not have it, and says so")],
    },
];

const BUFFER: &str = "a buffer of the caller's; the driver always has room";
const SERVER: &str = "of where a server listens, which no operation asks";

/// Checks that every error code of the core is reached by a vector, or known not to be.
#[must_use]
pub fn coverage(vectors: &[Vector]) -> Vec<Mistake> {
    FAMILIES.iter().flat_map(|family| uncovered(family, vectors)).collect()
}

fn uncovered(family: &Family, vectors: &[Vector]) -> Vec<Mistake> {
    let asks = |vector: &&Vector| family.ops.iter().any(|op| vector.op.starts_with(op));
    let outcomes = vectors.iter().filter(asks).flat_map(Vector::checks);
    let reached: BTreeSet<&str> = outcomes.flat_map(|(_, outcome)| codes_of(outcome)).collect();
    let mut wrong = Vec::new();
    for code in family.codes {
        let place = format!("{} error {code}", family.name);
        let excused = family.unreached.iter().find(|(unreached, _)| unreached == code);
        match (reached.contains(code), excused) {
            (false, None) => wrong.push(Mistake::new(place, "no vector reaches it")),
            (true, Some((_, reason))) => {
                wrong.push(Mistake::new(place, format!("is reached, so no longer: {reason}")));
            }
            _ => {}
        }
    }
    wrong
}

/// The codes of an outcome: its own, or those of its events.
fn codes_of(outcome: &Outcome) -> Vec<&str> {
    match outcome {
        Outcome::Error { code, .. } => vec![code],
        Outcome::Ok(ok) => {
            let events = ok["events"].as_array().into_iter().flatten();
            events
                .filter_map(|event| {
                    let truncated = event["end"].as_str().filter(|end| *end == "truncated");
                    event["error"].as_str().or(truncated)
                })
                .collect()
        }
        Outcome::Need(_) => Vec::new(),
    }
}

/// How many alternatives the rule `IPv6address` has.
const ALTERNATIVES: usize = 9;

/// Checks that every production of the grammar of IPv6 is read from a vector in `strict`.
///
/// ```abnf
/// IPv6address =                            6( h16 ":" ) ls32
///             /                       "::" 5( h16 ":" ) ls32
///             / [               h16 ] "::" 4( h16 ":" ) ls32
///             / [ *1( h16 ":" ) h16 ] "::" 3( h16 ":" ) ls32
///             / [ *2( h16 ":" ) h16 ] "::" 2( h16 ":" ) ls32
///             / [ *3( h16 ":" ) h16 ] "::"    h16 ":"   ls32
///             / [ *4( h16 ":" ) h16 ] "::"              ls32
///             / [ *5( h16 ":" ) h16 ] "::"              h16
///             / [ *6( h16 ":" ) h16 ] "::"
/// ls32        = ( h16 ":" h16 ) / IPv4address
/// h16         = 1*4HEXDIG
/// ```
///
/// RFC 3986, section 3.2.2.
#[must_use]
pub fn grammar(vectors: &[Vector]) -> Vec<Mistake> {
    let texts = vectors.iter().filter_map(read_as_ipv6);
    let reached: BTreeSet<String> = texts.flat_map(productions).collect();
    let missing = all_productions().into_iter().filter(|each| !reached.contains(each));
    missing.map(|each| Mistake::new(format!("IPv6 {each}"), "no vector reaches it")).collect()
}

/// The text of a vector that strict reads as IPv6, without its zone.
fn read_as_ipv6(vector: &Vector) -> Option<&str> {
    let is_read = |(choice, outcome): (Option<(&str, &str)>, &Outcome)| {
        choice == Some(("dialect", "strict")) && matches!(outcome, Outcome::Ok(_))
    };
    let text = std::str::from_utf8(vector.input.as_deref()?).ok()?;
    let text = text.split('%').next().unwrap_or(text);
    let read = vector.op == "ip.parse" && text.contains(':') && vector.checks().any(is_read);
    read.then_some(text)
}

/// The productions that a valid text is made of.
fn productions(text: &str) -> Vec<String> {
    let groups = |part: &str| -> Vec<String> {
        part.split(':').filter(|group| !group.is_empty()).map(str::to_owned).collect()
    };
    let (left, right) = match text.split_once("::") {
        Some((left, right)) => (Some(groups(left)), groups(right)),
        None => (None, groups(text)),
    };
    let dotted = right.last().is_some_and(|group| group.contains('.'));
    let behind = right.len().saturating_add(usize::from(dotted));
    let tail = if dotted { "IPv4address" } else { "h16 \":\" h16" };
    let mut found = Vec::new();
    match &left {
        None => found.push(format!("alternative 1, ls32 = {tail}")),
        Some(left) => {
            let alternative = ALTERNATIVES.saturating_sub(behind);
            found.push(format!("alternative {alternative}, {} before \"::\"", left.len()));
            if behind >= 2 {
                found.push(format!("alternative {alternative}, ls32 = {tail}"));
            }
        }
    }
    let digits = left.iter().flatten().chain(&right).filter(|group| !group.contains('.'));
    found.extend(digits.map(|group| format!("h16 of {} digits", group.len())));
    found
}

fn all_productions() -> Vec<String> {
    let mut all: Vec<String> = (1..=4).map(|digits| format!("h16 of {digits} digits")).collect();
    for alternative in 1..=ALTERNATIVES {
        for tail in ["h16 \":\" h16", "IPv4address"].iter().filter(|_| alternative <= 7) {
            all.push(format!("alternative {alternative}, ls32 = {tail}"));
        }
        let before = 0..=alternative.saturating_sub(2);
        all.extend(
            before
                .filter(|_| alternative >= 2)
                .map(|groups| format!("alternative {alternative}, {groups} before \"::\"")),
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn vector(op: &str, rest: serde_json::Value) -> Vector {
        let mut vector = json!({ "id": "a/b", "op": op, "why": "so", "source": ["RFC 1"] });
        vector.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        Vector::from_json("a.json", &vector).unwrap()
    }

    #[test]
    fn a_code_counts_only_in_its_own_family() {
        let text = json!({ "text": "x", "expect": { "strict": { "error": "too-long" } } });
        let frames = json!({ "expect": { "events": [{ "error": "too-long", "at": 0 }] } });
        let lacks = |vectors: &[Vector], place: &str| {
            coverage(vectors).iter().any(|mistake| mistake.place == place)
        };
        let reaches_text = [vector("ip.parse", text)];
        assert!(!lacks(&reaches_text, "text error too-long"));
        assert!(lacks(&reaches_text, "frame error too-long"));
        assert!(lacks(&reaches_text, "sockaddr error too-long"));
        let reaches_frames = [vector("frame.decode", frames)];
        assert!(lacks(&reaches_frames, "text error too-long"));
        assert!(!lacks(&reaches_frames, "frame error too-long"));
    }

    #[test]
    fn an_excuse_does_not_outlive_its_reason() {
        let reached = vector("frame.encode", json!({ "expect": { "error": "meta-mismatch" } }));
        let mistakes = coverage(&[reached]);
        assert!(mistakes.iter().any(|mistake| {
            mistake.place == "encoding error meta-mismatch" && mistake.what.contains("no longer")
        }));
    }

    #[test]
    fn texts_are_made_of_productions() {
        let of = |text: &str| productions(text).join("; ");
        assert_eq!(of("::"), "alternative 9, 0 before \"::\"");
        assert_eq!(
            of("1:22::333"),
            "alternative 8, 2 before \"::\"; h16 of 1 digits; h16 of 2 digits; h16 of 3 digits"
        );
        assert!(
            of("::1.2.3.4")
                .starts_with("alternative 7, 0 before \"::\"; alternative 7, ls32 = IPv4address")
        );
        assert!(of("1:2:3:4:5:6:1.2.3.4").starts_with("alternative 1, ls32 = IPv4address"));
        assert!(
            of("::2:3:4:5:6:7:8")
                .starts_with("alternative 2, 0 before \"::\"; alternative 2, ls32 = h16")
        );
        assert_eq!(grammar(&[]).len(), all_productions().len());
    }
}
