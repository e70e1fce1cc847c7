//! What was said on the command line, in option files and in the environment.

use super::super::{ChooseError, ChooseErrorKind, Decision, Origin, Platform, ReasonKind, Value};
use super::table::{self, Inputs};
use super::{Client, Defaults, FileOption, Include, Item, OptionFile, OptionName, Protocol};

/// The most includes that are followed, however they are nested.
const MAX_INCLUDES: u16 = 1024;

/// Everything that decides where a client of MySQL or MariaDB connects to.
///
/// Hand in the environment and the option files in any order, then the command line; later values
/// of one kind win. Nothing is judged before [`choose`](Self::choose) but the syntax of files.
///
/// ```
/// use portolan::client::{Platform, mysql::{Client, OptionFile, OptionName, Options}};
/// let mut options = Options::new(Client::MariadbCli, Platform::Unix);
/// let mut file = OptionFile::new(Client::MariadbCli, "my.cnf", b"[client]\nport=3307\n");
/// while let Some(include) = options.read(&mut file)? {
///     unreachable!("reads {} here: a file within the file", include.path.escape_ascii());
/// }
/// options.argument(OptionName::Host, b"::1");
/// let decision = options.choose()?;
/// assert_eq!(decision.targets().next().unwrap().to_string(), "[::1]:3307");
/// let reasons: Vec<_> = decision.reasons().iter().map(|reason| reason.to_string()).collect();
/// assert_eq!(reasons, [
///     "the host is an address or a name of the network (command line)",
///     "the port is given (my.cnf, line 2, [client])",
///     "connect by TCP",
/// ]);
/// # Ok::<(), portolan::client::ChooseError<'_>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Options<'a> {
    client: Client,
    platform: Platform,
    defaults: Defaults<'a>,
    group: Option<&'a [u8]>,
    suffix: &'a [u8],
    environment: Environment<'a>,
    files: Settings<'a>,
    arguments: Settings<'a>,
    includes: u16,
}

/// The values of one kind of origin, the last of each.
#[derive(Clone, Copy, Debug, Default)]
struct Settings<'a> {
    host: Option<Value<'a>>,
    port: Option<Value<'a>>,
    socket: Option<Value<'a>>,
    protocol: Option<Asked<'a>>,
    base_name: Option<Value<'a>>,
}

/// The values of the environment.
#[derive(Clone, Copy, Debug, Default)]
struct Environment<'a> {
    host: Option<Value<'a>>,
    port: Option<Value<'a>>,
    socket: Option<Value<'a>>,
    mariadb_socket: Option<Value<'a>>,
}

/// What asked for a protocol.
#[derive(Clone, Copy, Debug)]
enum Asked<'a> {
    /// A word.
    Word(Value<'a>),
    /// The number that Connector/C reads in option files.
    Number(Value<'a>),
    /// The option `pipe`.
    Pipe(Origin<'a>),
    /// A port on the line of `mariadb`.
    Port,
    /// A socket on the line of `mariadb`.
    Socket,
}

impl<'a> Asked<'a> {
    fn is_pipe(&self) -> bool {
        match self {
            Self::Pipe(_) => true,
            Self::Word(word) => Protocol::from_word(word.as_written()) == Some(Protocol::Pipe),
            _ => false,
        }
    }

    /// The protocol asked for, if it is one.
    fn read(&self) -> Result<(Option<Protocol>, ReasonKind, Origin<'a>), ChooseError<'a>> {
        let unknown = |value: &Value<'a>| value.whole(ChooseErrorKind::UnknownProtocol);
        Ok(match self {
            Self::Word(value) => match Protocol::from_word(value.as_written()) {
                Some(protocol) => (Some(protocol), ReasonKind::ProtocolGiven, value.origin()),
                None => return Err(unknown(value)),
            },
            Self::Number(value) => match Protocol::from_number(value.as_written()) {
                Ok(Some(protocol)) => (Some(protocol), ReasonKind::ProtocolGiven, value.origin()),
                Ok(None) => (None, ReasonKind::ProtocolIgnored, value.origin()),
                Err(()) => return Err(unknown(value)),
            },
            Self::Pipe(origin) => (Some(Protocol::Pipe), ReasonKind::ProtocolGiven, *origin),
            Self::Port => (Some(Protocol::Tcp), ReasonKind::PortForcesTcp, Origin::CommandLine),
            Self::Socket => {
                (Some(Protocol::Socket), ReasonKind::SocketForcesSocket, Origin::CommandLine)
            }
        })
    }
}

impl<'a> Options<'a> {
    /// Begins with nothing but the [defaults](Defaults::UPSTREAM).
    #[must_use]
    pub fn new(client: Client, platform: Platform) -> Self {
        Self {
            client,
            platform,
            defaults: Defaults::UPSTREAM,
            group: None,
            suffix: b"",
            environment: Environment::default(),
            files: Settings::default(),
            arguments: Settings::default(),
            includes: 0,
        }
    }

    /// Sets what the client brings along.
    #[must_use]
    pub const fn with_defaults(mut self, defaults: Defaults<'a>) -> Self {
        self.defaults = defaults;
        self
    }

    /// Sets the group that a program asks the library for, beside those it always reads.
    #[must_use]
    pub const fn with_group(mut self, group: &'a [u8]) -> Self {
        self.group = Some(group);
        self
    }

    /// Sets the suffix of groups that are read, too: `--defaults-group-suffix`.
    #[must_use]
    pub const fn with_group_suffix(mut self, suffix: &'a [u8]) -> Self {
        self.suffix = suffix;
        self
    }

    /// Sets a variable of the environment; returns whether the client looks at it.
    ///
    /// The group suffix counts for files that are read after it is set.
    pub fn environment(&mut self, name: &str, value: &'a [u8]) -> bool {
        let Some(name) = self.client.variables().iter().copied().find(|known| *known == name)
        else {
            return false;
        };
        let value = |option| Some(Value::raw(value, option, Origin::Environment { name }));
        match name {
            "MYSQL_HOST" => self.environment.host = value("host"),
            "MYSQL_TCP_PORT" => self.environment.port = value("port"),
            "MYSQL_UNIX_PORT" => self.environment.socket = value("socket"),
            "MARIADB_UNIX_PORT" => self.environment.mariadb_socket = value("socket"),
            _ => self.suffix = value("").map_or(b"", |value| value.as_written()),
        }
        true
    }

    /// Sets an option of the command line, or an argument of the call; the order counts.
    pub fn argument(&mut self, name: OptionName, value: &'a [u8]) {
        let value = Value::raw(value, name.name(), Origin::CommandLine);
        let forces = self.client == Client::MariadbCli;
        // A pipe is named by the same option as a socket, on Unix too, where there are no pipes.
        let asked = self.arguments.protocol.or(self.files.protocol);
        let keeps_pipe = asked.is_some_and(|asked| asked.is_pipe());
        self.arguments.set(name, value, Asked::Word(value));
        match name {
            OptionName::Port if forces => self.arguments.protocol = Some(Asked::Port),
            OptionName::Socket if forces && !keeps_pipe => {
                self.arguments.protocol = Some(Asked::Socket);
            }
            _ => {}
        }
    }

    /// Reads an option file up to the next include, or to its end.
    ///
    /// The caller finds the text of the [`Include`], [opens](Include::open) and reads it, each file
    /// of a directory in turn, then goes on with this file.
    ///
    /// # Errors
    ///
    /// The syntax of the file, see [`OptionFile`]; in the groups that the client reads and the
    /// options of [`OptionName`] also [`ValueMissing`](ChooseErrorKind::ValueMissing),
    /// [`UnknownEscape`](ChooseErrorKind::UnknownEscape) and
    /// [`QuoteUnclosed`](ChooseErrorKind::QuoteUnclosed);
    /// [`OptionUnsupported`](ChooseErrorKind::OptionUnsupported) for the `connection` of
    /// Connector/C; [`TooManyIncludes`](ChooseErrorKind::TooManyIncludes) at the 1025th.
    pub fn read(
        &mut self,
        file: &mut OptionFile<'a>,
    ) -> Result<Option<Include<'a>>, ChooseError<'a>> {
        for item in file {
            match item? {
                Item::Group(_) => {}
                Item::Option(option) => self.file_option(&option)?,
                Item::Include(include) if self.includes >= MAX_INCLUDES => {
                    let (kind, len) = (ChooseErrorKind::TooManyIncludes, include.path.len());
                    return Err(ChooseError::new(kind, "", include.origin, include.at, len));
                }
                Item::Include(include) => {
                    self.includes = self.includes.saturating_add(1);
                    return Ok(Some(include));
                }
            }
        }
        Ok(None)
    }

    /// Decides.
    ///
    /// # Errors
    ///
    /// [`UnknownProtocol`](ChooseErrorKind::UnknownProtocol),
    /// [`ProtocolUnsupported`](ChooseErrorKind::ProtocolUnsupported), and for what the decision
    /// rests on the rules of ports, hosts, paths and pipe names as
    /// [`Text`](ChooseErrorKind::Text), a path beyond 107 bytes among them. The strongest port that
    /// is not 0 is judged even where the decision does not rest on it.
    pub fn choose(&self) -> Result<Decision<'a>, ChooseError<'a>> {
        table::choose(self.inputs()?)
    }

    /// Whether the client reads a group; the commands and MySQL's library ignore its case.
    fn reads_group(&self, group: &[u8]) -> bool {
        let ignores_case = self.client != Client::MariadbC;
        let is = |name: &[u8], suffix: &[u8]| match group.split_at_checked(name.len()) {
            Some((front, back)) if ignores_case => {
                front.eq_ignore_ascii_case(name) && back.eq_ignore_ascii_case(suffix)
            }
            Some((front, back)) => front == name && back == suffix,
            None => false,
        };
        let suffix = if ignores_case { self.suffix } else { b"" };
        let known = self.client.groups().iter().map(|name| name.as_bytes()).chain(self.group);
        known.into_iter().any(|name| is(name, b"") || is(name, suffix))
    }

    fn file_option(&mut self, option: &FileOption<'a>) -> Result<(), ChooseError<'a>> {
        if !self.reads_group(option.group) {
            return Ok(());
        }
        let refuse = |kind, name| {
            Err(ChooseError::new(kind, name, option.origin, option.at, option.name.len()))
        };
        let Some(name) = OptionName::in_file(self.client, option.name) else {
            return match (self.client, option.name) {
                (Client::MariadbC, b"connection") => {
                    refuse(ChooseErrorKind::OptionUnsupported, "connection")
                }
                _ => Ok(()),
            };
        };
        if name == OptionName::Pipe {
            self.files.protocol = Some(Asked::Pipe(option.origin));
            return Ok(());
        }
        let Some(value) = option.value else {
            return refuse(ChooseErrorKind::ValueMissing, name.name());
        };
        let value = value.of(name.name());
        value.check()?;
        let asked = if self.client == Client::MariadbC { Asked::Number } else { Asked::Word };
        self.files.set(name, value, asked(value));
        Ok(())
    }

    /// What is left when the stronger has won.
    fn inputs(&self) -> Result<Inputs<'a>, ChooseError<'a>> {
        let Self { files, arguments, environment, defaults, .. } = self;
        let is_named = |host: &Value<'a>| !host.is_empty();
        let (host, ports) = if self.client.is_command() {
            let host = arguments.host.or(files.host).or(environment.host);
            (host, [arguments.port.or(files.port), None])
        } else {
            let host = arguments.host.filter(is_named).or(files.host);
            (host, [arguments.port, files.port])
        };
        // Connector/C takes an empty line for none; everyone else takes the empty path.
        let in_files =
            files.socket.filter(|path| self.client != Client::MariadbC || !path.is_empty());
        let mut from_environment = environment.socket;
        if self.client.is_mariadb() {
            from_environment = from_environment.or(environment.mariadb_socket);
        }
        let asked = arguments.protocol.or(files.protocol);
        let (protocol, asked) = match asked.map(|asked| asked.read()).transpose()? {
            Some((protocol, kind, origin)) => (protocol, Some((kind, origin))),
            None => (None, None),
        };
        Ok(Inputs {
            client: self.client,
            platform: self.platform,
            defaults: *defaults,
            host,
            ports,
            environment_port: environment.port,
            socket: arguments.socket.or(in_files),
            environment_socket: from_environment,
            protocol,
            asked,
            base_name: arguments.base_name.or(files.base_name),
        })
    }
}

impl<'a> Settings<'a> {
    fn set(&mut self, name: OptionName, value: Value<'a>, asked: Asked<'a>) {
        match name {
            OptionName::Host => self.host = Some(value),
            OptionName::Port => self.port = Some(value),
            OptionName::Socket => self.socket = Some(value),
            OptionName::Protocol => self.protocol = Some(asked),
            OptionName::Pipe => self.protocol = Some(Asked::Pipe(value.origin())),
            OptionName::SharedMemoryBaseName => self.base_name = Some(value),
        }
    }
}
