//! The lists of hosts, addresses and ports, taken together.

use super::super::reason::Reasons;
use super::super::{
    ChooseError, ChooseErrorKind, Origin, Platform, ReasonKind, Target, Transport, Value,
};
use super::{Defaults, refuse_nul};
use crate::addr::{Endpoint, Host, HostName, HostPort, ParseError};
use crate::dialect::libpq::{self, Cursor, Part};

/// A list, and the text it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    text: &'a [u8],
    /// What is left of the list.
    rest: Option<Cursor>,
    /// The whole value, for what is wrong with it.
    value: Value<'a>,
    /// Whether offsets count from the beginning of the text that the value stands in.
    is_string: bool,
}

impl<'a> Source<'a> {
    /// A list of a connection string; `None` where it says nothing.
    pub(super) fn of_string(text: &'a [u8], list: Option<Cursor>) -> Option<Self> {
        let list = list.filter(|list| !list.is_absent(text))?;
        let value = Value::raw(text, "", Origin::ConnectionString);
        Some(Self { text, rest: Some(list), value, is_string: true })
    }

    /// A list that is a value of its own.
    pub(super) const fn of_value(value: Value<'a>) -> Self {
        Self { text: value.as_written(), rest: Some(Cursor::raw()), value, is_string: false }
    }

    /// The same, if there is anything in it.
    fn filled(self) -> Option<Self> {
        let is_filled = self.rest.is_some_and(|list| !list.is_empty(self.text));
        is_filled.then_some(self)
    }

    fn origin(&self) -> Origin<'a> {
        self.value.origin()
    }

    fn take(&mut self) -> Option<Part<'a>> {
        let (part, rest) = self.rest?.take(self.text);
        self.rest = rest;
        Some(part)
    }

    fn count(mut self) -> usize {
        core::iter::from_fn(|| self.take()).count()
    }

    fn refuse(&self, kind: ChooseErrorKind, option: &'static str) -> ChooseError<'a> {
        let part = self.rest.map_or(Part::raw(b""), |list| list.span(self.text));
        self.value.of(option).refuse(kind, part.at, part.bytes.len())
    }

    fn locate(&self, error: ParseError, option: &'static str) -> ChooseError<'a> {
        self.value.of(option).locate(error)
    }
}

/// What is left of the lists.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Hosts<'a> {
    platform: Platform,
    defaults: Defaults<'a>,
    host: Option<Source<'a>>,
    hostaddr: Option<Source<'a>>,
    port: Option<Source<'a>>,
    is_one_port: bool,
    left: usize,
}

impl<'a> Hosts<'a> {
    /// Pairs the lists up and reads every element once; the steps are those of the first.
    pub(super) fn new(
        platform: Platform,
        defaults: Defaults<'a>,
        sources: [Option<Source<'a>>; 3],
        reasons: &mut Reasons<'a>,
    ) -> Result<Self, ChooseError<'a>> {
        for source in sources.iter().flatten().filter(|source| !source.is_string) {
            refuse_nul(&source.value)?;
        }
        let is_empty_host = sources.first().copied().flatten();
        let [host, hostaddr, port] = sources.map(|source| source.and_then(Source::filled));
        let left = hostaddr.or(host).map_or(1, Source::count);
        if let (Some(host), Some(_)) = (host, hostaddr)
            && host.count() != left
        {
            return Err(host.refuse(ChooseErrorKind::HostCountMismatch, "host"));
        }
        let is_one_port = port.is_some_and(|port| port.count() == 1);
        if let (Some(port), false) = (port, is_one_port)
            && port.count() != left
        {
            return Err(port.refuse(ChooseErrorKind::PortCountMismatch, "port"));
        }
        let hosts = Self { platform, defaults, host, hostaddr, port, is_one_port, left };
        match (hostaddr.or(host), is_empty_host) {
            (Some(list), _) if left > 1 => reasons.push(ReasonKind::HostList, list.origin()),
            (None, Some(empty)) => reasons.push(ReasonKind::HostEmpty, empty.origin()),
            _ => {}
        }
        let mut rest = hosts;
        let mut transport = Transport::Tcp;
        if let Some(first) = rest.read(reasons) {
            transport = first?.transport();
        }
        let mut others = Reasons::new();
        while let Some(target) = rest.read(&mut others) {
            _ = target?;
            others = Reasons::new();
        }
        reasons.push(transport.reason(), Origin::BuiltIn);
        Ok(hosts)
    }

    /// The next target; every one was read before.
    pub(in super::super) fn next(&mut self) -> Option<Target<'a>> {
        self.read(&mut Reasons::new()).and_then(Result::ok)
    }

    fn read(&mut self, reasons: &mut Reasons<'a>) -> Option<Result<Target<'a>, ChooseError<'a>>> {
        self.left = self.left.checked_sub(1)?;
        Some(self.element(reasons))
    }

    /// Reads what comes next in each list.
    fn element(&mut self, reasons: &mut Reasons<'a>) -> Result<Target<'a>, ChooseError<'a>> {
        let place = self.place(reasons)?;
        let port = self.port(reasons)?;
        let (directory, source) = match place {
            Place::Host(host) => {
                let inet = HostPort { host, port: Some(port) };
                return Ok(Target::Endpoint(Endpoint::Inet(inet)));
            }
            Place::Directory(directory, source) => (directory, source),
        };
        let address = libpq::socket(directory, port).map_err(|error| match source {
            Some(source) => source.locate(error, "host"),
            None => Value::raw(directory.bytes, "host", Origin::BuiltIn).locate(error),
        })?;
        Ok(Target::Endpoint(Endpoint::Unix(address)))
    }

    fn place(&mut self, reasons: &mut Reasons<'a>) -> Result<Place<'a>, ChooseError<'a>> {
        let (hostaddr, host) = (self.hostaddr, self.host);
        let next = |list: &mut Option<Source<'a>>| {
            list.as_mut().and_then(Source::take).filter(|part| !part.bytes.is_empty())
        };
        let (address, name) = (next(&mut self.hostaddr), next(&mut self.host));
        if let (Some(part), Some(source)) = (address, hostaddr) {
            reasons.push(ReasonKind::Hostaddr, source.origin());
            let read = libpq::read_address(part).map(Place::Host);
            return read.map_err(|error| source.locate(error, "hostaddr"));
        }
        let (Some(part), Some(source)) = (name, host) else {
            reasons.push(ReasonKind::HostUnset, Origin::BuiltIn);
            return Ok(match self.defaults.directory {
                Some(directory) => Place::Directory(Part::raw(directory), None),
                None => Place::Host(Host::Name(HostName::from_written(b"localhost", false))),
            });
        };
        let kind = match part.first() {
            Some(b'@') => ReasonKind::HostAbstract,
            Some(b'/') => ReasonKind::HostDirectory,
            _ if self.platform == Platform::Windows && is_absolute_on_windows(part) => {
                ReasonKind::HostDirectory
            }
            _ => ReasonKind::HostNetwork,
        };
        reasons.push(kind, source.origin());
        if kind != ReasonKind::HostNetwork {
            return Ok(Place::Directory(part, Some(source)));
        }
        libpq::read_host(part).map(Place::Host).map_err(|error| source.locate(error, "host"))
    }

    fn port(&mut self, reasons: &mut Reasons<'a>) -> Result<u16, ChooseError<'a>> {
        let Some(source) = self.port else {
            reasons.push(ReasonKind::PortDefault, Origin::BuiltIn);
            return Ok(self.defaults.port);
        };
        let mut list = source;
        let part = list.take().filter(|part| !part.bytes.is_empty());
        if !self.is_one_port {
            self.port = Some(list);
        }
        let Some(part) = part else {
            reasons.push(ReasonKind::PortDefault, Origin::BuiltIn);
            return Ok(self.defaults.port);
        };
        reasons.push(ReasonKind::PortGiven, source.origin());
        libpq::read_port(part).map_err(|error| source.locate(error, "port"))
    }
}

/// What a host means.
enum Place<'a> {
    /// A host of the network.
    Host(Host<'a>),
    /// The directory of a socket, and the list it stands in.
    Directory(Part<'a>, Option<Source<'a>>),
}

/// `is_absolute_path` of PostgreSQL, on Windows: `\x`, `C:\x`, `C:/x`.
fn is_absolute_on_windows(part: Part<'_>) -> bool {
    match part.bytes {
        [b'\\', ..] => true,
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        _ => false,
    }
}
