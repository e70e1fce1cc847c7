//! Clients: which endpoint a database client picks, and why.
//!
//! `mysql -h localhost -P 3307` goes to a Unix socket and ignores the port; `mariadb` with the same
//! words goes to TCP; `psql -h localhost` goes to TCP anyway. The rules are tables, and this module
//! is those tables: it takes what a person said on the command line, in option files, in a
//! connection string and in the environment, all of it handed in, and answers with what the client
//! tries in turn and the steps that led there.
//!
//! ```text
//! command line ─┐
//! option files ─┼──▶ Options ──choose──▶ Decision { targets, reasons }
//! environment ──┤
//! defaults ─────┘
//! ```
//!
//! ```
//! use portolan::client::Platform;
//! use portolan::client::mysql::{Client, OptionName, Options};
//!
//! let pick = |client| {
//!     let mut options = Options::new(client, Platform::Unix);
//!     options.argument(OptionName::Host, b"localhost");
//!     options.argument(OptionName::Port, b"3307");
//!     options.choose().map(|decision| decision.targets().next().unwrap().to_string())
//! };
//! assert_eq!(pick(Client::MysqlCli).unwrap(), "unix:/tmp/mysql.sock");
//! assert_eq!(pick(Client::MariadbCli).unwrap(), "localhost:3307");
//! ```
//!
//! Nothing here opens a file, asks the environment or connects. A file that includes another asks
//! for its text. What the originals do silently is refused, with the rule and the byte: ports that
//! wrap at 65536, paths cut off at 107 bytes, escapes that nobody knows, endless includes. An
//! option that the rules do not look at is not judged either, but for the port: one that is none is
//! refused beside a socket, too.
//!
//! Refused besides: the service names and the suffixes (`3K`) that some clients read as ports,
//! and what no resolver takes as a host.

mod decision;
mod error;
mod origin;
mod reason;
mod value;

pub mod libpq;
pub mod mysql;

pub use self::decision::{Decision, Target, Targets, Transport};
pub use self::error::{ChooseError, ChooseErrorKind};
pub use self::origin::Origin;
pub use self::reason::{Reason, ReasonKind};
pub use self::value::Value;

/// The kind of system that a client was built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Unix sockets and, as on Linux, abstract names.
    Unix,
    /// Named pipes and shared memory.
    Windows,
}

impl Platform {
    /// The name that JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unix => "unix",
            Self::Windows => "windows",
        }
    }

    /// Finds a platform by its [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Unix, Self::Windows].into_iter().find(|platform| platform.name() == name)
    }
}
