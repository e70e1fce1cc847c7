//! A set of delimiters, and the search for the one that begins first.

use memchr::memmem::Finder;

use super::ConfigError;
use super::byteset::ByteSet;
use super::scan::{Find, Query, Terminator, search};

/// One or several delimiters of any length.
///
/// The match that begins first wins, and the longest of those that begin at one place. A match
/// that may still begin earlier, or become longer, is waited for.
#[derive(Clone, Debug)]
pub(super) struct DelimiterSet<'a> {
    members: Members<'a>,
    search: Search<'a>,
    longest: usize,
    shortest: usize,
}

#[derive(Clone, Debug)]
enum Members<'a> {
    One(&'a [u8]),
    Many(&'a [&'a [u8]]),
    #[cfg(feature = "alloc")]
    Owned(alloc::boxed::Box<[alloc::boxed::Box<[u8]>]>),
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "without allocation there is no place but inline")]
enum Search<'a> {
    /// All delimiters are single bytes.
    Bytes(ByteSet),
    /// There is one delimiter, of several bytes.
    Whole(Finder<'a>),
    /// There are several; each begins with one of these bytes.
    First(ByteSet),
}

/// What the delimiters make of the bytes from one place on.
enum Verdict {
    Match(usize),
    /// The input ends too early to say; a shorter delimiter may be complete.
    Open {
        complete: bool,
    },
    No,
}

impl<'a> DelimiterSet<'a> {
    pub(super) fn one(delimiter: &'a [u8]) -> Result<Self, ConfigError> {
        Self::new(Members::One(delimiter))
    }

    pub(super) fn any_of(delimiters: &'a [&'a [u8]]) -> Result<Self, ConfigError> {
        Self::new(match delimiters {
            [delimiter] => Members::One(delimiter),
            _ => Members::Many(delimiters),
        })
    }

    fn new(members: Members<'a>) -> Result<Self, ConfigError> {
        let lengths = || members.iter().map(<[u8]>::len);
        let (longest, shortest) = (lengths().max(), lengths().min());
        let (Some(longest), Some(shortest)) = (longest, shortest) else {
            return Err(ConfigError::DelimiterMissing);
        };
        let first = ByteSet::new(members.iter().filter_map(|member| member.first().copied()));
        let search = match (&members, first) {
            _ if shortest == 0 => return Err(ConfigError::DelimiterEmpty),
            (_, None) => return Err(ConfigError::DelimiterEmpty),
            (_, Some(bytes)) if longest == 1 => Search::Bytes(bytes),
            (Members::One(delimiter), _) => Search::Whole(Finder::new(*delimiter)),
            (_, Some(bytes)) => Search::First(bytes),
        };
        Ok(Self { members, search, longest, shortest })
    }

    /// Copies the delimiters, so that nothing is borrowed.
    #[cfg(feature = "alloc")]
    pub(super) fn into_owned(self) -> DelimiterSet<'static> {
        DelimiterSet {
            members: Members::Owned(self.members.iter().map(alloc::boxed::Box::from).collect()),
            search: match self.search {
                Search::Bytes(bytes) => Search::Bytes(bytes),
                Search::Whole(finder) => Search::Whole(finder.into_owned()),
                Search::First(bytes) => Search::First(bytes),
            },
            longest: self.longest,
            shortest: self.shortest,
        }
    }

    /// Length of the longest delimiter.
    pub(super) const fn longest(&self) -> usize {
        self.longest
    }

    /// The delimiter that is written: the longest, and of equals the first.
    pub(super) fn written(&self) -> &[u8] {
        self.members.iter().find(|member| member.len() == self.longest).unwrap_or_default()
    }

    /// Offset at which a reader would find the first delimiter in `body` and what is written
    /// behind it, when that is not the end of `body`.
    pub(super) fn first_in(&self, body: &[u8]) -> Option<usize> {
        let query = Query { from: 0, last: usize::MAX, end: false, refused: false };
        let start = match self.find(body, query) {
            Find::At { start, .. } => return Some(start),
            Find::Wait { start, .. } => start,
            Find::Bad { .. } | Find::Nothing { .. } => return None,
        };
        (start..body.len()).find(|&at| {
            let rest = body.get(at..).unwrap_or_default();
            self.members.iter().any(|member| match member.get(rest.len()..) {
                Some(behind) => member.starts_with(rest) && self.written().starts_with(behind),
                None => rest.starts_with(member),
            })
        })
    }

    /// Finds delimiters of which not all are single bytes.
    fn find_long(&self, input: &[u8], query: Query) -> Find {
        match &self.search {
            Search::Whole(finder) => Self::find_whole(finder, input, query),
            Search::First(bytes) | Search::Bytes(bytes) => self.find_first(bytes, input, query),
        }
    }

    fn find_whole(finder: &Finder<'_>, input: &[u8], query: Query) -> Find {
        let delimiter = finder.needle();
        let rest = input.get(query.from..).unwrap_or_default();
        if let Some(at) = finder.find(rest) {
            return Find::At { start: at.saturating_add(query.from), len: delimiter.len() };
        }
        if !query.end {
            // One byte less than the delimiter may be here already.
            let tail = input.len().saturating_sub(delimiter.len().saturating_sub(1));
            for start in tail.max(query.from)..input.len() {
                let begun = input.get(start..).unwrap_or_default();
                if delimiter.starts_with(begun) {
                    let missing = delimiter.len().saturating_sub(begun.len());
                    return Find::Wait { start, missing };
                }
            }
        }
        Find::Nothing { missing: delimiter.len() }
    }

    fn find_first(&self, bytes: &ByteSet, input: &[u8], query: Query) -> Find {
        let mut from = query.from;
        while let Some(at) = input.get(from..).and_then(|rest| bytes.find(rest)) {
            let start = at.saturating_add(from);
            match self.judge(input.get(start..).unwrap_or_default(), query.end) {
                Verdict::Match(len) => return Find::At { start, len },
                Verdict::Open { complete: true } => return Find::Wait { start, missing: 1 },
                Verdict::Open { complete: false } => {
                    return Find::Wait { start, missing: self.missing(input, start, query.last) };
                }
                Verdict::No => from = start.saturating_add(1),
            }
        }
        Find::Nothing { missing: self.shortest }
    }

    fn judge(&self, rest: &[u8], end: bool) -> Verdict {
        let complete = self.members.iter().filter(|member| rest.starts_with(member));
        let longest = complete.map(<[u8]>::len).max();
        let open = |member: &[u8]| member.len() > rest.len() && member.starts_with(rest);
        if !end && self.members.iter().any(open) {
            return Verdict::Open { complete: longest.is_some() };
        }
        longest.map_or(Verdict::No, Verdict::Match)
    }

    /// Fewest bytes that complete a delimiter which begins at `start` or later, up to `last`.
    fn missing(&self, input: &[u8], start: usize, last: usize) -> usize {
        (start..=input.len().min(last))
            .filter_map(|at| {
                let begun = input.get(at..)?;
                let open = self.members.iter().filter(|member| member.starts_with(begun));
                open.map(|member| member.len().saturating_sub(begun.len())).min()
            })
            .min()
            .unwrap_or(1)
    }
}

impl Members<'_> {
    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        // The members are one, or borrowed, or owned: two of the three parts are empty.
        let (one, many) = match self {
            Self::One(delimiter) => (Some(*delimiter), &[][..]),
            Self::Many(delimiters) => (None, *delimiters),
            #[cfg(feature = "alloc")]
            Self::Owned(_) => (None, &[][..]),
        };
        #[cfg(feature = "alloc")]
        let owned = match self {
            Self::Owned(delimiters) => &**delimiters,
            Self::One(_) | Self::Many(_) => &[],
        };
        #[cfg(not(feature = "alloc"))]
        let owned: &[&[u8]] = &[];
        one.into_iter().chain(many.iter().copied()).chain(owned.iter().map(|owned| &**owned))
    }
}

impl Terminator for DelimiterSet<'_> {
    #[inline(always)]
    fn find(&self, input: &[u8], query: Query) -> Find {
        let Search::Bytes(bytes) = &self.search else { return self.find_long(input, query) };
        match search(input, query.from, |rest| bytes.find(rest)) {
            Some(start) => Find::At { start, len: 1 },
            None => Find::Nothing { missing: 1 },
        }
    }
}
