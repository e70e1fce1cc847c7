//! The lines of an option file, told as simply as can be.

use alloc::vec::Vec;

use portolan::client::mysql::Client;

use super::Case;

/// What stands on a line of an option file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    Group(Vec<u8>),
    Option { group: Vec<u8>, name: Vec<u8>, value: Option<Text> },
    Include(Vec<u8>),
    Refused(&'static str, usize),
}

/// A value: as written, what it means, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Text {
    pub(in super::super) written: Vec<u8>,
    pub(in super::super) meant: Vec<u8>,
    pub(in super::super) refusal: Option<&'static str>,
}

impl Text {
    pub(super) fn plain(value: &[u8]) -> Self {
        Self { written: value.to_vec(), meant: value.to_vec(), refusal: None }
    }
}

fn is_space(byte: u8) -> bool {
    b" \t\n\x0b\x0c\r".contains(&byte)
}

fn trim(mut text: &[u8]) -> &[u8] {
    while text.first().is_some_and(|byte| is_space(*byte)) {
        text = &text[1..];
    }
    while text.last().is_some_and(|byte| is_space(*byte)) {
        text = &text[..text.len() - 1];
    }
    text
}

/// The lines of a file, up to the first that is refused.
pub(in super::super) fn events(client: Client, text: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    let (mut at, mut group) = (0, None);
    for line in text.split(|byte| *byte == b'\n') {
        let event = event(client, line, at, &mut group);
        at += line.len() + 1;
        let is_last = matches!(event, Some(Event::Refused(..)));
        events.extend(event);
        if is_last {
            break;
        }
    }
    events
}

fn event(client: Client, line: &[u8], at: usize, group: &mut Option<Vec<u8>>) -> Option<Event> {
    let refused = |code, offset: usize| Some(Event::Refused(code, at + offset));
    if line.len() > 4093 {
        return refused("line-too-long", 0);
    }
    if let Some(nul) = line.iter().position(|byte| *byte == 0) {
        return refused("nul", nul);
    }
    let text = trim(line);
    let indent = line.iter().position(|byte| !is_space(*byte)).unwrap_or(line.len());
    let (first, rest) = text.split_first()?;
    match first {
        b'#' | b';' => None,
        b'!' => {
            let rest = trim(rest);
            let word = rest.split(|byte| is_space(*byte)).next().unwrap();
            let begin = indent + text.len() - rest.len();
            match word {
                b"include" | b"includedir" if word.len() == rest.len() => {
                    refused("include-path-missing", begin + rest.len())
                }
                b"include" | b"includedir" => {
                    Some(Event::Include(trim(&rest[word.len()..]).to_vec()))
                }
                _ => refused("unknown-directive", begin),
            }
        }
        b'[' => {
            let Some(close) = rest.iter().position(|byte| *byte == b']') else {
                return refused("group-unclosed", indent + text.len());
            };
            let behind = trim(&rest[close + 1..]);
            if !behind.is_empty() && behind[0] != b'#' && behind[0] != b';' {
                return refused("text-after-group", indent + text.len() - behind.len());
            }
            let mut name = rest[..close].to_vec();
            while name.last().is_some_and(|byte| is_space(*byte)) {
                name.pop();
            }
            *group = Some(name.clone());
            Some(Event::Group(name))
        }
        _ => {
            let Some(group) = group.clone() else {
                return refused("option-without-group", indent);
            };
            let text = if client == Client::MariadbC { text } else { without_comment(text) };
            let mut parts = text.splitn(2, |byte| *byte == b'=');
            let mut name = parts.next().unwrap();
            while name.last().is_some_and(|byte| is_space(*byte)) {
                name = &name[..name.len() - 1];
            }
            let value = parts.next().map(|value| unquote(trim(value)));
            Some(Event::Option { group, name: name.to_vec(), value })
        }
    }
}

/// Cuts a comment off: `#` outside of quotes.
fn without_comment(text: &[u8]) -> &[u8] {
    let (mut open, mut escaped) = (0, false);
    for (index, byte) in text.iter().copied().enumerate() {
        if byte == b'#' && open == 0 {
            return trim(&text[..index]);
        }
        if (byte == b'"' || byte == b'\'') && !escaped {
            if open == 0 {
                open = byte;
            } else if open == byte {
                open = 0;
            }
        }
        escaped = byte == b'\\' && open != 0 && !escaped;
    }
    text
}

fn unquote(value: &[u8]) -> Text {
    let is_open = value.starts_with(b"'") || value.starts_with(b"\"");
    let is_closed = is_open && value.len() > 1 && value.first() == value.last();
    let written = if is_closed { &value[1..value.len() - 1] } else { value };
    let mut refusal = (is_open && !is_closed).then_some("quote-unclosed");
    let (mut meant, mut index) = (Vec::new(), 0);
    while index < written.len() {
        let escape = if written[index] == b'\\' { written.get(index + 1) } else { None };
        let known = escape.and_then(|byte| {
            let place = b"btnrs\\\"'".iter().position(|known| known == byte)?;
            Some(b"\x08\t\n\r \\\"'"[place])
        });
        if escape.is_some() && known.is_none() && refusal.is_none() {
            refusal = Some("unknown-escape");
        }
        meant.push(known.unwrap_or(written[index]));
        index += if known.is_some() { 2 } else { 1 };
    }
    Text { written: written.to_vec(), meant, refusal }
}

/// The file with every include replaced by what it stands for, and the group begun again.
pub(in super::super) fn inlined(case: &Case) -> Vec<u8> {
    fn inline(case: &Case, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut group = None;
        for line in text.split(|byte| *byte == b'\n') {
            match event(case.client, line, 0, &mut group) {
                Some(Event::Include(_)) => {
                    out.extend(inline(case, &case.other));
                    if let Some(group) = &group {
                        out.extend([b"[", &group[..], b"]\n"].concat());
                    }
                }
                _ => out.extend([line, b"\n"].concat()),
            }
        }
        out
    }
    inline(case, &case.file)
}
