use super::*;

const HEADER: &str = "Address Block,Name,RFC,Allocation Date,Termination Date,Source,Destination,\
                      Forwardable,Globally Reachable,Reserved-by-Protocol\n";

fn made(rows: &str) -> Result<String, String> {
    let v4 = format!("{HEADER}{rows}");
    let v6 = format!("{HEADER}::1/128,Loopback,[RFC4291],2006-02,N/A,,,,,\n");
    tables((Path::new("4.csv"), &v4), (Path::new("6.csv"), &v6), None)
}

#[track_caller]
fn refuses(rows: &str, error: &str) {
    assert_eq!(made(rows).expect_err(rows), error);
}

#[test]
fn the_tables_are_those_of_the_files_beside_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FOLDER);
    let [v4, v6, checked_in] =
        ["ipv4.csv", "ipv6.csv", "tables.rs"].map(|name| contents(&folder.join(name)).unwrap());
    let made = tables((Path::new("ipv4.csv"), &v4), (Path::new("ipv6.csv"), &v6), Some(EDITION));
    assert!(made.unwrap() == checked_in, "run `cargo xtask registry`");
}

#[test]
fn quotes_line_feeds_blocks_documents_and_footnotes_are_read() {
    let made = made(
        "\"192.0.0.170/32, 192.0.0.171/32 [4]\",\"\"\"Two\"\" [1]\",\"[RFC8880][RFC7050], Section 2.2\n\
         \x20  [RFC Errata 1752]\",2013-02,2015-03,False [1],True,N/A [2],,True\n",
    )
    .unwrap();
    for line in [
        "pub const EDITION: &str = \"2015-03\";",
        "pub(super) static IPV4: [Entry; 2] = [",
        "        block: v4([192, 0, 0, 170], 32),",
        "        block: v4([192, 0, 0, 171], 32),",
        "        name: \"\\\"Two\\\"\",",
        "        rfc: &[\"RFC8880\", \"RFC7050, Section 2.2\", \"RFC Errata 1752\"],",
        "        terminated: Some(\"2015-03\"),",
        "        source: Some(false),",
        "        destination: Some(true),",
        "        forwardable: None,",
        "        globally_reachable: None,",
        "        reserved_by_protocol: Some(true),",
        "    (0xc000_00aa, Some(&IPV4[0])),",
        "    (0xc000_00ac, None),",
    ] {
        assert!(made.lines().any(|written| written == line), "{line}\n{made}");
    }
}

#[test]
fn the_space_ends_with_the_last_block() {
    let made = made("0.0.0.0/0,All,[RFC1],2000-01,,,,,,\n240.0.0.0/4,Last,[RFC1],2000-01,,,,,,\n");
    let made = made.unwrap();
    assert!(made.contains(
        "IPV4_FROM: [(u32, Option<&Entry>); 2] = [\n    (0x0000_0000, Some(&IPV4[0])),\n    \
         (0xf000_0000, Some(&IPV4[1])),\n];\n"
    ));
}

#[test]
fn a_bad_file_is_refused_with_its_line_and_rule() {
    let good = "10.0.0.0/8,Private-Use,[RFC1918],1996-02,N/A,True,True,True,False,False\n";
    let with = |from: &str, to: &str| format!("{good}{}", good.replacen(from, to, 1));
    refuses("", "4.csv:1: no row");
    refuses(
        &with("10.", "010."),
        "4.csv:3: block \"010.0.0.0/8\": octet has a leading zero at byte 0",
    );
    refuses(&with("10.0", "10.1"), "4.csv:3: block \"10.1.0.0/8\": host bits are set at byte 0");
    refuses(&with("10.0.0.0/8", "::/8"), "4.csv:3: block \"::/8\" is of the other family");
    refuses(&with("Private-Use", ""), "4.csv:3: no name");
    refuses(&with("Private-Use", " [1] "), "4.csv:3: no name");
    refuses(&with("[RFC1918]", ""), "4.csv:3: documents \"\"");
    refuses(&with("[RFC1918]", "RFC1918"), "4.csv:3: documents \"RFC1918\"");
    refuses(&with("[RFC1918]", "[RFC1918"), "4.csv:3: documents \"[RFC1918\"");
    refuses(&with("[RFC1918]", "[RFC1918] see"), "4.csv:3: documents \"[RFC1918] see\"");
    refuses(&with("1996-02", "1996-13"), "4.csv:3: \"1996-13\" is no month such as 2010-01");
    refuses(&with("1996-02", "N/A"), "4.csv:3: no month of allocation");
    refuses(&with("True", "Yes"), "4.csv:3: \"Yes\" is none of True, False, N/A");
    refuses(&with(",False", ""), "4.csv:3: 9 columns, not 10");
    refuses(&format!("{good}{good}"), "4.csv:3: 10.0.0.0/8 has a row already");
    let other = tables((Path::new("4.csv"), good), (Path::new("6.csv"), good), None);
    assert_eq!(other.unwrap_err(), "4.csv:1: the columns are not those of IANA");
}

#[test]
fn nothing_is_written_where_a_file_is_bad() {
    let into = std::env::temp_dir().join(format!("portolan-registry-{}", std::process::id()));
    fs::create_dir_all(&into).unwrap();
    let files = ["good.csv", "bad.csv"].map(|name| into.join(name));
    fs::write(&files[0], format!("{HEADER}10.0.0.0/8,A,[RFC1],2000-01,,,,,,\n")).unwrap();
    fs::write(&files[1], HEADER).unwrap();
    let arguments = Arguments { date: None, files: files.to_vec(), into: into.clone() };
    assert_eq!(run(&arguments), Err(format!("{}:1: no row", files[1].display())));
    let left = fs::read_dir(&into).unwrap().count();
    fs::remove_dir_all(&into).unwrap();
    assert_eq!(left, 2);
}

#[test]
fn dates_are_days() {
    assert_eq!(date("2025-10-09"), Ok("2025-10-09".to_owned()));
    for bad in ["", "2025-10", "2025-10-9", "2025-13-01", "2025-10-00", "2025-10-32", "2025-10-+1"]
    {
        assert!(date(bad).is_err(), "{bad}");
    }
}
