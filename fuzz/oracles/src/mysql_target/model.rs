//! The model: what the pages and the sources say, told once more as simply as can be.

use alloc::vec::Vec;

use portolan::addr::{Dialect, Endpoint, Host, PipeName, UnixName};
use portolan::client::mysql::{Client, OptionName};
use portolan::client::{Platform, Target};
use portolan::dialect;

use super::Case;

mod lines;
mod texts;

pub(super) use self::lines::{Event, Text, events, inlined};
use self::texts::{decimal, is_host, split_port};

/// What is tried.
#[derive(Clone, Debug)]
pub(super) enum Aim {
    Path(Vec<u8>),
    Abstract(Vec<u8>),
    Tcp(Vec<u8>, u16),
    Pipe(Vec<u8>, Vec<u8>),
    Memory(Vec<u8>),
}

/// Why nothing is tried: a rule, or any rule of texts about an option.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    Code(&'static str),
    Of(&'static str),
}

use Refusal::{Code, Of};

impl Aim {
    pub(super) fn is(&self, target: &Target<'_>) -> bool {
        match (self, target) {
            (Self::Memory(name), Target::SharedMemory(base)) => name == base,
            (Self::Path(path), Target::Endpoint(Endpoint::Unix(unix))) => {
                unix.name() == UnixName::Pathname(path)
            }
            (Self::Abstract(name), Target::Endpoint(Endpoint::Unix(unix))) => {
                unix.name() == UnixName::Abstract(name)
            }
            (Self::Pipe(server, name), Target::Endpoint(Endpoint::Pipe(pipe))) => {
                (pipe.server(), pipe.as_written()) == (&server[..], &name[..])
            }
            (Self::Tcp(host, port), Target::Endpoint(Endpoint::Inet(inet))) => {
                let is_host = match &inet.host {
                    Host::Ip(ip) => dialect::parse_ip(Dialect::GaiNumeric, host) == Ok(*ip),
                    Host::Name(name) => name.as_written() == host,
                    _ => false,
                };
                is_host && inet.port == Some(*port)
            }
            _ => false,
        }
    }
}

const fn is_mariadb(client: Client) -> bool {
    matches!(client, Client::MariadbC | Client::MariadbCli)
}

const fn is_command(client: Client) -> bool {
    matches!(client, Client::MysqlCli | Client::MariadbCli)
}

/// What asked for a protocol.
#[derive(Clone, PartialEq)]
enum Ask {
    Nothing,
    Word(Vec<u8>),
    Number(Vec<u8>),
}

/// What the files said: the last value of each option, and the last that asks for a protocol.
struct Said {
    values: Vec<(OptionName, Text)>,
    ask: Ask,
    includes: usize,
}

fn read_file(case: &Case, text: &[u8], depth: usize, said: &mut Said) -> Result<(), Refusal> {
    let max_depth = if case.client == Client::MariadbC { 63 } else { 10 };
    for event in events(case.client, text) {
        match event {
            Event::Group(_) => {}
            Event::Refused(code, _) => return Err(Code(code)),
            Event::Include(_) => {
                said.includes += 1;
                if said.includes > 1024 {
                    return Err(Code("too-many-includes"));
                }
                if depth == max_depth {
                    return Err(Code("include-too-deep"));
                }
                read_file(case, &case.other, depth + 1, said)?;
            }
            Event::Option { group, name, value } if reads(case, &group) => {
                file_option(case.client, &name, value, said)?;
            }
            Event::Option { .. } => {}
        }
    }
    Ok(())
}

/// Whether a client reads a group.
fn reads(case: &Case, group: &[u8]) -> bool {
    if case.client == Client::MariadbC {
        return case.client.groups().iter().any(|name| name.as_bytes() == group);
    }
    let mut suffixes = case.environment.iter().filter(|(name, _)| *name == "MYSQL_GROUP_SUFFIX");
    let suffix = suffixes.next_back().map_or(&b""[..], |(_, value)| value);
    let is = |name: &[u8]| name.eq_ignore_ascii_case(group);
    case.client
        .groups()
        .iter()
        .any(|name| is(name.as_bytes()) || is(&[name.as_bytes(), suffix].concat()))
}

fn file_option(
    client: Client,
    name: &[u8],
    value: Option<Text>,
    said: &mut Said,
) -> Result<(), Refusal> {
    let mut name: Vec<u8> =
        name.iter().map(|byte| if *byte == b'_' { b'-' } else { *byte }).collect();
    if is_command(client) && name.starts_with(b"loose-") {
        name.drain(..6);
    }
    match (client, &name[..]) {
        (Client::MariadbC, b"connection") => return Err(Code("option-unsupported")),
        (Client::MariadbC, b"pipe") => return Ok(()),
        (Client::MariadbC, b"servername") => name = b"host".to_vec(),
        (_, b"pipe") => {
            said.ask = Ask::Word(b"pipe".to_vec());
            return Ok(());
        }
        _ => {}
    }
    let Some(option) = OptionName::ALL.iter().find(|option| option.name().as_bytes() == name)
    else {
        return Ok(());
    };
    let value = value.ok_or(Code("value-missing"))?;
    if let Some(code) = value.refusal {
        return Err(Code(code));
    }
    if *option == OptionName::Protocol {
        let number = client == Client::MariadbC;
        let word = value.written.clone();
        said.ask = if number { Ask::Number(word) } else { Ask::Word(word) };
    }
    said.values.push((*option, value));
    Ok(())
}

/// What a client tries in turn.
pub(super) fn choose(case: &Case) -> Result<Vec<Aim>, Refusal> {
    let mut said = Said { values: Vec::new(), ask: Ask::Nothing, includes: 0 };
    read_file(case, &case.file, 0, &mut said)?;
    let protocol = protocol(case, said.ask.clone())?;
    let machine = Machine { case, files: said.values, protocol };
    let aims = aims(&machine)?;
    machine.judge_port()?;
    Ok(aims)
}

fn aims(machine: &Machine<'_>) -> Result<Vec<Aim>, Refusal> {
    let host = machine.host();
    let parts = host.as_ref().map(|host| host.written.split(|byte| *byte == b','));
    match parts {
        Some(parts) if is_mariadb(machine.case.client) && parts.clone().count() > 1 => {
            let mut aims = Vec::new();
            for part in parts.filter(|part| !part.is_empty()) {
                let (host, port) = split_port(part)?;
                aims.extend(machine.connect(Some(host), port)?);
            }
            if aims.is_empty() { Err(Of("host")) } else { Ok(aims) }
        }
        _ => machine.connect(host.map(|host| host.written), None),
    }
}

/// The protocol that is asked for last: `t`, `s`, `p`, `m`.
fn protocol(case: &Case, mut ask: Ask) -> Result<Option<u8>, Refusal> {
    let word = |word: &[u8]| -> Option<u8> {
        let words = [&b"tcp"[..], b"socket", b"pipe", b"memory"];
        let lower = word.to_ascii_lowercase();
        let found = words.iter().find(|full| !lower.is_empty() && full.starts_with(&lower))?;
        Some(found[0])
    };
    for (name, value) in &case.arguments {
        let is_pipe = matches!(&ask, Ask::Word(text) if word(text) == Some(b'p'));
        let forces = case.client == Client::MariadbCli;
        match name {
            OptionName::Protocol => ask = Ask::Word(value.clone()),
            OptionName::Pipe => ask = Ask::Word(b"pipe".to_vec()),
            OptionName::Port if forces => ask = Ask::Word(b"tcp".to_vec()),
            OptionName::Socket if forces && !is_pipe => {
                ask = Ask::Word(b"socket".to_vec());
            }
            _ => {}
        }
    }
    match ask {
        Ask::Nothing => Ok(None),
        Ask::Word(text) => word(&text).map(Some).ok_or(Code("unknown-protocol")),
        Ask::Number(text) if text.is_empty() || text[0].is_ascii_alphabetic() => Ok(None),
        Ask::Number(text) => match decimal(&text) {
            Some(0) => Ok(None),
            Some(number @ 1..=4) => Ok(Some(b" tspm"[number as usize])),
            _ => Err(Code("unknown-protocol")),
        },
    }
}

/// A client that has read everything.
struct Machine<'a> {
    case: &'a Case,
    files: Vec<(OptionName, Text)>,
    protocol: Option<u8>,
}

impl Machine<'_> {
    fn argument(&self, option: OptionName) -> Option<Text> {
        let mut given = self.case.arguments.iter().filter(|(name, _)| *name == option);
        given.next_back().map(|(_, value)| Text::plain(value))
    }

    fn file(&self, option: OptionName) -> Option<Text> {
        let mut given = self.files.iter().filter(|(name, _)| *name == option);
        given.next_back().map(|(_, value)| value.clone())
    }

    fn variable(&self, wanted: &str) -> Option<Text> {
        let known = self.case.client.variables().contains(&wanted);
        let mut given = self.case.environment.iter().filter(|(name, _)| known && *name == wanted);
        given.next_back().map(|(_, value)| Text::plain(value))
    }

    /// The host that is named; an empty one is none.
    fn host(&self) -> Option<Text> {
        let argument = self.argument(OptionName::Host);
        let host = if is_command(self.case.client) {
            argument.or_else(|| self.file(OptionName::Host)).or_else(|| self.variable("MYSQL_HOST"))
        } else {
            let argument = argument.filter(|host| !host.written.is_empty());
            argument.or_else(|| self.file(OptionName::Host))
        };
        host.filter(|host| !host.written.is_empty())
    }

    /// The socket that is named.
    fn socket(&self) -> Option<Text> {
        let forgets_empty = self.case.client == Client::MariadbC;
        let in_file =
            self.file(OptionName::Socket).filter(|path| !forgets_empty || !path.written.is_empty());
        self.argument(OptionName::Socket).or(in_file)
    }

    fn variable_socket(&self) -> Option<Text> {
        let variable = self.variable("MYSQL_UNIX_PORT");
        variable.or_else(|| self.variable("MARIADB_UNIX_PORT"))
    }

    /// One host: the code of the two libraries, branch by branch.
    fn connect(&self, host: Option<Vec<u8>>, port: Option<Vec<u8>>) -> Result<Vec<Aim>, Refusal> {
        let is_local = host.as_ref().is_none_or(|host| host == b"localhost");
        let is_dot = host.as_ref().is_some_and(|host| host == b".");
        let is_mysql = !is_mariadb(self.case.client);
        let (protocol, mut aims) = (self.protocol, Vec::new());
        if self.case.platform == Platform::Unix {
            if !is_mysql && matches!(protocol, Some(b'p' | b'm')) {
                return Err(Code("protocol-unsupported"));
            }
            let default = self.case.has_socket.then(|| Text::plain(b"/run/mysqld/mysqld.sock"));
            let socket = self.socket().or_else(|| self.variable_socket()).or(default);
            if let Some(socket) = socket
                && is_local
                && matches!(protocol, None | Some(b's'))
            {
                return Ok([self.path(&socket.meant)?].into());
            }
        } else {
            let asks_memory = protocol == Some(b'm');
            let memory = if is_mysql { is_local } else { asks_memory };
            if memory && (asks_memory || protocol.is_none()) {
                aims.push(self.memory()?);
                if asks_memory {
                    return Ok(aims);
                }
            }
            if protocol == Some(b'p') || is_dot {
                return Ok([self.pipe(host.filter(|_| !is_local))?].into());
            }
        }
        if is_mysql && !matches!(protocol, None | Some(b't')) {
            return Err(Code("protocol-unsupported"));
        }
        let host = host.unwrap_or_else(|| b"localhost".to_vec());
        if !is_host(&host) {
            return Err(Of("host"));
        }
        aims.push(Aim::Tcp(host, self.port(port)?));
        Ok(aims)
    }

    fn path(&self, path: &[u8]) -> Result<Aim, Refusal> {
        match path {
            _ if path.len() > 107 => Err(Code("unix-path-too-long")),
            [] => Err(Code("unix-path-empty")),
            _ if path.contains(&0) => Err(Code("unix-nul")),
            [b'@', name @ ..] if is_mariadb(self.case.client) => Ok(Aim::Abstract(name.to_vec())),
            path => Ok(Aim::Path(path.to_vec())),
        }
    }

    fn memory(&self) -> Result<Aim, Refusal> {
        let option = OptionName::SharedMemoryBaseName;
        let name = self.argument(option).or_else(|| self.file(option));
        match name.filter(|name| !name.written.is_empty()) {
            None => Ok(Aim::Memory(b"MYSQL".to_vec())),
            Some(name) if name.meant == name.written => Ok(Aim::Memory(name.written)),
            Some(_) => Err(Code("not-representable")),
        }
    }

    fn pipe(&self, host: Option<Vec<u8>>) -> Result<Aim, Refusal> {
        let named = self.socket().filter(|name| !name.written.is_empty());
        let variable = self.variable_socket().filter(|_| !is_mariadb(self.case.client));
        let name = named.or(variable).map_or_else(|| b"MySQL".to_vec(), |name| name.written);
        let server = host.unwrap_or_else(|| b".".to_vec());
        match PipeName::new(&server, &name) {
            Ok(_) => Ok(Aim::Pipe(server, name)),
            // A slash parts names as a backslash does.
            Err(_)
                if !server.iter().all(|byte| byte.is_ascii_graphic() && !b"\\/".contains(byte)) =>
            {
                Err(Of("host"))
            }
            Err(_) => Err(Of("socket")),
        }
    }

    fn port(&self, of_host: Option<Vec<u8>>) -> Result<u16, Refusal> {
        let (argument, file) = (self.argument(OptionName::Port), self.file(OptionName::Port));
        let given = match of_host {
            Some(port) => [Some(Text::plain(&port)), None],
            None if is_command(self.case.client) => [argument.or(file), None],
            None => [argument, file],
        };
        for port in given.into_iter().flatten() {
            match decimal(&port.written) {
                None => return Err(Of("port")),
                Some(0) => {}
                Some(port) => return Ok(port),
            }
        }
        match self.variable("MYSQL_TCP_PORT").map(|port| decimal(&port.written)) {
            None => Ok(3306),
            Some(Some(port)) if port > 0 => Ok(port),
            Some(_) => Err(Of("port")),
        }
    }

    /// The first port that is not 0 is one, whoever needs it.
    fn judge_port(&self) -> Result<(), Refusal> {
        let (argument, file) = (self.argument(OptionName::Port), self.file(OptionName::Port));
        let hides = is_command(self.case.client) && argument.is_some();
        let given = [argument, file.filter(|_| !hides), self.variable("MYSQL_TCP_PORT")];
        let mut ports = given.into_iter().flatten().map(|port| decimal(&port.written));
        match ports.find(|port| *port != Some(0)) {
            Some(None) => Err(Of("port")),
            _ => Ok(()),
        }
    }
}
