//! The table: what a client tries, by host, protocol and platform.

use super::super::decision::List;
use super::super::reason::Reasons;
use super::super::{
    ChooseError, ChooseErrorKind, Decision, Origin, Platform, ReasonKind, Target, Targets, Value,
};
use super::{Client, Defaults, Hosts, Protocol};
use crate::addr::{
    Endpoint, Host, HostName, HostPort, ParseError, ParseErrorKind, PipeName, UnixAddress,
};

/// The word for this machine; compared exactly.
pub(super) const LOCAL: &[u8] = b"localhost";

/// What the decision rests on, each value the strongest of its kind.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Inputs<'a> {
    pub(super) client: Client,
    pub(super) platform: Platform,
    pub(super) defaults: Defaults<'a>,
    pub(super) host: Option<Value<'a>>,
    /// Ports, the next counting where one is 0.
    pub(super) ports: [Option<Value<'a>>; 2],
    pub(super) environment_port: Option<Value<'a>>,
    pub(super) socket: Option<Value<'a>>,
    pub(super) environment_socket: Option<Value<'a>>,
    pub(super) protocol: Option<Protocol>,
    /// What asked for the protocol.
    pub(super) asked: Option<(ReasonKind, Origin<'a>)>,
    pub(super) base_name: Option<Value<'a>>,
}

/// What a host means to the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place<'a> {
    /// Nothing, or `localhost`.
    Local,
    /// `.`.
    Dot(Value<'a>),
    /// Anything else.
    Network(Value<'a>),
}

impl<'a> Place<'a> {
    pub(super) fn of(host: Value<'a>) -> Self {
        match host.as_written() {
            LOCAL => Self::Local,
            b"." => Self::Dot(host),
            _ => Self::Network(host),
        }
    }
}

pub(super) fn choose(inputs: Inputs<'_>) -> Result<Decision<'_>, ChooseError<'_>> {
    let decision = inputs.decide()?;
    inputs.judge_port()?;
    Ok(decision)
}

impl<'a> Inputs<'a> {
    fn decide(self) -> Result<Decision<'a>, ChooseError<'a>> {
        let mut reasons = Reasons::new();
        let (place, list) = self.place(&mut reasons);
        if let Some((kind, origin)) = self.asked {
            reasons.push(kind, origin);
        }
        if let Some(list) = list {
            let hosts = Hosts::new(self, list, &mut reasons)?;
            return Ok(Decision::new(Targets(List::Mysql(hosts)), reasons));
        }
        let targets = self.route(place, self.ports, &mut reasons)?;
        for target in targets.iter().flatten() {
            reasons.push(target.transport().reason(), Origin::BuiltIn);
        }
        Ok(Decision::new(Targets(List::Fixed(targets)), reasons))
    }

    /// Refuses a port that cannot be one, even where no target has a port: the originals let it
    /// wrap, and what connects today by a socket connects tomorrow to another server.
    fn judge_port(&self) -> Result<(), ChooseError<'a>> {
        for value in self.ports.into_iter().chain([self.environment_port]).flatten() {
            if value.port()? > 0 {
                break;
            }
        }
        Ok(())
    }

    /// What the host means; a second answer where it is a list.
    fn place(&self, reasons: &mut Reasons<'a>) -> (Place<'a>, Option<Value<'a>>) {
        let Some(host) = self.host else {
            reasons.push(ReasonKind::HostUnset, Origin::BuiltIn);
            return (Place::Local, None);
        };
        if host.is_empty() {
            reasons.push(ReasonKind::HostEmpty, host.origin());
            return (Place::Local, None);
        }
        if self.client.is_mariadb() && host.as_written().contains(&b',') {
            reasons.push(ReasonKind::HostList, host.origin());
            return (Place::Local, Some(host));
        }
        let place = Place::of(host);
        let kind = match place {
            Place::Local => ReasonKind::HostLocalhost,
            Place::Dot(_) if self.platform == Platform::Windows => ReasonKind::HostDot,
            Place::Dot(_) | Place::Network(_) => ReasonKind::HostNetwork,
        };
        reasons.push(kind, host.origin());
        (place, None)
    }

    /// What is tried for one host.
    pub(super) fn route(
        &self,
        place: Place<'a>,
        ports: [Option<Value<'a>>; 2],
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        match (self.platform, self.client.is_mariadb()) {
            (Platform::Unix, false) => self.mysql_on_unix(place, ports, reasons),
            (Platform::Unix, true) => self.mariadb_on_unix(place, ports, reasons),
            (Platform::Windows, false) => self.mysql_on_windows(place, ports, reasons),
            (Platform::Windows, true) => self.mariadb_on_windows(place, ports, reasons),
        }
    }

    /// `csm_begin_connect`, with `HAVE_SYS_UN_H`.
    fn mysql_on_unix(
        &self,
        place: Place<'a>,
        ports: [Option<Value<'a>>; 2],
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        match (place, self.protocol, self.known_socket()) {
            (Place::Local, None | Some(Protocol::Socket), Some(socket)) => {
                Self::unix(socket, false, reasons)
            }
            (_, None | Some(Protocol::Tcp), _) => self.tcp(place, ports, reasons),
            _ => Err(self.unsupported()),
        }
    }

    /// `mthd_my_real_connect`, without `_WIN32`.
    fn mariadb_on_unix(
        &self,
        place: Place<'a>,
        ports: [Option<Value<'a>>; 2],
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        match (place, self.protocol, self.known_socket()) {
            (_, Some(Protocol::Pipe | Protocol::Memory), _) => Err(self.unsupported()),
            (Place::Local, None | Some(Protocol::Socket), Some(socket)) => {
                Self::unix(socket, true, reasons)
            }
            _ => self.tcp(place, ports, reasons),
        }
    }

    /// `csm_begin_connect`, with `_WIN32`.
    fn mysql_on_windows(
        &self,
        place: Place<'a>,
        ports: [Option<Value<'a>>; 2],
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        match (place, self.protocol) {
            (Place::Local, Some(Protocol::Memory)) => self.shared_memory(),
            (Place::Local, None) => {
                let [memory, _] = self.shared_memory()?;
                let [tcp, _] = self.tcp(place, ports, reasons)?;
                Ok([memory, tcp])
            }
            (Place::Dot(_), _) | (_, Some(Protocol::Pipe)) => self.pipe(place, reasons),
            (_, None | Some(Protocol::Tcp)) => self.tcp(place, ports, reasons),
            _ => Err(self.unsupported()),
        }
    }

    /// `mthd_my_real_connect`, with `_WIN32`.
    fn mariadb_on_windows(
        &self,
        place: Place<'a>,
        ports: [Option<Value<'a>>; 2],
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        match (place, self.protocol) {
            (_, Some(Protocol::Memory)) => self.shared_memory(),
            (Place::Dot(_), _) | (_, Some(Protocol::Pipe)) => self.pipe(place, reasons),
            _ => self.tcp(place, ports, reasons),
        }
    }

    /// The error of a protocol that leads nowhere.
    fn unsupported(&self) -> ChooseError<'a> {
        let origin = self.asked.map_or(Origin::BuiltIn, |(_, origin)| origin);
        ChooseError::new(ChooseErrorKind::ProtocolUnsupported, "protocol", origin, 0, 0)
    }

    /// The socket that is named, or the one that the client brings along.
    fn known_socket(&self) -> Option<Value<'a>> {
        let built_in = self.defaults.socket.map(|path| Value::raw(path, "socket", Origin::BuiltIn));
        self.socket.or(self.environment_socket).or(built_in)
    }

    fn unix(
        socket: Value<'a>,
        has_abstract: bool,
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        reasons.push(socket_reason(&socket), socket.origin());
        let address: UnixAddress = socket.socket(has_abstract)?;
        Ok([Some(Target::Endpoint(Endpoint::Unix(address))), None])
    }

    fn tcp(
        &self,
        place: Place<'a>,
        ports: [Option<Value<'a>>; 2],
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        match (self.protocol, self.asked) {
            (Some(Protocol::Tcp) | None, _) | (_, None) => {
                if place == Place::Local
                    && self.protocol.is_none()
                    && self.platform == Platform::Unix
                {
                    reasons.push(ReasonKind::SocketUnknown, Origin::BuiltIn);
                }
            }
            (Some(_), Some((_, origin))) => reasons.push(ReasonKind::ProtocolIgnored, origin),
        }
        let host = match place {
            Place::Local => Host::Name(HostName::from_written(LOCAL, false)),
            Place::Dot(host) | Place::Network(host) => host.host()?,
        };
        let port = self.port(ports, reasons)?;
        Ok([Some(Target::Endpoint(Endpoint::Inet(HostPort { host, port: Some(port) }))), None])
    }

    /// The first port that is not 0.
    fn port(
        &self,
        ports: [Option<Value<'a>>; 2],
        reasons: &mut Reasons<'a>,
    ) -> Result<u16, ChooseError<'a>> {
        for value in ports.into_iter().flatten() {
            match value.port()? {
                0 => reasons.push(ReasonKind::PortZero, value.origin()),
                port => {
                    reasons.push(ReasonKind::PortGiven, value.origin());
                    return Ok(port);
                }
            }
        }
        let Some(value) = self.environment_port else {
            reasons.push(ReasonKind::PortDefault, Origin::BuiltIn);
            return Ok(self.defaults.port);
        };
        match value.port()? {
            0 => Err(value.whole(ChooseErrorKind::Text(ParseErrorKind::PortZeroNotAllowed))),
            port => {
                reasons.push(ReasonKind::PortDefault, value.origin());
                Ok(port)
            }
        }
    }

    /// `\\server\pipe\name`; an empty name is the default one.
    fn pipe(
        &self,
        place: Place<'a>,
        reasons: &mut Reasons<'a>,
    ) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        // Connector/C does not ask the environment here.
        let from_environment = self.environment_socket.filter(|_| !self.client.is_mariadb());
        let built_in = Value::raw(self.defaults.pipe, "socket", Origin::BuiltIn);
        let name = self.socket.filter(|name| !name.is_empty());
        let name = name.or(from_environment).unwrap_or(built_in);
        reasons.push(socket_reason(&name), name.origin());
        let server = match place {
            Place::Local | Place::Dot(_) => Value::raw(b".", "host", Origin::BuiltIn),
            Place::Network(host) => host,
        };
        let pipe = read_pipe(&server, &name)?;
        Ok([Some(Target::Endpoint(Endpoint::Pipe(pipe))), None])
    }

    fn shared_memory(&self) -> Result<[Option<Target<'a>>; 2], ChooseError<'a>> {
        let name = match self.base_name.filter(|name| !name.is_empty()) {
            None => self.defaults.shared_memory,
            Some(name) if name.bytes().eq(name.as_written().iter().copied()) => name.as_written(),
            Some(name) => {
                let kind = ChooseErrorKind::Text(ParseErrorKind::NotRepresentable);
                return Err(name.whole(kind));
            }
        };
        Ok([Some(Target::SharedMemory(name)), None])
    }
}

/// How a socket or a pipe was named.
fn socket_reason(value: &Value<'_>) -> ReasonKind {
    match value.origin() {
        Origin::BuiltIn | Origin::Environment { .. } => ReasonKind::SocketDefault,
        _ => ReasonKind::SocketGiven,
    }
}

/// Names a pipe; no escape stands for a byte of one. Windows takes a slash in the server for a
/// backslash, so that it would be another server.
fn read_pipe<'a>(server: &Value<'a>, name: &Value<'a>) -> Result<PipeName<'a>, ChooseError<'a>> {
    PipeName::new(server.as_written(), name.as_written()).map_err(|_| {
        let is_wrong = |byte: u8| !byte.is_ascii_graphic() || byte == b'\\';
        let of_server =
            server.as_written().iter().position(|byte| is_wrong(*byte) || *byte == b'/');
        let of_name = name.as_written().iter().position(|byte| is_wrong(*byte));
        for (value, at) in [(server, of_server), (name, of_name)] {
            if let Some(at) = at {
                let kind = ParseErrorKind::PipeNameBackslash;
                return value.locate(
                    match value.as_written().get(at).copied().unwrap_or_default() {
                        b'\\' => ParseError::new(kind, at, 1),
                        byte => ParseError::unexpected(at, byte),
                    },
                );
            }
        }
        let kind = if name.is_empty() {
            ParseErrorKind::PipeNameEmpty
        } else {
            ParseErrorKind::PipeTooLong
        };
        name.whole(ChooseErrorKind::Text(kind))
    })
}
