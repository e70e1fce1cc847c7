//! Positions in bytes: a [`Reader`] over input and a [`Writer`] over output.
//!
//! Every parser, framer and printer of this crate moves through bytes with these two, so that
//! only this module does arithmetic on positions and only this module can get it wrong.
//!
//! ```text
//! "127.0.0.1:3306"            Reader: take(9), expect(b':'), take_decimal(5)
//!            ^ position() == 10
//!            ^^^^ rest()
//! ```
//!
//! Both are all or nothing: a call that cannot do all it was asked for does nothing. A reader
//! answers `None` or `false` then, because the end of the input is not an error until its caller
//! says so; a writer answers [`BufferTooSmall`].
//!
//! Digits are read here and nowhere else: the integers of the standard library take `+80` for a
//! port. [`Digits`] keeps the run that was read, so that the caller can point at it whether it is
//! missing, too long, too large or begins with a zero.

mod digits;
mod reader;
mod writer;

pub use self::digits::Digits;
pub use self::reader::Reader;
pub use self::writer::{BufferTooSmall, Writer};

#[cfg(test)]
mod tests;
