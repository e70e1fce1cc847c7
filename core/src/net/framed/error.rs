//! Why there is no frame.

use core::fmt;
use std::io;

use crate::frame::{EncodeError, FrameError, FrameErrorKind};

/// Why a frame was neither received nor sent.
#[derive(Debug)]
#[non_exhaustive]
pub enum FramedError {
    /// The stream failed.
    Io(io::Error),
    /// The stream broke a rule of its framing; a truncated end is one.
    Frame(FrameError),
    /// The payload cannot be carried by the framing.
    Encode(EncodeError),
    /// Another frame has not been sent to its end: [`Framed::flush`](super::Framed::flush) goes on with it.
    Unsent,
    /// The framing has ended, and the bytes from here on belong to what follows.
    ///
    /// Only a codec of `tokio-util` says so, which has no other word for it.
    Ended {
        /// Offset in the stream of the first byte behind the framing.
        at: u64,
    },
}

impl From<io::Error> for FramedError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Gives back the error of the stream; any other is kept inside one whose kind is `InvalidData` for
/// a broken rule, `UnexpectedEof` for a truncated end, `InvalidInput` for a payload that cannot be
/// carried, and otherwise `Other`.
impl From<FramedError> for io::Error {
    fn from(error: FramedError) -> Self {
        let kind = match &error {
            FramedError::Frame(error) if error.kind == FrameErrorKind::Truncated => {
                io::ErrorKind::UnexpectedEof
            }
            FramedError::Frame(_) => io::ErrorKind::InvalidData,
            FramedError::Encode(_) => io::ErrorKind::InvalidInput,
            FramedError::Io(_) | FramedError::Unsent | FramedError::Ended { .. } => {
                io::ErrorKind::Other
            }
        };
        match error {
            FramedError::Io(error) => error,
            error => Self::new(kind, error),
        }
    }
}

impl fmt::Display for FramedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => fmt::Display::fmt(error, f),
            Self::Frame(error) => fmt::Display::fmt(error, f),
            Self::Encode(error) => fmt::Display::fmt(error, f),
            Self::Unsent => f.write_str("another frame has not been sent to its end"),
            Self::Ended { at } => write!(f, "framing has ended at byte {at}"),
        }
    }
}

impl core::error::Error for FramedError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Frame(error) => Some(error),
            Self::Encode(error) => Some(error),
            Self::Unsent | Self::Ended { .. } => None,
        }
    }
}
