//! The clients of MySQL and MariaDB: two libraries, and the commands on top of them.
//!
//! | client | what is different |
//! |---|---|
//! | [`MysqlC`](Client::MysqlC) | `mysql_real_connect` of MySQL |
//! | [`MysqlCli`](Client::MysqlCli) | the command `mysql`: one group more, `MYSQL_HOST` |
//! | [`MariadbC`](Client::MariadbC) | `mysql_real_connect` of MariaDB Connector/C: lists of hosts, abstract names |
//! | [`MariadbCli`](Client::MariadbCli) | the command `mariadb`: a port or a socket on its line forces the protocol |
//!
//! Strength: command line, option files (later lines win), environment, built-in defaults. An empty
//! host and port 0 are as good as none; the strongest other port is judged, used or not. Then, on
//! Unix:
//!
//! | host | protocol | MySQL | MariaDB |
//! |---|---|---|---|
//! | none or `localhost` | none, `socket` | Unix socket | Unix socket |
//! | none or `localhost`, no socket known | none | TCP | TCP |
//! | none or `localhost` | `tcp` | TCP | TCP |
//! | any other | none, `tcp` | TCP | TCP |
//! | any other | `socket` | refused | TCP |
//! | any | `pipe`, `memory` | refused | refused |
//!
//! On Windows MySQL tries shared memory before TCP where neither host nor protocol says otherwise;
//! `.` and `pipe` mean a named pipe, for both. `localhost` is compared exactly: `LOCALHOST` is a
//! name for the resolver.
//!
//! Source: MySQL Reference Manual, sections 6.2.4 and 6.2.7; `csm_begin_connect` in
//! `sql-common/client.cc`; `mthd_my_real_connect` in `mariadb_lib.c` of Connector/C 3.4,
//! `pvio_socket.c`, `pvio_npipe.c`; man page of mariadb(1); runs of MariaDB 10.11.

mod bind;
mod hosts;
mod option_file;
mod settings;
mod table;
#[cfg(test)]
mod tests;

pub use self::bind::{Bind, Listen, Listens, Server};
pub(super) use self::hosts::Hosts;
pub use self::option_file::{FileOption, Include, IncludeKind, Item, MAX_LINE, OptionFile};
pub use self::settings::Options;

use super::Platform;
use crate::cursor::Reader;

/// A client of MySQL or MariaDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Client {
    /// The C library of MySQL.
    MysqlC,
    /// MariaDB Connector/C.
    MariadbC,
    /// The command `mysql` of MySQL.
    MysqlCli,
    /// The command `mariadb`, also installed as `mysql`.
    MariadbCli,
}

impl Client {
    /// Every client.
    pub const ALL: &'static [Self] =
        &[Self::MysqlC, Self::MariadbC, Self::MysqlCli, Self::MariadbCli];

    /// The name that JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MysqlC => "mysql-c",
            Self::MariadbC => "mariadb-c",
            Self::MysqlCli => "mysql-cli",
            Self::MariadbCli => "mariadb-cli",
        }
    }

    /// Finds a client by its [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|client| client.name() == name)
    }

    /// The groups of option files that it reads, without those that a caller adds.
    #[must_use]
    pub const fn groups(self) -> &'static [&'static str] {
        match self {
            Self::MysqlC => &["client"],
            Self::MariadbC => &["client", "client-server", "client-mariadb"],
            Self::MysqlCli => &["mysql", "client"],
            Self::MariadbCli => {
                &["mysql", "mariadb-client", "client", "client-server", "client-mariadb"]
            }
        }
    }

    /// The variables of the environment that matter, the first of two for the same value winning.
    #[must_use]
    pub const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::MysqlC => &["MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MYSQL_GROUP_SUFFIX"],
            Self::MariadbC => &["MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MARIADB_UNIX_PORT"],
            Self::MysqlCli => {
                &["MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MYSQL_GROUP_SUFFIX"]
            }
            Self::MariadbCli => &[
                "MYSQL_HOST",
                "MYSQL_TCP_PORT",
                "MYSQL_UNIX_PORT",
                "MARIADB_UNIX_PORT",
                "MYSQL_GROUP_SUFFIX",
            ],
        }
    }

    /// The option files it looks for, in order; `~` and variables stand for what they mean there.
    ///
    /// A library reads them only where its caller asks for it.
    #[must_use]
    pub const fn option_files(self, platform: Platform) -> &'static [&'static str] {
        match (platform, self) {
            (Platform::Unix, Self::MariadbC) => {
                &["/etc/my.cnf", "/etc/mysql/my.cnf", "$MARIADB_HOME/my.cnf", "~/.my.cnf"]
            }
            (Platform::Unix, _) => {
                &["/etc/my.cnf", "/etc/mysql/my.cnf", "$MYSQL_HOME/my.cnf", "~/.my.cnf"]
            }
            (Platform::Windows, _) => {
                &["%WINDIR%\\my.ini", "%WINDIR%\\my.cnf", "C:\\my.ini", "C:\\my.cnf"]
            }
        }
    }

    /// How many files may be open one within the other, the first not counted.
    ///
    /// `my_default.cc` (`max_recursion_level`), `ma_default.c` (`recursion_stop`). The originals
    /// skip what is deeper; here it is refused.
    #[must_use]
    pub const fn max_include_depth(self) -> u8 {
        match self {
            Self::MariadbC => 63,
            _ => 10,
        }
    }

    const fn is_command(self) -> bool {
        matches!(self, Self::MysqlCli | Self::MariadbCli)
    }

    const fn is_mariadb(self) -> bool {
        matches!(self, Self::MariadbC | Self::MariadbCli)
    }

    /// Whether `#` behind a value begins a comment.
    const fn has_end_comments(self) -> bool {
        !matches!(self, Self::MariadbC)
    }
}

/// An option that says where to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OptionName {
    /// `-h`, `--host`.
    Host,
    /// `-P`, `--port`.
    Port,
    /// `-S`, `--socket`: a path, on Windows the name of a pipe.
    Socket,
    /// `--protocol`: `tcp`, `socket`, `pipe` or `memory` in any case, or the beginning of one.
    Protocol,
    /// `-W`, `--pipe`, without a value: the same as `--protocol=pipe`.
    Pipe,
    /// `--shared-memory-base-name`.
    SharedMemoryBaseName,
}

impl OptionName {
    /// Every option.
    pub const ALL: &'static [Self] = &[
        Self::Host,
        Self::Port,
        Self::Socket,
        Self::Protocol,
        Self::Pipe,
        Self::SharedMemoryBaseName,
    ];

    /// The long name, without its hyphens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Port => "port",
            Self::Socket => "socket",
            Self::Protocol => "protocol",
            Self::Pipe => "pipe",
            Self::SharedMemoryBaseName => "shared-memory-base-name",
        }
    }

    /// Finds an option by its name, in which `_` is as good as `-`.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let dashed = |byte: &u8| if *byte == b'_' { b'-' } else { *byte };
        Self::ALL.iter().copied().find(|option| name.iter().map(dashed).eq(option.name().bytes()))
    }

    /// The option that a name in an option file means to a client.
    fn in_file(client: Client, name: &[u8]) -> Option<Self> {
        match name {
            // `loose-` tells the commands to forgive an option they do not know.
            [b'l', b'o', b'o', b's', b'e', b'-' | b'_', name @ ..] if client.is_command() => {
                Self::from_name(name)
            }
            b"servername" if client == Client::MariadbC => Some(Self::Host),
            // Connector/C keeps it and never looks at it.
            b"pipe" if client == Client::MariadbC => None,
            name => Self::from_name(name),
        }
    }
}

/// How to connect, where an option says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Protocol {
    Tcp,
    Socket,
    Pipe,
    Memory,
}

impl Protocol {
    /// Reads a word; the beginning of one is enough, in any case.
    ///
    /// ```abnf
    /// protocol = "tcp" / "socket" / "pipe" / "memory" ; or a front of it
    /// ```
    ///
    /// `find_type` of `typelib.cc`.
    fn from_word(word: &[u8]) -> Option<Self> {
        let words: [(&[u8], Self); 4] = [
            (b"tcp", Self::Tcp),
            (b"socket", Self::Socket),
            (b"pipe", Self::Pipe),
            (b"memory", Self::Memory),
        ];
        let is_front = |full: &[u8]| {
            !word.is_empty()
                && full.get(..word.len()).is_some_and(|front| front.eq_ignore_ascii_case(word))
        };
        words.into_iter().find(|(full, _)| is_front(full)).map(|(_, protocol)| protocol)
    }

    /// Reads a number, as Connector/C does in option files; a word is 0 to it, which asks for
    /// nothing.
    ///
    /// `enum mysql_protocol_type` in `mysql.h`. `Err` for a number that stands for nothing.
    fn from_number(text: &[u8]) -> Result<Option<Self>, ()> {
        let mut reader = Reader::new(text);
        let digits = reader.take_decimal(usize::MAX);
        match (digits.to_u16(), text.first()) {
            (Some(number), _) if reader.is_empty() => match number {
                0 => Ok(None),
                1 => Ok(Some(Self::Tcp)),
                2 => Ok(Some(Self::Socket)),
                3 => Ok(Some(Self::Pipe)),
                4 => Ok(Some(Self::Memory)),
                _ => Err(()),
            },
            (None, None | Some(b'a'..=b'z' | b'A'..=b'Z')) => Ok(None),
            _ => Err(()),
        }
    }
}

/// What a client brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Defaults<'a> {
    /// The port.
    pub port: u16,
    /// The path of the socket; `None` where the client was built without one.
    pub socket: Option<&'a [u8]>,
    /// The name of the pipe.
    pub pipe: &'a [u8],
    /// The base name of the shared memory.
    pub shared_memory: &'a [u8],
}

impl<'a> Defaults<'a> {
    /// As released by MySQL and MariaDB: port 3306, `/tmp/mysql.sock`, `MySQL`, `MYSQL`.
    pub const UPSTREAM: Defaults<'static> = Defaults {
        port: 3306,
        socket: Some(b"/tmp/mysql.sock"),
        pipe: b"MySQL",
        shared_memory: b"MYSQL",
    };

    /// As packaged by Debian: the socket is `/run/mysqld/mysqld.sock`.
    pub const DEBIAN: Defaults<'static> =
        Defaults { socket: Some(b"/run/mysqld/mysqld.sock"), ..Defaults::UPSTREAM };

    /// The same with another socket, or none.
    #[must_use]
    pub const fn with_socket(self, socket: Option<&'a [u8]>) -> Self {
        Self { socket, ..self }
    }

    /// The same with another port.
    #[must_use]
    pub const fn with_port(self, port: u16) -> Self {
        Self { port, ..self }
    }
}
