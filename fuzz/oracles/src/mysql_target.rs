//! The clients of MySQL and MariaDB: the tables against a slow, obvious model.
//!
//! The first byte chooses the client (2 bits), the platform and whether there is a default socket.
//! The rest is fields between bytes `ff`: an option file, the text of every file that it includes,
//! then options and variables, each behind a letter of [`OPTIONS`] or [`VARIABLES`].

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use portolan::client::mysql::{Client, Defaults, Item, OptionFile, OptionName, Options};
use portolan::client::{ChooseError, ChooseErrorKind, Decision, Origin, Platform, Transport};

pub mod model;

use self::model::{Event, Refusal};

/// The letters of the options, in the order of [`OptionName::ALL`].
pub const OPTIONS: [u8; 6] = *b"hPSpWm";
/// The letters of the variables and their names.
pub const VARIABLES: [(u8, &str); 5] = [
    (b'H', "MYSQL_HOST"),
    (b'T', "MYSQL_TCP_PORT"),
    (b'U', "MYSQL_UNIX_PORT"),
    (b'M', "MARIADB_UNIX_PORT"),
    (b'G', "MYSQL_GROUP_SUFFIX"),
];
/// The bit of the first byte that chooses Windows; below it stands the client.
pub const WINDOWS: u8 = 4;
/// The bit of the first byte that takes the default socket away.
pub const NO_SOCKET: u8 = 8;

/// Everything that a decision rests on.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)] // the tests of `portolan` build it
pub struct Case {
    /// The client.
    pub client: Client,
    /// The platform.
    pub platform: Platform,
    /// Whether the client was built with a socket.
    pub has_socket: bool,
    /// Variables of the environment.
    pub environment: Vec<(&'static str, Vec<u8>)>,
    /// Options of the command line, in order.
    pub arguments: Vec<(OptionName, Vec<u8>)>,
    /// The option file.
    pub file: Vec<u8>,
    /// The text of every file that is included.
    pub other: Vec<u8>,
}

/// The decision is that of the model, and follows its laws.
pub fn run(input: &[u8]) {
    if let Some(case) = decode(input) {
        check(&case);
    }
}

fn decode(input: &[u8]) -> Option<Case> {
    let (choice, rest) = input.split_first()?;
    let mut fields = rest.split(|byte| *byte == 0xff).map(<[u8]>::to_vec);
    let (file, other) = (fields.next()?, fields.next().unwrap_or_default());
    let mut case = Case {
        client: Client::ALL[usize::from(choice & 3)],
        platform: if choice & WINDOWS == 0 { Platform::Unix } else { Platform::Windows },
        has_socket: choice & NO_SOCKET == 0,
        environment: Vec::new(),
        arguments: Vec::new(),
        file,
        other,
    };
    for field in fields {
        let Some((letter, value)) = field.split_first() else { continue };
        if let Some(index) = OPTIONS.iter().position(|option| option == letter) {
            case.arguments.push((OptionName::ALL[index], value.to_vec()));
        } else if let Some((_, name)) = VARIABLES.iter().find(|(known, _)| known == letter) {
            case.environment.push((name, value.to_vec()));
        }
    }
    Some(case)
}

/// Asserts every law of one case.
pub fn check(case: &Case) {
    for text in [&case.file, &case.other] {
        assert_eq!(events(case.client, text), model::events(case.client, text));
    }
    let expected = model::choose(case);
    match (choose(case), &expected) {
        (Ok(decision), Ok(aims)) => {
            let targets: Vec<_> = decision.targets().collect();
            assert_eq!(targets.len(), aims.len(), "{case:?}");
            for (target, aim) in targets.iter().zip(aims) {
                assert!(aim.is(target), "{target:?} is not {aim:?}");
            }
            check_reasons(&decision);
            check_ignored(case, &decision);
            check_inlined(case, &decision);
            check_repeated(case, &decision);
        }
        (Err(error), Err(refusal)) => check_refusal(case, &error, refusal),
        (decided, _) => panic!("{decided:?} is not {expected:?}"),
    }
}

/// Reads a file, and what it includes, as a caller does.
fn read<'a>(
    options: &mut Options<'a>,
    file: &mut OptionFile<'a>,
    other: &'a [u8],
) -> Result<(), ChooseError<'a>> {
    while let Some(include) = options.read(file)? {
        read(options, &mut include.open("other", other)?, other)?;
    }
    Ok(())
}

fn choose(case: &Case) -> Result<Decision<'_>, ChooseError<'_>> {
    let defaults = match case.has_socket {
        true => Defaults::DEBIAN,
        false => Defaults::UPSTREAM.with_socket(None),
    };
    let mut options = Options::new(case.client, case.platform).with_defaults(defaults);
    for (name, value) in &case.environment {
        let _ = options.environment(name, value);
    }
    read(&mut options, &mut OptionFile::new(case.client, "file", &case.file), &case.other)?;
    for (name, value) in &case.arguments {
        options.argument(*name, value);
    }
    options.choose()
}

/// What the reader finds on the lines of a file.
fn events(client: Client, text: &[u8]) -> Vec<Event> {
    OptionFile::new(client, "", text)
        .map(|item| match item {
            Ok(Item::Group(name)) => Event::Group(name.to_vec()),
            Ok(Item::Option(option)) => Event::Option {
                group: option.group.to_vec(),
                name: option.name.to_vec(),
                value: option.value.map(|value| model::Text {
                    written: value.as_written().to_vec(),
                    meant: value.bytes().collect(),
                    refusal: value.check().err().map(|error| error.code()),
                }),
            },
            Ok(Item::Include(include)) => Event::Include(include.path.to_vec()),
            Ok(item) => panic!("{item:?}"),
            Err(error) => Event::Refused(error.code(), error.at as usize),
        })
        .collect()
}

fn texts(decision: &Decision<'_>) -> Vec<String> {
    decision.targets().map(|target| target.to_string()).collect()
}

/// The last steps are the transports of the targets; of a list, that of the first.
fn check_reasons(decision: &Decision<'_>) {
    let codes: Vec<_> = decision.reasons().iter().map(|reason| reason.code()).collect();
    let transports: Vec<_> = decision.targets().map(|target| target.transport().name()).collect();
    let is_list = codes.contains(&"host-list");
    let last = if is_list { &transports[..1] } else { &transports[..] };
    assert!(codes.ends_with(last), "{codes:?} do not end in {transports:?}");
}

/// A value that no target rests on may be any other.
fn check_ignored(case: &Case, decision: &Decision<'_>) {
    let uses = |wanted: &[Transport]| {
        decision.targets().any(|target| wanted.contains(&target.transport()))
    };
    let mut ignored = Vec::new();
    if !uses(&[Transport::Tcp]) {
        ignored.push((OptionName::Port, "1"));
    }
    if !uses(&[Transport::UnixSocket, Transport::NamedPipe]) {
        ignored.push((OptionName::Socket, ""));
    }
    if !uses(&[Transport::SharedMemory]) {
        ignored.push((OptionName::SharedMemoryBaseName, "\\"));
    }
    for (ignored, other) in ignored {
        let mut changed = case.clone();
        for (name, value) in &mut changed.arguments {
            if *name == ignored {
                *value = other.as_bytes().to_vec();
            }
        }
        let again = choose(&changed).map(|decision| texts(&decision));
        assert_eq!(again, Ok(texts(decision)), "{ignored:?} is not ignored");
    }
}

/// An include is the text of the file in its place.
fn check_inlined(case: &Case, decision: &Decision<'_>) {
    let inlined = Case { file: model::inlined(case), other: Vec::new(), ..case.clone() };
    let again = choose(&inlined).map(|decision| texts(&decision));
    assert_eq!(again, Ok(texts(decision)), "{:?}", inlined.file.escape_ascii().to_string());
}

/// The last value wins, so a line said twice is the line.
fn check_repeated(case: &Case, decision: &Decision<'_>) {
    let mut repeated = case.clone();
    repeated.arguments.extend(case.arguments.clone());
    let again = choose(&repeated).map(|decision| texts(&decision));
    assert_eq!(again, Ok(texts(decision)));
}

/// The rule is that of the model, and the place lies in the text that is named.
fn check_refusal(case: &Case, error: &ChooseError<'_>, refusal: &Refusal) {
    match refusal {
        Refusal::Code(code) => assert_eq!(error.code(), *code),
        Refusal::Of(option) => {
            assert_eq!(error.option, *option, "{error:?}");
            assert!(matches!(error.kind, ChooseErrorKind::Text(_)), "{error:?}");
        }
    }
    let len = match error.origin {
        Origin::OptionFile { file: "file", .. } => case.file.len(),
        Origin::OptionFile { .. } => case.other.len(),
        Origin::CommandLine => {
            let of = |name: &OptionName| name.name() == error.option;
            let values = case.arguments.iter().filter(|(name, _)| of(name));
            values.map(|(_, value)| value.len()).max().unwrap_or(0)
        }
        Origin::Environment { .. } => {
            case.environment.iter().map(|(_, value)| value.len()).max().unwrap_or(0)
        }
        _ => 0,
    };
    // A port in a list of hosts stands in the option `host`.
    let len = len.max(case.arguments.iter().map(|(_, value)| value.len()).max().unwrap_or(0));
    assert!((error.at + error.len) as usize <= len, "{error:?} points outside {len} bytes");
    assert!(error.to_string().contains(&format!("at byte {}", error.at)));
}
