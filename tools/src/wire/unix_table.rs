//! A whole `/proc/net/unix`, in which a name may hold line feeds.

use std::io::{self, Read as _, Write};

use portolan::wire::procfs::{Entry, Origin, Sockets};
use portolan_conformance::driver;
use serde_json::json;

use super::Decode;
use crate::bulk::Sink;
use crate::terminal::{BAD, Failure};

/// Longer than any table: a hundred bytes a socket, a few hundred thousand sockets.
const MAX_FILE: u64 = 1 << 26;

/// Reads standard input to its end and prints each socket with what vouches for it.
///
/// A line by itself does not tell whether it is a part of the name before it.
pub(super) fn decode(job: &Decode, out: &mut dyn Write) -> Result<(), Failure> {
    let mut file = Vec::new();
    let len = io::stdin().lock().take(MAX_FILE).read_to_end(&mut file)?;
    if u64::try_from(len).is_ok_and(|len| len >= MAX_FILE) {
        return Err(Failure::Usage("standard input: larger than 64 MiB".to_owned()));
    }
    let mut refused = false;
    let mut entries = Sockets::new(&file).peekable();
    while let Some(entry) = entries.next() {
        let mut sink = Sink::default();
        match entry {
            Ok(entry) => {
                let end = match entries.peek() {
                    Some(Ok(next)) => next.at,
                    Some(Err(error)) => line_begin(&file, error.at).max(entry.at),
                    None => file.len(),
                };
                print(job, &entry, file.get(entry.at..end).unwrap_or_default(), &mut sink)?;
            }
            Err(error) => {
                refused = true;
                let line = file.get(..error.at).unwrap_or(&file);
                let line = memchr::memchr_iter(b'\n', line).count().saturating_add(1);
                let mut err = anstream::stderr();
                let code = error.code();
                let _ = writeln!(err, "{BAD}error:{BAD:#} line {line}: {error} ({code})");
            }
        }
        out.write_all(&sink.out)?;
    }
    out.flush()?;
    if refused { Err(Failure::Refused) } else { Ok(()) }
}

/// Where the line begins in which a byte stands.
fn line_begin(file: &[u8], at: usize) -> usize {
    let before = file.get(..at).unwrap_or(file);
    memchr::memrchr(b'\n', before).map_or(0, |feed| feed.saturating_add(1))
}

fn print(job: &Decode, entry: &Entry, bytes: &[u8], sink: &mut Sink) -> io::Result<()> {
    let mut answer = driver::unix_socket_object(&entry.socket);
    let origin = if entry.origin == Origin::Certain { "certain" } else { "possible" };
    if let Some(members) = answer.as_object_mut() {
        members.insert("origin".to_owned(), json!(origin));
        members.insert("broken".to_owned(), json!(entry.is_broken));
    }
    if job.json {
        return job.print(bytes, json!({ "ok": answer }), sink);
    }
    job.show(bytes, &answer, &mut sink.out)
}
