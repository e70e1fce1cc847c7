//! Framings that text protocols have: delimiters, lines and lengths in digits.

use alloc::vec::Vec;

use super::super::super::{
    AtEof, Chunked, ContentLength, Delimiter, Ending, GitPktLine, Lines, Netstring, OctetCounting,
    Resp,
};
use super::super::Values;
use super::super::options::Options;
use super::binary::oversize;
use super::{
    ASSEMBLE, Entry, Example, MAX, MAX_PARTS, MAX_WHOLE, Make, ONLY_MAX, OVERSIZE, Setting, at_eof,
    words,
};

pub(super) const CHUNKED: Entry = Entry {
    name: "chunked",
    summary: "the body of an HTTP/1.1 message in chunks, up to its end",
    source: "RFC 9112, section 7.1",
    arguments: &[],
    options: &[MAX, ASSEMBLE, MAX_PARTS],
    example: Example {
        spec: "chunked,max=64K",
        payloads: &["68656c6c6f"],
        wire: "350d0a68656c6c6f0d0a300d0a0d0a",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Chunked::new(options.max()).into())),
};

pub(super) const CONTENT_LENGTH: Entry = Entry {
    name: "content-length",
    summary: "header lines, a blank one, and as many bytes as Content-Length says",
    source: "Language Server Protocol 3.17, Base Protocol",
    arguments: &[],
    options: ONLY_MAX,
    example: Example {
        spec: "content-length,max=1M",
        payloads: &["7b7d"],
        wire: "436f6e74656e742d4c656e6774683a20320d0a0d0a7b7d",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(ContentLength::new(options.max()).into())),
};

pub(super) const DELIMITER: Entry = Entry {
    name: "delimiter",
    summary: "frames that end at one of some delimiters, of which the longest is written",
    source: "the protocol at hand, such as STOMP 1.2, STOMP Frames",
    arguments: &[],
    options: &[
        Setting { key: "any_of", values: Values::Set, default: None, meaning: "the delimiters" },
        OVERSIZE,
        at_eof("reject"),
        MAX,
    ],
    example: Example {
        spec: "delimiter,any_of=0d0a|00,max=1K",
        payloads: &["6f6e65", "74776f"],
        wire: "6f6e650d0a74776f0d0a",
    },
    recovers: true,
    make: Make::Framer(|options| {
        let set = options.set("any_of");
        let set: Vec<&[u8]> = set.iter().map(|member| &**member).collect();
        let builder =
            Delimiter::any_of(&set, options.max()).oversize(oversize(options)).at_eof(end(options));
        Ok(builder.build()?.into_owned().into())
    }),
};

pub(super) const GIT_PKT_LINE: Entry = Entry {
    name: "git-pkt-line",
    summary: "four hexadecimal digits that count themselves and the payload",
    source: "Git, gitprotocol-common(5), pkt-line Format",
    arguments: &[],
    options: ONLY_MAX,
    example: Example {
        spec: "git-pkt-line,max=65516",
        payloads: &["68656c6c6f"],
        wire: "3030303968656c6c6f",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(GitPktLine::new(options.max()).into())),
};

pub(super) const LINES: Entry = Entry {
    name: "lines",
    summary: "lines of text, by one of four conventions for where they end",
    source: "POSIX.1-2017, section 3.206; crlf: RFC 5321, section 2.3.8",
    arguments: &[],
    options: &[
        words(
            "ending",
            &["lf", "crlf", "optional-cr", "universal"],
            Some("lf"),
            "LF, CRLF and no CR or LF alone, LF behind a CR or not, or either or both",
        ),
        OVERSIZE,
        at_eof("emit"),
        MAX,
    ],
    example: Example {
        spec: "lines,ending=crlf,max=8K",
        payloads: &["68656c6c6f", ""],
        wire: "68656c6c6f0d0a0d0a",
    },
    recovers: true,
    make: Make::Framer(|options| {
        let ending = match options.word("ending") {
            "crlf" => Ending::CrLf,
            "optional-cr" => Ending::OptionalCr,
            "universal" => Ending::Universal,
            _ => Ending::Lf,
        };
        let lines = Lines::new(ending, options.max());
        Ok(lines.oversize(oversize(options)).at_eof(end(options)).into())
    }),
};

pub(super) const NETSTRING: Entry = Entry {
    name: "netstring",
    summary: "a length in decimal digits, a colon, the payload, a comma",
    source: "D. J. Bernstein, Netstrings (1997), section 2",
    arguments: &[],
    options: ONLY_MAX,
    example: Example {
        spec: "netstring,max=64K",
        payloads: &["68656c6c6f"],
        wire: "353a68656c6c6f2c",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Netstring::new(options.max()).into())),
};

pub(super) const OCTET_COUNTING: Entry = Entry {
    name: "octet-counting",
    summary: "syslog messages, each behind its length and a space",
    source: "RFC 6587, section 3.4.1; RFC 5425, section 4.3",
    arguments: &[],
    options: ONLY_MAX,
    example: Example {
        spec: "octet-counting,max=8K",
        payloads: &["3c313e6869"],
        wire: "35203c313e6869",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(OctetCounting::new(options.max()).into())),
};

pub(super) const RESP: Entry = Entry {
    name: "resp",
    summary: "messages of Redis, whole, however they nest",
    source: "Redis serialization protocol specification, RESP2 and RESP3",
    arguments: &[],
    options: MAX_WHOLE,
    example: Example {
        spec: "resp,max=512M",
        payloads: &["2a310d0a24340d0a50494e470d0a", "2b504f4e470d0a"],
        wire: "2a310d0a24340d0a50494e470d0a2b504f4e470d0a",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Resp::new(options.max()).into())),
};

fn end(options: &Options) -> AtEof {
    match options.word("at_eof") {
        "emit" => AtEof::Emit,
        "drop" => AtEof::Drop,
        _ => AtEof::Reject,
    }
}
