//! `client.choose`: which endpoint a client picks.

use std::collections::BTreeMap;

use portolan::client::mysql::{Client, Include, IncludeKind, OptionFile, OptionName, Options};
use portolan::client::{ChooseError, Decision, Origin, Platform, Target, libpq};
use serde_json::{Map, Value, json};

use super::objects;
use super::request::{Fields, Refusal, bad_field, required};

/// Texts of option files, each by its path.
#[derive(Clone, Debug, Default)]
pub struct OptionFiles {
    texts: BTreeMap<String, Vec<u8>>,
}

impl OptionFiles {
    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.texts.insert(path.into(), text.into());
    }

    /// The text of a file, and its path as the key of this collection.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<(&str, &[u8])> {
        self.texts.get_key_value(path).map(|(path, text)| (path.as_str(), text.as_slice()))
    }

    /// Reads a file with everything that it includes; one that is not here does not exist, as it
    /// does not to the clients.
    ///
    /// # Errors
    ///
    /// The syntax of the files, and that they are included too deeply or too often.
    pub fn read<'a>(
        &'a self,
        path: &str,
        client: Client,
        platform: Platform,
        options: &mut Options<'a>,
    ) -> Result<(), ChooseError<'a>> {
        self.get(path).map_or(Ok(()), |(path, text)| {
            self.read_open(&mut OptionFile::new(client, path, text), client, platform, options)
        })
    }

    fn read_open<'a>(
        &'a self,
        file: &mut OptionFile<'a>,
        client: Client,
        platform: Platform,
        options: &mut Options<'a>,
    ) -> Result<(), ChooseError<'a>> {
        while let Some(include) = options.read(file)? {
            for (path, text) in self.included(&include, client, platform) {
                self.read_open(&mut include.open(path, text)?, client, platform, options)?;
            }
        }
        Ok(())
    }

    /// The files that an include names: itself, or those directly in a folder by their names.
    fn included(
        &self,
        include: &Include<'_>,
        client: Client,
        platform: Platform,
    ) -> Vec<(&str, &[u8])> {
        let Ok(path) = std::str::from_utf8(include.path) else {
            return Vec::new();
        };
        if include.kind == IncludeKind::File {
            return self.get(path).into_iter().collect();
        }
        let folder = path.trim_end_matches(['/', '\\']);
        let is_in = |(path, _): &(&str, &[u8])| {
            path.rsplit_once(['/', '\\'])
                .is_some_and(|(parent, name)| parent == folder && is_read(name, client, platform))
        };
        let all = self.texts.iter().map(|(path, text)| (path.as_str(), text.as_slice()));
        all.filter(is_in).collect()
    }
}

/// Whether a client reads a file of this name in a folder that is included.
#[must_use]
pub fn is_read(name: &str, client: Client, platform: Platform) -> bool {
    let ends_in = |ending| name.rsplit_once('.').is_some_and(|(_, found)| found == ending);
    match client {
        Client::MariadbC => name == "my.cnf",
        _ => ends_in("cnf") || (platform == Platform::Windows && ends_in("ini")),
    }
}

pub(super) fn choose(fields: Fields<'_>) -> Result<Value, Refusal> {
    let name = required("client", fields.text("client")?)?;
    let platform = fields.text("platform")?.unwrap_or(Platform::Unix.name());
    let platform =
        Platform::from_name(platform).ok_or_else(|| Refusal::unsupported("platform", platform))?;
    match Client::from_name(name) {
        Some(client) => choose_mysql(fields, client, platform),
        None if name == "libpq" => choose_libpq(fields, platform),
        None => Err(Refusal::unsupported("client", name)),
    }
}

fn choose_mysql(fields: Fields<'_>, client: Client, platform: Platform) -> Result<Value, Refusal> {
    let (mut files, mut searched) = (OptionFiles::default(), client.option_files(platform));
    if let Some(Value::String(text)) = fields.value("file") {
        searched = &["my.cnf"];
        files.insert("my.cnf", text.as_str());
    } else {
        strings(fields, "file")?.into_iter().for_each(|(path, text)| files.insert(path, text));
    }
    let mut options = Options::new(client, platform);
    for (name, value) in strings(fields, "environment")? {
        let _ = options.environment(name, value.as_bytes());
    }
    for path in searched {
        files.read(path, client, platform, &mut options)?;
    }
    for (name, value) in given(fields)? {
        let option = OptionName::from_name(name.as_bytes());
        let option = option.ok_or_else(|| Refusal::unsupported("option", name))?;
        options.argument(option, value.as_bytes());
    }
    Ok(decision(&options.choose()?))
}

/// Where libpq looks for services first, and here only.
const SERVICE_FILE: &str = "~/.pg_service.conf";

fn choose_libpq(fields: Fields<'_>, platform: Platform) -> Result<Value, Refusal> {
    let mut options = libpq::Options::new(platform);
    for (name, value) in strings(fields, "environment")? {
        let _ = options.environment(name, value.as_bytes());
    }
    let text = match fields.value("file") {
        Some(Value::String(text)) => Some(text.as_str()),
        _ => strings(fields, "file")?
            .into_iter()
            .find(|(path, _)| *path == SERVICE_FILE)
            .map(|it| it.1),
    };
    if let Some(text) = text {
        options.service_file(text.as_bytes());
    }
    for (name, value) in given(fields)? {
        match libpq::Keyword::from_name(name.as_bytes()) {
            Some(keyword) => options.option(keyword, value.as_bytes()),
            None if name == "conninfo" => options.connection_string(value.as_bytes()),
            None => return Err(Refusal::unsupported("option", name)),
        }
    }
    Ok(decision(&options.choose()?))
}

/// The options in the order of the command line, those that it does not name first.
fn given<'a>(fields: Fields<'a>) -> Result<Vec<(&'a str, &'a str)>, Refusal> {
    let options = strings(fields, "options")?;
    let order = fields.array("order")?.unwrap_or_default();
    let mut given = options.clone();
    given.retain(|(name, _)| !order.iter().any(|ordered| ordered == name));
    for ordered in order {
        let option = options.iter().find(|(name, _)| ordered == name);
        given.push(*option.ok_or_else(|| bad_field("order", "names of `options`"))?);
    }
    Ok(given)
}

/// The members of an object of strings.
fn strings<'a>(fields: Fields<'a>, name: &str) -> Result<Vec<(&'a str, &'a str)>, Refusal> {
    let members = fields.object(name)?.map_or_else(Vec::new, |object| object.0.iter().collect());
    let member = |(key, value): (&'a String, &'a Value)| Some((key.as_str(), value.as_str()?));
    members
        .into_iter()
        .map(|pair| member(pair).ok_or_else(|| bad_field(name, "an object of strings")))
        .collect()
}

/// A decision as the protocol writes it: endpoints, the codes of the steps, where each came from.
#[must_use]
pub fn decision(decision: &Decision<'_>) -> Value {
    let endpoints: Vec<Value> = decision.targets().filter_map(|target| endpoint(&target)).collect();
    let reasons: Vec<&str> = decision.reasons().iter().map(|reason| reason.code()).collect();
    let origins: Vec<Value> =
        decision.reasons().iter().map(|reason| origin(&reason.origin)).collect();
    json!({ "endpoints": endpoints, "reasons": reasons, "origins": origins })
}

/// Shared memory is none, and stands among the reasons only.
fn endpoint(target: &Target<'_>) -> Option<Value> {
    target.endpoint().map(objects::endpoint)
}

fn origin(origin: &Origin<'_>) -> Value {
    let mut object = Map::from_iter([("kind".to_owned(), json!(origin.code()))]);
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    match origin {
        Origin::OptionFile { file, group, line } => {
            add("file", json!(file));
            add("group", objects::word(group.iter().copied()));
            add("line", json!(line));
        }
        Origin::ServiceFile { line } => _ = add("line", json!(line)),
        Origin::Environment { name } => _ = add("name", json!(name)),
        _ => {}
    }
    Value::Object(object)
}

impl From<ChooseError<'_>> for Refusal {
    fn from(error: ChooseError<'_>) -> Self {
        Self::Error {
            code: error.code(),
            at: Some(error.at.into()),
            len: Some(error.len.into()),
            message: error.to_string(),
        }
    }
}
