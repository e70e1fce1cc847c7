//! The lists `host`, `hostaddr` and `port`, and how far each is read.
//!
//! In a URI, hosts and ports alternate (`a:1,b:2`); the two lists are read apart all the same, as
//! libpq does, since a comma may also be escaped in one of them.

use super::super::readings::Place;
use super::super::shared::escapes::{Coding, Part};
use super::syntax::{self, Found, is_space};
use crate::addr::{ParseError, ParseErrorKind};

/// What is left of each list; none is left behind the last host.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lists {
    host: Option<Cursor>,
    hostaddr: Option<Cursor>,
    port: Option<Cursor>,
    /// Where the element last taken begins.
    pub(super) at: usize,
    /// Whether one port serves every host.
    is_one_port: bool,
    /// Whether the text says more than where to connect to.
    pub(super) has_more: bool,
}

const STARTED: usize = 1;
const HAS_MORE: usize = 2;
const ONE_PORT: usize = 4;

impl Lists {
    /// Finds the lists of a text, and that they pair up.
    pub(super) fn read(text: &[u8]) -> Result<Self, ParseError> {
        let Found { host, hostaddr, port, has_more, .. } = syntax::read(text)?;
        let absent_at = host.map_or(text.len(), |host| host.take(text).0.at);
        let [host, hostaddr, port] =
            [host, hostaddr, port].map(|list| list.filter(|list| !list.is_empty(text)));
        let Some(main) = hostaddr.or(host) else {
            return Err(ParseError::new(ParseErrorKind::NotRepresentable, absent_at, 0));
        };
        let is_one_port = port.is_some_and(|port| port.take(text).1.is_none());
        if let (Some(host), Some(hostaddr)) = (host, hostaddr) {
            host.pair(hostaddr, text, ParseErrorKind::HostLabelEmpty)?;
        }
        if let (Some(port), false) = (port, is_one_port) {
            port.pair(main, text, ParseErrorKind::PortMissing)?;
        }
        Ok(Self { host, hostaddr, port, at: 0, is_one_port, has_more })
    }

    /// Goes on where [`save`](Self::save) stopped; `None` behind the end.
    pub(super) fn load(place: &Place) -> Option<Self> {
        let [flags, lists @ ..] = *place;
        let [host, hostaddr, port] = lists.map(Cursor::unpack);
        host.or(hostaddr)?;
        let (is_one_port, has_more) = (flags & ONE_PORT != 0, flags & HAS_MORE != 0);
        Some(Self { host, hostaddr, port, at: 0, is_one_port, has_more })
    }

    pub(super) fn save(&self, place: &mut Place) {
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        let flags = STARTED | flag(self.is_one_port, ONE_PORT) | flag(self.has_more, HAS_MORE);
        let [host, hostaddr, port] = [self.host, self.hostaddr, self.port].map(Cursor::pack);
        *place = [flags, host, hostaddr, port];
    }

    /// Takes the next element of each list: host, address, port.
    pub(super) fn take<'a>(&mut self, text: &'a [u8]) -> [Option<Part<'a>>; 3] {
        let take = |list: &mut Option<Cursor>, keeps: bool| {
            let (part, rest) = list.as_ref()?.take(text);
            if !keeps {
                *list = rest;
            }
            Some(part)
        };
        let host = take(&mut self.host, false);
        let hostaddr = take(&mut self.hostaddr, false);
        let port = take(&mut self.port, self.is_one_port);
        self.at = host.or(hostaddr).map_or(text.len(), |part| part.at);
        [host, hostaddr, port]
    }
}

/// A place in a list, and how the list goes on from there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    at: usize,
    form: Form,
}

/// Where in the text a list stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// The value of a URI parameter.
    Parameter,
    /// A value as it stands.
    Bare,
    /// A value in quotes.
    Quoted,
    /// A text of its own, without escapes.
    Raw,
    /// The hosts before the path of a URI, before one of them.
    Hosts,
    /// The same, behind an escaped comma.
    Host,
    /// The same, in brackets.
    Bracketed,
    /// The ports before the path of a URI, before the host of one of them.
    Ports,
    /// The same, behind the colon.
    Port,
}

impl Form {
    const ALL: [Self; 9] = [
        Self::Parameter,
        Self::Bare,
        Self::Quoted,
        Self::Raw,
        Self::Hosts,
        Self::Host,
        Self::Bracketed,
        Self::Ports,
        Self::Port,
    ];

    const fn coding(self) -> Coding {
        match self {
            Self::Bare | Self::Quoted => Coding::Backslash,
            Self::Raw => Coding::Raw,
            _ => Coding::Percent,
        }
    }

    /// Whether a byte that is not escaped ends the list, or what of it stands here.
    const fn ends_at(self, byte: u8) -> bool {
        match self {
            Self::Parameter => byte == b'&',
            Self::Bare => is_space(byte),
            Self::Quoted => byte == b'\'',
            Self::Raw => false,
            Self::Bracketed => byte == b']',
            Self::Hosts | Self::Host => matches!(byte, b':' | b'/' | b'?'),
            Self::Ports | Self::Port => matches!(byte, b'/' | b'?'),
        }
    }
}

impl Cursor {
    pub(super) const fn parameter(at: usize) -> Self {
        Self { at, form: Form::Parameter }
    }

    pub(super) const fn bare(at: usize) -> Self {
        Self { at, form: Form::Bare }
    }

    pub(super) const fn quoted(at: usize) -> Self {
        Self { at, form: Form::Quoted }
    }

    /// A text that is nothing but the list.
    pub(crate) const fn raw() -> Self {
        Self { at: 0, form: Form::Raw }
    }

    /// The hosts of a URI.
    pub(super) const fn hosts(at: usize) -> Self {
        Self { at, form: Form::Hosts }
    }

    /// The ports of a URI.
    pub(super) const fn ports(at: usize) -> Self {
        Self { at, form: Form::Ports }
    }

    /// Takes the next element; `None` in place of the rest behind the last.
    pub(crate) fn take(self, text: &[u8]) -> (Part<'_>, Option<Self>) {
        let byte = |at: usize| text.get(at).copied();
        match self.form {
            Form::Hosts if byte(self.at) == Some(b'[') => {
                Self { at: self.at.saturating_add(1), form: Form::Bracketed }.take(text)
            }
            Form::Ports => {
                let colon = behind_host(text, self.at);
                match byte(colon) {
                    Some(b':') => Self { at: colon.saturating_add(1), form: Form::Port }.take(text),
                    Some(b',') => (
                        Part::new(b"", colon, Coding::Percent),
                        Some(Self { at: colon.saturating_add(1), ..self }),
                    ),
                    _ => (Part::new(b"", colon, Coding::Percent), None),
                }
            }
            _ => self.take_run(text),
        }
    }

    /// Takes the bytes up to a comma or the end of the list.
    fn take_run(self, text: &[u8]) -> (Part<'_>, Option<Self>) {
        let coding = self.form.coding();
        let mut end = self.at;
        let mut rest = text.get(end..).unwrap_or_default();
        let comma = loop {
            let Some((byte, len)) = coding.first(rest) else {
                end = text.len();
                break None;
            };
            if byte == b',' {
                break Some(len);
            }
            if len == 1 && self.form.ends_at(byte) {
                break None;
            }
            end = end.saturating_add(len);
            rest = rest.get(len..).unwrap_or_default();
        };
        let bytes = text.get(self.at..end).unwrap_or_default();
        let rest = match (self.form, comma) {
            (_, Some(len)) => Some(self.behind_comma(end.saturating_add(len), len == 1)),
            (Form::Hosts | Form::Host | Form::Bracketed, None) => next_netloc(text, end),
            (_, None) => None,
        };
        (Part::new(bytes, self.at, coding), rest)
    }

    /// How a list goes on behind a comma.
    const fn behind_comma(self, at: usize, is_raw: bool) -> Self {
        let form = match (self.form, is_raw) {
            (Form::Hosts | Form::Host, true) => Form::Hosts,
            (Form::Hosts, false) => Form::Host,
            (Form::Ports | Form::Port, true) => Form::Ports,
            (form, _) => form,
        };
        Self { at, form }
    }

    /// Whether a URI leaves the list out, so that something weaker may say it.
    pub(crate) fn is_absent(self, text: &[u8]) -> bool {
        matches!(self.form, Form::Hosts | Form::Ports) && self.is_empty(text)
    }

    /// Everything from the first element to the last.
    pub(crate) fn span(self, text: &[u8]) -> Part<'_> {
        let (first, mut rest) = self.take(text);
        let mut end = first.at.saturating_add(first.bytes.len());
        while let Some(cursor) = rest {
            let (part, next) = cursor.take(text);
            (end, rest) = (part.at.saturating_add(part.bytes.len()), next);
        }
        Part::new(text.get(first.at..end).unwrap_or_default(), first.at, first.coding)
    }

    /// Whether the list is one empty element, and so not there.
    pub(crate) fn is_empty(self, text: &[u8]) -> bool {
        matches!(self.take(text), (Part { bytes: [], .. }, None))
    }

    /// Refuses a list that is shorter or longer than another.
    fn pair(self, other: Self, text: &[u8], missing: ParseErrorKind) -> Result<(), ParseError> {
        let (mut list, mut other) = (Some(self), Some(other));
        let mut end = self.at;
        while let Some(ahead) = other {
            let Some(cursor) = list else {
                return Err(ParseError::new(missing, end, 0));
            };
            let (part, rest) = cursor.take(text);
            end = part.at.saturating_add(part.bytes.len());
            (list, other) = (rest, ahead.take(text).1);
        }
        let Some(mut cursor) = list else {
            return Ok(());
        };
        let at = cursor.take(text).0.at;
        while let (part, rest) = cursor.take(text)
            && let Some(rest) = rest
        {
            (end, cursor) = (part.at.saturating_add(part.bytes.len()), rest);
        }
        let last = cursor.take(text).0;
        end = end.max(last.at.saturating_add(last.bytes.len()));
        Err(ParseError::new(ParseErrorKind::TrailingBytes, at, end.saturating_sub(at)))
    }

    /// A cursor as one number above 0; inputs are far shorter than 2^28 bytes.
    fn pack(cursor: Option<Self>) -> usize {
        cursor.map_or(0, |Self { at, form }| {
            let form = Form::ALL.iter().position(|other| *other == form).unwrap_or(0);
            at.wrapping_mul(16).wrapping_add(form).wrapping_add(1)
        })
    }

    fn unpack(number: usize) -> Option<Self> {
        let number = number.checked_sub(1)?;
        Some(Self { at: number / 16, form: *Form::ALL.get(number % 16)? })
    }
}

/// Where the host that begins at a place ends: at the colon, the comma or the end of the list.
pub(super) fn behind_host(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let bracketed = match rest {
        [b'[', ..] => {
            memchr::memchr(b']', rest).map_or(rest.len(), |close| close.saturating_add(1))
        }
        _ => 0,
    };
    let behind = rest.get(bracketed..).unwrap_or_default();
    let len = behind.iter().position(|byte| matches!(byte, b':' | b'/' | b'?' | b','));
    at.saturating_add(bracketed).saturating_add(len.unwrap_or(behind.len()))
}

/// The hosts behind the one that ends at a place.
fn next_netloc(text: &[u8], end: usize) -> Option<Cursor> {
    let rest = text.get(end..).unwrap_or_default();
    let stop = rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b','))?;
    let is_comma = rest.get(stop) == Some(&b',');
    is_comma.then(|| Cursor::hosts(end.saturating_add(stop).saturating_add(1)))
}
