//! The law is `portolan_fuzz_oracles::codec_stack::run`.
#![forbid(unsafe_code)]
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| portolan_fuzz_oracles::codec_stack::run(input));
