//! What of a capture is in no stream, and why.

use std::collections::BTreeMap;

use super::flow::Moment;

/// Why a packet, or part of it, is in no stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Its link layer is not read.
    Link,
    /// Its headers are none.
    Malformed,
    /// Its headers were not captured whole.
    Headers,
    /// It is part of an IP packet.
    Fragment,
    /// There was no room for its connection.
    Room,
    /// Its last bytes were not captured.
    Cut,
    /// It came behind the end of its stream.
    Late,
    /// TCP, and that is not asked for.
    Tcp,
    /// UDP, and that is not asked for.
    Udp,
    /// It is neither TCP nor UDP.
    Other,
}

impl Reason {
    /// The name in JSON.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Link => "link_type",
            Self::Malformed => "malformed",
            Self::Headers => "headers_cut",
            Self::Fragment => "fragments",
            Self::Room => "no_room",
            Self::Cut => "cut",
            Self::Late => "late",
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Other => "other",
        }
    }

    /// What is said behind the number of packets.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Link => "of a link layer that is not read",
            Self::Malformed => "with headers that are none",
            Self::Headers => "cut inside the headers by the capture",
            Self::Fragment => "with a fragment of IP, and fragments are not put together",
            Self::Room => "of connections beyond --max-streams, not read",
            Self::Cut => "cut short by the capture",
            Self::Late => "with bytes behind the end of a stream, not read",
            Self::Tcp => "of TCP, which --transport leaves out",
            Self::Udp => "of UDP, which --transport leaves out",
            Self::Other => "of neither TCP nor UDP",
        }
    }

    /// Whether a stream may lack something for it.
    pub(super) const fn is_failure(self) -> bool {
        matches!(self, Self::Link | Self::Malformed | Self::Headers | Self::Fragment | Self::Room)
    }
}

/// How many there are, and the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    pub(super) count: u64,
    /// The number of its packet, where that is known.
    pub(super) first: Option<u64>,
    /// What more is known of it.
    pub(super) why: String,
}

/// What of a capture is in no stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) packets: u64,
    pub(super) streams: u64,
    pub(super) passed: BTreeMap<Reason, Passed>,
}

impl Summary {
    /// Counts a packet.
    pub(super) fn add(&mut self, reason: Reason, moment: Moment, why: &str) {
        let first = || Passed { count: 0, first: Some(moment.packet), why: why.to_owned() };
        let passed = self.passed.entry(reason).or_insert_with(first);
        passed.count = passed.count.saturating_add(1);
    }

    /// Counts a packet of which so many bytes were not captured.
    pub(super) fn add_cut(&mut self, missing: usize, moment: Moment) {
        if missing != 0 {
            self.add(Reason::Cut, moment, "");
        }
    }

    /// Takes a number that was counted elsewhere.
    pub(super) fn set(&mut self, reason: Reason, count: u64) {
        if count != 0 {
            let passed = Passed { count, ..Passed::default() };
            self.passed.insert(reason, passed);
        }
    }
}
