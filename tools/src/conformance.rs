//! `portolan conformance`: the suite, against everyone on the machine.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use portolan_conformance::matrix::Matrix;
use portolan_conformance::output;
use portolan_conformance::report::{Report, Standing, Summary};
use portolan_conformance::run::{self, Options};
use serde_json::json;

use crate::args::{Conformance, ConformanceAction, ConformanceOptions};
use crate::progress::Progress;
use crate::terminal::{BAD, FAINT, Failure, GOOD, shown};

/// Runs, lints, or writes the matrix; whatever is wrong makes the exit code 1.
pub(crate) fn run(conformance: Conformance) -> Result<(), Failure> {
    let action = conformance.action.unwrap_or(ConformanceAction::Run);
    let given = conformance.options;
    if let Some(folder) = &given.vectors {
        fs::read_dir(folder)
            .map_err(|error| Failure::Usage(format!("{}: {error}", folder.display())))?;
    }
    let mut options = Options::new(given.output.clone());
    options.drivers.clone_from(&given.driver);
    options.filter.clone_from(&given.filter);
    options.vectors.clone_from(&given.vectors);
    options.fix.clone_from(&given.fix);
    match action {
        ConformanceAction::Lint => lint(&options, given.json),
        ConformanceAction::Run => run_suite(&options, &given),
        ConformanceAction::Matrix => write_matrix(&options, &given),
    }
}

fn lint(options: &Options, json: bool) -> Result<(), Failure> {
    let lint = run::lint(options)?;
    let (vectors, mistakes) = (lint.vectors, lint.mistakes.len());
    let mut out = io::stdout().lock();
    for mistake in &lint.mistakes {
        if json {
            writeln!(out, "{}", json!({ "place": mistake.place, "what": mistake.what }))?;
        } else {
            writeln!(out, "{}", shown(&mistake.to_string()))?;
        }
    }
    if json {
        writeln!(out, "{}", json!({ "vectors": vectors, "mistakes": mistakes }))?;
    } else {
        writeln!(out, "{vectors} vectors, {mistakes} mistakes")?;
    }
    if mistakes == 0 { Ok(()) } else { Err(Failure::Refused) }
}

fn ask(options: &Options) -> Result<(Report, Matrix), Failure> {
    let mut progress = Progress::of_checks();
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let done = run::run_with_matrix(options, &mut |done, all| {
        progress.at_of(number(done), number(all));
    })?;
    progress.finish();
    Ok(done)
}

fn write_matrix(options: &Options, given: &ConformanceOptions) -> Result<(), Failure> {
    let (report, matrix) = ask(options)?;
    output::write_all(&given.output, &report, &matrix)?;
    let mut out = io::stdout().lock();
    if given.json {
        return Ok(writeln!(out, "{}", matrix.to_json())?);
    }
    Ok(writeln!(out, "{}", page_path(&given.output))?)
}

fn run_suite(options: &Options, given: &ConformanceOptions) -> Result<(), Failure> {
    let (report, matrix) = ask(options)?;
    output::write_all(&given.output, &report, &matrix)?;
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    if given.json {
        writeln!(out, "{}", report.to_json())?;
    } else {
        summary(&mut out, &report)?;
        let (page, differ) = (page_path(&given.output), matrix.disagreements());
        writeln!(out, "matrix: {page}   {differ} inputs on which they disagree")?;
    }
    if report.is_good() { Ok(()) } else { Err(Failure::Refused) }
}

fn page_path(folder: &Path) -> String {
    shown(&folder.join("matrix.html").to_string_lossy()).to_string()
}

fn summary(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let title =
        |summary: &Summary| shown(&format!("{} {}", summary.name, summary.version)).to_string();
    let width = report.summaries.iter().map(|summary| title(summary).chars().count()).max();
    let width = width.unwrap_or(0);
    for (column, summary) in report.summaries.iter().enumerate() {
        let Summary { passed, known, unexpected, unlisted, .. } = summary;
        let style = if *unexpected == 0 { GOOD } else { BAD };
        writeln!(
            out,
            "{:width$}  {GOOD}{passed:>5} passed{GOOD:#}  {known:>4} known  {style}{unexpected:>4} unexpected{style:#}  {FAINT}{}{FAINT:#}",
            title(summary),
            shown(&summary.dialects.join(" ")),
        )?;
        if *unlisted > 0 {
            let note = "diverge otherwise than the ledger says, which is for another version";
            writeln!(out, "{:width$}  {unlisted:>5} {note}", "")?;
        }
        unexpected_rows(out, report, column)?;
    }
    for skipped in &report.skipped {
        writeln!(out, "skipped: {}", shown(skipped))?;
    }
    Ok(())
}

fn unexpected_rows(out: &mut dyn Write, report: &Report, column: usize) -> io::Result<()> {
    let checks = report.rows.iter().filter_map(|row| Some((row, row.checks.get(column)?)));
    for (row, check) in checks.filter(|(_, check)| check.is_wrong()) {
        let (id, choice) = (shown(&row.vector.id), shown(row.choice.as_deref().unwrap_or("-")));
        let stale =
            if check.standing == Standing::Stale { " (its ledger says otherwise)" } else { "" };
        let reading = check.reading(&row.expected);
        writeln!(out, "    {id} [{choice}]: {BAD}{}{BAD:#}{stale}", shown(&reading))?;
        writeln!(out, "        demanded: {}", shown(&row.expected.short()))?;
    }
    Ok(())
}
