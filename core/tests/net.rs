//! Endpoints over the sockets of this machine.
#![cfg(feature = "std")]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of sockets has std
#![allow(clippy::unwrap_used, clippy::panic)] // a test may fail

use std::io::{self, Read as _, Write as _};
use std::thread;

use portolan::addr::{Endpoint, SocketAddress};
use portolan::net::{Listener, connect, connect_to};

/// What is written on one side arrives on the other, both ways.
fn talk(listener: Listener, endpoint: &Endpoint<'_>) {
    let server = thread::spawn(move || {
        let mut stream = listener.accept().unwrap();
        let mut question = [0; 4];
        stream.read_exact(&mut question).unwrap();
        stream.write_all(&question).unwrap();
        stream.write_all(b"!").unwrap();
    });
    let mut stream = connect(endpoint).unwrap();
    stream.write_all(b"ping").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert_eq!(answer, b"ping!");
    server.join().unwrap();
}

fn bound(text: &str) -> Listener {
    Listener::bind(&Endpoint::parse(text.as_bytes()).unwrap()).unwrap()
}

#[test]
fn tcp_over_ipv4_and_over_a_name() {
    let listener = bound("127.0.0.1:0");
    let address = listener.local_address().unwrap();
    talk(listener, &Endpoint::try_from(address).unwrap());

    let listener = bound("127.0.0.1:0");
    let SocketAddress::Inet4(address) = listener.local_address().unwrap() else {
        panic!("not an IPv4 address");
    };
    let text = format!("localhost:{}", address.port());
    talk(listener, &Endpoint::parse(text.as_bytes()).unwrap());
}

#[test]
fn tcp_over_ipv6_keeps_scope_and_flow() {
    let listener = match Listener::bind(&Endpoint::parse(b"[::1]:0").unwrap()) {
        Ok(listener) => listener,
        Err(error) => return println!("skipped: no IPv6 on this machine ({error})"),
    };
    let address = listener.local_address().unwrap();
    let client = thread::spawn(move || connect_to(&address).unwrap());
    let stream = listener.accept().unwrap();
    let client = client.join().unwrap();
    assert_eq!(stream.local_address().unwrap(), address);
    assert_eq!(client.peer_address().unwrap(), address);
}

#[cfg(unix)]
#[test]
fn unix_sockets_by_path() {
    let path = std::env::temp_dir().join(format!("portolan-net-{}.sock", std::process::id()));
    let text = path.to_str().unwrap().as_bytes().to_vec();
    let endpoint = Endpoint::parse(&text).unwrap();
    let listener = Listener::bind(&endpoint).unwrap();
    let again = Listener::bind(&endpoint).unwrap_err();
    assert_eq!(again.kind(), io::ErrorKind::AddrInUse, "a socket file is never removed");
    talk(listener, &endpoint);
    std::fs::remove_file(path).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn unix_sockets_by_abstract_name() {
    let text = format!("@portolan\0net-{}", std::process::id());
    let endpoint = Endpoint::parse(text.as_bytes()).unwrap();
    let listener = Listener::bind(&endpoint).unwrap();
    assert_eq!(Endpoint::try_from(listener.local_address().unwrap()).unwrap(), endpoint);
    talk(listener, &endpoint);
}

#[test]
fn an_endpoint_that_is_no_stream_socket_is_refused() {
    let kind = |text: &str| connect(&Endpoint::parse(text.as_bytes()).unwrap()).unwrap_err().kind();
    assert_eq!(kind("127.0.0.1"), io::ErrorKind::InvalidInput);
    assert_eq!(kind("unix-unnamed:"), io::ErrorKind::InvalidInput);
    assert_eq!(kind("vsock:2:1"), io::ErrorKind::Unsupported);
    assert_eq!(kind("fd:3"), io::ErrorKind::Unsupported);
    let listen =
        |text: &str| Listener::bind(&Endpoint::parse(text.as_bytes()).unwrap()).unwrap_err().kind();
    assert_eq!(listen("unix-unnamed:"), io::ErrorKind::InvalidInput);
    assert_eq!(listen(r"\\.\pipe\x"), io::ErrorKind::Unsupported);
}
