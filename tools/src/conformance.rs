//! `portolan conformance`: the suite, against everyone on the machine.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use portolan_conformance::matrix::{self, Matrix};
use portolan_conformance::page;
use portolan_conformance::report::{Report, Standing, Summary};
use portolan_conformance::run::{self, Options};

use crate::args::{Conformance, ConformanceAction, ConformanceOptions};
use crate::progress::Progress;
use crate::terminal::{BAD, FAINT, Failure, GOOD};

/// Runs, lints, or writes the matrix; whatever is wrong makes the exit code 1.
pub(crate) fn run(conformance: Conformance) -> Result<(), Failure> {
    let action = conformance.action.unwrap_or(ConformanceAction::Run);
    let given = conformance.options;
    let mut options = Options::new(given.output.clone());
    options.drivers.clone_from(&given.driver);
    options.filter.clone_from(&given.filter);
    options.vectors.clone_from(&given.vectors);
    options.fix.clone_from(&given.fix);
    match action {
        ConformanceAction::Lint => lint(&options),
        ConformanceAction::Run => run_suite(&options, &given),
        ConformanceAction::Matrix => {
            let report = ask(&options)?;
            let matrix = matrix::matrix(&options)?;
            write_files(&given.output, &report, &matrix)?;
            Ok(writeln!(io::stdout(), "{}", given.output.join("matrix.html").display())?)
        }
    }
}

fn lint(options: &Options) -> Result<(), Failure> {
    let wrong = run::lint(options)?;
    let mut out = io::stdout().lock();
    for line in &wrong {
        writeln!(out, "{line}")?;
    }
    let vectors = options.load()?.len();
    writeln!(out, "{vectors} vectors, {} mistakes", wrong.len())?;
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Refused) }
}

fn ask(options: &Options) -> Result<Report, Failure> {
    let mut progress = Progress::of_checks();
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let report = run::run(options, &mut |done, all| progress.at_of(number(done), number(all)))?;
    progress.finish();
    Ok(report)
}

fn run_suite(options: &Options, given: &ConformanceOptions) -> Result<(), Failure> {
    let report = ask(options)?;
    let matrix = matrix::matrix(options)?;
    write_files(&given.output, &report, &matrix)?;
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    if given.json {
        writeln!(out, "{}", report.to_json())?;
    } else {
        summary(&mut out, &report)?;
        let page = given.output.join("matrix.html");
        let (page, differ) = (page.display(), matrix.disagreements());
        writeln!(out, "matrix: {page}   {differ} inputs on which they disagree")?;
    }
    if report.is_good() { Ok(()) } else { Err(Failure::Refused) }
}

fn write_files(folder: &Path, report: &Report, matrix: &Matrix) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("matrix.html"), page::render(report, matrix))?;
    fs::write(folder.join("matrix.json"), matrix.to_json().to_string())?;
    fs::write(folder.join("report.json"), report.to_json().to_string())?;
    fs::write(folder.join("junit.xml"), report.to_junit())
}

fn summary(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let title = |summary: &Summary| format!("{} {}", summary.name, summary.version);
    let width = report.summaries.iter().map(|summary| title(summary).chars().count()).max();
    let width = width.unwrap_or(0);
    for (column, summary) in report.summaries.iter().enumerate() {
        let Summary { passed, known, unexpected, unlisted, .. } = summary;
        let style = if *unexpected == 0 { GOOD } else { BAD };
        writeln!(
            out,
            "{:width$}  {GOOD}{passed:>5} passed{GOOD:#}  {known:>4} known  {style}{unexpected:>4} unexpected{style:#}  {FAINT}{}{FAINT:#}",
            title(summary),
            summary.dialects.join(" "),
        )?;
        if *unlisted > 0 {
            let note = "diverge otherwise than the ledger says, which is for another version";
            writeln!(out, "{:width$}  {unlisted:>5} {note}", "")?;
        }
        unexpected_rows(out, report, column)?;
    }
    for skipped in &report.skipped {
        writeln!(out, "skipped: {skipped}")?;
    }
    Ok(())
}

fn unexpected_rows(out: &mut dyn Write, report: &Report, column: usize) -> io::Result<()> {
    let checks = report.rows.iter().filter_map(|row| Some((row, row.checks.get(column)?)));
    for (row, check) in checks.filter(|(_, check)| check.is_wrong()) {
        let choice = row.choice.as_deref().unwrap_or("-");
        let stale =
            if check.standing == Standing::Stale { " (its ledger says otherwise)" } else { "" };
        let reading = check.reading(&row.expected);
        writeln!(out, "    {} [{choice}]: {BAD}{reading}{BAD:#}{stale}", row.vector.id)?;
        writeln!(out, "        demanded: {}", row.expected.short())?;
    }
    Ok(())
}
