//! The kernel as an oracle: what `/proc/net` prints of sockets that this test has opened.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // likewise
#![allow(clippy::disallowed_methods)] // the digits are the kernel's
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // tests have std

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr as UnixSocketAddr, UnixDatagram, UnixListener};

use portolan::addr::UnixAddress;
use portolan::endian::Endian;
use portolan::wire::Wire as _;
use portolan::wire::procfs::{Context, Entry, InetSocket, Line, Origin, Sockets, Table};

const NATIVE: Endian = if cfg!(target_endian = "little") { Endian::Little } else { Endian::Big };

/// The inode of a socket, by another way than the tables.
fn inode(socket: &impl std::os::fd::AsFd) -> u64 {
    let fd = socket.as_fd().as_raw_fd();
    let link = fs::read_link(format!("/proc/self/fd/{fd}")).unwrap();
    let digits: String = link.to_str().unwrap().chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn file(table: Table) -> Option<Vec<u8>> {
    let path = format!("/proc/self/net/{}", table.name());
    match fs::read(&path) {
        Ok(file) => Some(file),
        Err(error) => {
            println!("skipped: {path}: {error}");
            None
        }
    }
}

/// Reads every line of a table, holds it to what is written for it, and finds a socket.
fn find<'a>(file: &'a [u8], table: Table, inode: u64) -> InetSocket<'a> {
    let context = Context::new(table, NATIVE);
    let mut found = None;
    for (index, line) in file.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let decoded = Line::decode(line, context)
            .unwrap_or_else(|error| panic!("{}: {error}", line.escape_ascii()));
        let value = decoded.value().unwrap();
        assert_eq!(value == Line::Header, index == 0);
        let mut out = [0; 512];
        let len = value.encode(context, &mut out).unwrap();
        assert_eq!(out[..len].escape_ascii().to_string(), line.escape_ascii().to_string());
        match value {
            Line::Inet(socket) if socket.inode == inode => found = Some(socket),
            _ => {}
        }
    }
    found.unwrap_or_else(|| panic!("no socket {inode} in {}", table.name()))
}

fn check(
    table: Table,
    socket: &impl std::os::fd::AsFd,
    local: SocketAddr,
    remote: SocketAddr,
    state: u8,
) {
    let Some(file) = file(table) else { return };
    let found = find(&file, table, inode(socket));
    assert_eq!((found.local, found.remote, found.state), (local, remote, state));
    assert_eq!(found.uid, fs_uid());
}

/// The user that owns what this process makes.
fn fs_uid() -> u32 {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").unwrap().uid()
}

#[test]
fn tcp_and_udp_are_what_getsockname_says() {
    for (table, udp, address) in
        [(Table::Tcp, Table::Udp, "127.0.0.1:0"), (Table::Tcp6, Table::Udp6, "[::1]:0")]
    {
        let Ok(listener) = TcpListener::bind(address) else {
            println!("skipped: {address} cannot be bound here");
            continue;
        };
        let any = SocketAddr::new(
            if table == Table::Tcp { [0, 0, 0, 0].into() } else { [0_u16; 8].into() },
            0,
        );
        check(table, &listener, listener.local_addr().unwrap(), any, 0x0a);
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, peer) = listener.accept().unwrap();
        assert_eq!(peer, stream.local_addr().unwrap());
        check(table, &stream, peer, listener.local_addr().unwrap(), 1);
        check(table, &accepted, listener.local_addr().unwrap(), peer, 1);
        let socket = UdpSocket::bind(address).unwrap();
        check(udp, &socket, socket.local_addr().unwrap(), any, 7);
    }
}

fn entries(file: &[u8]) -> Vec<Entry> {
    Sockets::new(file).map(|entry| entry.unwrap()).collect()
}

fn of(entries: &[Entry], inode: u64) -> Entry {
    *entries.iter().find(|entry| entry.socket.inode == inode).expect("the socket is in the table")
}

#[test]
fn unix_names_are_what_was_bound() {
    let name = format!("portolan-{}", std::process::id());
    let folder = std::env::temp_dir().join(&name);
    fs::create_dir(&folder).unwrap();
    let bind = |file: &str| UnixListener::bind(folder.join(file)).unwrap();
    let [plain, broken] = [bind("a b@c"), bind("line\nfeed")];
    std::env::set_current_dir(&folder).unwrap();
    let beginning = UnixListener::bind("\nfeed").unwrap();
    let padded = UnixSocketAddr::from_abstract_name(format!("{name}\0\0")).unwrap();
    let padded = UnixDatagram::bind_addr(&padded).unwrap();
    let (unnamed, _other) = UnixDatagram::pair().unwrap();
    // Any user may bind a name that is the text of another socket.
    let line = "0000000000000000: 00000002 00000000 00010000 0001 01 99999999999 /run/real";
    let forging = UnixSocketAddr::from_abstract_name(format!("{name}\n{line}")).unwrap();
    let forging = UnixListener::bind_addr(&forging).unwrap();
    let file = file(Table::Unix);
    fs::remove_dir_all(&folder).unwrap();
    let Some(file) = file else { return };
    let entries = entries(&file);
    let path = |name: &str| {
        let path = folder.join(name);
        UnixAddress::from_pathname(path.to_str().unwrap().as_bytes()).unwrap()
    };
    let named = |inode, name, is_lossy, is_broken| {
        let entry = of(&entries, inode);
        assert_eq!((entry.socket.name, entry.socket.is_lossy()), (name, is_lossy));
        assert_eq!(entry.is_broken, is_broken);
    };
    named(inode(&plain), path("a b@c"), false, false);
    named(inode(&broken), path("line\nfeed"), false, true);
    named(inode(&beginning), UnixAddress::from_pathname(b"\nfeed").unwrap(), false, true);
    let printed = UnixAddress::from_abstract_name(format!("{name}@@").as_bytes()).unwrap();
    named(inode(&padded), printed, true, false);
    named(inode(&unnamed), UnixAddress::UNNAMED, false, false);
    let cut = UnixAddress::from_abstract_name(name.as_bytes()).unwrap();
    named(inode(&forging), cut, true, false);
    assert_eq!(of(&entries, inode(&plain)).socket.flags, 0x10000, "it listens");
    assert_eq!(of(&entries, 99_999_999_999).origin, Origin::Possible, "it does not exist");
}
