//! The arguments of `portolan choose`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches, Subcommand, ValueEnum};
use portolan::client::Platform;
use portolan::client::mysql::OptionName;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan choose mysql -h localhost -P 3307
  portolan choose libpq 'host=/run/postgresql,db.example port=5433'

Nothing is connected to, no name is looked up, and neither option files nor the environment of this
machine count unless they are asked for.")]
pub(crate) struct Choose {
    #[command(subcommand)]
    pub(crate) client: Client,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// The command `mysql`, or the C library of MySQL.
    #[command(disable_help_flag = true)]
    #[command(after_help = "Examples:
  portolan choose mysql -h localhost -P 3307
  portolan choose mysql --c-api --platform windows -h . --json")]
    Mysql(Sql),
    /// The command `mariadb`, or MariaDB Connector/C; on the command's line the order counts.
    #[command(disable_help_flag = true)]
    #[command(after_help = "Examples:
  portolan choose mariadb -S /run/x.sock -P 3307
  portolan choose mariadb --file /etc/mysql/my.cnf --environment MYSQL_TCP_PORT=3307")]
    Mariadb(Sql),
    /// libpq: `psql` and every other client of PostgreSQL built on it.
    #[command(disable_help_flag = true)]
    #[command(after_help = "Examples:
  portolan choose libpq postgresql://localhost,%2Frun%2Fpg/app
  portolan choose libpq --service app --service-file ~/.pg_service.conf --json")]
    Libpq(Libpq),
}

/// What clients of MySQL and MariaDB are given.
#[derive(Debug, Args)]
pub(crate) struct Sql {
    #[command(flatten)]
    pub(crate) given: Given,
    /// An option file to read, with what it includes; may be given several times, in order. A
    /// relative path in an include is relative to the current folder, as it is to the clients.
    #[arg(long, value_name = "PATH")]
    pub(crate) file: Vec<PathBuf>,
    /// Ask for the C library instead of the command: the options are the arguments of its call.
    #[arg(long)]
    pub(crate) c_api: bool,
    #[command(flatten)]
    pub(crate) around: Around,
}

/// What clients of PostgreSQL are given.
#[derive(Debug, Args)]
pub(crate) struct Libpq {
    /// A connection string: keywords and values, or a URI; stronger than single options.
    #[arg(value_name = "CONNINFO")]
    pub(crate) text: Option<OsString>,
    /// Names, addresses and folders, joined by commas.
    #[arg(long, short = 'h')]
    pub(crate) host: Option<OsString>,
    /// Numeric addresses, joined by commas.
    #[arg(long)]
    pub(crate) hostaddr: Option<OsString>,
    /// One port, or as many as hosts.
    #[arg(long, short)]
    pub(crate) port: Option<OsString>,
    /// The name of a service.
    #[arg(long)]
    pub(crate) service: Option<OsString>,
    /// The service file to read.
    #[arg(long, value_name = "PATH")]
    pub(crate) service_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) around: Around,
}

/// What every client is given, and how its answer is printed.
#[derive(Debug, Args)]
pub(crate) struct Around {
    /// A variable of the client's environment; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) environment: Vec<(String, String)>,
    /// Take the variables that the client looks at from the environment of this process, too.
    #[arg(long)]
    pub(crate) use_environment: bool,
    /// The system that the client was built for.
    #[arg(long, default_value = "unix", value_parser = platform())]
    pub(crate) platform: Platform,
    /// Whose default socket is built in.
    #[arg(long, value_enum, default_value_t = BuiltIn::Upstream)]
    pub(crate) defaults: BuiltIn,
    /// One JSON object, the answer of the driver to `client.choose`.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print help.
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// Whose default socket is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BuiltIn {
    /// `/tmp/mysql.sock`, `/tmp`.
    Upstream,
    /// `/run/mysqld/mysqld.sock`, `/var/run/postgresql`.
    Debian,
}

fn variable(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("a variable is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn platform() -> impl TypedValueParser<Value = Platform> {
    let names = [Platform::Unix, Platform::Windows].map(Platform::name);
    PossibleValuesParser::new(names)
        .try_map(|name| Platform::from_name(&name).ok_or("no such platform"))
}

/// The options of a client of MySQL or MariaDB, in the order of the command line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(pub(crate) Vec<(OptionName, OsString)>);

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Vec::new();
        for option in OptionName::ALL {
            let values = matches.get_many::<OsString>(option.name()).into_iter().flatten();
            let places = matches.indices_of(option.name()).into_iter().flatten();
            given.extend(places.zip(values).map(|(place, value)| (place, *option, value.clone())));
        }
        given.sort_by_key(|(place, ..)| *place);
        Ok(Self(given.into_iter().map(|(_, option, value)| (option, value)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Given {
    fn augment_args(command: clap::Command) -> clap::Command {
        OptionName::ALL.iter().fold(command, |command, option| command.arg(argument(*option)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

/// An option as the clients themselves take it.
fn argument(option: OptionName) -> Arg {
    let arg = Arg::new(option.name())
        .long(option.name())
        .action(ArgAction::Append)
        .value_parser(ValueParser::os_string());
    match option {
        OptionName::Host => arg.short('h').value_name("HOST").help("The host"),
        OptionName::Port => arg.short('P').value_name("PORT").help("The port; 0 is none"),
        OptionName::Socket => {
            arg.short('S').value_name("PATH").help("The Unix socket, on Windows the name of a pipe")
        }
        OptionName::Protocol => {
            arg.value_name("WORD").help("tcp, socket, pipe or memory, or the beginning of one")
        }
        OptionName::Pipe => {
            let arg = arg.short('W').num_args(0).default_missing_value("");
            arg.help("The same as --protocol=pipe")
        }
        _ => arg.value_name("NAME").help("The shared memory on Windows"),
    }
}
