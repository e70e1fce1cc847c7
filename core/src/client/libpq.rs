//! libpq: which hosts psql and every other client of PostgreSQL tries.
//!
//! Strength: connection string, single options, service file, environment, built-in defaults. Only
//! `host`, `hostaddr` and `port` matter, each a list with commas; they pair up, and one port serves
//! every host. Then for each host:
//!
//! | `hostaddr` | `host` | is |
//! |---|---|---|
//! | an address | anything | TCP to that address |
//! | empty | begins with `/` | the socket `.s.PGSQL.port` in that directory |
//! | empty | begins with `@` | an abstract name, ending likewise |
//! | empty | begins as an absolute path of Windows, there | the socket in that directory |
//! | empty | empty | the socket in the default directory, or TCP to `localhost` where there is none |
//! | empty | any other | TCP to that host; `localhost` is nothing special |
//!
//! An empty value in a connection string still hides the weaker ones, but not an empty host or
//! port of a URI, and not an empty option.
//!
//! Source: PostgreSQL documentation, sections 34.1 (Database Connection Control Functions), 34.15
//! (Environment Variables) and 34.17 (The Connection Service File); `fe-connect.c`; runs of libpq 15.

mod hosts;
mod service;
#[cfg(test)]
mod tests;

pub(super) use self::hosts::Hosts;

use self::hosts::Source;
use self::service::Service;
use super::decision::List;
use super::reason::Reasons;
use super::{ChooseError, ChooseErrorKind, Decision, Origin, Platform, ReasonKind, Targets, Value};
use crate::addr::ParseErrorKind;
use crate::dialect::libpq::{Found, Part, read_syntax};

/// An option that says where to connect to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Keyword {
    /// Names, addresses and directories.
    Host,
    /// Numeric addresses.
    Hostaddr,
    /// Ports.
    Port,
    /// The name of a service in the service file.
    Service,
}

impl Keyword {
    /// Every keyword.
    pub const ALL: &'static [Self] = &[Self::Host, Self::Hostaddr, Self::Port, Self::Service];

    /// The keyword as text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Hostaddr => "hostaddr",
            Self::Port => "port",
            Self::Service => "service",
        }
    }

    /// Finds a keyword by its text.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Self::ALL.iter().copied().find(|keyword| keyword.name().as_bytes() == name)
    }

    /// The variable of the environment that says the same.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Host => "PGHOST",
            Self::Hostaddr => "PGHOSTADDR",
            Self::Port => "PGPORT",
            Self::Service => "PGSERVICE",
        }
    }
}

/// What libpq brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Defaults<'a> {
    /// The port.
    pub port: u16,
    /// The directory of the socket, or an abstract name behind `@`; `None` where libpq was built
    /// without one and connects to `localhost`.
    pub directory: Option<&'a [u8]>,
}

impl<'a> Defaults<'a> {
    /// As released by PostgreSQL: `/tmp`.
    pub const UPSTREAM: Defaults<'static> = Defaults { port: 5432, directory: Some(b"/tmp") };

    /// As packaged by Debian: `/var/run/postgresql`.
    pub const DEBIAN: Defaults<'static> =
        Defaults { directory: Some(b"/var/run/postgresql"), ..Defaults::UPSTREAM };

    /// As built for Windows: no directory.
    pub const WINDOWS: Defaults<'static> = Defaults { directory: None, ..Defaults::UPSTREAM };

    /// The same with another directory, or none.
    #[must_use]
    pub const fn with_directory(self, directory: Option<&'a [u8]>) -> Self {
        Self { directory, ..self }
    }

    /// The same with another port.
    #[must_use]
    pub const fn with_port(self, port: u16) -> Self {
        Self { port, ..self }
    }
}

/// Everything that decides where libpq connects to.
///
/// ```
/// use portolan::client::{Platform, libpq::{Keyword, Options}};
/// let mut options = Options::new(Platform::Unix);
/// options.connection_string(b"host=localhost,/run/pg service=test");
/// options.service_file(b"[test]\nhost=ignored\nport=5433\n");
/// let targets: Vec<_> = options.choose()?.targets().map(|target| target.to_string()).collect();
/// assert_eq!(targets, ["localhost:5433", "unix:/run/pg/.s.PGSQL.5433"]);
/// # Ok::<(), portolan::client::ChooseError<'_>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options<'a> {
    platform: Platform,
    defaults: Defaults<'a>,
    text: Option<&'a [u8]>,
    keywords: Values<'a>,
    environment: Values<'a>,
    service_file: Option<&'a [u8]>,
}

/// One value for each keyword.
#[derive(Clone, Copy, Debug, Default)]
struct Values<'a> {
    host: Option<Value<'a>>,
    hostaddr: Option<Value<'a>>,
    port: Option<Value<'a>>,
    service: Option<Value<'a>>,
}

impl<'a> Values<'a> {
    fn set(&mut self, keyword: Keyword, value: Option<Value<'a>>) {
        match keyword {
            Keyword::Host => self.host = value,
            Keyword::Hostaddr => self.hostaddr = value,
            Keyword::Port => self.port = value,
            Keyword::Service => self.service = value,
        }
    }
}

impl<'a> Options<'a> {
    /// Begins with nothing but the defaults of the platform, as released.
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let defaults = match platform {
            Platform::Unix => Defaults::UPSTREAM,
            Platform::Windows => Defaults::WINDOWS,
        };
        let (keywords, environment) = (Values::default(), Values::default());
        Self { platform, defaults, text: None, keywords, environment, service_file: None }
    }

    /// Sets what libpq brings along.
    #[must_use]
    pub const fn with_defaults(mut self, defaults: Defaults<'a>) -> Self {
        self.defaults = defaults;
        self
    }

    /// Sets the connection string: keywords and values, or a URI.
    ///
    /// It is stronger than single options, as it is in `psql -h a 'host=b'`.
    pub const fn connection_string(&mut self, text: &'a [u8]) {
        self.text = Some(text);
    }

    /// Sets a single option, as `psql -h` or an argument of `PQconnectdbParams`; an empty one is
    /// none.
    pub fn option(&mut self, keyword: Keyword, value: &'a [u8]) {
        let value = Value::raw(value, keyword.name(), Origin::CommandLine);
        self.keywords.set(keyword, Some(value).filter(|value| !value.is_empty()));
    }

    /// Sets a variable of the environment; returns whether libpq looks at it here.
    pub fn environment(&mut self, name: &str, value: &'a [u8]) -> bool {
        let Some(keyword) = Keyword::ALL.iter().copied().find(|keyword| keyword.variable() == name)
        else {
            return false;
        };
        let origin = Origin::Environment { name: keyword.variable() };
        self.environment.set(keyword, Some(Value::raw(value, keyword.name(), origin)));
        true
    }

    /// Sets the text of the service file.
    pub const fn service_file(&mut self, text: &'a [u8]) {
        self.service_file = Some(text);
    }

    /// Decides.
    ///
    /// # Errors
    ///
    /// The syntax of the connection string as [`Text`](ChooseErrorKind::Text);
    /// [`ServiceFileMissing`](ChooseErrorKind::ServiceFileMissing),
    /// [`ServiceNotFound`](ChooseErrorKind::ServiceNotFound) and the other rules of service files;
    /// [`HostCountMismatch`](ChooseErrorKind::HostCountMismatch) (the hosts),
    /// [`PortCountMismatch`](ChooseErrorKind::PortCountMismatch) (the ports); the rules of hosts,
    /// addresses, ports and paths as [`Text`](ChooseErrorKind::Text): ports are 1 to 65535, a path
    /// has at most 107 bytes.
    pub fn choose(&self) -> Result<Decision<'a>, ChooseError<'a>> {
        let mut reasons = Reasons::new();
        let text = self.text.unwrap_or_default();
        let found = match self.text {
            None => Found::default(),
            Some(text) => read_syntax(text)
                .map_err(|error| Value::raw(text, "", Origin::ConnectionString).locate(error))?,
        };
        let service = self.service(&found, &mut reasons)?;
        let source = |list, keyword: Option<Value<'a>>, service: Option<Value<'a>>, environment| {
            let string = Source::of_string(text, list);
            string.or_else(|| keyword.or(service).or(environment).map(Source::of_value))
        };
        let (keywords, environment) = (&self.keywords, &self.environment);
        let hosts = Hosts::new(
            self.platform,
            self.defaults,
            [
                source(found.host, keywords.host, service.host, environment.host),
                source(found.hostaddr, keywords.hostaddr, service.hostaddr, environment.hostaddr),
                source(found.port, keywords.port, service.port, environment.port),
            ],
            &mut reasons,
        )?;
        Ok(Decision::new(Targets(List::Libpq(hosts)), reasons))
    }

    /// The service that is asked for, and its values.
    fn service(
        &self,
        found: &Found,
        reasons: &mut Reasons<'a>,
    ) -> Result<Service<'a>, ChooseError<'a>> {
        let text = self.text.unwrap_or_default();
        let value = self.keywords.service.or(self.environment.service);
        let (name, value): (Part<'a>, Value<'a>) = match (found.service, value) {
            (Some(list), _) => {
                let part = list.span(text);
                let string = Value::raw(text, "service", Origin::ConnectionString);
                (part, string.part(part.at, part.bytes.len()))
            }
            (None, Some(value)) => (Part::raw(value.as_written()), value),
            (None, None) => return Ok(Service::default()),
        };
        reasons.push(ReasonKind::Service, value.origin());
        match self.service_file {
            None => Err(value.whole(ChooseErrorKind::ServiceFileMissing)),
            Some(file) => service::read(file, name)?
                .ok_or_else(|| value.whole(ChooseErrorKind::ServiceNotFound)),
        }
    }
}

/// Refuses a NUL, which would end a C string.
fn refuse_nul<'a>(value: &Value<'a>) -> Result<(), ChooseError<'a>> {
    match memchr::memchr(0, value.as_written()) {
        Some(at) => Err(value.refuse(ChooseErrorKind::Text(ParseErrorKind::Nul), at, 1)),
        None => Ok(()),
    }
}
