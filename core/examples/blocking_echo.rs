//! A server that sends every message back, and its clients: a framer over blocking sockets.
//!
//! A socket carries bytes; [`Framed`] makes messages of them, one thread a connection. What a client
//! does wrong ends its own connection, and is told by rule and byte.
//!
//! ```sh
//! cargo run -p portolan --example blocking_echo
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // sockets need std

use std::error::Error;
use std::io::Write as _;
use std::thread::{self, JoinHandle};

use portolan::addr::Endpoint;
use portolan::frame::{ConfigError, LengthPrefix};
use portolan::net::{Framed, FramedError, Listener, Stream, connect};

/// Messages of at most 64 KiB behind their length in four bytes, the most significant first.
fn framing() -> Result<LengthPrefix, ConfigError> {
    LengthPrefix::builder(64 << 10).width(4).build()
}

/// What became of a connection: how many messages it brought, or why it ended.
type Outcome = Result<usize, Box<dyn Error + Send + Sync>>;

/// Accepts so many clients, each in a thread of its own.
fn serve(listener: &Listener, clients: usize) -> Result<Vec<JoinHandle<Outcome>>, FramedError> {
    (0..clients)
        .map(|_| {
            let stream = listener.accept()?;
            Ok(thread::spawn(move || echo(stream)))
        })
        .collect()
}

/// Sends back what comes, until the client closes.
fn echo(stream: Stream) -> Outcome {
    // A frame is borrowed from what was read, so what writes is a second handle.
    let mut output = Framed::new(stream.try_clone()?, framing()?);
    let mut input = Framed::new(stream, framing()?);
    let mut messages = 0_usize;
    while let Some(message) = input.receive()? {
        output.send(message.body)?;
        messages = messages.saturating_add(1);
    }
    Ok(messages)
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // Port 0 lets the system choose; it says which.
    let listener = Listener::bind(&Endpoint::parse(b"127.0.0.1:0")?)?;
    let server = Endpoint::try_from(listener.local_address()?)?;
    let accepting = thread::spawn(move || serve(&listener, 2));

    let mut client = Framed::new(connect(&server)?, framing()?);
    let long = vec![0x5a; 64 << 10];
    let messages = [&b"a message"[..], b"", b"one\nwith\0any bytes", &long];
    for message in messages {
        client.send(message)?;
        let answer = client.receive()?.map(|frame| frame.body.to_vec());
        assert_eq!(answer.as_deref(), Some(message));
    }
    // What is too long is not sent at all.
    let refused = client.send(&[0; (64 << 10) + 1]).map_err(|error| error.to_string());
    assert_eq!(refused, Err(String::from("payload is longer than 65536 bytes")));

    // Another client announces four gigabytes. None are allocated: the length is refused.
    let mut other = connect(&server)?;
    other.write_all(b"\xff\xff\xff\xff")?;
    // There is no answer: the server has closed.
    assert!(Framed::new(other, framing()?).receive()?.is_none());

    drop(client);
    let connections = accepting.join().map_err(|_| "the listener panicked")??;
    let outcomes: Vec<String> = connections
        .into_iter()
        .map(|connection| match connection.join() {
            Ok(Ok(messages)) => format!("{messages} messages"),
            Ok(Err(error)) => error.to_string(),
            Err(_) => String::from("panicked"),
        })
        .collect();
    println!("{server}: {}", outcomes.join("; "));
    assert_eq!(outcomes, ["4 messages", "frame is longer than the limit of 65536 bytes at byte 0"]);
    Ok(())
}
