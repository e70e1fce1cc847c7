//! Ledgers: the known divergences of an implementation, exact, each with its reason.
//!
//! A ledger cannot go stale: a listed case that passes, is skipped or fails otherwise breaks the
//! run, and so does a failure that is not listed.

use std::fmt::Write as _;

use serde::Deserialize;

/// The known divergences of one implementation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ledger {
    /// How the versions begin that the ledger was written for; every version where it is left out.
    #[serde(default)]
    pub version: Option<String>,
    /// The divergences, in the order of the vectors.
    #[serde(default)]
    pub known: Vec<Known>,
}

/// A divergence that is known.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Known {
    /// The id of the vector.
    pub vector: String,
    /// The dialect or layout, where the vector has several.
    #[serde(default, rename = "in")]
    pub choice: Option<String>,
    /// The answer, in one line.
    pub answer: String,
    /// Why the implementation answers so.
    pub reason: String,
}

/// The reason of an entry that nobody has explained yet; the lint refuses it.
pub const UNEXPLAINED: &str = "unexplained";

impl Ledger {
    /// Reads the TOML of a ledger.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Whether the ledger was written for this version, and so has to be exact.
    #[must_use]
    pub fn is_for(&self, version: &str) -> bool {
        self.version.as_deref().is_none_or(|begin| version.starts_with(begin))
    }

    /// The entry of a check.
    #[must_use]
    pub fn find(&self, vector: &str, choice: Option<&str>) -> Option<&Known> {
        self.known.iter().find(|known| known.vector == vector && known.choice.as_deref() == choice)
    }

    /// The ledger of what was observed; reasons are taken over where the answer is the same.
    #[must_use]
    pub fn observed(
        &self,
        failures: impl IntoIterator<Item = (String, Option<String>, String)>,
    ) -> Self {
        let known = failures.into_iter().map(|(vector, choice, answer)| {
            let before = self.find(&vector, choice.as_deref());
            let reason =
                before.filter(|known| known.answer == answer).map(|known| known.reason.clone());
            let reason = reason.unwrap_or_else(|| UNEXPLAINED.to_owned());
            Known { vector, choice, answer, reason }
        });
        Self { version: self.version.clone(), known: known.collect() }
    }

    /// The TOML of the ledger.
    #[must_use]
    pub fn to_toml(&self, name: &str) -> String {
        let mut text = format!(
            "# What {name} is known to answer otherwise than the vectors demand. Each entry must be exact:\n\
             # one that passes, is skipped or answers something else breaks the run.\n"
        );
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        if let Some(version) = &self.version {
            let _ = writeln!(text, "version = {}", quoted(version));
        }
        for known in &self.known {
            let _ = writeln!(text, "\n[[known]]\nvector = {}", quoted(&known.vector));
            if let Some(choice) = &known.choice {
                let _ = writeln!(text, "in = {}", quoted(choice));
            }
            let _ = writeln!(text, "answer = {}", quoted(&known.answer));
            let _ = writeln!(text, "reason = {}", quoted(&known.reason));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_round_trips_and_keeps_its_reasons() {
        let failure = |answer: &str| ("a/b".to_owned(), Some("pton".to_owned()), answer.to_owned());
        let mut ledger = Ledger::default().observed([failure("ok {\"ip\":\"00\"}")]);
        assert_eq!(ledger.known[0].reason, UNEXPLAINED);
        ledger.known[0].reason = "it says so".to_owned();
        let again = Ledger::from_toml(&ledger.to_toml("x")).unwrap();
        assert_eq!(again.known, ledger.known);
        assert_eq!(again.observed([failure("ok {\"ip\":\"00\"}")]).known[0].reason, "it says so");
        assert_eq!(again.observed([failure("crash")]).known[0].reason, UNEXPLAINED);
        assert!(again.find("a/b", None).is_none());
    }

    #[test]
    fn a_ledger_is_exact_for_the_versions_it_names() {
        let ledger = Ledger::from_toml("version = '3.11'").unwrap();
        assert!(ledger.is_for("3.11.7") && !ledger.is_for("3.13.0"));
        assert!(Ledger::default().is_for("anything"));
        assert_eq!(Ledger::from_toml(&ledger.to_toml("x")).unwrap().version, ledger.version);
    }

    #[test]
    fn an_unknown_member_is_refused() {
        assert!(
            Ledger::from_toml("[[known]]\nvector='a'\nanswer='b'\nreason='c'\nextra=1").is_err()
        );
    }
}
