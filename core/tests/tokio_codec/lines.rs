//! The scenarios in which tokio-util tests its `LinesCodec` and `AnyDelimiterCodec`: the same
//! streams, the same answers, and by name where ours are others.
//!
//! Source of the facts: tokio-util 0.7.20, `tests/codecs.rs`.

use bytes::{Bytes, BytesMut};
use portolan::frame::{AtEof, Delimiter, Ending, FrameError, Framer, Lines, Oversize};
use portolan::interop::tokio_util::Codec;
use tokio_util::codec::{Decoder, Encoder};

/// Lines as `LinesCodec` reads them, in the words of `say`.
fn lines(max: usize) -> Codec<Lines, Result<Bytes, FrameError>> {
    Codec::new(Lines::new(Ending::OptionalCr, max).oversize(Oversize::Discard)).items()
}

/// A body, the code of an error, or a dash.
fn say<F: Framer>(
    codec: &mut Codec<F, Result<Bytes, FrameError>>,
    buffer: &mut BytesMut,
    end: bool,
) -> String {
    let item = if end { codec.decode_eof(buffer) } else { codec.decode(buffer) };
    match item.unwrap() {
        None => "-".to_owned(),
        Some(Ok(body)) => body.escape_ascii().to_string(),
        Some(Err(error)) => error.code().to_owned(),
    }
}

/// Adds each input to the buffer and takes what there is, to the first dash.
fn say_all<F: Framer>(
    mut codec: Codec<F, Result<Bytes, FrameError>>,
    inputs: &[&str],
) -> Vec<Vec<String>> {
    let mut buffer = BytesMut::new();
    let mut all = Vec::new();
    for input in inputs {
        buffer.extend_from_slice(input.as_bytes());
        let mut said = vec![say(&mut codec, &mut buffer, false)];
        while said.last().is_some_and(|last| last != "-") {
            said.push(say(&mut codec, &mut buffer, false));
        }
        said.pop();
        all.push(said);
    }
    all
}

#[test]
fn lines_and_what_is_left_at_the_end() {
    let mut codec = lines(80);
    let mut buffer = BytesMut::from("line 1\nline 2\r\nline 3\n\r\n\r");
    for line in ["line 1", "line 2", "line 3", "", "-"] {
        assert_eq!(say(&mut codec, &mut buffer, false), line);
    }
    // Theirs says nothing of a CR that ends the stream, and leaves it in the buffer.
    assert_eq!(say(&mut codec, &mut buffer, true), "\\r");
    assert_eq!(say(&mut codec, &mut buffer, true), "-");
    buffer.extend_from_slice(b"k");
    for (end, line) in [(false, "-"), (true, "k"), (false, "-"), (true, "-")] {
        assert_eq!(say(&mut codec, &mut buffer, end), line);
    }
}

#[test]
fn a_line_that_is_no_text_is_a_line() {
    // Theirs refuses it; whether bytes are UTF-8 is for the reader to say.
    let mut codec = lines(80);
    let mut buffer = BytesMut::from(&b"line 1\xc3\x28"[..]);
    assert_eq!(say(&mut codec, &mut buffer, true), "line 1\\xc3(");
    buffer.extend_from_slice(b"line 22222222222222\n");
    assert_eq!(say(&mut codec, &mut buffer, false), "line 22222222222222");
}

#[test]
fn lines_that_are_too_long() {
    let stream = "line 1 is too long\nline 2\nline 3\r\nline 4\n\r\n";
    // Theirs refuses `line 3`, whose CR it counts.
    let said = say_all(lines(6), &[stream, "aaabbbc"]);
    assert_eq!(said[0], ["too-long", "line 2", "line 3", "line 4", ""]);
    assert_eq!(said[1], ["too-long"]);
    let said = say_all(lines(6), &["line ", "too l", "ong\n", "line 2", "\n"]);
    assert_eq!(said.concat(), ["too-long", "line 2"]);
    assert_eq!((said[1].len(), said[4].len()), (1, 1), "as soon as it is known");
    for burst in [&["line ", "too l", "ong\n"][..], &["line ", "too long!\n"]] {
        assert_eq!(say_all(lines(9), burst).concat(), ["too-long"]);
    }
    assert_eq!(say_all(lines(5), &["hello", "\nworld"]).concat(), ["hello"]);
    assert_eq!(say_all(lines(1), &["aa", "a"]), [vec!["too-long"], vec![]]);
    let twice = ["line ", "too very l", "aaaaaaaaaaaaaaaaaaaaaaa", "ong\nshort\n"];
    assert_eq!(say_all(lines(11), &twice).concat(), ["too-long", "short"]);
}

#[test]
fn lines_are_written() {
    let mut codec = lines(80);
    let mut out = BytesMut::new();
    codec.encode("line 1", &mut out).unwrap();
    codec.encode(String::from("line 2"), &mut out).unwrap();
    assert_eq!(out, "line 1\nline 2\n");
}

#[test]
fn any_of_several_delimiters() {
    let commas = |max| {
        let set: &[&[u8]] = &[b",", b";", b"\n", b"\r"];
        let builder = Delimiter::any_of(set, max).oversize(Oversize::Discard);
        let builder = builder.at_eof(AtEof::Emit);
        Codec::new(builder.build().unwrap().into_owned()).items::<Result<Bytes, FrameError>>()
    };
    let said = say_all(commas(80), &["chunk 1,chunk 2;chunk 3\n\r", "k"]);
    assert_eq!(said, [vec!["chunk 1", "chunk 2", "chunk 3", ""], vec![]]);
    let said = say_all(commas(7), &["chunk 1 is too long\nchunk 2\nchunk 3\r\nchunk 4\n\r\n"]);
    assert_eq!(said[0], ["too-long", "chunk 2", "chunk 3", "", "chunk 4", "", ""]);
    let said = say_all(commas(7), &["chunk ", "too l", "ong\n", "chunk 2", ","]);
    assert_eq!(said.concat(), ["too-long", "chunk 2"]);
    assert_eq!(say_all(commas(5), &["hello", ",world"]).concat(), ["hello"]);
    // What is written there is one delimiter of its own; here it is the longest of those read.
    let mut out = BytesMut::new();
    let framer = Delimiter::any_of(&[b",", b";--;"], 80).build().unwrap();
    Codec::new(framer).encode("chunk 1", &mut out).unwrap();
    assert_eq!(out, "chunk 1;--;");
}
