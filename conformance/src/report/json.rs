//! The report as JSON: what follows from the rest is left out.

use serde_json::{Map, Value, json};

use super::{Report, Row, Standing, Summary, standing};

impl Report {
    /// The report as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let summaries = self.summaries.iter().enumerate();
        let subjects: Vec<Value> =
            summaries.map(|(column, summary)| self.subject(column, summary)).collect();
        let vectors: Vec<Value> = self.vectors().filter_map(vector).collect();
        json!({
            "format": 2, "subjects": subjects, "skipped": self.skipped, "vectors": vectors,
            "disagreements": self.disagreements().count(),
        })
    }

    fn subject(&self, column: usize, summary: &Summary) -> Value {
        json!({
            "name": summary.name, "version": summary.version, "dialects": summary.dialects,
            "passed": summary.passed, "known": summary.known, "unexpected": summary.unexpected,
            "unlisted": summary.unlisted, "skipped": summary.skipped,
            "skips": Self::skips(self.rows.iter(), column),
        })
    }
}

fn vector(rows: &[Row]) -> Option<Value> {
    let vector = &rows.first()?.vector;
    let checks: Vec<Value> = rows.iter().map(check).collect();
    Some(json!({ "id": vector.id, "op": vector.op, "checks": checks }))
}

/// A check: who passed by number, who answered otherwise in full, and how many were not asked.
fn check(row: &Row) -> Value {
    let numbered = || row.checks.iter().enumerate();
    let is = |wanted| numbered().filter(move |(_, check)| check.standing == wanted);
    let passed: Vec<usize> = is(Standing::Passed).map(|(subject, _)| subject).collect();
    let others: Vec<Value> = numbered()
        .filter(|(_, check)| !matches!(check.standing, Standing::Passed | Standing::Skipped))
        .map(|(subject, check)| {
            json!({
                "subject": subject, "standing": standing(check.standing),
                "reading": check.reading(&row.expected), "reason": check.reason,
            })
        })
        .collect();
    let mut object = Map::new();
    if let Some(choice) = &row.choice {
        object.insert("in".to_owned(), choice.clone().into());
    }
    object.insert("expected".to_owned(), row.expected.short().into());
    object.insert("passed".to_owned(), passed.into());
    if !others.is_empty() {
        object.insert("others".to_owned(), others.into());
    }
    object.insert("skipped".to_owned(), is(Standing::Skipped).count().into());
    Value::Object(object)
}
