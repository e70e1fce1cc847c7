//! A server and a client over TCP, each end a framer in `tokio_util::codec::Framed`: commands as
//! lines, then, on the same connection, binary messages behind a length.
//!
//! ```sh
//! cargo run -p portolan --features tokio-util --example tokio_codec
//! ```
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::arithmetic_side_effects)] // an example may

use std::error::Error;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use portolan::frame::{ConfigError, Ending, FrameError, LengthPrefix, Lines, Oversize};
use portolan::interop::tokio_util::Codec;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::{Decoder, Framed};

/// A bad line is an item, so the connection outlives it.
type Line = Result<Bytes, FrameError>;

fn lines() -> Codec<Lines, Line> {
    Codec::new(Lines::new(Ending::CrLf, 128).oversize(Oversize::Discard)).items()
}

fn messages() -> Result<Codec<LengthPrefix, Bytes>, ConfigError> {
    Ok(Codec::new(LengthPrefix::builder(1 << 20).width(4).build()?).items())
}

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpStream::connect(listener.local_addr()?).await?;
        let (server, _) = listener.accept().await?;
        let (served, asked) = futures_util::future::join(serve(server), ask(client)).await;
        assert_eq!(served?, 2, "messages of the client");
        asked
    })
}

/// Answers each line, until one asks for binary messages; sends those back and counts them.
async fn serve(stream: TcpStream) -> Result<usize, Box<dyn Error>> {
    let mut framed = lines().framed(stream);
    while let Some(line) = framed.next().await {
        match line? {
            Ok(line) if line == "BINARY" => break,
            Ok(line) => framed.send(format!("you said {}", line.escape_ascii())).await?,
            Err(error) => framed.send(format!("{}: {error}", error.code())).await?,
        }
    }
    // What has been read behind the line stays in the buffer, and is the first message.
    let mut framed = switch(framed)?;
    let mut count = 0;
    while let Some(message) = framed.next().await {
        framed.send(message?).await?;
        count += 1;
    }
    Ok(count)
}

/// Exchanges the codec, which is right at a boundary only.
fn switch(
    framed: Framed<TcpStream, Codec<Lines, Line>>,
) -> Result<Framed<TcpStream, Codec<LengthPrefix, Bytes>>, Box<dyn Error>> {
    if !framed.codec().deframer().at_boundary() {
        return Err("the last line has not been read to its end".into());
    }
    let messages = messages()?;
    Ok(framed.map_codec(|_| messages))
}

async fn ask(stream: TcpStream) -> Result<(), Box<dyn Error>> {
    let mut framed = lines().framed(stream);
    framed.feed("HELLO").await?;
    framed.feed("x".repeat(64)).await?;
    // The codec refuses what the other side would read as two lines.
    let refused = framed.feed("a\r\nb").await.map_err(|error| error.to_string());
    assert_eq!(refused, Err("payload holds a delimiter at byte 1".to_owned()));
    framed.write_buffer_mut().extend_from_slice(b"a bare\nline feed\r\n");
    // The first message travels with the last line.
    framed.feed("BINARY").await?;
    framed.write_buffer_mut().extend_from_slice(b"\0\0\0\x05hello");
    SinkExt::<&str>::flush(&mut framed).await?;
    let expected = [
        "you said HELLO".to_owned(),
        format!("you said {}", "x".repeat(64)),
        "bare-lf: LF outside a line ending at byte 79".to_owned(),
    ];
    for answer in expected {
        let line = framed.next().await.ok_or("no answer")??;
        assert_eq!(line?, answer);
    }
    let mut framed = switch(framed)?;
    framed.send(Bytes::from_static(b"a\nb\0c")).await?;
    for body in [&b"hello"[..], b"a\nb\0c"] {
        assert_eq!(framed.next().await.ok_or("no message")??, body);
    }
    Ok(())
}
