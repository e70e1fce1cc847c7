//! The arguments of `portolan wire`.

use std::ffi::OsString;

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan wire decode forwarded 'for=\"[2001:db8::1]:4711\";proto=https, for=192.0.2.43'
  portolan wire encode proxy-v2 transport=tcp source=192.0.2.1:56324 destination=192.0.2.2:443
  portolan wire decode proc-net --with table=tcp --with endian=little < /proc/net/tcp")]
pub(crate) struct Wire {
    #[command(subcommand)]
    pub(crate) direction: WireDirection,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WireDirection {
    /// Print what bytes say, and the bytes field by field.
    Decode(WireDecode),
    /// Print the bytes of a form.
    Encode(WireEncode),
    /// List the forms, and whether their bytes are given as hex or as text.
    #[command(after_help = "Examples:
  portolan wire forms
  portolan wire forms --json | jq -r .form")]
    Forms {
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan wire decode socks5-request \"0501 0003 0b6578616d706c652e636f6d 01bb\"
  portolan wire decode --json stun 0001a147e112a643 | jq .ok.address.port
  printf 'PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\\r\\n' | portolan wire decode proxy-v1
  portolan wire decode proc-net --with table=unix < /proc/net/unix

Forms whose bytes are text are given as that text, the others as hex. `stun` takes transaction=HEX
and xor=false, `multiaddr` mode=legacy, `proc-net` table=NAME and endian=little or big.

A name in /proc/net/unix may hold line feeds, and so look like a further socket. Of a whole file
each socket says its `origin`: certain, or possible where the name of another may hold the line.")]
pub(crate) struct WireDecode {
    /// The form; `portolan wire forms` lists them.
    #[arg(value_name = "FORM", value_parser = wire_form(), hide_possible_values = true)]
    pub(crate) form: String,
    /// Bytes; without any, or for `-`, the lines of standard input.
    #[arg(value_name = "BYTES")]
    pub(crate) bytes: Vec<OsString>,
    /// What the form needs beside its bytes, as NAME=VALUE; may be given several times.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) with: Vec<OsString>,
    /// Take hex where the form is text.
    #[arg(long)]
    pub(crate) hex: bool,
    /// One JSON object a line.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  portolan wire encode socks5-request command=1 endpoint=example.com:443
  portolan wire encode --raw proxy-v1 transport=tcp source=192.0.2.1:80 destination=192.0.2.2:443
  portolan wire encode multiaddr text=/ip4/127.0.0.1/tcp/3306

A member is NAME=VALUE. Addresses are strict text; other values are JSON, or else a string.")]
pub(crate) struct WireEncode {
    /// The form; `portolan wire forms` lists them.
    #[arg(value_name = "FORM", value_parser = wire_form(), hide_possible_values = true)]
    pub(crate) form: String,
    /// The members of the form, by the names that `decode --json` gives them.
    #[arg(value_name = "NAME=VALUE")]
    pub(crate) members: Vec<OsString>,
    /// Write the bytes themselves.
    #[arg(long, conflicts_with = "json")]
    pub(crate) raw: bool,
    /// One JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Takes a wire form by its name, which completions know.
fn wire_form() -> PossibleValuesParser {
    PossibleValuesParser::new(portolan_conformance::driver::wire_forms())
}
