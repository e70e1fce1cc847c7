//! The laws of framing, held by every framer by name.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::arithmetic_side_effects, reason = "likewise")]

use portolan::endian::Endian;
use portolan::frame::{
    AnyFramer, AtEof, Capnp, Chunked, Cobs, CobsR, ContentLength, Dbus, Delimiter, Detect, Ending,
    Fcgi, Fcs, Fixed, Giop, GitPktLine, Hdlc, HeaderBytes, LengthPrefix, Lines, MysqlCompressed,
    MysqlPacket, Netstring, OctetCounting, Oversize, Proxy, RecordMark, Resp, Sequence, Slip,
    SlipEscape, Then, Tlv, VarintPrefix, WebSocket, WebSocketRole, preset,
};
use portolan::varint::Encoding;
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
    cobs: Cobs::new(5),
        over b"\0\0\x01\x02\x03\xff", looks (0, 0, 0), CANONICAL, stuffed;
    cobs_r: CobsR::new(5),
        over b"\0\0\x01\x02\x03\xff", looks (0, 0, 0), Trial::new(), stuffed;
    chunked: Chunked::new(0x12),
        over b"\r\n\r\n0012ab;= \"", looks (0, 1, b'\n'), Trial::new().assemble(20, 3);
    content_length: ContentLength::new(9),
        over b"\r\n:aC0", looks (0, 0, b':'), Trial::new();
    fixed: Fixed::try_from(5).unwrap(),
        over b"abcde", looks (0, 0, b'x'), CANONICAL;
    hdlc: Hdlc::new(5),
        over b"~~}^a", looks (0, 0, b'~'), Trial::new(), stuffed;
    hdlc_fcs_16: Hdlc::new(4).fcs(Fcs::Fcs16),
        over b"~~}\x20\0", looks (0, 0, b'~'), Trial::new(), stuffed;
    hdlc_fcs_32_mapped: Hdlc::new(4).fcs(Fcs::Fcs32).accm(1),
        over b"~~}\x20\0", looks (0, 0, b'~'), Trial::new(), stuffed;
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
    varint_leb128: varint(Encoding::Leb128, 5),
        over b"\x00\x01\x02\x05\x06\x80\x81", looks (5, 0, 0), CANONICAL;
    varint_leb128_wide: VarintPrefix::builder(Encoding::Leb128, 300).bits(64)
        .oversize(Oversize::Discard).build().unwrap(),
        over b"\x00\x01\x02\x03\x80\x81\xff", looks (10, 0, 0), CANONICAL;
    varint_lenient_discard: VarintPrefix::builder(Encoding::Leb128Lenient, 4)
        .oversize(Oversize::Discard).build().unwrap(),
        over b"\x00\x01\x04\x05\x80\x81", looks (5, 0, 0), Trial::new();
    varint_mqtt: varint(Encoding::Mqtt, 200),
        over b"\x00\x01\x03\x80\x81\xff", looks (4, 0, 0), CANONICAL;
    varint_quic: VarintPrefix::builder(Encoding::Quic, 4).bits(64)
        .oversize(Oversize::Discard).build().unwrap(),
        over b"\x00\x00\x01\x04\x05\x40\x80\xc0", looks (8, 0, 0), Trial::new();
    netstring: Netstring::new(12),
        over b"00123:,,", looks (3, 0, 0), CANONICAL;
    octet_counting: OctetCounting::new(12),
        over b"0123  ab", looks (3, 0, 0), CANONICAL;
    git_pkt_line: GitPktLine::new(12),
        over b"000000145ab", looks (4, 0, 0), CANONICAL;
    git_pkt_line_upper: GitPktLine::new(28),
        over b"00000001Aag", looks (4, 0, 0), Trial::new();
    dns_tcp: preset::dns_tcp(5).unwrap(), over b"\0\0\x02\x05\x06", looks (2, 0, 0), CANONICAL;
    rtp_tcp: preset::rtp_tcp(5).unwrap(), over b"\0\0\x02\x05\x06", looks (2, 0, 0), CANONICAL;
    kafka: preset::kafka(5).unwrap(), over b"\0\0\0\0\0\x02\x80", looks (4, 0, 0), CANONICAL;
    tpkt: preset::tpkt(5).unwrap(), over b"\0\0\0\x03\x03\x07\x08\x0a", looks (4, 0, 0), CANONICAL;
    postgres: preset::postgres(5).unwrap(),
        over b"\0\0\0\0\0\x04\x05\x80", looks (5, 0, 0), CANONICAL;
    // The version is not kept.
    tls_record: preset::tls_record(5).unwrap(), over b"\0\0\0\x03\x06", looks (5, 0, 0), Trial::new();
    // Nor is the reserved bit.
    http2: preset::http2(5).unwrap(), over b"\0\0\0\0\x02\x80", looks (9, 0, 0), Trial::new();
    grpc: preset::grpc(5).unwrap(), over b"\0\0\0\0\x01\x02", looks (5, 0, 0), CANONICAL;
    amqp: preset::amqp(5).unwrap(), over b"\0\0\0\0\0\x01\xce", looks (7, 0, 0), CANONICAL;
    // The transaction is not kept.
    modbus_tcp: preset::modbus_tcp(5).unwrap(), over b"\0\0\0\0\x02", looks (6, 0, 0), Trial::new();
    slip: Slip::new(5),
        over b"\xc0\xc0\xdb\xdc\xdda", looks (0, 0, 0xc0), CANONICAL, stuffed;
    slip_rfc_1055: Slip::new(5).escape(SlipEscape::Rfc1055),
        over b"\xc0\xc0\xdb\xdc\xdda", looks (0, 0, 0xc0), Trial::new(), stuffed;
    proxy: Proxy::new(20),
        over b"PROXY \r\n", looks (16, 1, b'\n'), CANONICAL;
    resp: Resp::new(24),
        over b"\r\n\r\n+$*%|-0123", looks (0, 0, b'\n'), CANONICAL;
    websocket: WebSocket::new(5),
        over b"\x00\x01\x02\x81\x82\x80\x89\x01\x06", looks (14, 0, 0),
        Trial::new().assemble(8, 3), stuffed;
    websocket_server: WebSocket::new(130).role(WebSocketRole::Server),
        over b"\x00\x01\x82\x80\x81\xfe\xff", looks (14, 0, 0),
        Trial::new().assemble(200, 3), stuffed;
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
    then_after_two: Then::after(
        2.try_into().unwrap(), Netstring::new(3), Lines::new(Ending::CrLf, 5)),
        over b"0011:::,,,ab\r\n", looks (3, 1, b'\n'), Trial::new().in_order();
    then_until_done: Then::new(Chunked::new(3), Netstring::new(3)),
        over b"00\r\n\r\n1:a,", looks (3, 1, b'\n'), Trial::new().in_order();
    detect_syslog: Detect::syslog(12),
        over b"0123  <ab\n", looks (3, 0, b'\n'), Trial::new().in_order();
    tlv: Tlv::new(12),
        over b"\x04\x1f\x30\x81\x82\0\x01\x02\x05", looks (133, 0, 0), CANONICAL;
}

fn varint(encoding: Encoding, max: usize) -> VarintPrefix {
    VarintPrefix::builder(encoding, max).build().unwrap()
}

mod limits;
mod linear;
mod recovery;

/// Encodings of varint prefixes.
const ENCODINGS: [Encoding; 4] =
    [Encoding::Leb128, Encoding::Leb128Lenient, Encoding::Mqtt, Encoding::Quic];

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

    /// Whatever varint prefix can be built, it reads what it writes.
    #[test]
    fn every_varint_prefix_reads_what_it_writes(
        encoding in prop::sample::select(Encoding::ALL),
        bits in prop::sample::select(&[16, 32, 64][..]),
        max in prop_oneof![0..300_usize, Just(usize::MAX), any::<usize>()],
        sizes in prop::collection::vec(0..400_usize, 1..4),
        stream in prop::collection::vec(any::<u8>(), 0..12),
    ) {
        let builder = VarintPrefix::builder(encoding, max).bits(bits);
        let Ok(framer) = builder.oversize(Oversize::Discard).build() else {
            prop_assert!(bits == 16 || encoding == Encoding::Mysql || max > usize::MAX - 10);
            return Ok(());
        };
        let payloads: Vec<_> = sizes.into_iter().map(|size| (vec![7; size], ())).collect();
        let (written, _) = laws::round_trip(&framer, &payloads);
        laws::cuts_do_not_matter(&framer, &written, &[1, 5, 9]);
        laws::need_is_honest(&framer, &written[..written.len().min(60)]);
        laws::no_cut_matters(&framer, &stream);
    }

    /// Meta data is read as it was written.
    #[test]
    fn meta_data_is_read_as_it_was_written(
        frames in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..6), any::<u8>(), any::<u32>()), 0..5),
    ) {
        use portolan::frame::{AmqpMeta, Http2Meta, PktKind};
        macro_rules! reads {
            ($framer:expr, $meta:expr) => {{
                let payloads: Vec<_> = frames
                    .iter()
                    .map(|(body, a, b)| (body.clone(), $meta(*a, *b)))
                    .collect();
                laws::round_trip(&$framer, &payloads)
            }};
        }
        reads!(preset::postgres(9).unwrap(), |a, _| a);
        reads!(preset::tls_record(9).unwrap(), |a, _| a);
        reads!(preset::grpc(9).unwrap(), |a, _| a);
        reads!(preset::http2(9).unwrap(), |a, b: u32| Http2Meta::new(a, b.to_le_bytes()[0], b));
        reads!(preset::amqp(9).unwrap(), |a, b: u32| AmqpMeta::new(a, u16::from(b.to_le_bytes()[1])));
        reads!(GitPktLine::new(9), |a, _| PktKind::from_code(a % 4).unwrap_or_default());
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
