//! Writing a form of text twice: once to count its bytes, once to put them.

use core::fmt;

use crate::cursor::{BufferTooSmall, Writer};

/// Counts bytes, or puts them.
pub(super) enum Sink<'a, 'out> {
    Count(usize),
    Put(&'a mut Writer<'out>),
}

impl Sink<'_, '_> {
    pub(super) fn put(&mut self, bytes: &[u8]) -> fmt::Result {
        match self {
            Self::Count(count) => *count = count.saturating_add(bytes.len()),
            Self::Put(writer) => writer.put_slice(bytes).map_err(|_| fmt::Error)?,
        }
        Ok(())
    }
}

impl fmt::Write for Sink<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes())
    }
}

/// How many bytes `emit` writes; `None` where it refuses to.
pub(super) fn count(emit: impl FnOnce(&mut Sink<'_, '_>) -> fmt::Result) -> Option<usize> {
    let mut sink = Sink::Count(0);
    match (emit(&mut sink), sink) {
        (Ok(()), Sink::Count(count)) => Some(count),
        _ => None,
    }
}

/// Puts what `emit` writes.
pub(super) fn put(
    out: &mut Writer<'_>,
    emit: impl FnOnce(&mut Sink<'_, '_>) -> fmt::Result,
) -> Result<(), BufferTooSmall> {
    let at = out.position();
    emit(&mut Sink::Put(out)).map_err(|_| BufferTooSmall::new(1, at))
}
