//! Many texts at once: arguments, or lines of standard input, in order and in constant memory.
//!
//! ```text
//! reader ──▶ worker ──▶ writer     pieces of whole lines go round the workers,
//!        ╲─▶ worker ─╱             and are written in the same round
//! ```

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::progress::Progress;
use crate::terminal::Failure;

/// The longest line kept: an address is never longer, and a longer line is refused by its length.
pub(crate) const MAX_LINE: usize = 1 << 16;

/// About how many bytes a worker is given at a time.
const PIECE: usize = 1 << 18;

/// How many lines a worker is given at most: what is written of one may be far longer than it.
const LINES: usize = 512;

/// How many pieces may wait before and behind each worker.
const WAITING: usize = 2;

/// What came of some texts.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// What goes to standard output.
    pub(crate) out: Vec<u8>,
    /// What goes to standard error.
    pub(crate) err: Vec<u8>,
    /// Whether a text was refused.
    pub(crate) refused: bool,
}

/// What is done with each text; the number of its line, where it is one.
pub(crate) type Each = dyn Fn(Option<u64>, &[u8], &mut Sink) -> io::Result<()> + Send + Sync;

/// Calls `each` with every argument, or with every line of standard input where there is none or
/// where an argument is `-`. A line is numbered from 1; an argument has no number.
///
/// A line is cut after 65,536 bytes, which is longer than every dialect allows.
///
/// # Errors
///
/// That of reading or writing; that an input was refused, once all is done.
pub(crate) fn for_each(
    arguments: &[OsString],
    jobs: usize,
    out: &mut dyn Write,
    each: Arc<Each>,
) -> Result<(), Failure> {
    let mut refused = false;
    let input = [OsString::from("-")];
    for argument in if arguments.is_empty() { &input } else { arguments } {
        if argument == "-" {
            refused |= lines(jobs, out, &each)?;
        } else {
            let mut sink = Sink::default();
            each(None, argument.as_encoded_bytes(), &mut sink)?;
            refused |= write(&sink, out, None)?;
        }
    }
    if refused { Err(Failure::Refused) } else { Ok(()) }
}

/// As many jobs as the machine has cores.
pub(crate) fn default_jobs() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Standard output before standard error, so that an error stands below what preceded it.
fn write(sink: &Sink, out: &mut dyn Write, bar: Option<&Progress>) -> io::Result<bool> {
    out.write_all(&sink.out)?;
    out.flush()?;
    if !sink.err.is_empty() {
        let say = || anstream::AutoStream::auto(io::stderr()).lock().write_all(&sink.err);
        bar.map_or_else(say, |bar| bar.aside(say))?;
    }
    Ok(sink.refused)
}

/// Gives the lines of standard input to workers; returns whether one was refused.
///
/// The threads are not waited for: when nobody reads the output any more, one of them may still
/// wait for input that never comes.
fn lines(jobs: usize, out: &mut dyn Write, each: &Arc<Each>) -> io::Result<bool> {
    let mut ways = Vec::new();
    let mut ends = Vec::new();
    for _ in 0..jobs.max(1) {
        let (way, pieces) = sync_channel::<Piece>(WAITING);
        let (sinks, end) = sync_channel(WAITING);
        let each = Arc::clone(each);
        thread::spawn(move || {
            pieces.iter().map(|piece| work(&piece, &each)).try_for_each(|sink| sinks.send(sink))
        });
        ways.push(way);
        ends.push(end);
    }
    let reader = thread::spawn(move || Pieces::new(io::stdin().lock()).send_round(&ways));
    let mut progress = Progress::of_bytes(input_len());
    let (mut refused, mut done) = (false, 0_u64);
    // The first worker without a further piece had the turn when the input ended.
    for end in ends.iter().cycle() {
        let Ok(sink) = end.recv() else { break };
        let (sink, len) = sink?;
        refused |= write(&sink, out, Some(&progress))?;
        done = done.saturating_add(len);
        progress.at(done);
    }
    progress.finish();
    reader.join().unwrap_or(Ok(()))?;
    Ok(refused)
}

/// The length of standard input where it is a file.
fn input_len() -> Option<u64> {
    let metadata = std::fs::metadata("/dev/stdin").ok()?;
    metadata.is_file().then_some(metadata.len())
}

/// Whole lines, and the number of the first.
#[derive(Debug)]
struct Piece {
    first: u64,
    text: Vec<u8>,
}

fn work(piece: &Piece, each: &Arc<Each>) -> io::Result<(Sink, u64)> {
    let mut sink = Sink::default();
    sink.out.reserve(piece.text.len());
    let mut number = piece.first;
    let text = piece.text.strip_suffix(b"\n").unwrap_or(&piece.text);
    let mut begin = 0_usize;
    for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        each(Some(number), text.get(begin..end).unwrap_or_default(), &mut sink)?;
        number = number.saturating_add(1);
        begin = end.saturating_add(1);
    }
    Ok((sink, u64::try_from(piece.text.len()).unwrap_or(u64::MAX)))
}

/// Cuts a stream into pieces at line feeds.
struct Pieces<R> {
    input: R,
    /// What has been read; before `begin` it has been given away.
    held: Vec<u8>,
    begin: usize,
    /// Whether the rest of the line that `held` ends with is passed over.
    skips: bool,
    next: u64,
}

impl<R: Read> Pieces<R> {
    const fn new(input: R) -> Self {
        Self { input, held: Vec::new(), begin: 0, skips: false, next: 1 }
    }

    /// Sends one piece to each worker in turn, until the input ends or the writer has stopped.
    fn send_round(mut self, ways: &[SyncSender<Piece>]) -> io::Result<()> {
        for way in ways.iter().cycle() {
            let Some(piece) = self.next_piece()? else { break };
            if way.send(piece).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The lines that have come, as soon as one has ended; what the input ends with, at its end.
    fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            let held = self.held.get(self.begin..).unwrap_or_default();
            if let Some(last) = memchr::memchr_iter(b'\n', held).take(LINES).last() {
                return Ok(Some(self.piece(last.saturating_add(1))));
            }
            if held.len() > MAX_LINE {
                self.held.truncate(self.begin.saturating_add(MAX_LINE));
                self.skips = true;
            }
            if self.read()? == 0 {
                let left = self.held.len().saturating_sub(self.begin);
                return Ok((left > 0).then(|| self.piece(left)));
            }
        }
    }

    /// Reads once, behind what is held; returns how much has come.
    fn read(&mut self) -> io::Result<usize> {
        self.held.drain(..self.begin);
        self.begin = 0;
        let kept = self.held.len();
        self.held.resize(kept.saturating_add(PIECE), 0);
        let read = loop {
            match self.input.read(self.held.get_mut(kept..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.held.truncate(kept.saturating_add(read));
        if self.skips {
            let new = self.held.get(kept..).unwrap_or_default();
            let passed = memchr::memchr(b'\n', new).inspect(|_| self.skips = false);
            self.held.drain(kept..kept.saturating_add(passed.unwrap_or(read)));
        }
        Ok(read)
    }

    fn piece(&mut self, len: usize) -> Piece {
        let end = self.begin.saturating_add(len);
        let text = self.held.get(self.begin..end).unwrap_or_default().to_vec();
        self.begin = end;
        let first = self.next;
        let lines = memchr::memchr_iter(b'\n', &text).count();
        self.next = first.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
        Piece { first, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives at most so many bytes at a time.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let limit = self.1.min(buffer.len());
            self.0.read(&mut buffer[..limit])
        }
    }

    /// The lines of an input, read so many bytes at a time, with their numbers.
    fn lines_of(input: &[u8], step: usize) -> Vec<(u64, Vec<u8>)> {
        let mut pieces = Pieces::new(Slowly(input, step));
        let lines = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = Arc::clone(&lines);
        let each: Arc<Each> = Arc::new(move |number, text: &[u8], _: &mut Sink| {
            seen.lock().unwrap().push((number.unwrap(), text.to_vec()));
            Ok(())
        });
        while let Some(piece) = pieces.next_piece().unwrap() {
            work(&piece, &each).unwrap();
        }
        lines.lock().unwrap().clone()
    }

    #[test]
    fn lines_do_not_depend_on_how_the_input_is_cut() {
        for input in [&b""[..], b"\n", b"a", b"a\n", b"one\n\ntwo", b"\n\nx\n\n"] {
            let text = input.strip_suffix(b"\n").unwrap_or(input);
            let lines = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec);
            let expected: Vec<_> =
                if input.is_empty() { Vec::new() } else { (1..).zip(lines).collect() };
            for step in 1..8 {
                assert_eq!(lines_of(input, step), expected, "{input:?} in steps of {step}");
            }
        }
    }

    #[test]
    fn a_piece_has_a_bounded_number_of_lines() {
        let input = b"1\n".repeat(3 * LINES + 7);
        let mut pieces = Pieces::new(&input[..]);
        let lines = std::iter::from_fn(|| pieces.next_piece().unwrap())
            .map(|piece| (piece.first, memchr::memchr_iter(b'\n', &piece.text).count()));
        let firsts = [1, 513, 1025, 1537];
        assert!(lines.eq(firsts.into_iter().zip([LINES, LINES, LINES, 7])));
    }

    #[test]
    fn a_huge_line_costs_no_memory_and_the_next_one_is_whole() {
        let huge = [vec![b'x'; 1 << 20], b"\nnext\n".to_vec()].concat();
        for step in [1 << 10, 1 << 16, PIECE] {
            let mut pieces = Pieces::new(Slowly(&huge, step));
            let first = pieces.next_piece().unwrap().unwrap();
            assert!(pieces.held.capacity() <= 4 * PIECE, "{}", pieces.held.capacity());
            assert!(first.text.starts_with(&[b'x'; MAX_LINE]));
            let lines = lines_of(&huge, step);
            assert_eq!((lines.len(), &lines[1]), (2, &(2, b"next".to_vec())));
        }
    }
}
