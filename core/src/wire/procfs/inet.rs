//! A line of `tcp`, `tcp6`, `udp` or `udp6`.

use core::fmt::{self, Write as _};
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::sink::Sink;
use super::super::{WireError, WireErrorKind};
use super::cells::Cells;
use super::{Context, Table};
use crate::endian::Endian;

/// An IPv4 or IPv6 socket as a line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InetSocket<'a> {
    /// The number of the line in its table.
    pub slot: u32,
    /// The address that it is bound to.
    pub local: SocketAddr,
    /// The address that it is connected to.
    pub remote: SocketAddr,
    /// The state: 1 established … 10 listening, 12 a connection being opened; `net/tcp_states.h`.
    pub state: u8,
    /// Bytes to be sent.
    pub tx_queue: u32,
    /// Bytes to be read; connections to be accepted.
    pub rx_queue: u32,
    /// Which timer runs, 0 for none.
    pub timer: u8,
    /// When it expires, in jiffies.
    pub expires: u64,
    /// How often was sent again.
    pub retransmits: u32,
    /// The user that opened the socket.
    pub uid: u32,
    /// How many probes are unanswered.
    pub timeout: u32,
    /// The inode, 0 where no process holds the socket any more.
    pub inode: u64,
    /// What stands behind, from the blank on: references, a pointer, and what versions add.
    rest: &'a [u8],
}

impl<'a> InetSocket<'a> {
    /// A socket that is idle.
    #[must_use]
    pub const fn new(
        local: SocketAddr,
        remote: SocketAddr,
        state: u8,
        uid: u32,
        inode: u64,
    ) -> Self {
        Self {
            slot: 0,
            local,
            remote,
            state,
            tx_queue: 0,
            rx_queue: 0,
            timer: 0,
            expires: 0,
            retransmits: 0,
            uid,
            timeout: 0,
            inode,
            rest: b" 1 0000000000000000",
        }
    }

    /// What stands behind the inode, without the blanks at the end of the line.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// `"%4d: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %lu %d …"`
    ///
    /// Linux `get_tcp4_sock`, `udp4_format_sock`, `get_tcp6_sock`, `__ip6_dgram_sock_seq_show`.
    pub(super) fn read(cells: &mut Cells<'a>, context: Context) -> Result<Self, WireError> {
        cells.skip_blanks();
        let slot = cells.decimal("slot")?;
        cells.expect(b':')?;
        let local = address(cells, context, ["local address", "local port"])?;
        let remote = address(cells, context, ["remote address", "remote port"])?;
        let state = narrow(cells.hex_behind(b' ', "state", 2..=2)?);
        let tx_queue = narrow(cells.hex_behind(b' ', "tx_queue", 8..=8)?);
        let rx_queue = narrow(cells.hex_behind(b':', "rx_queue", 8..=8)?);
        let timer = narrow(cells.hex_behind(b' ', "timer", 2..=2)?);
        let expires = narrow(cells.hex_behind(b':', "expires", 8..=16)?);
        let retransmits = narrow(cells.hex_behind(b' ', "retransmits", 8..=8)?);
        cells.blanks()?;
        let uid = cells.decimal("uid")?;
        cells.blanks()?;
        let timeout = cells.decimal("timeout")?;
        cells.expect(b' ')?;
        let inode = cells.decimal("inode")?;
        let rest = rest(cells)?;
        Ok(Self {
            slot,
            local,
            remote,
            state,
            tx_queue,
            rx_queue,
            timer,
            expires,
            retransmits,
            uid,
            timeout,
            inode,
            rest,
        })
    }

    pub(super) fn emit(&self, context: Context, sink: &mut Sink<'_, '_>) -> fmt::Result {
        let width = if matches!(context.table, Table::Udp | Table::Udp6) { 5 } else { 4 };
        write!(sink, "{:width$}: ", self.slot)?;
        put_address(&self.local, context, sink)?;
        sink.put(b" ")?;
        put_address(&self.remote, context, sink)?;
        write!(
            sink,
            " {:02X} {:08X}:{:08X} {:02X}:{:08X} {:08X} {:>5} {:>8} {}",
            self.state,
            self.tx_queue,
            self.rx_queue,
            self.timer,
            self.expires,
            self.retransmits,
            self.uid,
            self.timeout,
            self.inode
        )?;
        sink.put(self.rest)
    }
}

/// `" %08X:%04X"`, or four times as many digits.
fn address(
    cells: &mut Cells<'_>,
    context: Context,
    [address, port]: [&'static str; 2],
) -> Result<SocketAddr, WireError> {
    cells.expect(b' ')?;
    let ip = if context.table.is_ipv6() {
        let words = cells.hex(address, 32..=32)?;
        Ipv6Addr::from(swap_words(words.to_be_bytes(), context.endian)).into()
    } else {
        let word = narrow(cells.hex(address, 8..=8)?);
        Ipv4Addr::from(context.endian.u32_bytes(word)).into()
    };
    cells.expect(b':')?;
    Ok(SocketAddr::new(ip, narrow(cells.hex(port, 4..=4)?)))
}

/// Makes four numbers of a machine of the bytes of an address, and the other way round.
fn swap_words(bytes: [u8; 16], endian: Endian) -> [u8; 16] {
    let mut words = bytes;
    if endian == Endian::Little {
        words.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    }
    words
}

fn put_address(address: &SocketAddr, context: Context, sink: &mut Sink<'_, '_>) -> fmt::Result {
    match (address, context.table.is_ipv6()) {
        (SocketAddr::V4(addr), false) => {
            let word = context.endian.read_u32(addr.ip().octets());
            write!(sink, "{word:08X}:{:04X}", addr.port())
        }
        // Neither scope nor flow is printed.
        (SocketAddr::V6(addr), true) if addr.scope_id() == 0 && addr.flowinfo() == 0 => {
            let words = u128::from_be_bytes(swap_words(addr.ip().octets(), context.endian));
            write!(sink, "{words:032X}:{:04X}", addr.port())
        }
        _ => Err(fmt::Error),
    }
}

/// What stands behind the inode: at least how often the socket is referred to.
fn rest<'a>(cells: &mut Cells<'a>) -> Result<&'a [u8], WireError> {
    cells.expect(b' ')?;
    let at = cells.position();
    let _references: u32 = cells.decimal("references")?;
    let behind = cells.rest("rest");
    if let Some(bad) = behind.iter().position(|byte| !matches!(byte, b' '..=b'~')) {
        let at = cells.position().saturating_sub(behind.len()).saturating_add(bad);
        return Err(WireError::new(WireErrorKind::BadField, at));
    }
    let rest = cells.since(at.saturating_sub(1));
    let len = rest.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last.saturating_add(1));
    Ok(rest.get(..len).unwrap_or(rest))
}

/// A number that the count of its digits has made fit.
fn narrow<T: TryFrom<u128> + Default>(value: u128) -> T {
    T::try_from(value).unwrap_or_default()
}
