//! The arguments of `portolan deframe` about capture files.

use clap::{Args, ValueEnum};
use portolan::frame::spec;

/// What is read of a capture file.
#[derive(Debug, Args)]
#[command(next_help_heading = "Capture files")]
pub(crate) struct Captures {
    /// Whether the input is a capture, pcap or pcapng: `auto` looks at its first bytes.
    #[arg(long, value_enum, default_value_t = Pcap::Auto, value_name = "WHEN")]
    pub(crate) pcap: Pcap,
    /// What is read of a capture: streams of TCP, each datagram of UDP as a stream, or both.
    #[arg(long, value_enum, default_value_t = Transport::Tcp, value_name = "WHAT")]
    pub(crate) transport: Transport,
    /// Only streams from or to this port; may be given several times.
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Vec<u16>,
    /// How many connections are held at once; those whose end has been seen make room for others.
    #[arg(long, value_name = "N", default_value = "16K", value_parser = size)]
    pub(crate) max_streams: usize,
    /// How many bytes of a direction may wait for those before them.
    #[arg(long, value_name = "BYTES", default_value = "1M", value_parser = size)]
    pub(crate) max_held: usize,
}

/// Whether the input is a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pcap {
    Auto,
    Yes,
    No,
}

/// What is read of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Transport {
    Tcp,
    Udp,
    Both,
}

/// A number, K, M or G behind it.
fn size(text: &str) -> Result<usize, String> {
    spec::size(text.as_bytes()).ok_or_else(|| "not a number such as 16, 64K or 1M".to_owned())
}
