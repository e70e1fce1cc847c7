//! Kernel addresses against those who use them: the `socket2` crate, and the kernel of this machine
//! as `getsockname` and `getpeername` report.
#![cfg(all(feature = "std", target_os = "linux"))]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of sockets has std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

use std::ffi::OsStr;
use std::hash::{Hash as _, Hasher};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::{env, fs, process};

use portolan::addr::{SocketAddress, UnixAddress, UnixName, VsockAddress};
use portolan::sockaddr::{Abi, Leniency, decode, decode_with, encode};
use proptest::prelude::*;
use socket2::{Domain, SockAddr, SockRef, Socket, Type};

const NATIVE: Abi = if cfg!(target_endian = "big") { Abi::LinuxBe } else { Abi::LinuxLe };

/// Records what is hashed: a `SockAddr` hashes exactly its bytes, which it shows only to `unsafe`.
#[derive(Default)]
struct Recorder(Vec<u8>);

impl Hasher for Recorder {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    // The length in front of a slice.
    fn write_usize(&mut self, _: usize) {}
}

fn raw(address: &SockAddr) -> Vec<u8> {
    let mut recorder = Recorder::default();
    address.hash(&mut recorder);
    assert_eq!(recorder.0.len(), usize::try_from(address.len()).unwrap());
    recorder.0
}

fn encoded(address: impl Into<SocketAddress>) -> Vec<u8> {
    let mut out = [0xa5; Abi::MAX_LEN];
    let len = encode(NATIVE, &address.into(), &mut out).unwrap();
    out[..len].to_vec()
}

fn path(path: &[u8]) -> UnixAddress {
    UnixAddress::from_pathname(path).unwrap()
}

/// A path in the temporary directory that goes away with the value.
struct TempPath(PathBuf);

impl TempPath {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("portolan-{}-{name}", process::id()));
        let _ = fs::remove_file(&path);
        Self(path)
    }

    /// Filled up with `x` to a number of bytes.
    fn of_len(len: usize) -> Self {
        let mut path = Self::new("").bytes().to_vec();
        assert!(path.len() < len, "the temporary directory has too long a name");
        path.resize(len, b'x');
        let path = PathBuf::from(OsStr::from_bytes(&path));
        let _ = fs::remove_file(&path);
        Self(path)
    }

    fn bytes(&self) -> &[u8] {
        self.0.as_os_str().as_bytes()
    }
}

impl Drop for TempPath {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

proptest! {
    /// Oracle: the bytes of `socket2`, where it does not swap flow information.
    #[test]
    fn socket2_writes_the_same_inet_addresses(v4: (u32, u16), v6: (u128, u16, u32)) {
        let (ip, port) = v4;
        let address = SocketAddrV4::new(ip.into(), port);
        prop_assert_eq!(encoded(address), raw(&address.into()));
        let (ip, port, scope) = v6;
        let address = SocketAddrV6::new(ip.into(), port, 0, scope);
        prop_assert_eq!(encoded(address), raw(&address.into()));
    }

    /// Known difference: the standard library and `socket2` write the number of the flow
    /// information in the order of the machine (rust-lang/rust#101605); we write network order.
    #[test]
    fn socket2_swaps_flow_information(ip: u128, flow: u32) {
        let address = SocketAddrV6::new(ip.into(), 443, flow, 7);
        let mut theirs = raw(&address.into());
        if cfg!(target_endian = "little") {
            theirs[4..8].reverse();
        }
        prop_assert_eq!(encoded(address), theirs);
    }

    /// Oracle: paths of up to 107 bytes and abstract names of up to 107.
    #[test]
    fn socket2_writes_the_same_unix_addresses(
        pathname in prop::collection::vec(1_u8.., 1..=107),
        name in prop::collection::vec(any::<u8>(), 0..=107),
    ) {
        let theirs = SockAddr::unix(OsStr::from_bytes(&pathname)).unwrap();
        prop_assert_eq!(encoded(path(&pathname)), raw(&theirs));
        let theirs = SockAddr::unix(OsStr::from_bytes(&[&[0], &name[..]].concat())).unwrap();
        prop_assert_eq!(encoded(UnixAddress::from_abstract_name(&name).unwrap()), raw(&theirs));
    }

    /// Oracle: context and port of vsock.
    #[test]
    fn socket2_writes_the_same_vsock_addresses(cid: u32, port: u32) {
        prop_assert_eq!(encoded(VsockAddress { cid, port }), raw(&SockAddr::vsock(cid, port)));
    }
}

#[test]
fn inet_addresses_of_the_kernel() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let address = SocketAddress::from(listener.local_addr().unwrap());
    for reported in [SockRef::from(&listener).local_addr(), SockRef::from(&stream).peer_addr()] {
        let bytes = raw(&reported.unwrap());
        assert_eq!(decode(NATIVE, &bytes), Ok(address));
        assert_eq!(encoded(address), bytes);
    }
}

#[test]
fn inet6_addresses_of_the_kernel() {
    let listener = match TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        Ok(listener) => listener,
        Err(error) => return println!("skipped: no IPv6 on this machine ({error})"),
    };
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let address = SocketAddress::from(listener.local_addr().unwrap());
    for reported in [SockRef::from(&listener).local_addr(), SockRef::from(&stream).peer_addr()] {
        let bytes = raw(&reported.unwrap());
        assert_eq!(decode(NATIVE, &bytes), Ok(address));
        assert_eq!(encoded(address), bytes);
    }
}

#[test]
fn a_unix_socket_without_a_name() {
    let (one, _other) = UnixStream::pair().unwrap();
    let bytes = raw(&SockRef::from(&one).local_addr().unwrap());
    assert_eq!(bytes, encoded(UnixAddress::UNNAMED));
    assert_eq!(decode(NATIVE, &bytes), Ok(UnixAddress::UNNAMED.into()));
}

#[test]
fn pathnames_of_the_kernel() {
    for file in [TempPath::new("short"), TempPath::of_len(107)] {
        let listener = UnixListener::bind(&file.0).unwrap();
        let bytes = raw(&SockRef::from(&listener).local_addr().unwrap());
        assert_eq!(decode(NATIVE, &bytes), Ok(path(file.bytes()).into()));
        assert_eq!(encoded(path(file.bytes())), bytes);
    }
}

#[test]
fn abstract_names_of_the_kernel_keep_every_byte() {
    let name = [format!("portolan-{}", process::id()).as_bytes(), b"\0o\xff\n\0"].concat();
    let address = UnixAddress::from_abstract_name(&name).unwrap();
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    socket.bind(&SockAddr::unix(OsStr::from_bytes(&[&[0], &name[..]].concat())).unwrap()).unwrap();
    let bytes = raw(&socket.local_addr().unwrap());
    assert_eq!(decode(NATIVE, &bytes), Ok(address.into()));
    assert_eq!(encoded(address), bytes);
}

/// unix(7), section "Autobind feature": five bytes of `[0-9a-f]`.
#[test]
fn a_name_that_the_kernel_chose() {
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    socket.bind(&SockAddr::unix("").unwrap()).unwrap();
    let bytes = raw(&socket.local_addr().unwrap());
    let address = decode(NATIVE, &bytes).unwrap();
    let five = |name: &[u8]| name.len() == 5 && name.iter().all(u8::is_ascii_hexdigit);
    assert!(
        matches!(&address, SocketAddress::Unix(unix)
            if matches!(unix.name(), UnixName::Abstract(name) if five(name))),
        "{address}"
    );
    assert_eq!(encoded(address), bytes);
}

/// The kernel drops what follows the NUL of a path, as `after-nul` does.
#[test]
fn bytes_after_the_nul_of_a_path() {
    let file = TempPath::new("after-nul");
    let address = path(file.bytes());
    let given = SockAddr::unix(OsStr::from_bytes(&[file.bytes(), b"\0junk"].concat())).unwrap();
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    socket.bind(&given).unwrap();
    assert_eq!(raw(&socket.local_addr().unwrap()), encoded(address));
    let given = raw(&given);
    assert_eq!(decode(NATIVE, &given).unwrap_err().code(), "bytes-after-nul");
    let lenient = decode_with(NATIVE, &given, given.len(), Leniency::AFTER_NUL);
    assert_eq!(lenient, Ok(address.into()));
}

/// A path of 108 bytes fills the structure; `getsockname` reports one byte more than that has.
#[test]
fn a_path_without_room_for_its_nul() {
    let file = TempPath::of_len(108);
    let (domain, kind) = (rustix::net::AddressFamily::UNIX, rustix::net::SocketType::STREAM);
    let socket = rustix::net::socket(domain, kind, None).unwrap();
    rustix::net::bind(&socket, &rustix::net::SocketAddrUnix::new(&file.0).unwrap()).unwrap();
    let bytes = raw(&SockRef::from(&socket).local_addr().unwrap());
    assert_eq!(bytes.len(), 111);
    assert_eq!(decode(NATIVE, &bytes).unwrap_err().code(), "too-long");
    for len in [110, 111] {
        let lenient = decode_with(NATIVE, &bytes[..len], len, Leniency::UNTERMINATED);
        assert_eq!(lenient, Ok(path(file.bytes()).into()));
    }
    assert_eq!(
        decode_with(NATIVE, &bytes[..110], 111, Leniency::STRICT).unwrap_err().code(),
        "cut-short"
    );
}
