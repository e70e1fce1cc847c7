//! Strategies for the tests of any parser: values, and valid and near-valid text of every dialect.
//!
//! ```text
//! value ── format ──▶ text          values: any::<Endpoint>(), values::ip()
//! dialect ── valid ──▶ text         what the dialect reads
//!    └── near_valid ──▶ text        the same after one or two small changes
//! ```
//!
//! Whoever writes a parser of addresses has one of two questions. *Does it read what it should?*
//! [`valid`] answers with texts of the whole grammar of a dialect, odd spellings among them. *Does
//! it refuse what it should?* Random bytes never come near the edge of a grammar; [`near_valid`]
//! lives there: a sign before a port, a zero before an octet, a full-width digit, a NUL at the end,
//! a bracket that is missing. Nobody promises a verdict on such a text, so ask
//! [`dialect::parse`](crate::dialect::parse) for it, and hold the parser to that.
//!
//! ```
//! # #![allow(clippy::disallowed_methods)]
//! use portolan::addr::Dialect;
//! use portolan::dialect;
//! use portolan::interop::proptest::near_valid_ip;
//! use proptest::strategy::Strategy as _;
//! use proptest::test_runner::TestRunner;
//!
//! // The parser under test, here that of the standard library.
//! let theirs = |text: &str| text.parse::<core::net::IpAddr>().ok();
//!
//! let texts = near_valid_ip(Dialect::CoreNet).expect("it has bare addresses");
//! TestRunner::default().run(&texts, |text| {
//!     if let Ok(text) = core::str::from_utf8(&text) {
//!         let ours = dialect::parse_ip(Dialect::CoreNet, text.as_bytes());
//!         assert_eq!(theirs(text), ours.ok().map(|ip| ip.addr()), "{text:?}");
//!     }
//!     Ok(())
//! })?;
//! # Ok::<(), proptest::test_runner::TestError<Vec<u8>>>(())
//! ```
//!
//! The example `test_your_parser` makes a table of it: which dialect a parser is nearest to, and
//! where it differs.
//!
//! # Limits
//!
//! A valid text is at most a few hundred bytes long, and is read with the
//! [options](crate::addr::TextOptions) of `parse`. Its length is never what a test is about; ask
//! for a too long text by `prop::collection::vec`.

mod calls;
mod databases;
mod hosts;
mod mutation;
mod parts;
mod servers;
mod uris;
pub mod values;

use alloc::string::String;
use alloc::vec::Vec;

use proptest::strategy::{BoxedStrategy, Strategy};

pub use self::mutation::mutated;
use crate::addr::Dialect;

/// Texts that a dialect reads as one endpoint, or as several where it is
/// [list-valued](crate::dialect::is_list_valued).
///
/// [`parse_all`](crate::dialect::parse_all) accepts each of them.
pub fn valid(dialect: Dialect) -> BoxedStrategy<Vec<u8>> {
    bytes(match dialect {
        Dialect::Strict => return hosts::strict(),
        Dialect::CoreNet => hosts::core_net(),
        Dialect::Netip => hosts::netip(),
        Dialect::Pton => hosts::pton(),
        Dialect::Aton => hosts::aton(),
        Dialect::AtonGlibc => hosts::aton_glibc(),
        Dialect::AtonDecimal => hosts::aton_decimal(),
        Dialect::GaiNumeric => hosts::gai_numeric(),
        Dialect::Whatwg => uris::whatwg(),
        Dialect::Rfc3986 => uris::rfc3986(),
        Dialect::Rfc6874 => uris::rfc6874(),
        Dialect::Rfc9844 => uris::rfc9844(),
        Dialect::HttpHost => uris::http_host(),
        Dialect::Forwarded => uris::forwarded(),
        Dialect::Xff => uris::xff(),
        Dialect::Systemd => servers::systemd(),
        Dialect::Nginx => servers::nginx(),
        Dialect::Haproxy => servers::haproxy(),
        Dialect::Grpc => calls::grpc(),
        Dialect::Dbus => calls::dbus(),
        Dialect::Zeromq => calls::zeromq(),
        Dialect::Multiaddr => calls::multiaddr(),
        Dialect::Docker => servers::docker(),
        Dialect::MysqlUri => databases::mysql_uri(),
        Dialect::GoMysqlDsn => databases::go_mysql_dsn(),
        Dialect::Libpq => databases::libpq(),
        Dialect::Ss => servers::ss(),
    })
}

/// Texts that a dialect reads as an IP address and nothing else; `None` where it
/// [knows endpoints only](crate::dialect::has_bare_ip).
///
/// [`parse_ip`](crate::dialect::parse_ip) accepts each of them.
#[must_use]
pub fn valid_ip(dialect: Dialect) -> Option<BoxedStrategy<Vec<u8>>> {
    Some(bytes(match dialect {
        Dialect::Strict | Dialect::Netip | Dialect::Rfc9844 => hosts::ip_with_zone(),
        Dialect::CoreNet | Dialect::Pton => hosts::pton(),
        Dialect::Aton => hosts::aton(),
        Dialect::AtonGlibc => hosts::aton_glibc(),
        Dialect::AtonDecimal => hosts::aton_decimal(),
        Dialect::GaiNumeric => hosts::gai_numeric(),
        Dialect::Whatwg => uris::whatwg_ip(),
        Dialect::Rfc3986 => uris::rfc3986_ip(),
        Dialect::Rfc6874 => uris::rfc6874_ip(),
        _ => return None,
    }))
}

/// Texts of [`valid`] after one or two small changes; some are still valid.
pub fn near_valid(dialect: Dialect) -> BoxedStrategy<Vec<u8>> {
    mutated(valid(dialect))
}

/// Texts of [`valid_ip`] after one or two small changes; some are still valid.
#[must_use]
pub fn near_valid_ip(dialect: Dialect) -> Option<BoxedStrategy<Vec<u8>>> {
    valid_ip(dialect).map(mutated)
}

fn bytes(text: BoxedStrategy<String>) -> BoxedStrategy<Vec<u8>> {
    text.prop_map(String::into_bytes).boxed()
}
