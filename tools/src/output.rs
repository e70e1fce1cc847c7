//! Where frames go: standard output with a count of those that have reached it whole.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal as _, Write};

use crate::terminal::{Failure, Shown, error};

/// How much is held before it is handed on.
const HELD: usize = 64 << 10;

/// Standard output without a buffer, so that it is known what has reached it.
///
/// # Errors
///
/// That there are no file descriptors left.
pub(crate) fn stdout() -> io::Result<File> {
    #[cfg(unix)]
    let own = {
        use std::os::fd::AsFd as _;
        io::stdout().as_fd().try_clone_to_owned()
    };
    #[cfg(windows)]
    let own = {
        use std::os::windows::io::AsHandle as _;
        io::stdout().as_handle().try_clone_to_owned()
    };
    own.map(File::from)
}

/// Whether a person reads standard output, whose terminal obeys bytes that are not text.
pub(crate) fn is_shown() -> bool {
    io::stdout().is_terminal()
}

/// Writes frames, and knows how many have reached what is behind it whole.
#[derive(Debug)]
pub(crate) struct Frames<W: Write> {
    out: W,
    held: Vec<u8>,
    /// Where in `held` the frames end that are held.
    ends: Vec<usize>,
    written: u64,
}

impl<W: Write> Frames<W> {
    /// Writes to `out`, in which nothing is held.
    pub(crate) const fn new(out: W) -> Self {
        Self { out, held: Vec::new(), ends: Vec::new(), written: 0 }
    }

    /// Says that a frame ends here.
    pub(crate) fn end_frame(&mut self) -> io::Result<()> {
        self.ends.push(self.held.len());
        if self.held.len() < HELD { Ok(()) } else { self.flush() }
    }

    /// How many frames have been written whole.
    pub(crate) const fn written(&self) -> u64 {
        self.written
    }

    /// Hands on what is held; answers how much of it has been written.
    fn hand_on(&mut self) -> (usize, io::Result<()>) {
        let mut done = 0_usize;
        loop {
            let rest = self.held.get(done..).unwrap_or_default();
            if rest.is_empty() {
                return (done, self.out.flush());
            }
            match self.out.write(rest) {
                Ok(0) => return (done, Err(ErrorKind::WriteZero.into())),
                Ok(count) => done = done.saturating_add(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return (done, Err(error)),
            }
        }
    }
}

impl<W: Write> Write for Frames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let (done, result) = self.hand_on();
        let whole = self.ends.partition_point(|end| *end <= done);
        self.written = self.written.saturating_add(u64::try_from(whole).unwrap_or(u64::MAX));
        self.held.clear();
        self.ends.clear();
        result
    }
}

/// Writes bytes as they are, or as one line of printable text to a terminal.
pub(crate) fn write_bytes(out: &mut impl Write, bytes: &[u8], is_shown: bool) -> io::Result<()> {
    if is_shown { writeln!(out, "{}", Shown(bytes)) } else { out.write_all(bytes) }
}

/// What becomes of a command whose reading or writing failed: the frames that were written are
/// counted for whoever has to go on behind them.
pub(crate) fn counted(result: Result<(), Failure>, written: u64) -> Result<(), Failure> {
    match result {
        // Whoever read the output has seen enough.
        Err(Failure::Io(failure)) if failure.kind() != ErrorKind::BrokenPipe => {
            let frames =
                if written == 1 { "1 frame has" } else { &format!("{written} frames have") };
            error(&format!("{failure}; {frames} been written"));
            Err(Failure::Refused)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk of so many bytes, which takes at most three at once.
    struct Disk(usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.0).min(3);
            self.0 = self.0.saturating_sub(count);
            if count == 0 { Err(ErrorKind::StorageFull.into()) } else { Ok(count) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn only_frames_that_fit_are_counted() {
        for (room, whole) in [(0, 0), (3, 0), (4, 1), (7, 1), (8, 2), (11, 2)] {
            let mut frames = Frames::new(Disk(room));
            for _ in 0..3 {
                frames.write_all(b"four").unwrap();
                frames.end_frame().unwrap();
            }
            assert_eq!(frames.flush().unwrap_err().kind(), ErrorKind::StorageFull);
            assert_eq!(frames.written(), whole, "{room}");
        }
        let mut frames = Frames::new(Disk(12));
        for _ in 0..3 {
            frames.write_all(b"four").unwrap();
            frames.end_frame().unwrap();
            frames.flush().unwrap();
        }
        assert_eq!(frames.written(), 3);
    }
}
