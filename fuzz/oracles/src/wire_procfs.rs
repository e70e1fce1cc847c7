//! The socket tables of Linux: columns are those of a plain reader, and no forged line is certain.

use alloc::format;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use portolan::addr::{UnixAddress, UnixName};
use portolan::endian::Endian;
use portolan::wire::Wire as _;
use portolan::wire::procfs::{Context, Line, Origin, Sockets, Table};

use crate::wire_laws;

/// The first byte chooses table and byte order.
pub fn run(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else { return };
    let table = Table::ALL[usize::from(choice & 7) % Table::ALL.len()];
    let endian = if choice & 8 == 0 { Endian::Little } else { Endian::Big };
    let context = Context::new(table, endian);
    if let Some(line) = wire_laws::whole::<Line<'_>>(text, context) {
        let written = wire_laws::written(&line, context).expect("what is read is written");
        wire_laws::reads_back(&line, &written, context);
        let end = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| at + 1);
        let alone = Line::decode(&text[..end], context);
        assert_eq!(alone, Line::decode(text, context), "what follows a line changes nothing");
        if let Line::Inet(socket) = line {
            let read = (socket.local, socket.remote, socket.state, socket.uid, socket.inode);
            assert_eq!(Some(read), model(text, context));
        }
    }
    whole_file(text);
    forged(text);
}

/// The columns by splitting at blanks.
fn model(text: &[u8], context: Context) -> Option<(SocketAddr, SocketAddr, u8, u32, u64)> {
    let line = core::str::from_utf8(text.split(|byte| *byte == b'\n').next()?).ok()?;
    let columns: Vec<&str> = line.split(' ').filter(|column| !column.is_empty()).collect();
    let address = |text: &str| {
        let (digits, port) = text.split_once(':')?;
        let mut bytes: Vec<u8> = Vec::new();
        for word in digits.as_bytes().chunks(8) {
            let word = u32::from_str_radix(core::str::from_utf8(word).ok()?, 16).ok()?;
            bytes.extend(match context.endian {
                Endian::Little => word.to_le_bytes(),
                Endian::Big => word.to_be_bytes(),
            });
        }
        let ip = match <[u8; 4]>::try_from(&bytes[..]) {
            Ok(bytes) => IpAddr::from(Ipv4Addr::from(bytes)),
            Err(_) => IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(&bytes[..]).ok()?)),
        };
        Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
    };
    let state = u8::from_str_radix(columns.get(3)?, 16).ok()?;
    let uid = columns.get(7)?.parse().ok()?;
    let inode = columns.get(9)?.parse().ok()?;
    Some((address(columns.get(1)?)?, address(columns.get(2)?)?, state, uid, inode))
}

/// Entries follow one another, and each begins with a line that is one by itself, but where the name
/// begins with the line feed that ends it.
fn whole_file(file: &[u8]) {
    let mut end = 0;
    for entry in Sockets::new(file).flatten() {
        assert!(entry.at >= end, "entries do not overlap");
        end = entry.at + 1;
        let context = Context::new(Table::Unix, Endian::Little);
        match Line::decode(&file[entry.at..], context) {
            Ok(line) => assert!(
                matches!(line.value(), Some(Line::Unix(line)) if line.inode == entry.socket.inode)
            ),
            Err(_) => assert!(
                matches!(entry.socket.name.name(), UnixName::Pathname([b'\n', ..])),
                "{entry:?}"
            ),
        }
    }
}

/// Whatever a name holds, nothing in it is certain, and the socket before it is.
fn forged(name: &[u8]) {
    if UnixAddress::from_pathname(name).is_err() {
        return;
    }
    let line = "0000000000000000: 00000002 00000000 00010000 0001 01 4242";
    let head = format!("{line}\n{line} ");
    let file = [head.as_bytes(), name, b"\n", line.as_bytes(), b"\n"].concat();
    let inside = head.len()..head.len() + name.len();
    for entry in Sockets::new(&file).flatten() {
        if inside.contains(&entry.at) {
            assert_eq!(entry.origin, Origin::Possible, "forged at {}", entry.at);
        } else if entry.at < inside.start {
            assert_eq!(entry.origin, Origin::Certain);
        }
    }
}
