//! The laws of the lists, over text that is nearly of their grammar.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used)] // a test may fail

use portolan_fuzz_oracles::{wire_forwarded, wire_multiaddr, wire_procfs};
use proptest::prelude::*;

const NODE: &str = r#"(192\.0\.2\.[0-9]{1,3}|"?\[[0-9a-f:]{2,8}\](:[0-9]{1,6})?"?|"?unknown(:_p)?"?|_[a-z!]{0,3}|"(1\.2\.3\.4|_a|\\_b)(:([0-9]{1,6}|_[a-z]?))?")"#;

fn field() -> impl Strategy<Value = String> {
    let pair = format!(
        r#"((for|By|FOR)=({NODE})|proto=(https?|1a|"a+b")|host=(a\.example|"a:80"|"\[::1\]"|"")|x=("[ -~]{{0,6}}"|[a-z;"]{{0,3}}))"#
    );
    let element = format!("({pair})?(;{{1,2}}({pair})?){{0,2}}");
    let list = format!("[ ]?{element}([ \t]?,[ ]?{element}){{0,2}}[ ,]?");
    proptest::string::string_regex(&list).expect("the expression is well formed")
}

fn addresses() -> impl Strategy<Value = String> {
    let node = r"(192\.0\.2\.[0-9]{1,3}(:0?[0-9]{1,5})?|[0-9a-f:]{2,12}|\[[0-9a-f:.]{2,8}\](:[0-9]{1,5})?|[Uu]nknown|_a|)";
    let list = format!("[ ]?{node}([ \t]?,[ ]?{node}){{0,3}}");
    proptest::string::string_regex(&list).expect("the expression is well formed")
}

proptest! {
    #[test]
    fn forwarded(text in field()) {
        wire_forwarded::run(&[b"\0", text.as_bytes()].concat());
    }

    #[test]
    fn xff(text in addresses()) {
        wire_forwarded::run(&[b"\x01", text.as_bytes()].concat());
    }

    #[test]
    fn multiaddr(mode in 0_u8..2, bytes in prop::collection::vec(
        prop::sample::select(vec![0, 1, 2, 4, 6, 0x29, 0x2a, 0x35, b'a', b'/', 0x84, 0x90, 0xa5, 3, 0xc0, 0xe1]), 0..20,
    )) {
        wire_multiaddr::run(&[&[mode][..], &bytes].concat());
    }

    #[test]
    fn procfs(head in 0_u8..16, text in "( {0,3}[0-9]{1,2}: 0[0-9A-F]{7}:[0-9A-F]{4} 0{8}:0000 0A 0{8}:0{8} 00:0{8} 0{8} +[0-9]{1,3} +0 [0-9]{1,4} 1 0{8}|0{16}: 00000002 0{8} 0{8} 0001 01 +[0-9]{1,4}( [@/a-z\n]{1,9})?)( |\n[a-z]{0,3})?") {
        wire_procfs::run(&[&[head], text.as_bytes()].concat());
    }
}
