//! What every dialect provides, and where each is found.

use super::readings::Next;
use super::{
    Reading, aton, aton_decimal, aton_glibc, core_net, dbus, docker, forwarded, gai_numeric,
    go_mysql_dsn, grpc, haproxy, http_host, libpq, multiaddr, mysql_uri, netip, nginx, pton,
    rfc3986, rfc6874, rfc9844, ss, strict, systemd, whatwg, xff, zeromq,
};
use crate::addr::{Dialect, FormatError, Ip, ParseError, TextOptions};

/// Facts about a dialect, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// Who reads addresses so.
    pub users: &'static str,
    /// The document or program that settles it.
    pub source: &'static str,
    /// What it takes that `strict` does not.
    pub takes: &'static str,
}

/// Tells who reads a dialect, and what it takes.
#[must_use]
pub const fn about(dialect: Dialect) -> About {
    rules(dialect).about
}

/// Whether a text of the dialect may be a bare IP address, with a zone where it has them.
///
/// The other dialects know endpoints only.
#[must_use]
pub const fn has_bare_ip(dialect: Dialect) -> bool {
    rules(dialect).ip.is_some()
}

/// Whether a text of the dialect is a list of endpoints by nature.
#[must_use]
pub const fn is_list_valued(dialect: Dialect) -> bool {
    matches!(rules(dialect), Rules { read: Read::Several(_), .. })
}

/// What each file of this module provides.
pub(super) struct Rules {
    pub(super) about: About,
    /// Reading and writing a bare IP address; `None` where the dialect has endpoints only.
    pub(super) ip: Option<IpRules>,
    pub(super) read: Read,
    /// Writes one reading as a whole text, exactly or not at all.
    pub(super) write: fn(&Reading<'_>, &TextOptions, &mut [u8]) -> Result<usize, FormatError>,
    /// How several readings stand in one text, where they can.
    pub(super) list: Option<List>,
    /// Whether an address with a zone that the dialect cannot say is refused, not written without.
    pub(super) keeps_zones: bool,
    /// Whether there are IPv6 addresses.
    pub(super) has_ipv6: bool,
}

pub(super) struct IpRules {
    pub(super) parse: fn(&[u8]) -> Result<Ip, ParseError>,
    pub(super) format: fn(&Ip, &mut [u8]) -> Result<usize, FormatError>,
}

/// How a dialect reads endpoints.
pub(super) enum Read {
    /// One endpoint a text.
    One(for<'a> fn(&'a [u8], &TextOptions) -> Result<Reading<'a>, ParseError>),
    /// A list of them.
    Several(Next),
}

/// The punctuation of a list; the elements are written by `item`.
pub(super) struct List {
    /// What stands before the first element; the first decides for all.
    pub(super) open: fn(&Reading<'_>) -> &'static [u8],
    pub(super) item: fn(&Reading<'_>, &TextOptions, &mut [u8]) -> Result<usize, FormatError>,
    pub(super) between: &'static [u8],
    pub(super) close: &'static [u8],
}

/// The rules of a dialect.
pub(super) const fn rules(dialect: Dialect) -> &'static Rules {
    match dialect {
        Dialect::Strict => &strict::RULES,
        Dialect::CoreNet => &core_net::RULES,
        Dialect::Netip => &netip::RULES,
        Dialect::Pton => &pton::RULES,
        Dialect::Aton => &aton::RULES,
        Dialect::AtonGlibc => &aton_glibc::RULES,
        Dialect::AtonDecimal => &aton_decimal::RULES,
        Dialect::GaiNumeric => &gai_numeric::RULES,
        Dialect::Whatwg => &whatwg::RULES,
        Dialect::Rfc3986 => &rfc3986::RULES,
        Dialect::Rfc6874 => &rfc6874::RULES,
        Dialect::Rfc9844 => &rfc9844::RULES,
        Dialect::HttpHost => &http_host::RULES,
        Dialect::Forwarded => &forwarded::RULES,
        Dialect::Xff => &xff::RULES,
        Dialect::Systemd => &systemd::RULES,
        Dialect::Nginx => &nginx::RULES,
        Dialect::Haproxy => &haproxy::RULES,
        Dialect::Grpc => &grpc::RULES,
        Dialect::Dbus => &dbus::RULES,
        Dialect::Zeromq => &zeromq::RULES,
        Dialect::Multiaddr => &multiaddr::RULES,
        Dialect::Docker => &docker::RULES,
        Dialect::MysqlUri => &mysql_uri::RULES,
        Dialect::GoMysqlDsn => &go_mysql_dsn::RULES,
        Dialect::Libpq => &libpq::RULES,
        Dialect::Ss => &ss::RULES,
    }
}
