//! The laws of framing, held by every framer by name.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, reason = "likewise")]

use portolan::endian::Endian;
use portolan::frame::{
    AnyFramer, AtEof, Capnp, Dbus, Delimiter, Ending, Fcgi, Fixed, Giop, HeaderBytes, LengthPrefix,
    Lines, MysqlCompressed, MysqlPacket, Oversize, RecordMark, Sequence, Tlv,
};
use portolan_fuzz_oracles::frame_laws::{self as laws, Trial};
use proptest::prelude::*;

/// Streams of bytes that matter to the framing, and of a few that do not.
fn stream(alphabet: &'static [u8], len: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(alphabet), 0..=len)
}

/// Instantiates the laws, one line a framer.
///
/// `looks` are how many bytes at the head and at the tail may be looked at again, and the byte
/// that would be taken for a boundary elsewhere. What is particular to a framing is a [`Trial`].
/// `stuffed` stands behind a framer whose bodies cannot be borrowed.
macro_rules! laws {
    ($($name:ident: $framer:expr, over $alphabet:literal, looks $looks:expr,
        $trial:expr $(, $stuffed:ident)?;)*) => {$(
        mod $name {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(128))]

                #[test]
                fn all_hold(stream in stream($alphabet, 48), seed in any::<u8>()) {
                    laws::hold(&$framer, &stream, seed, $trial);
                }

                #[test]
                fn cuts_do_not_matter(
                    stream in stream($alphabet, 64),
                    cuts in prop::collection::vec(any::<usize>(), 0..6),
                ) {
                    laws::cuts_do_not_matter(&$framer, &stream, &cuts);
                }

                #[test]
                fn fatal_is_sticky(
                    stream in stream($alphabet, 48),
                    other in prop::collection::vec(any::<u8>(), 0..8),
                ) {
                    laws::fatal_is_sticky(&$framer, &stream, &other);
                }

                #[test]
                fn work_is_linear(stream in stream($alphabet, 96)) {
                    let (head, tail, poison) = $looks;
                    laws::work_is_linear(&$framer, &stream, head, tail, poison);
                }

                #[test]
                fn round_trip(payloads in prop::collection::vec(stream($alphabet, 9), 0..6)) {
                    let payloads: Vec<_> =
                        payloads.into_iter().map(|body| (body, Default::default())).collect();
                    laws::round_trip(&$framer, &payloads);
                }

                #[test]
                fn deframers_agree(
                    chunks in prop::collection::vec(stream($alphabet, 24), 0..8),
                ) {
                    let chunks: Vec<&[u8]> = chunks.iter().map(|chunk| &chunk[..]).collect();
                    laws::deframers_agree(&$framer, &chunks);
                    plain!($($stuffed)?; laws::plain_deframers_agree(&$framer, &chunks));
                }

                #[test]
                fn any_bytes_do(stream in prop::collection::vec(any::<u8>(), 0..64)) {
                    laws::cuts_do_not_matter(&$framer, &stream, &[]);
                }
            }

            proptest! {
                // Each of these tries up to 2048 ways to cut.
                #![proptest_config(ProptestConfig::with_cases(12))]

                #[test]
                fn no_cut_matters(stream in stream($alphabet, 12)) {
                    laws::no_cut_matters(&$framer, &stream);
                }
            }
        }
    )*};
}

macro_rules! plain {
    (stuffed; $law:expr) => {};
    (; $law:expr) => {
        $law
    };
}

const CANONICAL: Trial = Trial::new().canonical(true);

laws! {
    fixed: Fixed::try_from(5).unwrap(),
        over b"abcde", looks (0, 0, b'x'), CANONICAL;
    length_one_byte: LengthPrefix::builder(6).width(1).build().unwrap(),
        over b"\x00\x01\x02\x03\x06\x07", looks (1, 0, 0), CANONICAL;
    length_big: LengthPrefix::builder(9).width(2).build().unwrap(),
        over b"\x00\x00\x00\x01\x02\x09", looks (2, 0, 0), CANONICAL;
    length_little_discard: LengthPrefix::builder(4).width(3).endian(Endian::Little)
        .oversize(Oversize::Discard).build().unwrap(),
        over b"\x00\x00\x00\x01\x05", looks (3, 0, 0), CANONICAL;
    length_framed: LengthPrefix::builder(6).offset(1).width(2).header(5).trailer(2).adjust(-1)
        .includes_header(true).oversize(Oversize::Discard).build().unwrap(),
        over b"\x00\x00\x00\x06\x07\x0c\x0d", looks (5, 0, 0), Trial::new();
    length_adjusted: LengthPrefix::builder(7).width(2).adjust(3).signed(true).build().unwrap(),
        over b"\x00\x00\x00\x01\x04\x05\x80", looks (2, 0, 0), CANONICAL;
    delimiter_byte: Delimiter::one(b"\0", 6).build().unwrap(),
        over b"\0\0ab", looks (0, 0, 0), CANONICAL;
    delimiter_crlf: Delimiter::one(b"\r\n", 6).oversize(Oversize::Discard).build().unwrap(),
        over b"\r\na", looks (0, 1, b'\n'), CANONICAL;
    delimiter_self_overlapping: Delimiter::one(b"aab", 6).oversize(Oversize::Discard)
        .at_eof(AtEof::Drop).build().unwrap(),
        over b"aab", looks (0, 2, b'b'), CANONICAL;
    delimiter_nested: Delimiter::any_of(&[b"c", b"abcd", b"cd"], 5).oversize(Oversize::Discard)
        .at_eof(AtEof::Emit).build().unwrap(),
        over b"abcd", looks (0, 3, b'c'), Trial::new().ahead(3);
    delimiter_five_bytes: Delimiter::any_of(&[b"a", b"b", b"c", b"d", b"e"], 5)
        .at_eof(AtEof::Emit).build().unwrap(),
        over b"abcdefghij", looks (0, 0, b'a'), Trial::new();
    lines_lf: Lines::new(Ending::Lf, 5),
        over b"\r\nab", looks (0, 0, b'\n'), CANONICAL;
    lines_crlf: Lines::new(Ending::CrLf, 5).oversize(Oversize::Discard),
        over b"\r\r\n\nabc", looks (0, 1, b'\n'), CANONICAL;
    lines_crlf_reject: Lines::new(Ending::CrLf, 4).at_eof(AtEof::Reject),
        over b"\r\nabcdef", looks (0, 1, b'\n'), CANONICAL;
    lines_optional_cr: Lines::new(Ending::OptionalCr, 5).oversize(Oversize::Discard),
        over b"\r\r\nab", looks (0, 1, b'\n'), Trial::new();
    lines_universal: Lines::new(Ending::Universal, 5).at_eof(AtEof::Drop),
        over b"\r\nabc", looks (0, 1, b'\n'), Trial::new().ahead(1);
    mysql: MysqlPacket::new(4),
        over b"\0\0\0\0\x01\x02\x05", looks (4, 0, 0), CANONICAL.assemble(4, 2);
    mysql_ignore: MysqlPacket::new(300).sequence(Sequence::Ignore),
        over b"\0\0\0\x01\x02\xff", looks (4, 0, 0), CANONICAL.assemble(8, 2);
    mysql_compressed: MysqlCompressed::new(4).sequence(Sequence::Ignore),
        over b"\0\0\0\0\x01\x05", looks (7, 0, 0), CANONICAL.assemble(4, 2);
    record_mark: RecordMark::new(4),
        over b"\0\0\0\x80\x01\x02\x05", looks (4, 0, 0), Trial::new().assemble(5, 3);
    fcgi: Fcgi::new(4),
        over b"\x01\x01\x01\0\0\0\x02\x05", looks (8, 0, 0), Trial::new().assemble(4, 2);
    capnp: Capnp::new(24),
        over b"\0\0\0\0\0\x01\x02", looks (4, 3, 0), Trial::new();
    dbus: Dbus::new(40),
        over b"lB\x01\0\0\0\x01\x03", looks (16, 0, 0), CANONICAL;
    giop: Giop::new(40),
        over b"GIOP\x01\0\0\0\x02", looks (12, 0, 0), CANONICAL;
    tlv: Tlv::new(12),
        over b"\x04\x1f\x30\x81\x82\0\x01\x02\x05", looks (133, 0, 0), CANONICAL;
}

mod linear {
    use super::*;

    /// Finds a frame of 1 MiB that comes byte by byte, one line a framer.
    #[test]
    fn a_mebibyte_comes_in_bytes() {
        const MAX: usize = 1 << 20;
        let fixed = Fixed::try_from(MAX).unwrap();
        let lines = |ending| Lines::new(ending, MAX);
        laws::a_mebibyte_comes_in_bytes(&fixed, b'a');
        laws::a_mebibyte_comes_in_bytes(&LengthPrefix::builder(MAX).build().unwrap(), b'a');
        laws::a_mebibyte_comes_in_bytes(&Delimiter::one(b"\n", MAX).build().unwrap(), b'a');
        laws::a_mebibyte_comes_in_bytes(&Delimiter::one(b"aab", MAX).build().unwrap(), b'b');
        laws::a_mebibyte_comes_in_bytes(&lines(Ending::CrLf), b'a');
        laws::a_mebibyte_comes_in_bytes(&lines(Ending::Universal), b'a');
        laws::a_mebibyte_comes_in_bytes(&MysqlPacket::new(MAX), b'a');
        laws::a_mebibyte_comes_in_bytes(&MysqlCompressed::new(MAX), b'a');
        laws::a_mebibyte_comes_in_bytes(&RecordMark::new(MAX), b'a');
        laws::a_mebibyte_comes_in_bytes(&Capnp::new(MAX), b'a');
    }
}

mod limit {
    use super::*;

    #[test]
    fn of_a_length_prefix() {
        for max in [0, 1, 9] {
            let framer = |max| LengthPrefix::builder(max).width(2).build().unwrap();
            laws::limit_is_exact(&framer(max), &framer(max + 1), max, b'a');
        }
    }

    #[test]
    fn of_a_length_prefix_counts_after_the_adjustment() {
        let framer = |max, adjust| LengthPrefix::builder(max).adjust(adjust).build().unwrap();
        for adjust in [-4, 0, 4] {
            laws::limit_is_exact(&framer(10, adjust), &framer(11, adjust), 10, b'a');
        }
    }

    #[test]
    fn of_delimiters() {
        let byte = |max| Delimiter::one(b"\n", max).build().unwrap();
        let long = |max| Delimiter::one(b"--end--", max).build().unwrap();
        let many = |max| Delimiter::any_of(&[b"end", b"e", b"ab"], max).build().unwrap();
        for max in [0, 1, 9] {
            laws::limit_is_exact(&byte(max), &byte(max + 1), max, b'a');
            laws::limit_is_exact(&long(max), &long(max + 1), max, b'x');
            laws::limit_is_exact(&many(max), &many(max + 1), max, b'a');
        }
    }

    #[test]
    fn of_lines() {
        for ending in [Ending::Lf, Ending::CrLf, Ending::OptionalCr, Ending::Universal] {
            for max in [0, 1, 9] {
                let framer = |max| Lines::new(ending, max);
                laws::limit_is_exact(&framer(max), &framer(max + 1), max, b'a');
            }
        }
    }
}

/// The limits of the other framers are shown beside their rules: their bodies are not of any length.
#[test]
fn limits_of_what_has_a_header() {
    for max in [0, 1, 9] {
        laws::limit_is_exact(&MysqlPacket::new(max), &MysqlPacket::new(max + 1), max, b'a');
        laws::limit_is_exact(&RecordMark::new(max), &RecordMark::new(max + 1), max, b'a');
        laws::limit_is_exact(&Fcgi::new(max), &Fcgi::new(max + 1), max, b'a');
        let compressed = |max| MysqlCompressed::new(max);
        laws::limit_is_exact(&compressed(max), &compressed(max + 1), max, b'a');
    }
}

mod recovery {
    use super::*;

    fn payloads() -> [Vec<u8>; 3] {
        [b"ab".to_vec(), b"".to_vec(), b"c".to_vec()]
    }

    #[test]
    fn of_a_length_prefix_skips_what_was_declared() {
        let builder = LengthPrefix::builder(4).width(1).trailer(1).oversize(Oversize::Discard);
        laws::recovers(&builder.build().unwrap(), b"\x05\x01\x01\x01\x01\x01\x01", &payloads());
    }

    #[test]
    fn of_delimiters_is_behind_the_next() {
        let framer = Delimiter::one(b"--", 3).oversize(Oversize::Discard).build().unwrap();
        laws::recovers(&framer, b"toolong--", &payloads());
    }

    #[test]
    fn of_lines_is_behind_the_next_ending() {
        let framer = Lines::new(Ending::CrLf, 4).oversize(Oversize::Discard);
        for bad in [&b"toolong\r\n"[..], b"a\rb\n\r\r\n", b"\n\r\n", b"\r\r\n", b"abcd\n\n\r\n"] {
            laws::recovers(&framer, bad, &payloads());
        }
        let framer = Lines::new(Ending::Universal, 4).oversize(Oversize::Discard);
        laws::recovers(&framer, b"toolong\r", &payloads());
    }
}

proptest! {
    /// Whatever length prefix can be built, it reads what it writes.
    #[test]
    fn every_length_prefix_reads_what_it_writes(
        (offset, width, behind, trailer) in (0..34_usize, 0..10_usize, 0..34_usize, 0..70_usize),
        little in any::<bool>(),
        signed in any::<bool>(),
        includes_header in any::<bool>(),
        adjust in prop_oneof![-70..70_i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)],
        max in prop_oneof![0..300_usize, Just(usize::MAX), any::<usize>()],
        sizes in prop::collection::vec(0..400_usize, 1..4),
    ) {
        let framer = LengthPrefix::builder(max)
            .offset(offset)
            .width(width)
            .header(offset + width + behind)
            .endian(if little { Endian::Little } else { Endian::Big })
            .signed(signed)
            .includes_header(includes_header)
            .adjust(adjust)
            .trailer(trailer)
            .oversize(Oversize::Discard)
            .build();
        let Ok(framer) = framer else { return Ok(()) };
        prop_assert!((1..=8).contains(&width) && offset + behind <= HeaderBytes::MAX);
        prop_assert!(trailer <= LengthPrefix::MAX_TRAILER);
        let payload = |size: usize| (vec![7; size.min(max)], ());
        let payloads: Vec<_> = sizes.into_iter().map(payload).collect();
        let (stream, _) = laws::round_trip(&framer, &payloads);
        laws::cuts_do_not_matter(&framer, &stream, &[1, 5, 9]);
        laws::need_is_honest(&framer, &stream[..stream.len().min(60)]);
    }

    /// Whatever set of delimiters can be built, it reads what it writes.
    #[test]
    fn every_set_of_delimiters_reads_what_it_writes(
        set in prop::collection::vec(prop::collection::vec(0..3_u8, 1..5), 1..5),
        max in 0..12_usize,
        payloads in prop::collection::vec((prop::collection::vec(0..4_u8, 0..8), Just(())), 0..8),
        stream in prop::collection::vec(0..4_u8, 0..40),
    ) {
        let set: Vec<&[u8]> = set.iter().map(|delimiter| &delimiter[..]).collect();
        for at_eof in [AtEof::Reject, AtEof::Emit, AtEof::Drop] {
            let builder = Delimiter::any_of(&set, max).oversize(Oversize::Discard).at_eof(at_eof);
            let framer = builder.build().unwrap();
            laws::round_trip(&framer, &payloads);
            laws::cuts_do_not_matter(&framer, &stream, &[3, 11]);
            laws::verdicts_are_final(&framer, &stream, 13);
            laws::need_is_honest(&framer, &stream);
            laws::canonical(&framer, &stream, false);
            laws::cuts_do_not_matter(&framer.into_owned(), &stream, &[3, 11]);
        }
    }

    /// A framer chosen at run time does what the framer itself does.
    #[test]
    fn any_framer_is_the_framer_it_holds(stream in stream(b"\x00\x01\r\nab", 48)) {
        let lines = Lines::new(Ending::CrLf, 4).oversize(Oversize::Discard);
        let delimiter = Delimiter::one(b"\0", 4).build().unwrap();
        let held = laws::events(&lines, &[&stream], true);
        let any = laws::events(&AnyFramer::from(lines), &[&stream], true);
        prop_assert_eq!(places(&held), places(&any));
        let held = laws::events(&delimiter, &[&stream], true);
        let any = laws::events(&AnyFramer::from(delimiter).into_owned(), &[&stream], true);
        prop_assert_eq!(places(&held), places(&any));
    }
}

/// Everything but the meta data.
fn places<M>(records: &[laws::Record<M>]) -> Vec<(u64, Vec<u8>)> {
    let place = |record: &laws::Record<M>| match record {
        laws::Record::Frame { at, body, .. } => (*at, body.clone()),
        laws::Record::Error(error) => (error.at, error.code().into()),
        laws::Record::Done(at) => (*at, b"done".to_vec()),
        laws::Record::End(end) => (u64::MAX, format!("{end:?}").into()),
        other => (0, format!("{}", matches!(other, laws::Record::Need(_))).into()),
    };
    records.iter().map(place).collect()
}
