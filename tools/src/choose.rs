//! `portolan choose`: which endpoint a database client picks, and why.

mod arguments;
mod files;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};

use portolan::client::libpq::{self, Keyword};
use portolan::client::mysql::{self, OptionName};
use portolan::client::{ChooseError, Decision, Origin, Platform};
use portolan_conformance::driver::{self, OptionFiles};
use serde_json::json;

pub(crate) use self::arguments::Choose;
use self::arguments::{Around, BuiltIn, Client, Libpq, Sql};
use crate::terminal::{BAD, FAINT, Failure, GOOD, caret, shown};

/// Prints what the client tries in turn, then the steps that led there.
pub(crate) fn run(options: &Choose) -> Result<(), Failure> {
    match &options.client {
        Client::Mysql(sql) if sql.c_api => choose_sql(sql, mysql::Client::MysqlC),
        Client::Mysql(sql) => choose_sql(sql, mysql::Client::MysqlCli),
        Client::Mariadb(sql) if sql.c_api => choose_sql(sql, mysql::Client::MariadbC),
        Client::Mariadb(sql) => choose_sql(sql, mysql::Client::MariadbCli),
        Client::Libpq(pq) => choose_libpq(pq),
    }
}

fn choose_sql(sql: &Sql, client: mysql::Client) -> Result<(), Failure> {
    let (around, platform) = (&sql.around, sql.around.platform);
    let (mut files, mut paths) = (OptionFiles::default(), Vec::new());
    for path in &sql.file {
        paths.push(files::load(&mut files, path, client, platform)?);
    }
    let defaults = match around.defaults {
        BuiltIn::Upstream => mysql::Defaults::UPSTREAM,
        BuiltIn::Debian => mysql::Defaults::DEBIAN,
    };
    let mut options = mysql::Options::new(client, platform).with_defaults(defaults);
    let environment = variables(around, client.variables());
    for (name, value) in &environment {
        let _ = options.environment(name, value.as_encoded_bytes());
    }
    for (option, value) in &sql.given.0 {
        options.argument(*option, value.as_encoded_bytes());
    }
    let read = paths.iter().try_for_each(|path| files.read(path, client, platform, &mut options));
    let decided = read.and_then(|()| options.choose());
    let text = |error: &ChooseError<'_>| match error.origin {
        Origin::CommandLine => {
            let is_meant = |given: &&(OptionName, OsString)| given.0.name() == error.option;
            sql.given.0.iter().rev().find(is_meant).map(|(_, value)| value.as_encoded_bytes())
        }
        Origin::OptionFile { file, .. } => files.get(file).map(|(_, text)| text),
        Origin::Environment { name } => variable(&environment, name),
        _ => None,
    };
    answer(decided, client.name(), around, text)
}

fn choose_libpq(pq: &Libpq) -> Result<(), Failure> {
    let around = &pq.around;
    let file = pq.service_file.as_deref().map(files::read_whole).transpose()?;
    let mut options = libpq::Options::new(around.platform);
    if around.defaults == BuiltIn::Debian && around.platform == Platform::Unix {
        options = options.with_defaults(libpq::Defaults::DEBIAN);
    }
    let known: Vec<&str> = Keyword::ALL.iter().map(|keyword| keyword.variable()).collect();
    let environment = variables(around, &known);
    for (name, value) in &environment {
        let _ = options.environment(name, value.as_encoded_bytes());
    }
    let given = [
        (Keyword::Host, &pq.host),
        (Keyword::Hostaddr, &pq.hostaddr),
        (Keyword::Port, &pq.port),
        (Keyword::Service, &pq.service),
    ];
    for (keyword, value) in given {
        options.option(keyword, value.as_ref().map_or(b"", |value| value.as_encoded_bytes()));
    }
    if let Some(text) = &pq.text {
        options.connection_string(text.as_encoded_bytes());
    }
    if let Some(text) = &file {
        options.service_file(text);
    }
    let text = |error: &ChooseError<'_>| match error.origin {
        Origin::CommandLine => {
            let meant = given.into_iter().find(|(keyword, _)| keyword.name() == error.option);
            meant.and_then(|(_, value)| value.as_deref()).map(OsStr::as_encoded_bytes)
        }
        Origin::ConnectionString => pq.text.as_deref().map(OsStr::as_encoded_bytes),
        Origin::ServiceFile { .. } => file.as_deref(),
        Origin::Environment { name } => variable(&environment, name),
        _ => None,
    };
    answer(options.choose(), "libpq", around, text)
}

/// The variables of the environment: those of this process where they are asked for, then those
/// that are given.
fn variables(around: &Around, known: &[&str]) -> Vec<(String, OsString)> {
    let mut all = Vec::new();
    if around.use_environment {
        let here = |name: &&str| Some(((*name).to_owned(), env::var_os(name)?));
        all.extend(known.iter().filter_map(here));
    }
    all.extend(around.environment.iter().map(|(name, value)| (name.clone(), value.into())));
    all
}

/// The value of a variable, the last one that is given.
fn variable<'v>(all: &'v [(String, OsString)], name: &str) -> Option<&'v [u8]> {
    let found = all.iter().rev().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_encoded_bytes())
}

/// Prints a decision, or a refusal with the text it speaks of.
fn answer<'t>(
    decided: Result<Decision<'_>, ChooseError<'_>>,
    client: &str,
    around: &Around,
    text: impl FnOnce(&ChooseError<'_>) -> Option<&'t [u8]>,
) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    if around.json {
        let (member, value) = match &decided {
            Ok(decision) => ("ok", driver::decision(decision)),
            Err(error) => (
                "error",
                json!({ "code": error.code(), "at": error.at, "len": error.len,
                    "message": error.to_string() }),
            ),
        };
        let platform = around.platform.name();
        let object = json!({ member: value, "client": client, "platform": platform });
        writeln!(out, "{object}")?;
        return decided.map(drop).map_err(|_| Failure::Refused);
    }
    match decided {
        Ok(decision) => Ok(show(&decision, &mut out)?),
        Err(error) => {
            let text = text(&error);
            // A closed standard error is nobody's fault.
            let _ = refuse(&error, text, &mut anstream::stderr());
            Err(Failure::Refused)
        }
    }
}

/// What is tried in turn, one a line, then the steps.
fn show(decision: &Decision<'_>, out: &mut dyn Write) -> io::Result<()> {
    for target in decision.targets() {
        writeln!(out, "{GOOD}{}{GOOD:#}", shown(&target.to_string()))?;
    }
    for reason in decision.reasons() {
        writeln!(out, "  {FAINT}{}{FAINT:#}", shown(&reason.to_string()))?;
    }
    Ok(())
}

/// The rule, where it was broken, and the line with a caret.
fn refuse(error: &ChooseError<'_>, text: Option<&[u8]>, err: &mut dyn Write) -> io::Result<()> {
    writeln!(err, "{BAD}error:{BAD:#} {} ({})", error.kind, error.code())?;
    let of = if error.option.is_empty() { "" } else { " of " };
    let place = format!("{}{of}{}", error.origin, error.option);
    writeln!(err, "  {}", shown(&place))?;
    match text {
        Some(text) => {
            let (line, before) = line_of(text, error.at);
            let at = error.at.saturating_sub(before);
            caret(err, line, at, error.len, &format!("byte {}", error.at))
        }
        None => Ok(()),
    }
}

/// The line in which a byte stands, and the offset of the line.
fn line_of(text: &[u8], at: u32) -> (&[u8], u32) {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    let (before, behind) = text.split_at(at);
    let start = memchr::memrchr(b'\n', before).map_or(0, |feed| feed.saturating_add(1));
    let end = memchr::memchr(b'\n', behind).map_or(text.len(), |feed| at.saturating_add(feed));
    let line = text.get(start..end).unwrap_or_default();
    (line, u32::try_from(start).unwrap_or(u32::MAX))
}
