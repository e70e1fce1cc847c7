//! The one table of framers: what a text, an object of the driver protocol and the command may say.

use super::super::{AnyFramer, ConfigError};
use super::Values;
use super::combined::Combine;
use super::options::Options;

mod binary;
mod combined;
mod messages;
mod presets;
mod text;

/// A framer that a text can name: what it is, and which options it takes.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name, in kebab case.
    pub name: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// Document that it follows, with its section.
    pub source: &'static str,
    /// What stands between the parentheses behind the name, in order; nothing where there are none.
    pub arguments: &'static [&'static str],
    /// Its options, in the order of the canonical text.
    pub options: &'static [Setting],
    /// A worked example.
    pub example: Example,
    /// Whether it can go on behind a bad frame, be it only with `oversize=discard`.
    pub recovers: bool,
    pub(super) make: Make,
}

impl Entry {
    /// Whether messages may come in parts, which the option `assemble` joins.
    #[must_use]
    pub fn comes_in_parts(&self) -> bool {
        self.setting(b"assemble").is_some()
    }

    /// Whether an option means something only beside `assemble`.
    #[must_use]
    pub fn only_joins(&self, setting: &Setting) -> bool {
        setting.key == "max_parts" || (setting.key == "max" && !self.arguments.is_empty())
    }

    /// The option of a key.
    pub(super) fn setting(&self, key: &[u8]) -> Option<&'static Setting> {
        self.options.iter().find(|setting| setting.key.as_bytes() == key)
    }
}

/// Entries are told apart by their names.
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Entry {}

/// An option of a framer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Setting {
    /// Name, the same in an object of the driver protocol.
    pub key: &'static str,
    /// What its value may be.
    pub values: Values,
    /// What it is when it is left out; `None` where it must be given.
    pub default: Option<&'static str>,
    /// What it says, in one line.
    pub meaning: &'static str,
}

/// Payloads, and the bytes that a framer makes of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Example {
    /// Text of the framer, in canonical form.
    pub spec: &'static str,
    /// Payloads, in lower-case hex.
    pub payloads: &'static [&'static str],
    /// Their bytes on the wire, in lower-case hex.
    pub wire: &'static str,
}

/// How a framing is made of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) enum Make {
    /// From its options.
    Framer(fn(&Options) -> Result<AnyFramer<'static>, ConfigError>),
    /// As the entry that the option `name` names.
    Preset,
    /// Of two framings.
    Combined(Combine),
}

/// Every framer that a text can name, in alphabetical order.
///
/// # Examples
///
/// ```
/// use portolan::frame::spec;
///
/// let netstring = spec::catalogue().iter().find(|entry| entry.name == "netstring").unwrap();
/// assert_eq!(netstring.options[0].key, "max");
/// assert_eq!(netstring.example.payloads, ["68656c6c6f"]);
/// assert_eq!(netstring.example.wire, "353a68656c6c6f2c"); // 5:hello,
/// ```
#[must_use]
pub const fn catalogue() -> &'static [Entry] {
    CATALOGUE
}

/// Finds a framer by its name.
#[must_use]
pub fn entry(name: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.name == name)
}

static CATALOGUE: &[Entry] = &[
    combined::AFTER,
    presets::AMQP,
    messages::CAPNP,
    text::CHUNKED,
    binary::COBS,
    binary::COBS_R,
    text::CONTENT_LENGTH,
    messages::DBUS,
    text::DELIMITER,
    combined::DETECT,
    presets::DNS_TCP,
    messages::FCGI,
    binary::FIXED,
    messages::GIOP,
    text::GIT_PKT_LINE,
    presets::GRPC,
    binary::HDLC,
    presets::HTTP2,
    presets::KAFKA,
    binary::LENGTH,
    text::LINES,
    presets::MODBUS_TCP,
    messages::MYSQL,
    messages::MYSQL_COMPRESSED,
    text::NETSTRING,
    text::OCTET_COUNTING,
    presets::POSTGRES,
    presets::PRESET,
    messages::PROXY,
    messages::RECORD_MARK,
    text::RESP,
    presets::RTP_TCP,
    binary::SLIP,
    combined::STACK,
    combined::THEN,
    presets::TLS_RECORD,
    messages::TLV,
    presets::TPKT,
    binary::VARINT,
    messages::WEBSOCKET,
];

const fn number(
    key: &'static str,
    (least, most): (u64, u64),
    default: Option<&'static str>,
    meaning: &'static str,
) -> Setting {
    Setting { key, values: Values::Number { least, most }, default, meaning }
}

const fn words(
    key: &'static str,
    words: &'static [&'static str],
    default: Option<&'static str>,
    meaning: &'static str,
) -> Setting {
    Setting { key, values: Values::Words(words), default, meaning }
}

const fn flag(key: &'static str, meaning: &'static str) -> Setting {
    Setting { key, values: Values::Flag, default: Some("false"), meaning }
}

const fn size(key: &'static str, default: Option<&'static str>, meaning: &'static str) -> Setting {
    Setting { key, values: Values::SIZE, default, meaning }
}

/// The limit of every framer that has one.
const MAX: Setting = size("max", None, "most bytes of a body");

/// Where only the limit can be said.
const ONLY_MAX: &[Setting] = &[MAX];

const MAX_WHOLE: &[Setting] = &[size("max", None, "most bytes of a message, its header included")];

const OVERSIZE: Setting = words(
    "oversize",
    &["fail", "discard"],
    Some("fail"),
    "whether a frame above the limit ends the stream or is passed over",
);

const SEQUENCE: Setting = words(
    "sequence",
    &["check", "ignore"],
    Some("check"),
    "whether sequence numbers must follow each other",
);

const ASSEMBLE: Setting = flag("assemble", "joins the parts of a message, which the limit counts");

const MAX_PARTS: Setting = size("max_parts", None, "most parts of a message; only with `assemble`");

/// What becomes of bytes that the end of the stream leaves without a delimiter.
const fn at_eof(default: &'static str) -> Setting {
    words(
        "at_eof",
        &["reject", "emit", "drop"],
        Some(default),
        "whether last bytes without an ending are truncated, a frame, or passed over",
    )
}
