//! What a server listens on: `bind_address`.
//!
//! ```abnf
//! text    = "*" / address / list
//! list    = address *( "," address )      ; no spaces
//! address = host [ "/" namespace ]        ; namespaces: MySQL on Linux
//! host    = IPv4 / IPv6 [ "%" zone ] / name ; IPv6 without brackets, IPv4 as the resolver
//! ```
//!
//! | text | MySQL | MariaDB |
//! |---|---|---|
//! | `*` | `[::]` for both families; `0.0.0.0` where there is no IPv6 | `0.0.0.0`, and `[::]` for IPv6 only |
//! | `::` | both families | IPv6 only |
//! | `0.0.0.0` | IPv4 | IPv4 |
//! | `::ffff:192.0.2.1` | that address, in both forms | refused |
//! | a wildcard in a list | refused | `*` refused |
//! | `192.0.2.1/ns` | in the namespace `ns` | refused |
//! | `*/ns` | refused | refused |
//!
//! Source: MySQL Reference Manual, section 7.1.8 (`bind_address`, `admin_address`), worklogs 11652
//! and 12715; runs of MariaDB 10.11.

use super::super::{ChooseError, ChooseErrorKind, Origin, Value};
use crate::addr::{Host, Ip, Ipv4Addr, Ipv6Addr, ParseErrorKind};

/// A server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Server {
    /// MySQL 8.0.13 or later.
    Mysql,
    /// MariaDB 10.3 or later.
    Mariadb,
}

/// How a server reads the addresses it listens on.
///
/// ```
/// use portolan::client::mysql::{Bind, Server};
/// let v6only = |server| Bind::new(server).parse(b"::").unwrap().next().unwrap().v6only;
/// assert_eq!(v6only(Server::Mysql), Some(false));
/// assert_eq!(v6only(Server::Mariadb), Some(true));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bind {
    server: Server,
    port: u16,
    has_ipv6: bool,
    is_one: bool,
}

/// A socket that a server listens on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listen<'a> {
    /// The address; of a name both servers bind one address, MySQL an IPv4 address where there is
    /// one.
    pub host: Host<'a>,
    /// The port.
    pub port: u16,
    /// Whether an IPv6 socket is for IPv6 only; `None` for IPv4 and for names.
    pub v6only: Option<bool>,
    /// The network namespace.
    pub namespace: Option<&'a [u8]>,
}

impl Bind {
    /// `bind_address`, with port 3306, on a machine that has IPv6.
    #[must_use]
    pub const fn new(server: Server) -> Self {
        Self { server, port: 3306, has_ipv6: true, is_one: false }
    }

    /// `admin_address` of MySQL: exactly one address, no wildcard, port 33062.
    #[must_use]
    pub const fn admin() -> Self {
        Self { port: 33062, is_one: true, ..Self::new(Server::Mysql) }
    }

    /// `mysqlx_bind_address`, of the X plugin of MySQL: port 33060.
    #[must_use]
    pub const fn mysqlx() -> Self {
        Self { port: 33060, ..Self::new(Server::Mysql) }
    }

    /// The same with another port.
    #[must_use]
    pub const fn with_port(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// The same on a machine that has IPv6, or has none; only `*` asks.
    #[must_use]
    pub const fn with_ipv6(self, has_ipv6: bool) -> Self {
        Self { has_ipv6, ..self }
    }

    /// Reads the addresses; every one is judged before the first is returned.
    ///
    /// # Errors
    ///
    /// [`WildcardInList`](ChooseErrorKind::WildcardInList),
    /// [`WildcardUnsupported`](ChooseErrorKind::WildcardUnsupported),
    /// [`ListUnsupported`](ChooseErrorKind::ListUnsupported) (the comma),
    /// [`NamespaceOnWildcard`](ChooseErrorKind::NamespaceOnWildcard) (the slash and what follows),
    /// [`NamespaceEmpty`](ChooseErrorKind::NamespaceEmpty),
    /// [`NamespaceUnsupported`](ChooseErrorKind::NamespaceUnsupported),
    /// [`MappedUnsupported`](ChooseErrorKind::MappedUnsupported), and the rules of hosts as
    /// [`Text`](ChooseErrorKind::Text).
    pub fn parse<'a>(&self, text: &'a [u8]) -> Result<Listens<'a>, ChooseError<'a>> {
        let option = if self.is_one { "admin-address" } else { "bind-address" };
        let value = Value::raw(text, option, Origin::CommandLine);
        if text.is_empty() {
            return Err(value.whole(ChooseErrorKind::Text(ParseErrorKind::Empty)));
        }
        if text == b"*" {
            return self.wildcard(&value);
        }
        let comma = memchr::memchr(b',', text);
        if let (true, Some(comma)) = (self.is_one, comma) {
            return Err(value.refuse(ChooseErrorKind::ListUnsupported, comma, 1));
        }
        let listens = Listens(List::Several { bind: *self, value, at: Some(0) });
        let mut rest = listens.clone();
        while let Some(listen) = rest.read() {
            _ = listen?;
        }
        Ok(listens)
    }

    fn wildcard<'a>(&self, value: &Value<'a>) -> Result<Listens<'a>, ChooseError<'a>> {
        if self.is_one {
            return Err(value.whole(ChooseErrorKind::WildcardUnsupported));
        }
        let (v4, v6) = (Ip::V4(Ipv4Addr::UNSPECIFIED), Ip::V6(Ipv6Addr::UNSPECIFIED, None));
        let listen = |ip| Some(self.listen(Host::Ip(ip), None));
        Ok(Listens(List::Fixed(match (self.server, self.has_ipv6) {
            (_, false) => [listen(v4), None],
            (Server::Mysql, true) => [listen(v6), None],
            (Server::Mariadb, true) => [listen(v4), listen(v6)],
        })))
    }

    fn listen<'a>(&self, host: Host<'a>, namespace: Option<&'a [u8]>) -> Listen<'a> {
        let is_ipv6 = matches!(host, Host::Ip(Ip::V6(..)));
        let v6only = is_ipv6.then_some(self.server == Server::Mariadb);
        Listen { host, port: self.port, v6only, namespace }
    }

    /// `address = host [ "/" namespace ]`
    fn read<'a>(&self, item: &Value<'a>, is_list: bool) -> Result<Listen<'a>, ChooseError<'a>> {
        let text = item.as_written();
        let slash = memchr::memchr(b'/', text);
        let host = item.part(0, slash.unwrap_or(text.len()));
        let is_star = host.as_written() == b"*";
        let read = if is_star { Host::Any } else { host.host()? };
        let is_mapped =
            matches!(read, Host::Ip(Ip::V6(addr, _)) if addr.to_ipv4_mapped().is_some());
        let is_wildcard = is_star
            || matches!(read, Host::Ip(Ip::V4(addr)) if addr.is_unspecified())
            || matches!(read, Host::Ip(Ip::V6(addr, _)) if addr.is_unspecified());
        let (is_mysql, len) = (self.server == Server::Mysql, text.len());
        match slash {
            _ if is_list && is_wildcard && (is_mysql || is_star) => {
                return Err(host.whole(ChooseErrorKind::WildcardInList));
            }
            _ if self.is_one && is_wildcard => {
                return Err(host.whole(ChooseErrorKind::WildcardUnsupported));
            }
            _ if is_mapped && !is_mysql => {
                return Err(host.whole(ChooseErrorKind::MappedUnsupported));
            }
            None => return Ok(self.listen(read, None)),
            Some(_) => {}
        }
        let slash = slash.unwrap_or(len);
        let namespace =
            item.part(slash.saturating_add(1), len.saturating_sub(slash.saturating_add(1)));
        let kind = match namespace.as_written() {
            _ if !is_mysql => ChooseErrorKind::NamespaceUnsupported,
            _ if is_wildcard => ChooseErrorKind::NamespaceOnWildcard,
            [] => return Err(namespace.whole(ChooseErrorKind::NamespaceEmpty)),
            name => return Ok(self.listen(read, Some(name))),
        };
        Err(item.refuse(kind, slash, len.saturating_sub(slash)))
    }
}

/// The sockets that a server listens on, in order; nothing is allocated.
#[derive(Clone, Debug)]
pub struct Listens<'a>(List<'a>);

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // nothing is allocated
enum List<'a> {
    Fixed([Option<Listen<'a>>; 2]),
    Several { bind: Bind, value: Value<'a>, at: Option<usize> },
}

impl<'a> Listens<'a> {
    fn read(&mut self) -> Option<Result<Listen<'a>, ChooseError<'a>>> {
        let (bind, value, at) = match &mut self.0 {
            List::Fixed([first, second]) => {
                return first.take().or_else(|| second.take()).map(Ok);
            }
            List::Several { bind, value, at } => (bind, value, at),
        };
        let start = (*at)?;
        let rest = value.as_written().get(start..)?;
        let comma = memchr::memchr(b',', rest);
        let len = comma.unwrap_or(rest.len());
        *at = comma.map(|comma| start.saturating_add(comma).saturating_add(1));
        let is_list = start > 0 || comma.is_some();
        Some(bind.read(&value.part(start, len), is_list))
    }
}

impl<'a> Iterator for Listens<'a> {
    type Item = Listen<'a>;

    fn next(&mut self) -> Option<Listen<'a>> {
        self.read().and_then(Result::ok)
    }
}
