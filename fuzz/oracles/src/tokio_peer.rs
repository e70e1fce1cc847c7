//! What tokio-util's codecs and our framers tell of one stream, in the same words.

use alloc::vec::Vec;

use bytes::BytesMut;
use portolan::frame::deframer::End;
use tokio_util::codec::Decoder;

use crate::frame_laws::{self, Record, Subject};

/// What a decoder tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Told {
    /// A frame: its body, and how many bytes it takes where that is known.
    Body(Vec<u8>, Option<usize>),
    /// A refusal.
    Refused,
    /// The stream ends between two frames.
    Clean,
    /// The stream ends inside a frame.
    Cut,
}

impl Told {
    /// The same without what only we know.
    #[must_use]
    pub fn body_only(self) -> Self {
        match self {
            Self::Body(body, _) => Self::Body(body, None),
            other => other,
        }
    }
}

/// What we tell of a stream that ends.
pub fn ours<F: Subject>(framer: &F, chunks: &[&[u8]]) -> Vec<Told> {
    let told = |record| match record {
        Record::Frame { body, wire, .. } => Some(Told::Body(body, Some(wire))),
        Record::Error(_) => Some(Told::Refused),
        Record::End(End::Clean) => Some(Told::Clean),
        Record::End(End::Truncated { .. }) => Some(Told::Cut),
        _ => None,
    };
    frame_laws::events(framer, chunks, true).into_iter().filter_map(told).collect()
}

/// What a decoder tells of a stream that ends; after a refusal only one that `resumes` is asked again.
pub fn theirs<D: Decoder<Item: AsRef<[u8]>>>(
    mut decoder: D,
    chunks: &[&[u8]],
    resumes: bool,
) -> Vec<Told> {
    let mut buffer = BytesMut::new();
    let mut told = Vec::new();
    let body = |item: D::Item| Told::Body(item.as_ref().to_vec(), None);
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(item)) => told.push(body(item)),
                Ok(None) => break,
                Err(_) if resumes => told.push(Told::Refused),
                Err(_) => {
                    told.push(Told::Refused);
                    return told;
                }
            }
        }
    }
    loop {
        match decoder.decode_eof(&mut buffer) {
            Ok(Some(item)) => told.push(body(item)),
            Ok(None) => {
                told.push(Told::Clean);
                return told;
            }
            Err(_) if resumes => told.push(Told::Refused),
            Err(_) => {
                told.push(Told::Cut);
                return told;
            }
        }
    }
}
