//! The arguments of every subcommand, with two worked examples each.

mod capture;
mod frames;
mod policy;
mod wire;

use std::ffi::OsString;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use portolan::addr::Dialect;
use portolan::sockaddr::Abi;

pub(crate) use self::capture::{Captures, Pcap, Transport};
pub(crate) use self::frames::{Escaped, Framers, Guess};
pub(crate) use self::policy::{Bits, CheckList, Classify};
pub(crate) use self::wire::{Wire, WireDecode, WireDirection, WireEncode};
use crate::choose::Choose;

const STYLES: clap::builder::Styles = clap::builder::Styles::styled()
    .header(Style::new().bold())
    .usage(Style::new().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Socket addresses and stream framing: what an address means to whom, and where frames end.
#[derive(Debug, Parser)]
#[command(name = "portolan", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 input refused or check failed, 2 wrong usage.")]
pub(crate) struct Arguments {
    /// Colour: `auto` is off in a pipe, and with `NO_COLOR` set.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Settles the choice for every stream of the process.
    pub(crate) fn write_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show what every dialect reads in an address, and whether they disagree.
    Explain(Explain),
    /// Read addresses in one dialect and print them in their canonical strict form.
    Parse(Parse),
    /// Read addresses in one dialect and print them in another, and name what is lost.
    Convert(Convert),
    /// Show what addresses are, what the addresses inside them are, and whether to connect to them.
    Classify(Classify),
    /// Decide about addresses by an access list, and name the line that decided.
    CheckList(CheckList),
    /// List the dialects: who spells addresses so, and what they take that strict does not.
    Dialects(Dialects),
    /// Show which endpoint a database client picks, and why.
    Choose(Choose),
    /// Turn addresses into the bytes a kernel holds, and back.
    Sockaddr(Sockaddr),
    /// Turn the addresses inside protocols (PROXY, SOCKS, STUN, DNS …) into bytes, and back.
    Wire(Wire),
    /// Frame payloads from standard input onto standard output.
    Enframe(Enframe),
    /// Find the frames in a stream or a capture file.
    Deframe(Deframe),
    /// List the framers: what they are configured by, and a worked example each.
    Framers(Framers),
    /// Find out which framings divide a stream, and how much speaks for each.
    Guess(Guess),
    /// Answer the driver protocol: one JSON request a line in, one JSON answer a line out.
    #[command(after_help = "Examples:
  echo '{\"id\":1,\"op\":\"ip.parse\",\"dialect\":\"aton\",\"text\":\"010.0.0.1\"}' | portolan driver
  portolan conformance run --driver 'portolan driver'")]
    Driver,
    /// Hold implementations against the conformance vectors.
    Conformance(Conformance),
    /// Print completions for a shell.
    #[command(after_help = "Examples:
  portolan completions bash > /usr/share/bash-completion/completions/portolan
  portolan completions zsh > ~/.zfunc/_portolan")]
    Completions(Completions),
    /// Print the manual page.
    #[command(after_help = "Examples:
  portolan man > /usr/local/share/man/man1/portolan.1
  portolan man | man -l -")]
    Man,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan explain 010.0.0.1
  portolan explain --json '[fe80::1%25eth0]:80' | jq .ambiguous")]
pub(crate) struct Explain {
    /// Addresses; without any, or for `-`, the lines of standard input.
    #[arg(value_name = "ADDR")]
    pub(crate) addresses: Vec<OsString>,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Addresses to read, and how.
#[derive(Debug, Args)]
pub(crate) struct Reads {
    /// Addresses; without any, or for `-`, the lines of standard input.
    #[arg(value_name = "ADDR")]
    pub(crate) addresses: Vec<OsString>,
    /// The port of a text that has none.
    #[arg(long, value_name = "PORT")]
    pub(crate) default_port: Option<u16>,
    /// Take `*`, the listen address of both families.
    #[arg(long)]
    pub(crate) listen: bool,
    /// How many threads read lines, at most 256; the order is kept. As many as cores unless given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan parse '[FE80::1%eth0]:80' unix:/run/x
  portolan parse --dialect aton < addresses.txt > canonical.txt

Each element of a list is a line. Refused lines go to standard error with their number; the rest
goes on, and the exit code is 1.")]
pub(crate) struct Parse {
    /// The dialect to read; `portolan dialects` lists them.
    #[arg(long, short, default_value = "strict", value_parser = dialect(), hide_possible_values = true)]
    pub(crate) dialect: Dialect,
    #[command(flatten)]
    pub(crate) reads: Reads,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan convert --from nginx --to strict 010.0.0.1:8080
  portolan convert --from strict --to systemd '[fe80::1%eth0]:80'

What is lost goes to standard error, by name. Refused lines go there, too, with their number; the
rest goes on, and the exit code is 1.")]
pub(crate) struct Convert {
    /// The dialect to read; `portolan dialects` lists them.
    #[arg(long, short, value_name = "DIALECT", default_value = "strict", value_parser = dialect(), hide_possible_values = true)]
    pub(crate) from: Dialect,
    /// The dialect to write.
    #[arg(long, short, value_name = "DIALECT", value_parser = dialect(), hide_possible_values = true)]
    pub(crate) to: Dialect,
    /// Refuse what cannot be converted without loss.
    #[arg(long)]
    pub(crate) lossless: bool,
    #[command(flatten)]
    pub(crate) reads: Reads,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan dialects
  portolan dialects nginx haproxy --json")]
pub(crate) struct Dialects {
    /// Only these.
    #[arg(value_name = "DIALECT", value_parser = dialect(), hide_possible_values = true)]
    pub(crate) names: Vec<Dialect>,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Takes a dialect by its name, which completions know.
fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let names = Dialect::ALL.iter().map(|dialect| dialect.name());
    PossibleValuesParser::new(names)
        .try_map(|name| Dialect::from_name(&name).ok_or("no such dialect"))
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan sockaddr encode --abi linux-le 127.0.0.1:3306
  portolan sockaddr decode --abi linux-le 02000cea7f0000010000000000000000")]
pub(crate) struct Sockaddr {
    #[command(subcommand)]
    pub(crate) direction: SockaddrDirection,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SockaddrDirection {
    /// Print the bytes of an address, annotated.
    #[command(after_help = "Examples:
  portolan sockaddr encode --abi linux-le 127.0.0.1:3306
  portolan sockaddr encode --abi freebsd --json '[fe80::1%2]:3306'")]
    Encode {
        #[command(flatten)]
        options: SockaddrOptions,
        /// Numeric addresses in strict form, such as `[fe80::1%2]:80`, `unix:/run/x`, `vsock:2:1`;
        /// without any, or for `-`, the lines of standard input.
        #[arg(value_name = "ADDR")]
        addresses: Vec<OsString>,
        /// The flow information of an IPv6 address, as a number.
        #[arg(long, default_value_t = 0)]
        flowinfo: u32,
    },
    /// Print the address that bytes hold.
    #[command(after_help = "Examples:
  portolan sockaddr decode --abi linux-le 02000cea7f0000010000000000000000
  portolan sockaddr decode --abi linux-le --lenient after-nul 01002f7800ff")]
    Decode {
        #[command(flatten)]
        options: SockaddrOptions,
        /// Bytes in hex; white space and colons between digits are allowed. Without any, or for
        /// `-`, the lines of standard input.
        #[arg(value_name = "HEX")]
        bytes: Vec<OsString>,
        /// A leniency, by name; may be given several times.
        #[arg(long, value_name = "NAME")]
        lenient: Vec<String>,
        /// The length that the kernel reported, where it differs.
        #[arg(long, value_name = "BYTES")]
        reported_len: Option<usize>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct SockaddrOptions {
    /// The layout: operating system and byte order.
    #[arg(long, value_name = "ABI", value_parser = abi())]
    pub(crate) abi: Abi,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Takes a layout by its name, which completions know.
fn abi() -> impl TypedValueParser<Value = Abi> {
    let names = Abi::ALL.iter().map(|abi| abi.name());
    PossibleValuesParser::new(names).try_map(|name| Abi::from_name(&name).ok_or("no such layout"))
}

/// Examples, then how a framer is spelled on the command line.
macro_rules! framer_help {
    ($examples:literal) => {
        concat!(
            $examples,
            "

Framers, as NAME,KEY=VALUE,...; `portolan framers` lists them with their options and examples:
  length,width=2,endian=little           K, M and G stand behind numbers
  lines,ending=crlf,max=64K              max= limits the bytes of a body; 1M unless given
  mysql,assemble                         parts joined; max_parts= is 4K unless given
  stack(tls-record,lines)                frames inside the bodies of others
  then(proxy,http2)                      a framing up to its end, then another
  after(1,lines,netstring)               a framing for so many messages, then another
  detect(proxy,then(proxy,lines),lines)  by how the stream begins"
        )
    };
}

#[derive(Debug, Args)]
#[command(after_help = framer_help!("Examples:
  printf 'one\\ntwo\\n' | portolan enframe --framer length,width=2 | xxd
  portolan deframe --framer lines --json < log | portolan enframe --framer netstring --from json"))]
pub(crate) struct Enframe {
    /// The framing, such as `length,width=4,max=64K`; `portolan framers` lists them.
    #[arg(long, short, value_name = "SPEC")]
    pub(crate) framer: String,
    /// A file instead of standard input, which `-` is, too.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// What a payload is in the input.
    #[arg(long, value_enum, default_value_t = From::Lines)]
    pub(crate) from: From,
    /// Print one JSON object a frame instead of its bytes.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// A line without its line feed.
    Lines,
    /// What stands before a NUL.
    Nul,
    /// A line of hex digits.
    Hex,
    /// A line of `deframe --json`: bodies with what their frames say besides.
    Json,
    /// All of the input.
    Whole,
}

#[derive(Debug, Args)]
#[command(after_help = framer_help!("Examples:
  printf '\\0\\3one\\0\\3two' | portolan deframe --framer length,width=2
  portolan deframe --framer lines,ending=crlf,max=512 --json < session.log
  tcpdump -w - port 3306 | portolan deframe --framer mysql,max=16M

Of a capture file (pcap, pcapng) every direction of every connection is a stream of its own, shown
with its endpoints; TCP is put in order, and what was not captured is said. With --json an event has
`stream`, `direction`, `source`, `destination` and `time`, in seconds since the first packet."))]
pub(crate) struct Deframe {
    /// The framing, such as `length,width=4,max=64K`; `portolan framers` lists them.
    #[arg(long, short, value_name = "SPEC")]
    pub(crate) framer: String,
    /// A file instead of standard input, which `-` is, too.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Print the events of the driver protocol, one JSON object a line, bad frames among them.
    #[arg(long, conflicts_with_all = ["raw", "dir"])]
    pub(crate) json: bool,
    /// Write the bodies as they are; on a terminal, a line each.
    #[arg(long, conflicts_with = "dir")]
    pub(crate) raw: bool,
    /// What is written behind each body; `\n`, `\r`, `\t`, `\0`, `\\` and `\x0d` are those bytes.
    #[arg(long, value_name = "TEXT", requires = "raw", value_parser = frames::escaped)]
    pub(crate) separator: Option<Escaped>,
    /// Write each body to a new file in this directory, named by number and offset.
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// Go on behind a bad frame, where the framing can; otherwise the first ends the work.
    #[arg(long)]
    pub(crate) resync: bool,
    #[command(flatten)]
    pub(crate) capture: Captures,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan conformance
  portolan conformance run --driver './my-parser --driver' --filter addr/ipv6")]
pub(crate) struct Conformance {
    #[command(subcommand)]
    pub(crate) action: Option<ConformanceAction>,
    #[command(flatten)]
    pub(crate) options: ConformanceOptions,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ConformanceAction {
    /// Ask every implementation on this machine every vector it can answer (the default).
    #[command(after_help = "Examples:
  portolan conformance run --filter addr/ipv6
  portolan conformance run --driver './my-parser --driver' --json")]
    Run,
    /// Check the vectors themselves.
    #[command(after_help = "Examples:
  portolan conformance lint
  portolan conformance lint --vectors ./my-vectors --json")]
    Lint,
    /// Write the matrix only, and say where it is.
    #[command(after_help = "Examples:
  portolan conformance matrix
  portolan conformance matrix --filter addr/ipv4 --output /tmp/matrix")]
    Matrix,
}

#[derive(Debug, Args)]
pub(crate) struct ConformanceOptions {
    /// A further driver to ask, as a shell command; may be given several times.
    #[arg(long, value_name = "COMMAND", global = true)]
    pub(crate) driver: Vec<String>,
    /// Only vectors whose id contains this.
    #[arg(long, value_name = "TEXT", global = true)]
    pub(crate) filter: Option<String>,
    /// A directory of vectors instead of those built in.
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) vectors: Option<PathBuf>,
    /// Where the matrix and the reports go.
    #[arg(long, value_name = "DIR", default_value = "target/portolan", global = true)]
    pub(crate) output: PathBuf,
    /// Rewrite the ledgers in this folder to the divergences that were observed.
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) fix: Option<PathBuf>,
    /// The report or the matrix as one JSON object; the mistakes that lint finds as one a line.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}
