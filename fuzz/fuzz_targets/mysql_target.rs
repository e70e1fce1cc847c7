//! The law is `portolan_fuzz_oracles::mysql_target::run`.
#![no_main]
#![forbid(unsafe_code)]

libfuzzer_sys::fuzz_target!(|input: &[u8]| portolan_fuzz_oracles::mysql_target::run(input));
