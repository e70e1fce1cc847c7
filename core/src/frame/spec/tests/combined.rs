//! Framings made of others.

use super::*;

const A: &str = "lines,max=1";

#[test]
fn parentheses_hold_two_framings() {
    for text in [
        "stack(tls-record,max=16640,length,width=2,max=4K)",
        "then(proxy,max=4K,http2,max=16K)",
        "after(1,lines,max=80,netstring,max=64K)",
        "detect(proxy,then(proxy,max=4K,lines,max=8K),lines,max=8K)",
        "stack(stack(dns-tcp,max=9,lines,max=8),after(2,cobs,max=7,slip,max=6))",
    ] {
        reads(text, text);
    }
    reads("after(2048,lines,max=1024,fixed,len=1024)", "after(2K,lines,max=1K,fixed,len=1K)");
    reads("then(preset,name=tpkt,max=9,lines,max=9)", "then(tpkt,max=9,lines,max=9)");
    let spec = Spec::parse(b"stack(dns-tcp,max=9,mysql,max=8,assemble,max_parts=7)").unwrap();
    let Framing::Stack(outer, inner) = spec.into_framing() else { panic!() };
    assert!(matches!(*outer, Framing::Framer(_)));
    assert!(matches!(*inner, Framing::Assemble { max: 8, max_parts: 7, .. }));
}

#[test]
fn a_word_alone_is_a_flag_or_the_next_framer() {
    let flag = "stack(length,width=2,max=9,signed,lines,max=9)";
    reads(flag, "stack(length,width=2,signed,max=9,lines,max=9)");
    refuses("stack(lines,max=9,signed,lines,max=9)", "unknown-framer", 18, 6);
    refuses("stack(lines,max,lines,max=9)", "missing-value", 15, 0);
    refuses(&format!("stack({A},{A},{A})"), "unknown-option", 30, 5);
    refuses(&format!("stack({A},{A},)"), "empty-option", 30, 0);
    refuses("stack(mysql,max=1,asemble,lines,max=1)", "unknown-framer", 18, 7);
    assert_eq!(hint("stack(mysql,max=1,asemble,lines,max=1)"), Some("assemble"));
}

#[test]
fn parentheses_are_opened_and_closed() {
    refuses("stack", "unopened", 5, 0);
    refuses("stack,max=5", "unopened", 5, 0);
    refuses("stack(", "missing-framer", 6, 0);
    refuses("stack()", "missing-framer", 6, 0);
    refuses("stack(,", "missing-framer", 6, 0);
    refuses(&format!("stack({A}"), "missing-framer", 17, 0);
    refuses(&format!("stack({A})"), "missing-framer", 17, 0);
    refuses(&format!("stack({A},)"), "missing-framer", 18, 0);
    refuses(&format!("stack({A},,{A})"), "missing-framer", 18, 0);
    refuses(&format!("stack({A}({A})"), "trailing", 17, 1);
    refuses(&format!("stack({A},{A}"), "unclosed", 29, 0);
    refuses(&format!("stack({A},{A}("), "trailing", 29, 1);
    refuses(&format!("stack({A},{A}))"), "trailing", 30, 1);
    refuses(&format!("stack({A},{A})x"), "trailing", 30, 1);
    refuses(&format!("stack({A},{A}),x"), "unknown-option", 31, 1);
    refuses(&format!("stack({A},{A}),assemble"), "unknown-option", 31, 8);
}

#[test]
fn arguments_stand_before_the_framings() {
    refuses("after(", "missing-value", 6, 0);
    refuses(&format!("after({A},{A})"), "bad-value", 6, 1);
    refuses(&format!("after(,{A},{A})"), "missing-value", 6, 0);
    refuses(&format!("after(0,{A},{A})"), "out-of-range", 6, 1);
    refuses(&format!("after(01,{A},{A})"), "leading-zero", 6, 2);
    refuses("after(1", "missing-framer", 7, 0);
    refuses("after(1)", "missing-framer", 7, 0);
    refuses("after(1(", "trailing", 7, 1);
    refuses(&format!("detect({A},{A})"), "bad-value", 7, 5);
    refuses(&format!("detect(tls,{A},{A})"), "bad-value", 7, 3);
    assert_eq!(hint(&format!("detect(tls,{A},{A})")), Some("tls-record"));
    let error = Spec::parse(b"after(0,lines)").unwrap_err();
    assert_eq!(error.to_string(), "`count` must be a number from 1 on at byte 6");
}

#[test]
fn a_single_framer_is_neither_a_stack_nor_joined() {
    refuses(&format!("then(stack({A},{A}),{A})"), "misplaced", 5, 5);
    refuses(&format!("then({A},stack({A},{A}))"), "misplaced", 17, 5);
    refuses(&format!("after(1,then({A},stack({A},{A})),{A})"), "misplaced", 25, 5);
    refuses(&format!("then(mysql,max=1,assemble,max_parts=2,{A})"), "misplaced", 17, 8);
    refuses(&format!("then({A},mysql,max=1,assemble=true,max_parts=2)"), "misplaced", 29, 8);
    let inside = format!("detect(proxy,then({A},{A}),assemble,max=1,max_parts=2,{A})");
    refuses(&inside, "misplaced", 43, 8);
    let not = format!("then({A},mysql,max=1,assemble=false)");
    reads(&not, &format!("then({A},mysql,max=1)"));
}

#[test]
fn parts_of_either_framing_are_joined_behind_the_parentheses() {
    let joined = "then(proxy,max=4K,mysql,max=16M),max=64M,assemble,max_parts=4K";
    reads(joined, joined);
    reads("then(proxy,max=4K,mysql,max=16M),assemble,max_parts=4096,max=65536K", joined);
    let spec = Spec::parse(joined.as_bytes()).unwrap();
    assert!(matches!(spec.framing(), Framing::Assemble { max_parts: 4096, .. }));
    refuses(&format!("then({A},{A}),max=1"), "unused-option", 34, 1);
    refuses(&format!("then({A},{A}),assemble,max_parts=1"), "missing-option", 50, 0);
    refuses(&format!("then({A},{A}),assemble,max=1"), "missing-option", 44, 0);
    let limits = Defaults::NONE.max(1 << 20).max_parts(4096);
    let with = |text: &[u8]| Spec::parse_with(text, limits).map(|spec| spec.to_string());
    assert_eq!(with(b"then(lines,slip)").as_deref(), Ok("then(lines,max=1M,slip,max=1M)"));
    let all = "then(lines,max=1M,mysql,max=1M),max=1M,assemble,max_parts=4K";
    assert_eq!(with(b"then(lines,mysql),assemble").as_deref(), Ok(all));
}

#[test]
fn depth_is_bounded() {
    let nest =
        |depth: usize| (0..depth).fold(A.to_string(), |inner, _| format!("stack({A},{inner})"));
    reads(&nest(MAX_DEPTH), &nest(MAX_DEPTH));
    refuses(&nest(MAX_DEPTH + 1), "too-deep", 18 * MAX_DEPTH, 5);
    let error = Spec::parse(nest(MAX_DEPTH + 1).as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "more than 8 parentheses are open at byte 144");
    // What is closed again is not open.
    let wide = format!("stack({0},{0})", nest(MAX_DEPTH - 1));
    reads(&wide, &wide);
}
