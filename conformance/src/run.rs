//! A run: every vector against Portolan and every implementation found on the machine.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::drivers;
use crate::judge::{Verdict, judge};
use crate::ledger::Ledger;
use crate::lint::Lint;
use crate::matrix::Matrix;
use crate::report::{Check, Report, Row, Standing, Summary};
use crate::subject::{Answer, Subject};
use crate::vector::Vector;
use crate::{load, output};

/// What to run, and where its results go.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Further drivers, as shell commands.
    pub drivers: Vec<String>,
    /// Only vectors whose id contains this.
    pub filter: Option<String>,
    /// A folder of vectors instead of those built in.
    pub vectors: Option<PathBuf>,
    /// Where drivers are compiled.
    pub output: PathBuf,
    /// A folder of ledgers that are rewritten to what was observed.
    pub fix: Option<PathBuf>,
}

impl Options {
    /// Every vector of this release, against what is found on the machine.
    #[must_use]
    pub const fn new(output: PathBuf) -> Self {
        Self { drivers: Vec::new(), filter: None, vectors: None, output, fix: None }
    }

    /// The vectors to run.
    ///
    /// # Errors
    ///
    /// That of a folder that cannot be read, or that holds a malformed vector.
    pub fn load(&self) -> io::Result<Vec<Vector>> {
        let vectors = self.raw()?.into_iter().map(|(file, value)| Vector::from_json(&file, &value));
        let vectors: Result<_, _> = vectors.collect();
        vectors.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// The vectors to run as they are written, each with its file; at least one.
    fn raw(&self) -> io::Result<Vec<(String, Value)>> {
        let mut vectors = match &self.vectors {
            Some(folder) => load::from_folder(folder)?,
            None => load::built_in()?,
        };
        let chosen = |value: &Value, part: &str| value["id"].as_str().unwrap_or("").contains(part);
        if let Some(part) = &self.filter {
            vectors.retain(|(_, value)| chosen(value, part));
        }
        if vectors.is_empty() {
            let place = self.vectors.as_ref().map(|folder| format!(" in {}", folder.display()));
            let part = self.filter.as_ref().map(|part| format!(" with `{part}` in its id"));
            let (place, part) = (place.unwrap_or_default(), part.unwrap_or_default());
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("there is no vector{part}{place}"),
            ));
        }
        Ok(vectors)
    }
}

/// Runs the suite; `progress` hears how many of all checks are done.
///
/// # Errors
///
/// What reading vectors or writing drivers and ledgers may fail with; that a driver of the caller
/// cannot be started, or that there is no vector to run.
pub fn run(options: &Options, progress: &mut dyn FnMut(usize, usize)) -> io::Result<Report> {
    ask_all(options, progress).map(|(report, ..)| report)
}

/// Runs the suite, and asks whoever was asked for the matrix, too.
///
/// # Errors
///
/// Those of [`run`].
pub fn run_with_matrix(
    options: &Options,
    progress: &mut dyn FnMut(usize, usize),
) -> io::Result<(Report, Matrix)> {
    let (report, mut subjects, vectors) = ask_all(options, progress)?;
    let matrix = Matrix::ask(&mut subjects, &vectors);
    Ok((report, matrix))
}

fn ask_all(
    options: &Options,
    progress: &mut dyn FnMut(usize, usize),
) -> io::Result<(Report, Vec<Subject>, Vec<Vector>)> {
    let vectors = options.load()?;
    let (mut subjects, skipped) = subjects(options)?;
    let per_subject: usize = vectors.iter().map(|vector| vector.checks().count()).sum();
    let all = per_subject.saturating_mul(subjects.len());
    let mut done = 0_usize;
    let mut rows: Vec<Row> = vectors
        .iter()
        .flat_map(|vector| {
            vector.checks().map(|(choice, expected)| Row {
                vector: vector.clone(),
                choice: choice.map(|(_, name)| name.to_owned()),
                expected: expected.clone(),
                checks: Vec::new(),
            })
        })
        .collect();
    let mut summaries = Vec::new();
    for subject in &mut subjects {
        let ledger = ledger_of(&subject.hello().name)?;
        judge_rows(subject, &mut rows, &ledger, &mut || {
            done = done.saturating_add(1);
            progress(done, all);
        });
        let column = summaries.len();
        summaries.push(Summary::of(subject.hello(), &rows, column, &ledger));
        if let Some(folder) = &options.fix {
            fix(folder, &subject.hello().name, &ledger, &rows, column)?;
        }
    }
    Ok((Report { summaries, skipped, rows }, subjects, vectors))
}

/// Adds a check of the subject to each row.
fn judge_rows(subject: &mut Subject, rows: &mut [Row], ledger: &Ledger, done: &mut dyn FnMut()) {
    let exact = ledger.is_for(&subject.hello().version);
    let check = |row: &Row, verdict| {
        Check::new(verdict, ledger.find(&row.vector.id, row.choice.as_deref()), exact)
    };
    let mut first = None;
    for (index, row) in rows.iter_mut().enumerate() {
        let field = row.vector.checks().find_map(|(choice, _)| choice).map(|(field, _)| field);
        let choice = field.zip(row.choice.as_deref());
        let verdict = match judge(subject, &row.vector, choice, &row.expected) {
            // The suite is that of Portolan: what it does not have is missing.
            Verdict::Skip(reason) if subject.is_portolan() => {
                Verdict::Fail(Answer::Unsupported(reason))
            }
            verdict => verdict,
        };
        if first.is_none() && subject.was_asked() {
            first = Some(index);
        }
        let check = check(row, verdict);
        row.checks.push(check);
        done();
    }
    if let (Some(answer), Some(row)) =
        (subject.ask_first_again(), first.and_then(|index| rows.get_mut(index)))
    {
        row.checks.pop();
        let check = check(row, Verdict::Fail(answer));
        row.checks.push(check);
    }
}

/// Portolan, the drivers of this project, and those of the caller; and who is missing, and why.
pub(crate) fn subjects(options: &Options) -> io::Result<(Vec<Subject>, Vec<String>)> {
    let folder = options.output.join("drivers");
    drivers::write(&folder)?;
    let mut subjects = vec![Subject::in_process()];
    let mut skipped = Vec::new();
    let mut found = |name: &str, subject: Result<Subject, String>| match subject {
        Ok(subject) => subjects.push(subject),
        Err(reason) => skipped.push(format!("{name}: {reason}")),
    };
    for name in drivers::names() {
        found(name, drivers::start(name, &folder));
    }
    // Who is named by the caller has to be there.
    for driver in &options.drivers {
        let shell = ["sh", "-c", driver].map(str::to_owned);
        let subject = Subject::start(shell.to_vec())
            .map_err(|reason| io::Error::other(format!("driver `{driver}` {reason}")))?;
        subjects.push(subject);
    }
    Ok((subjects, skipped))
}

fn ledger_of(name: &str) -> io::Result<Ledger> {
    match load::ledger(name) {
        None => Ok(Ledger::default()),
        Some(text) => Ledger::from_toml(text).map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{name}: {error}"))
        }),
    }
}

fn fix(folder: &Path, name: &str, ledger: &Ledger, rows: &[Row], column: usize) -> io::Result<()> {
    if name.contains(['/', '\\']) {
        return Err(io::Error::other(format!("no ledger can have the name `{name}`")));
    }
    let path = folder.join(format!("{name}.toml"));
    let failures = rows.iter().filter_map(|row| match &row.checks.get(column)?.verdict {
        Verdict::Fail(answer) => Some((row.vector.id.clone(), row.choice.clone(), answer.short())),
        _ => None,
    });
    let observed = ledger.observed(failures);
    if observed.known.is_empty() && !path.exists() {
        return Ok(());
    }
    output::write(&path, &observed.to_toml(name))
}

/// Everything that is wrong with the vectors and ledgers of this release.
///
/// # Errors
///
/// What reading a folder of vectors may fail with.
pub fn lint(options: &Options) -> io::Result<Lint> {
    let raw = options.raw()?;
    let (vectors, mut wrong) = crate::lint::read(&raw);
    wrong.extend(crate::lint::vectors(&vectors));
    // A part of the suite, or another one, need not reach everything.
    if options.filter.is_none() && options.vectors.is_none() {
        wrong.extend(crate::lint::coverage(&vectors));
        wrong.extend(crate::lint::grammar(&vectors));
        wrong.extend(crate::lint::meaning(&vectors));
        for name in load::ledgers() {
            wrong.extend(crate::lint::ledger(&name, &ledger_of(&name)?, &vectors));
        }
    }
    Ok(Lint { vectors: raw.len(), mistakes: wrong })
}

/// The answers of a row that are readings, without repetition.
#[must_use]
pub(crate) fn readings(row: &Row) -> BTreeSet<String> {
    let answers = row.checks.iter().filter(|check| check.standing != Standing::Skipped);
    answers.map(|check| check.reading(&row.expected)).collect()
}
