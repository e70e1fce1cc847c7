//! What the suite must reach of the meaning of addresses: every row of the registries, and every
//! form in which an IPv4 address is embedded.

use std::collections::BTreeSet;

use portolan::addr::EmbeddedForm;
use portolan::addr::registry::{self, Entry};

use super::Mistake;
use crate::reach;
use crate::vector::{Outcome, Vector};

/// Checks that a vector is about every row and every form, and demands its name.
#[must_use]
pub fn meaning(vectors: &[Vector]) -> Vec<Mistake> {
    let asked: Vec<&Vector> = vectors.iter().filter(|vector| vector.op == "ip.classify").collect();
    let rows: BTreeSet<String> = asked.iter().filter_map(|it| row(it)).map(key).collect();
    let forms: BTreeSet<&str> = asked.iter().flat_map(|vector| forms(vector)).collect();
    let rows = registry::entries()
        .filter(|entry| !rows.contains(&key(entry)))
        .map(|entry| Mistake::new(format!("registry row {entry}"), "no vector reaches it"));
    let forms = EmbeddedForm::ALL
        .iter()
        .filter(|form| !forms.contains(form.name()))
        .map(|form| Mistake::new(format!("embedding {form}"), "no vector reaches it"));
    rows.chain(forms).collect()
}

fn key(entry: &Entry) -> String {
    entry.block.to_string()
}

/// The row of the address, if the vector demands its name.
fn row(vector: &Vector) -> Option<&'static Entry> {
    let ip = reach::ip_of(vector.request.get("ip")?)?;
    let demanded = |(_, outcome): (_, &Outcome)| match outcome {
        Outcome::Ok(ok) => ok["registry"].as_str().map(str::to_owned),
        _ => None,
    };
    let names: Vec<String> = vector.checks().filter_map(demanded).collect();
    registry::entry(ip).filter(|entry| names.iter().any(|name| name == entry.name))
}

/// The forms that the vector demands.
fn forms(vector: &Vector) -> Vec<&str> {
    let outcomes = vector.checks().filter_map(|(_, outcome)| match outcome {
        Outcome::Ok(ok) => ok["embedded"].as_array(),
        _ => None,
    });
    outcomes.flatten().filter_map(|each| each["form"].as_str()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_or_a_form_that_nobody_asks_is_told() {
        let lacking = meaning(&[]);
        assert_eq!(lacking.len(), registry::entries().len() + EmbeddedForm::ALL.len());
        let vector = |name: &str| {
            let vector = json!({
                "id": "a/b", "op": "ip.classify", "ip": "7f000001", "why": "so", "source": ["RFC 1"],
                "expect": { "ok": { "registry": name, "embedded": [{ "form": "isatap" }] } },
            });
            meaning(&[Vector::from_json("a.json", &vector).unwrap()])
        };
        let reached = vector("Loopback");
        assert_eq!(reached.len(), lacking.len() - 2);
        assert!(
            !reached.iter().any(|it| it.place.contains("Loopback") && it.place.contains("127"))
        );
        assert_eq!(vector("Private-Use").len(), lacking.len() - 1);
    }
}
