//! The names of the traditions in which addresses are spelled.

use core::fmt;

macro_rules! dialects {
    ($($(#[$meta:meta])* $variant:ident => $name:literal,)*) => {
        /// A tradition of spelling addresses: a string has no meaning without one.
        ///
        /// The order is the order in which [`hint`](crate::dialect::hint) asks them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Dialect {
            $($(#[$meta])* $variant,)*
        }

        impl Dialect {
            /// Every dialect that this version reads, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name of the dialect, in kebab case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

dialects! {
    /// The grammar of this crate: one spelling, no leniency.
    Strict => "strict",
    /// Rust's `core::net`.
    CoreNet => "core-net",
    /// Go's `net/netip`.
    Netip => "netip",
    /// POSIX `inet_pton`.
    Pton => "pton",
    /// The exact form of `inet_aton`, as musl and `getaddrinfo` read it.
    Aton => "aton",
    /// `inet_aton` of glibc, which stops at white space.
    AtonGlibc => "aton-glibc",
    /// One to four decimal parts in which leading zeros mean nothing (Java, nginx).
    AtonDecimal => "aton-decimal",
    /// `getaddrinfo` with `AI_NUMERICHOST`.
    GaiNumeric => "gai-numeric",
    /// URLs of browsers: the host of the WHATWG URL standard, and its port.
    Whatwg => "whatwg",
    /// The authority of a URI (RFC 3986), without user information.
    Rfc3986 => "rfc3986",
    /// RFC 3986 with zones behind `%25` (RFC 6874, obsolete).
    Rfc6874 => "rfc6874",
    /// Addresses in user interfaces, with zones behind a plain `%` (RFC 9844).
    Rfc9844 => "rfc9844",
    /// The `Host` field of HTTP (RFC 9110, section 7.2).
    HttpHost => "http-host",
    /// A node of the `Forwarded` field of HTTP (RFC 7239, section 6).
    Forwarded => "forwarded",
    /// The list in the `X-Forwarded-For` field, as it is in practice.
    Xff => "xff",
    /// `ListenStream=` of systemd.
    Systemd => "systemd",
    /// `listen` of nginx.
    Nginx => "nginx",
    /// `bind` of HAProxy.
    Haproxy => "haproxy",
    /// The targets of gRPC.
    Grpc => "grpc",
    /// The server addresses of D-Bus.
    Dbus => "dbus",
    /// The endpoints of ZeroMQ.
    Zeromq => "zeromq",
    /// The text of multiaddr.
    Multiaddr => "multiaddr",
    /// `DOCKER_HOST` and `-H` of Docker.
    Docker => "docker",
    /// The URI-like strings of the MySQL shell.
    MysqlUri => "mysql-uri",
    /// The data source names of the Go driver for MySQL.
    GoMysqlDsn => "go-mysql-dsn",
    /// The connection strings of PostgreSQL.
    Libpq => "libpq",
    /// The columns of `ss` from iproute2.
    Ss => "ss",
}

impl Dialect {
    /// Finds a dialect by its [name](Self::name); the case matters.
    ///
    /// ```
    /// use portolan::addr::Dialect;
    /// assert_eq!(Dialect::from_name("aton-glibc"), Some(Dialect::AtonGlibc));
    /// assert_eq!(Dialect::from_name("Strict"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|dialect| dialect.name() == name)
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for dialect in Dialect::ALL {
            assert_eq!(Dialect::from_name(dialect.name()), Some(*dialect));
        }
    }
}
