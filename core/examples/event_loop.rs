//! One thread, a thousand connections: each has a deframer of its own, and nothing else.
//!
//! A connection that is ready gives what it has, which is hardly ever a whole message. What is
//! unfinished stays in its [`FixedDeframer`] until more comes; no other state is needed.
//!
//! ```sh
//! cargo run -p portolan --example event_loop
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // sockets need std

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream as Client};
use std::thread;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use portolan::frame::deframer::FixedDeframer;
use portolan::frame::{Encode as _, Netstring};

type Failure = Box<dyn Error + Send + Sync>;

/// Longest message, and what it takes on the wire: `32:`, the message, a comma.
const MESSAGE: usize = 32;
const WIRE: usize = MESSAGE + 4;

struct Connection {
    stream: TcpStream,
    deframer: FixedDeframer<Netstring, WIRE>,
}

impl Connection {
    /// Reads all that is there and adds what is complete to `messages`; tells whether it is over.
    fn ready(&mut self, messages: &mut BTreeSet<Vec<u8>>) -> Result<bool, Failure> {
        while !self.deframer.is_over() {
            match self.stream.read(self.deframer.spare()) {
                Ok(0) => self.deframer.end(),
                Ok(count) => self.deframer.filled(count),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error.into()),
            }
            while let Some(message) = self.deframer.next_frame() {
                messages.insert(message?.body.to_vec());
            }
        }
        Ok(true)
    }
}

/// Serves until all have gone; the errors are of those who broke a rule.
fn serve(streams: Vec<TcpStream>) -> Result<(BTreeSet<Vec<u8>>, Vec<String>), Failure> {
    let (mut messages, mut errors) = (BTreeSet::new(), Vec::new());
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(256));
    let mut connections = HashMap::new();
    for (number, mut stream) in streams.into_iter().enumerate() {
        poll.registry().register(&mut stream, Token(number), Interest::READABLE)?;
        let deframer = FixedDeframer::new(Netstring::new(MESSAGE))?;
        connections.insert(Token(number), Connection { stream, deframer });
    }
    while !connections.is_empty() {
        poll.poll(&mut events, None)?;
        for token in events.iter().map(|event| event.token()) {
            let Some(connection) = connections.get_mut(&token) else { continue };
            let over = connection.ready(&mut messages);
            if !matches!(over, Ok(false)) {
                connections.remove(&token);
            }
            errors.extend(over.err().map(|error| error.to_string()));
        }
    }
    Ok((messages, errors))
}

/// Writes as many streams; they take turns, each time a message and a bit of the next.
fn write(mut clients: Vec<Client>, streams: &[Vec<u8>]) -> io::Result<()> {
    let mut streams: Vec<_> = streams.iter().map(|stream| stream.chunks(25)).collect();
    while streams.iter().any(|pieces| pieces.len() > 0) {
        for (client, pieces) in clients.iter_mut().zip(&mut streams) {
            client.write_all(pieces.next().unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Connects a client and accepts it.
fn connect(listener: &TcpListener) -> io::Result<(Client, TcpStream)> {
    let client = Client::connect(listener.local_addr()?)?;
    client.set_nodelay(true)?;
    let (stream, _) = listener.accept()?;
    stream.set_nonblocking(true)?;
    Ok((client, TcpStream::from_std(stream)))
}

/// How many connections the system lets this process have, both ends of each.
fn affordable(wanted: usize) -> usize {
    #[cfg(target_os = "linux")]
    let descriptors = {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        // The soft limit is 1,024 on many machines; anybody may raise it as far as the hard one.
        let raised = Rlimit { current: limit.maximum, ..limit };
        let current = setrlimit(Resource::Nofile, raised).map_or(limit.current, |()| limit.maximum);
        current.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
    };
    #[cfg(not(target_os = "linux"))]
    let descriptors = 256;
    wanted.min(descriptors.saturating_sub(64) / 2)
}

pub(crate) fn main() -> Result<(), Failure> {
    let clients = affordable(1_000);
    let (mut streams, mut sent) = (vec![Vec::new(); clients], BTreeSet::new());
    for (client, stream) in streams.iter_mut().enumerate() {
        for number in 1..=3 {
            let message = format!("message {number} of {client}").into_bytes();
            Netstring::new(MESSAGE).append(&message, (), stream)?;
            sent.insert(message);
        }
    }
    // One more client writes a length that one reader takes for ten and another for eight.
    streams.push(b"010:".to_vec());

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let pairs = streams.iter().map(|_| connect(&listener)).collect::<io::Result<Vec<_>>>()?;
    let (writers, readers): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    let serving = thread::spawn(move || serve(readers));
    write(writers, &streams)?;
    let (received, errors) = serving.join().map_err(|_| "the server panicked")??;
    println!("{} messages of {clients} connections; {errors:?}", received.len());
    println!("a connection: {} bytes", size_of::<Connection>());
    assert_eq!(received, sent);
    assert_eq!(errors, ["length is not canonical at byte 0"]);
    Ok(())
}
