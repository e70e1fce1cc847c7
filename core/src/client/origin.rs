//! Where a value came from.

use core::fmt;

use crate::addr::Printable;

/// Where a value came from, from the strongest to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin<'a> {
    /// An option on the command line, or an argument of the call.
    CommandLine,
    /// A connection string.
    ConnectionString,
    /// A line of an option file.
    OptionFile {
        /// The name that the caller gave the file.
        file: &'a str,
        /// The group in which the line stands; empty before the first.
        group: &'a [u8],
        /// The number of the line, counted from 1.
        line: u32,
    },
    /// A line of a service file.
    ServiceFile {
        /// The number of the line, counted from 1.
        line: u32,
    },
    /// A variable of the environment.
    Environment {
        /// Its name.
        name: &'static str,
    },
    /// Nothing that the caller said: the program brings it along.
    BuiltIn,
}

impl Origin<'_> {
    /// The kebab-case name of the kind of origin.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CommandLine => "command-line",
            Self::ConnectionString => "connection-string",
            Self::OptionFile { .. } => "option-file",
            Self::ServiceFile { .. } => "service-file",
            Self::Environment { .. } => "environment",
            Self::BuiltIn => "built-in",
        }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::ConnectionString => f.write_str("connection string"),
            Self::OptionFile { file, group, line } => {
                write!(f, "{}, line {line}, [{}]", Printable(file.as_bytes()), Printable(group))
            }
            Self::ServiceFile { line } => write!(f, "service file, line {line}"),
            Self::Environment { name } => f.write_str(name),
            Self::BuiltIn => f.write_str("built in"),
        }
    }
}
