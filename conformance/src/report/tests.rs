use serde_json::{Value, json};

use super::*;

fn row(id: &str, checks: [Check; 2]) -> Row {
    let vector = json!({
        "id": id, "op": "ip.parse", "text": "<", "why": "so", "source": ["me"],
        "expect": { "strict": { "error": "empty" } },
    });
    Row {
        vector: Vector::from_json("mine.json", &vector).expect("a vector"),
        choice: Some("strict".to_owned()),
        expected: Outcome::Error { code: "empty".to_owned(), at: None, len: None },
        checks: checks.to_vec(),
    }
}

/// Two subjects: the second diverges, is known to, passes, and is not asked.
fn report() -> Report {
    let pass = || Check::new(Verdict::Pass, None, true);
    let answer = || Answer::Outcome(Outcome::Ok(json!({ "ip": "<" })));
    let fail = |known: Option<&Known>| Check::new(Verdict::Fail(answer()), known, true);
    let known = Known {
        vector: "a/1".to_owned(),
        choice: None,
        answer: answer().short(),
        reason: "its way".to_owned(),
    };
    let skip = |reason: &str| Check::new(Verdict::Skip(reason.to_owned()), None, true);
    let rows = vec![
        row("a/1", [pass(), fail(None)]),
        row("a/1", [pass(), fail(Some(&known))]),
        row("a/2", [pass(), pass()]),
        row("a/3", [pass(), skip("no \"x\"")]),
        row("a/3", [pass(), skip("no \"x\"")]),
        row("a/3", [pass(), skip("none")]),
    ];
    let hello = |name: &str| Hello { name: name.to_owned(), ..Hello::default() };
    let summaries = ["one", "two"].iter().enumerate();
    let summary = |(column, name): (usize, &&str)| {
        Summary::of(&hello(name), &rows, column, &Ledger::default())
    };
    Report { summaries: summaries.map(summary).collect(), skipped: Vec::new(), rows }
}

#[test]
fn the_counts_of_a_suite_are_those_of_its_checks_and_only_failures_are_alone() {
    let xml = report().to_junit();
    assert!(xml.contains(r#"<testsuite name="one" tests="6" failures="0" skipped="0">"#), "{xml}");
    assert!(xml.contains(r#"<testsuite name="two" tests="6" failures="1" skipped="3">"#), "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), 4, "{xml}");
    let assertions = xml.split("assertions=\"").skip(1);
    let assertions = assertions
        .filter_map::<usize, _>(|rest| serde_json::from_str(rest.split('"').next()?).ok());
    assert_eq!(assertions.sum::<usize>(), 12, "{xml}");
    assert!(xml.contains(r#"name="1 passed, 1 known to diverge" assertions="2"/>"#), "{xml}");
    assert!(xml.contains(r#"<skipped message="no &quot;x&quot; (2), none (1)"/>"#), "{xml}");
    let failure = r#"name="a/1 [strict]" assertions="1"><failure message="ok {&quot;ip&quot;:&quot;&lt;&quot;}, demanded error empty"/>"#;
    assert!(xml.contains(failure), "{xml}");
}

#[test]
fn what_follows_from_the_rest_is_not_in_the_report() {
    let json = report().to_json();
    let ids: Vec<&Value> = json["vectors"].as_array().into_iter().flatten().collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(
        json["vectors"][1]["checks"][0],
        json!({ "in": "strict", "expected": "error empty", "passed": [0, 1], "skipped": 0 })
    );
    let others = &json["vectors"][0]["checks"][1]["others"];
    assert_eq!(
        *others,
        json!([{
            "subject": 1, "standing": "known", "reading": "ok {\"ip\":\"<\"}", "reason": "its way",
        }])
    );
    assert_eq!(json["vectors"][2]["checks"][2]["skipped"], 1);
    assert_eq!(json["subjects"][1]["skips"], json!({ "no \"x\"": 2, "none": 1 }));
}
