//! Every rule of the text: what it takes, and what it refuses at which byte.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;

mod catalogue;
mod combined;

fn canonical(text: &str) -> String {
    match Spec::parse(text.as_bytes()) {
        Ok(spec) => spec.to_string(),
        Err(error) => format!("{} {} {}", error.code(), error.at, error.len),
    }
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(canonical(text), expected, "{text}");
    assert_eq!(canonical(expected), expected, "{text}");
}

#[track_caller]
fn refuses(text: &str, code: &str, at: usize, len: usize) {
    assert_eq!(canonical(text), format!("{code} {at} {len}"), "{text}");
}

fn hint(text: &str) -> Option<&'static str> {
    Spec::parse(text.as_bytes()).unwrap_err().hint()
}

#[test]
fn the_canonical_text_has_one_order_no_defaults_and_the_largest_unit() {
    reads("lines,max=1024,ending=lf", "lines,max=1K");
    reads("lines,at_eof=emit,oversize=fail,max=0", "lines,max=0");
    reads("lines,max=80,at_eof=drop,ending=crlf", "lines,ending=crlf,at_eof=drop,max=80");
    reads("delimiter,max=1048576,any_of=0d0a|00", "delimiter,any_of=0d0a|00,max=1M");
    reads("varint,max=3072K,bits=32,encoding=quic", "varint,encoding=quic,max=3M");
    reads("hdlc,max=1500,accm=4294967295,fcs=16", "hdlc,fcs=16,accm=4294967295,max=1500");
    reads("slip,escape=strict,max=1K", "slip,max=1K");
    reads("fixed,len=4096", "fixed,len=4K");
    reads("websocket,role=any,max=1025", "websocket,max=1025");
}

#[test]
fn a_flag_alone_is_true() {
    reads("length,width=2,signed,max=9", "length,width=2,signed,max=9");
    reads("length,width=2,signed=true,max=9", "length,width=2,signed,max=9");
    reads("length,width=2,signed=false,max=9", "length,width=2,max=9");
    refuses("length,width=2,signed=yes,max=9", "bad-value", 22, 3);
    refuses("length,width=2,signed=,max=9", "missing-value", 22, 0);
}

#[test]
fn a_length_has_all_of_its_options() {
    let all = "length,offset=1,width=2,header=8,endian=little,signed,adjust=-4,includes_header,\
               trailer=3,oversize=discard,max=64K";
    reads(all, all);
    let lying = Spec::parse(all.as_bytes()).unwrap();
    let short = Spec::parse(b"length,width=2,max=9").unwrap();
    assert_ne!(lying, short);
    // A header of its least length is what it is without being said.
    reads("length,offset=1,width=2,header=3,max=9", "length,offset=1,width=2,max=9");
}

#[test]
fn parts_are_joined_within_a_number_of_parts() {
    reads("mysql,max=64M,assemble,max_parts=4096", "mysql,max=64M,assemble,max_parts=4K");
    reads("mysql,assemble=false,max=9", "mysql,max=9");
    let spec = Spec::parse(b"mysql,max=9,assemble,max_parts=3").unwrap();
    assert!(matches!(spec.framing(), Framing::Assemble { max: 9, max_parts: 3, .. }));
    let spec = Spec::parse(b"mysql,max=9").unwrap();
    assert!(matches!(spec.into_framing(), Framing::Framer(_)));
    refuses("mysql,max=64M,assemble", "missing-option", 22, 0);
    refuses("mysql,max=64M,max_parts=4", "unused-option", 24, 1);
    refuses("mysql,max=64M,assemble=false,max_parts=4", "unused-option", 39, 1);
    refuses("lines,max=64M,assemble", "unknown-option", 14, 8);
}

#[test]
fn presets_have_two_names_and_one_canonical_one() {
    reads("preset,name=tls-record,max=16640", "tls-record,max=16640");
    reads("preset,max=64K,name=dns-tcp", "dns-tcp,max=64K");
    refuses("preset,max=64K", "missing-option", 14, 0);
    refuses("preset,name=morse,max=64K", "bad-value", 12, 5);
    refuses("tls-record,name=tls-record,max=1", "unknown-option", 11, 4);
    assert_eq!(hint("preset,name=tls,max=1"), Some("tls-record"));
}

#[test]
fn limits_have_only_the_defaults_of_the_caller() {
    refuses("lines", "missing-option", 5, 0);
    refuses("lines,ending=crlf", "missing-option", 17, 0);
    let limits = Defaults::NONE.max(1 << 20).max_parts(4096);
    let with = |text: &[u8]| Spec::parse_with(text, limits).map(|spec| spec.to_string());
    assert_eq!(with(b"lines").as_deref(), Ok("lines,max=1M"));
    assert_eq!(with(b"lines,max=5").as_deref(), Ok("lines,max=5"));
    assert_eq!(with(b"fixed,len=5").as_deref(), Ok("fixed,len=5"));
    assert_eq!(with(b"mysql,assemble").as_deref(), Ok("mysql,max=1M,assemble,max_parts=4K"));
    assert_eq!(with(b"mysql").as_deref(), Ok("mysql,max=1M"));
    let error = with(b"length").unwrap_err();
    assert_eq!((error.code(), error.at), ("missing-option", 6));
    assert_eq!(error.to_string(), "option `width` must be given at byte 6");
}

#[test]
fn a_number_is_asked_for_as_it_may_stand() {
    let told = |text: &[u8]| Spec::parse(text).unwrap_err().to_string();
    assert_eq!(told(b"lines,max=1k"), "`max` must be a number, such as 16, 64K or 1M at byte 11");
    assert_eq!(told(b"lines,max=99999999999999999999"), "`max` is too large at byte 10");
    assert_eq!(told(b"length,max=9,width=9"), "`width` must be 1 to 8 at byte 19");
}

#[test]
fn names_are_the_ones_of_the_catalogue() {
    refuses("", "missing-framer", 0, 0);
    refuses(",max=1", "missing-framer", 0, 0);
    refuses("=", "missing-framer", 0, 0);
    refuses("morse,max=1", "unknown-framer", 0, 5);
    refuses("Lines,max=1", "unknown-framer", 0, 5);
    refuses(" lines,max=1", "unknown-framer", 0, 6);
    refuses("lines ,max=1", "unknown-framer", 0, 6);
    refuses("max=5,lines", "unknown-framer", 0, 3);
    assert_eq!(hint("Lines,max=1"), Some("lines"));
    assert_eq!(hint("morse,max=1"), None);
    assert_eq!(Spec::parse(b"\xff").unwrap_err().code(), "unknown-framer");
}

#[test]
fn options_are_the_ones_of_their_framer_and_stand_once() {
    refuses("length,widht=3", "unknown-option", 7, 5);
    refuses("lines,width=3,max=1", "unknown-option", 6, 5);
    refuses("fixed,len=3,max=1", "unknown-option", 12, 3);
    refuses("lines,max=3,max=3", "duplicate-option", 12, 3);
    refuses("lines,ending,max=3", "missing-value", 12, 0);
    refuses("lines,ending=,max=3", "missing-value", 13, 0);
    refuses("lines,max=3,", "empty-option", 12, 0);
    refuses("lines,,max=3", "empty-option", 6, 0);
    refuses("lines,=3", "empty-option", 6, 0);
    assert_eq!(hint("length,widht=3"), Some("width"));
    assert_eq!(hint("mysql,max-parts=3"), Some("max_parts"));
    let error = Spec::parse(b"lines,width=3").unwrap_err();
    assert_eq!(error.to_string(), "`lines` has no such option at byte 6");
}

#[test]
fn values_are_refused_at_their_byte() {
    refuses("lines,ending=cr,max=3", "bad-value", 13, 2);
    refuses("lines,max=3x", "bad-value", 11, 1);
    refuses("lines,max=3 ", "bad-value", 11, 1);
    refuses("lines,max=+3", "bad-value", 10, 1);
    refuses("lines,max=-3", "bad-value", 10, 1);
    refuses("lines,max=3k", "bad-value", 11, 1);
    refuses("lines,max=K", "bad-value", 10, 1);
    refuses("lines,max=007", "leading-zero", 10, 3);
    refuses("length,width=0,max=9", "out-of-range", 13, 1);
    refuses("length,width=9,max=9", "out-of-range", 13, 1);
    refuses("length,width=2,adjust=-,max=9", "bad-value", 23, 0);
    refuses("length,width=2,trailer=33,max=9", "out-of-range", 23, 2);
    refuses("lines,max=99999999999G", "out-of-range", 10, 12);
    refuses("fixed,len=0", "out-of-range", 10, 1);
    refuses("varint,encoding=mysql,max=9", "bad-value", 16, 5);
    refuses("varint,encoding=quic,bits=16,max=9", "bad-value", 26, 2);
    refuses("hdlc,accm=4G,max=9", "out-of-range", 10, 2);
    refuses("delimiter,any_of=,max=9", "missing-value", 17, 0);
    refuses("delimiter,any_of=0d0,max=9", "bad-value", 20, 0);
    refuses("delimiter,any_of=0d||00,max=9", "bad-value", 20, 1);
    refuses("delimiter,any_of=0D,max=9", "bad-value", 18, 1);
    assert_eq!(hint("lines,ending=clrf,max=3"), Some("crlf"));
    assert_eq!(hint("lines,ending=cr,max=3"), Some("crlf"));
    let error = Spec::parse(b"lines,ending=x,max=3").unwrap_err();
    let phrase = "`ending` must be lf, crlf, optional-cr or universal at byte 13";
    assert_eq!(error.to_string(), phrase);
}

#[test]
fn options_that_do_not_fit_together_are_refused_at_one_of_them() {
    refuses("length,width=4,header=3,max=9", "bad-config", 22, 1);
    refuses("length,width=4,header=37,max=9", "bad-config", 22, 2);
    reads("length,width=4,header=36,max=9", "length,width=4,header=36,max=9");
    let most = usize::MAX;
    let wide = format!("length,width=8,max={most}");
    refuses(&wide, "bad-config", 19, most.to_string().len());
    let error = Spec::parse_with(b"length,width=8", Defaults::NONE.max(most)).unwrap_err();
    assert_eq!((error.code(), error.at, error.len), ("bad-config", 0, 6));
}

#[test]
fn nothing_stands_behind_a_framer() {
    refuses("lines,max=5)", "trailing", 11, 1);
    refuses("lines,max=5(", "trailing", 11, 1);
    refuses("lines(max=5)", "missing-option", 5, 0);
    refuses("fixed,len=5=", "bad-value", 11, 1);
    refuses("lines=5", "missing-option", 5, 0);
}

#[test]
fn a_text_is_bounded() {
    let mut text = String::from("delimiter,max=1,any_of=");
    text.push_str(&"61|".repeat(1357));
    text.push_str("61");
    assert_eq!(text.len(), MAX_LEN);
    assert!(Spec::parse(text.as_bytes()).is_ok());
    text.push_str("62");
    refuses(&text, "too-long", MAX_LEN, 2);
    // The limit is written out, and leaves no room.
    let short = text.trim_end_matches("62").replace("max=1,", "");
    assert!(short.len() <= MAX_LEN);
    let defaults = Defaults::NONE.max(1_000_000_001);
    let error = Spec::parse_with(short.as_bytes(), defaults).unwrap_err();
    assert_eq!((error.code(), error.at, error.len), ("too-long", 0, short.len()));
}

#[test]
fn every_code_is_reached() {
    let texts = [
        "",
        "x",
        "lines",
        "lines,",
        "lines,x=1",
        "lines,max",
        "lines,max=x",
        "lines,max=00",
        "fixed,len=0",
        "lines,max=1,max=1",
        "length,width=2,header=1,max=1",
        "lines,max=1)",
        "mysql,max=1,max_parts=1",
        "stack",
        "then(lines,max=1,lines,max=1",
        "then(stack(lines,max=1,lines,max=1),lines,max=1)",
        &"stack(".repeat(9),
        &"x".repeat(MAX_LEN + 1),
    ];
    let mut codes: Vec<_> =
        texts.iter().map(|text| Spec::parse(text.as_bytes()).unwrap_err().code()).collect();
    codes.sort_unstable();
    assert_eq!(codes, SpecErrorKind::CODES);
}
