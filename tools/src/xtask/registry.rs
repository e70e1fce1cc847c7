//! The tables of special-purpose addresses, made of IANA's two files.

mod read;
mod write;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use portolan::addr::registry::EDITION;

use self::read::{Family, Row};

/// Where the tables and the files that they are made of stand.
const FOLDER: &str = "core/src/addr/registry";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The date of the two files; without it, the newest month in them.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    date: Option<String>,
    /// IANA's CSV of IPv4 and of IPv6; without them, those that are checked in.
    #[arg(num_args = 2, value_names = ["IPV4.csv", "IPV6.csv"])]
    files: Vec<PathBuf>,
    /// The folder of the tables.
    #[arg(long, default_value = FOLDER)]
    into: PathBuf,
}

/// Writes the tables and copies of their files; writes nothing where a file breaks a rule.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let Arguments { date, files, into } = arguments;
    let [ipv4, ipv6] = ["ipv4.csv", "ipv6.csv"].map(|name| into.join(name));
    let (files, date) = match files.as_slice() {
        [v4, v6] => ([v4, v6], date.as_deref()),
        // The files that are checked in have the date that is checked in.
        _ => ([&ipv4, &ipv6], date.as_deref().or(Some(EDITION))),
    };
    let [v4, v6] = files.map(|file| contents(file));
    let (v4, v6) = (v4?, v6?);
    let tables = tables((files[0], &v4), (files[1], &v6), date)?;
    for (path, text) in [(ipv4, v4), (ipv6, v6), (into.join("tables.rs"), tables)] {
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

fn contents(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// The source text of the tables.
fn tables(v4: (&Path, &str), v6: (&Path, &str), date: Option<&str>) -> Result<String, String> {
    let rows = |(file, text): (&Path, &str), family| {
        read::rows(text, family).map_err(|error| format!("{}:{error}", file.display()))
    };
    let (v4, v6) = (rows(v4, Family::V4)?, rows(v6, Family::V6)?);
    let newest = v4.iter().chain(&v6).map(Row::newest).max().unwrap_or_default();
    Ok(write::source(&v4, &v6, date.unwrap_or(newest)))
}

/// Takes `2025-10-09`.
fn date(text: &str) -> Result<String, String> {
    let is_day = |day: &str| day.len() == 2 && read::is_digits(day) && ("01"..="31").contains(&day);
    if text.rsplit_once('-').is_some_and(|(month, day)| read::is_month(month) && is_day(day)) {
        return Ok(text.to_owned());
    }
    Err("not a date such as 2025-10-09".to_owned())
}

#[cfg(test)]
mod tests;
