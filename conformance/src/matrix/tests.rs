use serde_json::json;

use super::*;

fn column(name: &str) -> Column {
    Column {
        name: name.to_owned(),
        version: String::new(),
        dialect: name.to_owned(),
        label: String::new(),
    }
}

fn vector(op: &str, text: &str) -> Vector {
    let vector = json!({
        "id": format!("mine/{text}"), "op": op, "text": text, "why": "so", "source": ["me"],
        "expect": { "strict": { "error": "empty" } },
    });
    Vector::from_json("mine.json", &vector).expect("a vector")
}

/// A table of these rows.
fn table(names: &[&str], rows: &[&[Cell]]) -> Table {
    let line = |cells: &&[Cell]| Line { vector: vector("ip.parse", "x"), cells: cells.to_vec() };
    Table {
        columns: names.iter().map(|name| column(name)).collect(),
        rows: rows.iter().map(line).collect(),
    }
}

fn reads(reach: Reach) -> Cell {
    Cell::Reads(format!("{reach:?}"), reach)
}

fn refuses() -> Cell {
    Cell::Refuses("refused".to_owned())
}

fn at<'a>(table: &'a Table, dialect: &str) -> (usize, &'a Column) {
    let mut columns = table.columns.iter().enumerate();
    columns.find(|(_, c)| c.name == "portolan" && c.dialect == dialect).expect("a column")
}

#[test]
fn who_answers_nothing_is_no_column() {
    let silent = || Cell::Silent;
    let mut table = table(
        &["a", "b", "c"],
        &[&[silent(), silent(), refuses()], &[refuses(), silent(), silent()]],
    );
    table.drop_silent_columns();
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
    assert_eq!(table.rows[0].cells, [silent(), refuses()]);
    assert_eq!(table.rows[1].cells, [refuses(), silent()]);
}

#[test]
fn a_bypass_is_counted_only_where_both_answer() {
    let (inside, outside) = (|| reads(Reach::Inside), || reads(Reach::Outside));
    let table = table(
        &["validator", "connector", "elsewhere"],
        &[
            &[refuses(), inside(), Cell::Silent],
            &[outside(), inside(), Cell::Silent],
            &[inside(), inside(), Cell::Silent],
            &[refuses(), outside(), Cell::Silent],
            &[reads(Reach::Unknown), inside(), Cell::Silent],
            &[Cell::Silent, Cell::Silent, inside()],
        ],
    );
    let count = |one, other| table.bypasses(one, other).map(|found| found.len());
    assert_eq!(count(0, 1), Some(2));
    assert_eq!(count(1, 0), Some(0));
    assert_eq!(count(0, 2), None);
    assert_eq!(count(2, 2), Some(0));
    assert_eq!(count(0, 9), None);
}

#[test]
fn each_operation_has_the_dialects_that_answer_it() {
    let vectors = [vector("ip.parse", "010.0.0.1"), vector("endpoint.parse", "010.0.0.1:80")];
    let matrix = Matrix::ask(&mut [Subject::in_process()], &vectors);
    let dialects = |table: &Table| -> Vec<String> {
        table.columns.iter().map(|column| column.dialect.clone()).collect()
    };
    assert!(!dialects(&matrix.addresses).iter().any(|name| name == "nginx"));
    assert!(dialects(&matrix.addresses).iter().any(|name| name == "aton"));
    assert!(dialects(&matrix.endpoints).iter().any(|name| name == "nginx"));
    let (strict, _) = at(&matrix.endpoints, "strict");
    let (nginx, _) = at(&matrix.endpoints, "nginx");
    let found = matrix.endpoints.bypasses(strict, nginx).expect("both answer");
    assert_eq!(found[0].vector.id, "mine/010.0.0.1:80");
    assert_eq!(found[0].cells[nginx], Cell::Reads("10.0.0.1:80".to_owned(), Reach::Inside));
    assert!(matches!(found[0].cells[strict], Cell::Refuses(_)));
    assert_eq!(matrix.disagreements(), 2);
    let json = matrix.to_json();
    assert_eq!(json["addresses"]["rows"][0]["id"], "mine/010.0.0.1");
    assert_eq!(json["endpoints"]["rows"][0]["cells"][nginx], json!({ "reads": "10.0.0.1:80" }));
}

#[test]
fn addresses_come_before_sockets() {
    let table = table(
        &["validator", "connector"],
        &[&[refuses(), reads(Reach::Local)], &[refuses(), reads(Reach::Inside)]],
    );
    let found = table.bypasses(0, 1).expect("both answer");
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].cells[1], reads(Reach::Inside));
}

#[test]
fn a_long_reading_is_cut_in_json() {
    let long = Cell::Reads("x".repeat(1 << 20), Reach::Outside);
    let json = table(&["a"], &[&[long]]).to_json();
    let text = json["rows"][0]["cells"][0]["reads"].as_str().expect("a reading");
    assert_eq!((text.chars().count(), text.ends_with('…')), (1025, true));
}

#[test]
fn a_list_is_shown_joined() {
    let inet = |ip: &str| json!({ "kind": "inet", "host": { "ip": ip }, "port": 80 });
    let list = json!({ "endpoints": [inet("08080808"), inet("7f000001")] });
    let answer = cell(Some(Answer::Outcome(Outcome::Ok(list))));
    assert_eq!(answer, Cell::Reads("8.8.8.8:80, 127.0.0.1:80".to_owned(), Reach::Inside));
}
