//! The arguments of the commands that judge addresses.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use portolan::addr::{Dialect, EmbeddedForm, HostBits, Nat64Prefix, Prefix};
use portolan::dialect;
use portolan::policy::{Action, Embeddings};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan classify 169.254.169.254 64:ff9b::a9fe:a9fe
  portolan classify --json < peers.txt | jq -r 'select(.ok.deny_non_global.passes | not) | .text'

The rows are those of IANA's special-purpose registries, in the edition that is printed. An address
is judged as it stands and as each IPv4 address inside it; `denied` says that
portolan::policy::DenyNonGlobal would not connect to it. The exit code is 1 where a text is refused.")]
pub(crate) struct Classify {
    #[command(flatten)]
    pub(crate) reads: BareReads,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan check-list office.acl 10.1.2.3 ::ffff:127.0.0.1
  portolan check-list --embeddings all --default allow blocked.acl < peers.txt

A list has one rule a line, `allow` or `deny` and a prefix or address; blank lines mean nothing, and
# begins a comment:
  allow 10.0.0.0/8
  deny  10.9.0.0/16   # the guests
The longest prefix wins, and of equal ones the denial; the order means nothing. An address is denied
where it, or an IPv4 address inside it, is denied; a rule that allows reaches through `mapped` only,
and one on v4-mapped addresses is refused: the IPv4 prefix speaks of them too.
What no rule speaks of is denied, so that an empty list denies everything. Text is strict, and where
one line cannot be read the list is not used at all.

Exit codes: 0 every address is allowed, 1 one is denied or refused, 2 the list cannot be read.")]
pub(crate) struct CheckList {
    /// The list; `-` is standard input, and then addresses are arguments.
    #[arg(value_name = "FILE")]
    pub(crate) list: PathBuf,
    #[command(flatten)]
    pub(crate) reads: BareReads,
    /// The embeddings to look through, with commas: mapped, compatible, 6to4, teredo-server,
    /// teredo-client, nat64, nat64-local, isatap; or `all`, or `none`.
    #[arg(long, value_name = "FORMS", default_value = "mapped", value_parser = embeddings)]
    pub(crate) embeddings: Embeddings,
    /// What becomes of an address that no rule speaks of.
    #[arg(long, value_enum, value_name = "ACTION", default_value_t = Verb::Deny)]
    pub(crate) default: Verb,
    /// The action of a line that has none; such lines are refused unless it is given.
    #[arg(long, value_enum, value_name = "ACTION")]
    pub(crate) bare: Option<Verb>,
    /// What to do with bits behind a prefix.
    #[arg(long, value_enum, default_value_t = Bits::Reject)]
    pub(crate) host_bits: Bits,
}

/// Addresses without ports to read, and how.
#[derive(Debug, Args)]
pub(crate) struct BareReads {
    /// Addresses without ports; without any, or for `-`, the lines of standard input.
    #[arg(value_name = "ADDR")]
    pub(crate) addresses: Vec<OsString>,
    /// The dialect to read; `portolan dialects --json` tells which take bare addresses.
    #[arg(long, short, default_value = "strict", value_parser = bare_dialect(), hide_possible_values = true)]
    pub(crate) dialect: Dialect,
    /// A prefix under which this network translates IPv4 (RFC 6052); may be given several times.
    #[arg(long, value_name = "PREFIX", value_parser = nat64)]
    pub(crate) nat64: Vec<Nat64Prefix>,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Verb {
    Allow,
    Deny,
}

impl From<Verb> for Action {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Allow => Self::Allow,
            Verb::Deny => Self::Deny,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bits {
    /// A bit that is set is refused.
    Reject,
    /// They are cleared: `10.0.0.1/8` is `10.0.0.0/8`.
    Mask,
}

/// Takes a dialect that reads addresses without ports.
fn bare_dialect() -> impl TypedValueParser<Value = Dialect> {
    let bare = Dialect::ALL.iter().filter(|each| dialect::has_bare_ip(**each));
    PossibleValuesParser::new(bare.map(|each| each.name()))
        .try_map(|name| Dialect::from_name(&name).ok_or("no such dialect"))
}

fn nat64(text: &str) -> Result<Nat64Prefix, String> {
    let prefix = Prefix::parse(text.as_bytes(), HostBits::Reject);
    let prefix = prefix.map_err(|error| error.to_string())?;
    Nat64Prefix::new(prefix).map_err(|error| error.to_string())
}

/// Takes `all`, `none`, or the names of forms with commas between them.
fn embeddings(text: &str) -> Result<Embeddings, String> {
    let form = |name: &str| {
        let names = || EmbeddedForm::ALL.iter().map(|form| form.name()).collect::<Vec<_>>();
        EmbeddedForm::from_name(name).ok_or_else(|| {
            format!("no embedding `{name}`; there is: {} all none", names().join(" "))
        })
    };
    match text {
        "all" => Ok(Embeddings::ALL),
        "none" => Ok(Embeddings::NONE),
        names => names.split(',').map(form).collect(),
    }
}
