//! What a stream has not taken of a frame.

use alloc::vec::Vec;
use std::io::{self, IoSlice, Write};

/// The rest of a frame of which the stream has taken a part, or nothing yet.
#[derive(Debug)]
pub(super) struct Unsent {
    bytes: Vec<u8>,
    /// How many of them the stream has taken.
    sent: usize,
}

impl From<Vec<u8>> for Unsent {
    fn from(bytes: Vec<u8>) -> Self {
        Self { bytes, sent: 0 }
    }
}

impl Unsent {
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    pub(super) fn into_rest(mut self) -> Vec<u8> {
        self.bytes.drain(..self.sent.min(self.bytes.len()));
        self.bytes
    }

    /// Where a frame is put that is to be written next; nothing may be left of another.
    pub(super) fn begin(&mut self) -> &mut Vec<u8> {
        self.bytes.clear();
        self.sent = 0;
        &mut self.bytes
    }

    /// Writes the pieces of a frame without copying them, but for what the stream does not take.
    pub(super) fn write_pieces(
        &mut self,
        stream: &mut impl Write,
        mut pieces: [&[u8]; 3],
    ) -> io::Result<()> {
        let written = write_all(stream, &mut pieces);
        if written.is_err() {
            self.begin().extend(pieces.into_iter().flatten());
        }
        written
    }

    /// Goes on writing.
    pub(super) fn write(&mut self, stream: &mut impl Write) -> io::Result<()> {
        let mut pieces = [self.rest(), &[], &[]];
        let written = write_all(stream, &mut pieces);
        let [rest, ..] = pieces;
        self.sent = self.bytes.len().saturating_sub(rest.len());
        written
    }
}

/// Lets the stream pass on what it has taken.
pub(super) fn flush(stream: &mut impl Write) -> io::Result<()> {
    loop {
        match stream.flush() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            flushed => return flushed,
        }
    }
}

/// Writes pieces one behind the other, in one call where the stream takes them, and leaves in
/// `pieces` what it has not taken.
fn write_all(stream: &mut impl Write, pieces: &mut [&[u8]; 3]) -> io::Result<()> {
    while pieces.iter().any(|piece| !piece.is_empty()) {
        match stream.write_vectored(&pieces.map(IoSlice::new)) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(mut written) => {
                for piece in pieces.iter_mut() {
                    let taken = written.min(piece.len());
                    *piece = piece.get(taken..).unwrap_or_default();
                    written = written.saturating_sub(taken);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
