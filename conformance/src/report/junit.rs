//! The report in the format of `JUnit`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Check, Report, Row, Skips, Standing, Summary, escape};

impl Report {
    /// The report as XML in the format of `JUnit`, one suite a subject.
    ///
    /// The counts of a suite are those of its checks. Each failure is a test case of its own; what
    /// passed, and what was not asked, is one for each topic, with as many assertions as checks.
    #[must_use]
    pub fn to_junit(&self) -> String {
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
        let mut topics: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in &self.rows {
            topics.entry(row.vector.file.as_str()).or_default().push(row);
        }
        for (column, summary) in self.summaries.iter().enumerate() {
            let Summary { name, unexpected, skipped, .. } = summary;
            let (name, tests) = (escape(name), self.rows.len());
            let _ = writeln!(
                xml,
                "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{unexpected}\" skipped=\"{skipped}\">"
            );
            for (topic, rows) in &topics {
                cases(&mut xml, topic, rows, column);
            }
            xml.push_str("  </testsuite>\n");
        }
        xml.push_str("</testsuites>\n");
        xml
    }
}

/// The cases of one topic.
fn cases(xml: &mut String, topic: &str, rows: &[&Row], column: usize) {
    let checks = || rows.iter().filter_map(|row| Some((*row, row.checks.get(column)?)));
    let count = |standing| checks().filter(|(_, check)| check.standing == standing).count();
    let counts = [
        (count(Standing::Passed), "passed"),
        (count(Standing::Known), "known to diverge"),
        (count(Standing::Unlisted), "diverge in another version"),
    ];
    let all = counts.iter().fold(0_usize, |all, (count, _)| all.saturating_add(*count));
    if all > 0 {
        let parts = counts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, what)| format!("{count} {what}")).collect();
        case(xml, topic, &parts.join(", "), all);
        xml.push_str("/>\n");
    }
    let skips = Report::skips(rows.iter().copied(), column);
    if !skips.is_empty() {
        skipped(xml, topic, &skips);
    }
    for (row, check) in checks().filter(|(_, check)| check.is_wrong()) {
        failure(xml, row, check);
    }
}

/// Writes a test case up to where its tag ends.
fn case(xml: &mut String, topic: &str, name: &str, assertions: usize) {
    let (topic, name) = (escape(topic), escape(name));
    let _ = write!(
        xml,
        "    <testcase classname=\"{topic}\" name=\"{name}\" assertions=\"{assertions}\""
    );
}

fn skipped(xml: &mut String, topic: &str, skips: &Skips<'_>) {
    let all = skips.values().fold(0_usize, |all, count| all.saturating_add(*count));
    let reasons: Vec<String> =
        skips.iter().map(|(reason, count)| format!("{reason} ({count})")).collect();
    case(xml, topic, &format!("{all} not asked"), all);
    let _ = writeln!(xml, "><skipped message=\"{}\"/></testcase>", escape(&reasons.join(", ")));
}

fn failure(xml: &mut String, row: &Row, check: &Check) {
    let choice = row.choice.as_deref().map(|choice| format!(" [{choice}]")).unwrap_or_default();
    case(xml, &row.vector.file, &format!("{}{choice}", row.vector.id), 1);
    let reading = escape(&check.reading(&row.expected));
    let expected = escape(&row.expected.short());
    let _ = writeln!(xml, "><failure message=\"{reading}, demanded {expected}\"/></testcase>");
}
