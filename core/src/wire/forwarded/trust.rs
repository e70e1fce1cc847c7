//! Who made a request, as far as trusted proxies say.
//!
//! ```text
//! X-Forwarded-For: 203.0.113.9, 198.51.100.7, 10.0.0.2        peer 10.0.0.1
//!                  └ anything   └ the client  └ trusted ◀──── trusted ◀── begin here
//! ```
//!
//! A request arrives from a peer. Where the peer is a proxy that is trusted to append to the field,
//! its last hop is who asked that proxy; where that is a trusted proxy, too, the hop before, and so
//! on: the client is the first from the right that is not trusted. What stands left of it was
//! written by the client, who may write anything; the leftmost hop is never asked for as such.
//!
//! A hop that names no address ends the walk, and so does a field that cannot be read: what is
//! behind it would be a guess. [`Walk::end`] says why.
//!
//! Sources: RFC 7239, section 8.1; nginx, `ngx_http_realip_module` (`real_ip_recursive on`);
//! Express, `trust proxy`; A. Pritchard, "The perils of the 'real' client IP" (2022).
//!
//! # What this cannot know
//!
//! * Whether a trusted proxy appends to the field, replaces it, or hands on what it was given. One
//!   that does not append makes the client's own words trusted.
//! * Which of `Forwarded` and `X-Forwarded-For` the proxies write. Ask for that one; the client can
//!   send the other.
//! * Whether others reach the server at a trusted address: behind the same NAT, in the same cloud.
//! * Who is behind the address: it is that from which the last trusted proxy was asked.

use super::xff::read;
use super::{Forwarded, Node, NodeName, NodePort, Text};
use crate::addr::{Ip, Prefix};
use crate::dialect::xff::is_ows;
use crate::wire::{Wire as _, WireError};

/// How far the word of trusted proxies goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Walk<'a> {
    /// The farthest address that a trusted machine vouches for; a mapped one as IPv4.
    pub ip: Ip,
    /// Its port, where the field names one; that of the peer is not known here.
    pub port: Option<NodePort<'a>>,
    /// How many hops of the fields were walked; 0 is the peer.
    pub hops: usize,
    /// Why the walk ended there.
    pub end: End<'a>,
}

impl Walk<'_> {
    /// The client; `None` where the walk ended before it was found.
    ///
    /// Where every hop is trusted it is the farthest: a request that began among the proxies.
    #[must_use]
    pub const fn client(&self) -> Option<Ip> {
        match self.end {
            End::Untrusted | End::AllTrusted => Some(self.ip),
            _ => None,
        }
    }
}

/// Why a walk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End<'a> {
    /// The address is not trusted: it is the client.
    Untrusted,
    /// Every hop is trusted, and there are no more.
    AllTrusted,
    /// The next hop is `unknown`.
    Unknown,
    /// The next hop is a word that only its author understands.
    Obfuscated(Text<'a>),
    /// The next hop does not say who made the request.
    Missing,
    /// The next hop cannot be read; the offset counts from the beginning of its field.
    Malformed(WireError),
    /// More trusted hops than the caller allows.
    TooManyHops,
}

/// Walks the `Forwarded` fields of a request from the right.
///
/// `fields` are their values in the order of the request; several are one list (RFC 9110, section
/// 5.3). `trusted` is asked for the peer and then for each hop, once and in that order; mapped
/// addresses come to it as IPv4. At most `max_hops` hops are walked.
///
/// A field is read whole or not at all: quotes have no other end than the next quote, so a client
/// that opens one could hide the hops behind it.
pub fn forwarded<'a, I>(
    fields: I,
    peer: Ip,
    max_hops: usize,
    trusted: impl FnMut(Ip) -> bool,
) -> Walk<'a>
where
    I: IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
{
    let hops = fields.into_iter().rev().flat_map(|field| {
        let (error, list) = match Forwarded::decode(field, ()) {
            Ok(decoded) => (None, decoded.value()),
            Err(error) => (Some(Err(error)), None),
        };
        let count = list.map_or(0, |list| list.hops().count());
        // From the right without room for them: as many times through the field as hops are asked.
        let hops = (0..count).rev().filter_map(move |index| list?.hops().nth(index));
        error.into_iter().chain(hops.map(|hop| Ok(hop.node)))
    });
    walk(hops, peer, max_hops, trusted)
}

/// Walks the `X-Forwarded-For` fields of a request from the right, as [`forwarded`] does.
///
/// Elements are read one by one: what the client wrote at the left may be anything.
///
/// ```
/// use portolan::addr::{HostBits, Ip, Prefix};
/// use portolan::wire::forwarded::trust::{self, End};
///
/// let proxies = [Prefix::parse(b"10.0.0.0/8", HostBits::Reject)?];
/// let field = &b"127.0.0.1, 198.51.100.7, 10.0.0.2"[..];
/// let peer = Ip::parse(b"10.0.0.1")?;
/// let walk = trust::xff([field], peer, 16, trust::within(&proxies));
/// assert_eq!((walk.client(), walk.hops), (Some(Ip::parse(b"198.51.100.7")?), 2));
///
/// let stranger = Ip::parse(b"198.51.100.7")?;
/// let walk = trust::xff([field], stranger, 16, trust::within(&proxies));
/// assert_eq!((walk.ip, walk.hops, walk.end), (stranger, 0, End::Untrusted));
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
pub fn xff<'a, I>(fields: I, peer: Ip, max_hops: usize, trusted: impl FnMut(Ip) -> bool) -> Walk<'a>
where
    I: IntoIterator<Item = &'a [u8], IntoIter: DoubleEndedIterator>,
{
    let hops = fields.into_iter().rev().flat_map(|field| {
        let mut end = Some(field.len());
        core::iter::from_fn(move || {
            let list = field.get(..end?)?;
            let comma = memchr::memrchr(b',', list);
            end = comma;
            let begin = comma.map_or(0, |comma| comma.saturating_add(1));
            let written = list.get(begin..)?;
            let blank = written.iter().position(|byte| !is_ows(*byte)).unwrap_or(written.len());
            let text = written.get(blank..)?;
            let len = text
                .iter()
                .rposition(|byte| !is_ows(*byte))
                .map_or(0, |last| last.saturating_add(1));
            Some(read(text.get(..len)?, begin.saturating_add(blank)).map(Some))
        })
    });
    walk(hops, peer, max_hops, trusted)
}

/// Trusts the addresses of some prefixes.
pub fn within(prefixes: &[Prefix]) -> impl Fn(Ip) -> bool {
    move |ip| prefixes.iter().any(|prefix| prefix.contains(&ip))
}

fn walk<'a>(
    hops: impl Iterator<Item = Result<Option<Node<'a>>, WireError>>,
    peer: Ip,
    max_hops: usize,
    mut trusted: impl FnMut(Ip) -> bool,
) -> Walk<'a> {
    let mut walk = Walk { ip: peer.to_canonical(), port: None, hops: 0, end: End::Untrusted };
    if !trusted(walk.ip) {
        return walk;
    }
    for hop in hops {
        walk.end = match hop {
            _ if walk.hops >= max_hops => End::TooManyHops,
            Err(error) => End::Malformed(error),
            Ok(None) => End::Missing,
            Ok(Some(Node { name: NodeName::Unknown, .. })) => End::Unknown,
            Ok(Some(Node { name: NodeName::Obfuscated(word), .. })) => End::Obfuscated(word),
            Ok(Some(Node { name: NodeName::Ip(ip), port })) => {
                let ip = ip.to_canonical();
                walk = Walk { ip, port, hops: walk.hops.saturating_add(1), end: End::Untrusted };
                if trusted(ip) {
                    continue;
                }
                End::Untrusted
            }
        };
        return walk;
    }
    Walk { end: End::AllTrusted, ..walk }
}
