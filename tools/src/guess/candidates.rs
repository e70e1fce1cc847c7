//! The framings that are tried.

use super::heads::{self, Head};

/// A framing to try.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The text of its framer.
    pub(super) spec: String,
    /// What is tried in place of a default that would never refuse.
    pub(super) strict: &'static str,
    /// Bits that it costs to name this one among all: their shares amount to one at most.
    pub(super) name: f64,
    /// How its frames are to be read, where its type does not say.
    pub(super) head: Option<Head>,
}

/// Framings that exist under a name, and what it costs to name them. Those that say no more than a
/// length come behind the length that they are.
const NAMED: &[(&str, f64)] = &[
    ("amqp", 6.0),
    ("capnp", 6.0),
    ("chunked", 6.0),
    ("cobs", 6.0),
    ("cobs-r", 7.0),
    ("content-length", 6.0),
    ("dbus", 6.0),
    ("dns-tcp", 10.0),
    ("fcgi", 6.0),
    ("giop", 6.0),
    ("git-pkt-line", 6.0),
    ("grpc", 6.0),
    ("hdlc", 7.0),
    ("hdlc,fcs=16", 6.0),
    ("hdlc,fcs=32", 6.0),
    ("http2", 6.0),
    ("kafka", 10.0),
    ("modbus-tcp", 6.0),
    ("mysql", 6.0),
    ("mysql-compressed", 7.0),
    ("netstring", 6.0),
    ("octet-counting", 6.0),
    ("postgres", 6.0),
    ("proxy", 6.0),
    ("record-mark", 6.0),
    ("resp", 6.0),
    ("rtp-tcp", 10.0),
    ("slip", 6.0),
    ("tls-record", 6.0),
    ("tlv", 6.0),
    ("tpkt", 6.0),
    ("varint,encoding=leb128", 7.0),
    ("varint,encoding=leb128-lenient", 9.0),
    ("varint,encoding=mqtt", 8.0),
    ("varint,encoding=quic", 7.0),
    ("websocket", 6.0),
];

/// Framings with bytes at the end, what it costs to name them, and how many bytes before the last are
/// sure to be there.
const ENDED: &[(&str, f64, usize)] = &[
    ("lines,ending=lf", 6.0, 0),
    ("lines,ending=crlf", 6.0, 1),
    ("lines,ending=optional-cr", 7.0, 0),
    ("lines,ending=universal", 8.0, 0),
    ("delimiter,any_of=00", 7.0, 0),
    ("delimiter,any_of=03", 9.0, 0),
    ("delimiter,any_of=0d", 9.0, 0),
    ("delimiter,any_of=1e", 9.0, 0),
];

/// Every framing that is tried.
pub(super) fn all() -> Vec<Candidate> {
    let named = NAMED.iter().map(|(spec, name)| Candidate {
        spec: (*spec).to_owned(),
        strict: "",
        name: *name,
        head: spec.ends_with("quic").then_some(Head::Read(heads::quic)),
    });
    let ended = ENDED.iter().map(|(spec, name, before)| Candidate {
        spec: (*spec).to_owned(),
        // A last frame without its end is no evidence.
        strict: ",at_eof=reject",
        name: *name,
        head: Some(Head::Ended(*before)),
    });
    named.chain(ended).chain(lengths()).collect()
}

/// Binary lengths of every width and order: behind other bytes, before others, counting themselves or
/// not.
fn lengths() -> Vec<Candidate> {
    let mut all = Vec::new();
    for (width, endian) in [
        (1, ""),
        (2, ""),
        (2, ",endian=little"),
        (3, ""),
        (3, ",endian=little"),
        (4, ""),
        (4, ",endian=little"),
        (8, ""),
        (8, ",endian=little"),
    ] {
        for offset in [0, 1, 2, 3, 4, 8] {
            for behind in [0, 1, 2, 4] {
                all.extend(counts(width, endian, offset, behind));
            }
        }
    }
    all
}

/// The lengths in one place, by what they count.
fn counts(
    width: usize,
    endian: &str,
    offset: usize,
    behind: usize,
) -> impl Iterator<Item = Candidate> {
    let field = offset.saturating_add(width);
    let header = field.saturating_add(behind);
    let mut place = String::from("length");
    if offset != 0 {
        place.push_str(&format!(",offset={offset}"));
    }
    place.push_str(&format!(",width={width}{endian}"));
    if behind != 0 {
        place.push_str(&format!(",header={header}"));
    }
    let free: Vec<(usize, &'static [u8])> =
        (0..offset).chain(field..header).map(|at| (at, &[][..])).collect();
    // A place that is further off, and a count that is less plain, is named at a greater length.
    let name = 6.0 + if offset == 0 { 0.0 } else { 4.5 } + if behind == 0 { 0.0 } else { 3.0 };
    let itself = format!(",adjust=-{width}");
    [("", 0.0), (",includes_header", 2.0), (&itself, 2.0)]
        .into_iter()
        // Without bytes before it, a length that counts itself counts the header.
        .filter(|(count, _)| !count.starts_with(",adjust") || (offset != 0 && behind == 0))
        .map(|(count, more)| Candidate {
            spec: format!("{place}{count}"),
            strict: "",
            name: name + more,
            head: Some(Head::Free(free.clone())),
        })
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::trial;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_candidate_is_a_framer_and_stands_once() {
        let mut specs = HashSet::new();
        for candidate in all() {
            assert!(trial::framer(&candidate).is_some(), "{}", candidate.spec);
            assert!(specs.insert(candidate.spec.clone()), "{}", candidate.spec);
        }
    }

    #[test]
    fn every_framer_is_a_candidate() {
        let specs: Vec<String> = all().into_iter().map(|candidate| candidate.spec).collect();
        // Records of one length, other framings, and the presets by another name.
        let others = ["fixed", "preset", "stack", "then", "after", "detect"];
        for entry in portolan::frame::spec::catalogue() {
            let is_first = |spec: &String| spec.split(',').next() == Some(entry.name);
            assert_ne!(specs.iter().any(is_first), others.contains(&entry.name), "{}", entry.name);
        }
    }

    /// What makes the bits of the best framing among all as honest as those of one alone.
    #[test]
    fn the_shares_of_names_amount_to_one_at_most() {
        let shares: f64 = all().iter().map(|candidate| (-candidate.name).exp2()).sum();
        assert!((0.5..=1.0).contains(&shares), "{shares}");
    }
}
