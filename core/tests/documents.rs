//! What the documents say of this repository and of others, as far as it can be asked.
#![cfg(feature = "std")]
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test of files has std
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)] // a test may fail
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test
#![allow(clippy::disallowed_methods)] // `str::parse` of others is what is asked

use core::fmt::Display;
use core::net::IpAddr;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use portolan::addr::{Dialect, HostBits, Ip, Prefix};
use portolan::dialect::parse_ip;

const DESIGN: &str = include_str!("../docs/DESIGN.md");
const COMPARE: &str = include_str!("../docs/COMPARE.md");
const GLOSSARY: &str = include_str!("../docs/GLOSSARY.md");

/// Names of others that look like ours.
const FOREIGN: &[&str] = &[
    "ByteBuf",
    "Bytes",
    "BytesMut",
    "Copy",
    "Ipv4Addr",
    "Ipv6Addr",
    "IsGlobalUnicast",
    "IsPrivate",
    "LengthFieldBasedFrameDecoder",
    "LinesCodec",
    "None",
    "Option",
    "TooLongFrameException",
];

fn core() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// A document without its blocks of code.
fn prose(document: &str) -> String {
    document.split("```").step_by(2).collect()
}

/// What stands between single backticks.
fn spans(document: &str) -> BTreeSet<String> {
    prose(document).split('`').skip(1).step_by(2).map(String::from).collect()
}

/// The rows of the table with this head, a cell each, without the backticks.
fn table(document: &'static str, head: &str) -> Vec<Vec<&'static str>> {
    let (_, table) = document.split_once(head).unwrap_or_else(|| panic!("no table {head}"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = |row: &'static str| row.trim_matches('|').split(" | ").map(cell).collect();
    let rows: Vec<Vec<_>> = rows.map(cells).collect();
    assert!(!rows.is_empty(), "{head}");
    rows
}

fn cell(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('`').and_then(|text| text.strip_suffix('`')).unwrap_or(text)
}

fn shown<T: Display, E>(read: Result<T, E>) -> String {
    read.map_or_else(|_| String::from("-"), |value| value.to_string())
}

/// Where the links of a document lead, those that stand in a line of their own too.
fn links(document: &str) -> Vec<String> {
    let prose = prose(document);
    let inline = prose.split("](").skip(1).map(|rest| rest.split(')').next().unwrap_or_default());
    let defined = prose.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
    inline.chain(defined.map(|(_, target)| target)).map(String::from).collect()
}

#[test]
fn links_lead_somewhere() {
    for path in files(&core().join("docs")) {
        let document = fs::read_to_string(&path).unwrap();
        let links = links(&document);
        assert!(!links.is_empty(), "{}", path.display());
        for link in links {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let leads = match file {
                "" => document.lines().any(|line| line.starts_with('#') && slug(line) == anchor),
                _ if file.starts_with("https://") => true,
                _ => anchor.is_empty() && core().join("docs").join(file).exists(),
            };
            assert!(leads, "{link} in {}", path.display());
        }
    }
}

/// The anchor of a heading.
fn slug(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    kept.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_')).collect()
}

/// What is declared here: types, functions, vectors.
struct Declared {
    types: BTreeSet<String>,
    functions: BTreeSet<String>,
    vectors: BTreeSet<String>,
}

impl Declared {
    fn here() -> Self {
        let (sources, vectors) = (text_of("src"), text_of("../conformance/vectors"));
        let kinds = ["pub struct ", "pub enum ", "pub trait "];
        // The presets are made by a macro: a type, `by`, and its constructor.
        let functions = ["pub fn ", " by "];
        Self {
            types: kinds.iter().flat_map(|kind| words_behind(&sources, kind)).collect(),
            functions: functions.iter().flat_map(|kind| words_behind(&sources, kind)).collect(),
            vectors: words_behind(&vectors, "\"id\": \"").collect(),
        }
    }

    /// Whether what stands in backticks exists; `None` for what is no name of this repository.
    fn exists(&self, span: &str) -> Option<bool> {
        let first = span.split(['/', ':']).next().unwrap_or_default();
        match first {
            "addr" | "classify" | "frame" => Some(self.vectors.contains(span)),
            "conformance" | "core" | "fuzz" if span.contains('/') => {
                Some(core().join("..").join(span).exists())
            }
            "preset" => Some(self.functions.contains(span.strip_prefix("preset::")?)),
            _ if is_type_name(first) => {
                Some(FOREIGN.contains(&first) || self.types.contains(first))
            }
            _ => None,
        }
    }
}

/// The words, names and ids, that stand behind a mark.
fn words_behind(text: &str, mark: &str) -> impl Iterator<Item = String> {
    let is_name = |letter: &char| letter.is_ascii_alphanumeric() || "_-/".contains(*letter);
    text.split(mark).skip(1).map(move |rest| rest.chars().take_while(is_name).collect())
}

fn is_type_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_uppercase())
        && name.chars().any(|letter| letter.is_ascii_lowercase())
        && letters.all(|letter| letter.is_ascii_alphanumeric())
}

fn text_of(folder: &str) -> String {
    files(&core().join(folder)).iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[test]
fn what_is_named_exists() {
    let declared = Declared::here();
    let spans: BTreeSet<_> = [DESIGN, COMPARE, GLOSSARY].into_iter().flat_map(spans).collect();
    assert!(spans.iter().filter_map(|span| declared.exists(span)).count() > 100);
    let missing = spans.iter().filter(|span| declared.exists(span) == Some(false));
    assert_eq!(Vec::from_iter(missing), [""; 0]);
}

#[test]
fn the_glossary_has_every_dialect_and_no_other() {
    let rows = table(GLOSSARY, "| dialect | who reads so | source |");
    let names: Vec<_> = rows.iter().map(|row| row[0]).collect();
    assert_eq!(names, Vec::from_iter(Dialect::ALL.iter().map(|dialect| dialect.name())));
}

#[test]
fn the_peers_of_this_language_have_the_versions_compared() {
    let lock = fs::read_to_string(core().join("../Cargo.lock")).unwrap();
    let rows = table(COMPARE, "| peer | version | how it was asked |");
    let locked = rows
        .iter()
        .filter(|row| lock.contains(&format!("name = \"{}\"\nversion = \"{}\"\n", row[0], row[1])));
    assert_eq!(Vec::from_iter(locked.map(|row| row[0])), ["tokio-util", "url", "ipnet"]);
}

#[test]
fn addresses_are_read_as_compared() {
    for row in table(COMPARE, "| text | `strict` | `core::net` | url | Go 1.19 |") {
        let text = row[0];
        let host = if text.contains(':') { format!("[{text}]") } else { text.to_owned() };
        let url = match url::Host::parse(&host) {
            Ok(url::Host::Ipv4(addr)) => addr.to_string(),
            Ok(url::Host::Ipv6(addr)) => addr.to_string(),
            _ => String::from("-"),
        };
        let read = [shown(Ip::parse(text.as_bytes())), shown(text.parse::<IpAddr>()), url];
        assert_eq!(row[1..4], read, "{text}");
        // The dialect is that of a newer Go, and knows no zone that cannot be an interface's.
        let netip = shown(parse_ip(Dialect::Netip, text.as_bytes()));
        assert_eq!(row[4] == netip, !["00001::", "fe80::1%a]b"].contains(&text), "{text}");
    }
    for row in table(COMPARE, "| text | `strict` | ipnet | Go 1.19 |") {
        let ours = Prefix::parse(row[0].as_bytes(), HostBits::Reject);
        let theirs = row[0].parse::<ipnet::IpNet>();
        assert_eq!(row[1..3], [shown(ours), shown(theirs)], "{}", row[0]);
    }
}

/// The answer of an implementation: what its ledger says, else what the vector demands.
fn answer(peer: &str, vector: &serde_json::Value) -> String {
    let (name, version) = peer.split_once(' ').unwrap();
    let path = format!("../conformance/expected/{}.toml", name.to_lowercase());
    let ledger = fs::read_to_string(core().join(path)).unwrap();
    assert!(ledger.contains(&format!("\nversion = \"{version}\"\n")), "{peer}");
    match ledger.split_once(&format!("vector = {}\nanswer = '", vector["id"])) {
        Some((_, rest)) => {
            let (known, _) = rest.split_once("'\n").unwrap();
            reachable(&serde_json::from_str(known.strip_prefix("ok ").unwrap()).unwrap())
        }
        None => reachable(&vector["expect"]["ok"]),
    }
}

fn reachable(ok: &serde_json::Value) -> String {
    let answer = match ok["globally_reachable"].as_bool() {
        Some(true) => "yes",
        Some(false) => "no",
        None => "open",
    };
    String::from(answer)
}

#[test]
fn meanings_are_those_of_vectors_and_ledgers() {
    let peers = ["Go 1.19", "Python 3.11", "PHP 8.2"];
    let head = format!("| address | Portolan | {} | vector |", peers.join(" | "));
    let vectors = fs::read_to_string(core().join("../conformance/vectors/classify/bugs.json"));
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&vectors.unwrap()).unwrap();
    for row in table(COMPARE, &head) {
        let vector = vectors.iter().find(|vector| vector["id"] == row[5]).unwrap();
        let octets = match row[0].parse().unwrap() {
            IpAddr::V4(addr) => addr.octets().to_vec(),
            IpAddr::V6(addr) => addr.octets().to_vec(),
        };
        let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(vector["ip"], hex.as_str());
        let mut told = vec![reachable(&vector["expect"]["ok"])];
        told.extend(peers.iter().map(|peer| answer(peer, vector)));
        assert_eq!(row[1..5], told, "{}", row[0]);
    }
}
