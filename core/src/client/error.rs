//! Why no endpoint is picked.

use core::fmt;

use super::Origin;
use crate::addr::ParseErrorKind;

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident => $code:literal, $message:literal;)*) => {
        /// The rule that a value, or the text it stands in, broke.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ChooseErrorKind {
            /// A rule of addresses, ports or paths.
            Text(ParseErrorKind),
            $($(#[$meta])* $variant,)*
        }

        impl ChooseErrorKind {
            /// The codes of the kinds that are not those of [`ParseErrorKind::CODES`].
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// The kebab-case code that vectors, JSON and the command share.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    Self::Text(kind) => kind.code(),
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl fmt::Display for ChooseErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Text(kind) => fmt::Display::fmt(kind, f),
                    $(Self::$variant => f.pad($message),)*
                }
            }
        }
    };
}

kinds! {
    /// The word names no protocol.
    UnknownProtocol => "unknown-protocol", "no such protocol";
    /// The client has no way to connect by this protocol: not on this platform, or not to this
    /// host.
    ProtocolUnsupported => "protocol-unsupported", "protocol is not possible here";
    /// An option stands without the value it needs.
    ValueMissing => "value-missing", "value is missing";
    /// This option would decide, and is not read here.
    OptionUnsupported => "option-unsupported", "option is not read here";

    /// A group has no `]`.
    GroupUnclosed => "group-unclosed", "group is not closed";
    /// Something other than a comment follows the `]` of a group.
    TextAfterGroup => "text-after-group", "text after the group";
    /// An option stands before the first group.
    OptionWithoutGroup => "option-without-group", "option before the first group";
    /// A line is longer than the client reads as one.
    LineTooLong => "line-too-long", "line is too long";
    /// A line begins with `!` and is neither `!include` nor `!includedir`.
    UnknownDirective => "unknown-directive", "unknown directive";
    /// `!include` or `!includedir` without a path.
    IncludePathMissing => "include-path-missing", "path to include is missing";
    /// A file is included through more files than the client follows.
    IncludeTooDeep => "include-too-deep", "files are included too deeply";
    /// More files are included than any configuration needs.
    TooManyIncludes => "too-many-includes", "too many included files";
    /// A backslash stands before a byte that has no escape.
    UnknownEscape => "unknown-escape", "unknown escape";
    /// A value begins with a quote and does not end with it.
    QuoteUnclosed => "quote-unclosed", "quote is not closed";

    /// There are neither one port nor as many as hosts.
    PortCountMismatch => "port-count-mismatch", "ports and hosts do not pair up";
    /// There are not as many hosts as numeric addresses.
    HostCountMismatch => "host-count-mismatch", "hosts and numeric addresses do not pair up";
    /// A service is asked for, and no service file is given.
    ServiceFileMissing => "service-file-missing", "service without a service file";
    /// The service file has no such service.
    ServiceNotFound => "service-not-found", "no such service";
    /// A line of a service is no `keyword=value`.
    ServiceBadLine => "service-bad-line", "line is no keyword and value";
    /// A service refers to a service.
    ServiceNested => "service-nested", "service within a service";
    /// A keyword that no libpq knows.
    UnknownKeyword => "unknown-keyword", "unknown keyword";

    /// A wildcard stands among other addresses to listen on.
    WildcardInList => "wildcard-in-list", "wildcard in a list";
    /// A network namespace stands behind a wildcard.
    NamespaceOnWildcard => "namespace-on-wildcard", "network namespace on a wildcard";
    /// A slash without a network namespace behind it.
    NamespaceEmpty => "namespace-empty", "network namespace is empty";
    /// The server has no network namespaces.
    NamespaceUnsupported => "namespace-unsupported", "network namespace is not supported";
    /// The server cannot bind a v4-mapped address.
    MappedUnsupported => "mapped-unsupported", "v4-mapped address cannot be bound";
    /// More than one address where there is room for one.
    ListUnsupported => "list-unsupported", "list where one address is expected";
    /// A wildcard where one address is expected.
    WildcardUnsupported => "wildcard-unsupported", "wildcard is not possible here";
}

/// A refusal: the rule, the option, where its value came from, and the byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ChooseError<'a> {
    /// The rule.
    pub kind: ChooseErrorKind,
    /// The name of the option whose value is refused; empty where it is the syntax of a file.
    pub option: &'static str,
    /// Where the text came from.
    pub origin: Origin<'a>,
    /// The offset of the first byte concerned: in the whole text of an option file, a service
    /// file or a connection string, else in the value.
    pub at: u32,
    /// How many bytes are concerned; 0 where something is missing.
    pub len: u32,
}

impl<'a> ChooseError<'a> {
    /// Creates an error; offsets above 32 bits saturate.
    pub(super) fn new(
        kind: ChooseErrorKind,
        option: &'static str,
        origin: Origin<'a>,
        at: usize,
        len: usize,
    ) -> Self {
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { kind, option, origin, at: narrow(at), len: narrow(len) }
    }

    /// The kebab-case code of the rule.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind.code()
    }
}

impl fmt::Display for ChooseError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)?;
        if !self.option.is_empty() {
            write!(f, " of {}", self.option)?;
        }
        write!(f, " ({})", self.origin)
    }
}

impl core::error::Error for ChooseError<'_> {}
