//! Every configuration that can be built reads what it writes, and writes all that it can.

use portolan::frame::{FcgiMeta, MysqlCompressedMeta, WebSocketMeta};

use super::*;

/// Limits where something changes, and any other.
fn limit() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..12_usize,
        prop::sample::select(&[124, 125, 126, 127, 253, 254, 255, 256, 300, usize::MAX][..]),
        any::<usize>(),
    ]
}

/// Bodies of these bytes, of lengths where something changes.
fn bodies(alphabet: &'static [u8]) -> impl Strategy<Value = Vec<Vec<u8>>> {
    let len = prop_oneof![
        0..12_usize,
        prop::sample::select(&[125, 126, 127, 128, 253, 254, 255, 256, 257, 300][..]),
    ];
    let body = len
        .prop_flat_map(move |len| prop::collection::vec(prop::sample::select(alphabet), len..=len));
    prop::collection::vec(body, 0..5)
}

/// Asserts that exactly the payloads that fit are written, and that all of them are read back.
fn reads_what_it_writes<F: laws::Codec>(
    framer: &F,
    payloads: &[(Vec<u8>, <F as portolan::frame::Framer>::Meta)],
    fits: impl Fn(&[u8]) -> bool,
) {
    let (stream, refused) = laws::round_trip(framer, payloads);
    let expected = payloads.iter().filter(|(body, _)| !fits(body)).count();
    assert_eq!(refused, expected, "payloads are refused that could be written, or the reverse");
    let begin = stream.get(..60).unwrap_or(&stream);
    laws::cuts_do_not_matter(framer, begin, &[1, 5, 9]);
    laws::need_is_honest(framer, begin);
}

/// The same of payloads that need nothing said of them.
fn plain<F: laws::Codec>(framer: &F, bodies: &[Vec<u8>], fits: impl Fn(&[u8]) -> bool)
where
    <F as portolan::frame::Framer>::Meta: Default,
{
    let payloads: Vec<_> = bodies.iter().map(|body| (body.clone(), Default::default())).collect();
    reads_what_it_writes(framer, &payloads, fits);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lines(max in limit(), bodies in bodies(b"\r\nab")) {
        for at_eof in [AtEof::Reject, AtEof::Emit, AtEof::Drop] {
            for oversize in [Oversize::Fail, Oversize::Discard] {
                let lines = |ending| Lines::new(ending, max).at_eof(at_eof).oversize(oversize);
                let none = |body: &[u8], of: &[u8]| {
                    body.len() <= max && !body.iter().any(|byte| of.contains(byte))
                };
                plain(&lines(Ending::Lf), &bodies, |body| none(body, b"\n"));
                plain(&lines(Ending::CrLf), &bodies, |body| none(body, b"\r\n"));
                plain(&lines(Ending::Universal), &bodies, |body| none(body, b"\r\n"));
                plain(&lines(Ending::OptionalCr), &bodies, |body| {
                    none(body, b"\n") && !body.ends_with(b"\r")
                });
            }
        }
    }

    #[test]
    fn stuffing(max in limit(), accm in any::<u32>(), bodies in bodies(b"\0\x01\x11\x7d\x7e\xc0\xdb\xdc")) {
        let fits = |body: &[u8]| body.len() <= max;
        let some = |body: &[u8]| fits(body) && !body.is_empty();
        plain(&Cobs::new(max), &bodies, fits);
        plain(&CobsR::new(max), &bodies, fits);
        plain(&Slip::new(max), &bodies, some);
        plain(&Slip::new(max).escape(SlipEscape::Rfc1055), &bodies, some);
        for accm in [0, u32::MAX, accm] {
            plain(&Hdlc::new(max).accm(accm), &bodies, some);
            plain(&Hdlc::new(max).accm(accm).fcs(Fcs::Fcs16), &bodies, fits);
            plain(&Hdlc::new(max).accm(accm).fcs(Fcs::Fcs32), &bodies, fits);
        }
    }

    #[test]
    fn lengths_in_text(max in limit(), bodies in bodies(b"0:,\r\n a")) {
        let fits = |body: &[u8]| body.len() <= max;
        let some = |body: &[u8]| fits(body) && !body.is_empty();
        plain(&Netstring::new(max), &bodies, fits);
        plain(&OctetCounting::new(max), &bodies, some);
        plain(&ContentLength::new(max), &bodies, fits);
        plain(&GitPktLine::new(max), &bodies, fits);
        plain(&Chunked::new(max), &bodies, some);
    }

    #[test]
    fn presets(max in limit(), bodies in bodies(b"\0\x01\xce")) {
        let fits = |body: &[u8]| body.len() <= max;
        macro_rules! each {
            ($($name:ident $fits:expr;)*) => {$(
                // A limit that no memory holds is refused, or the format's own stands before it.
                if let Ok(framer) = preset::$name(max) {
                    plain(&framer, &bodies, $fits);
                } else {
                    prop_assert!(max > usize::MAX - 16, "{} refuses {max}", stringify!($name));
                }
            )*};
        }
        each! {
            amqp fits;
            dns_tcp fits;
            grpc fits;
            http2 fits;
            kafka fits;
            modbus_tcp fits;
            postgres fits;
            rtp_tcp fits;
            tls_record fits;
            tpkt |body| fits(body) && body.len() >= 3;
        }
    }

    #[test]
    fn fixed(len in 1..300_usize, bodies in bodies(b"ab")) {
        let exact = bodies.iter().map(|body| body.iter().copied().cycle().take(len).collect());
        let exact: Vec<Vec<u8>> = exact.chain(bodies.iter().cloned()).collect();
        plain(&Fixed::try_from(len).unwrap(), &exact, |body| body.len() == len);
    }

    #[test]
    fn packets(
        max in limit(),
        bodies in bodies(b"\0\x01a"),
        first in any::<u8>(),
        (kind, request) in (any::<u8>(), any::<u16>()),
        uncompressed in 0..=0xff_ffff_u32,
    ) {
        let fits = |body: &[u8]| body.len() <= max;
        plain(&RecordMark::new(max), &bodies, fits);
        plain(&Capnp::new(max), &bodies, |body| fits(body) && body.len().is_multiple_of(8));
        let fcgi: Vec<_> =
            bodies.iter().map(|body| (body.clone(), FcgiMeta::new(kind, request))).collect();
        reads_what_it_writes(&Fcgi::new(max), &fcgi, fits);

        // Numbers count those that are written.
        let mut next = first;
        let mut number = |body: &[u8]| {
            let number = next;
            next = next.wrapping_add(u8::from(fits(body)));
            number
        };
        let numbers: Vec<u8> = bodies.iter().map(|body| number(body)).collect();
        let numbered = || bodies.iter().cloned().zip(numbers.iter().copied());
        let payloads: Vec<_> = numbered().collect();
        let compressed: Vec<_> = numbered()
            .map(|(body, number)| (body, MysqlCompressedMeta::new(number, uncompressed)))
            .collect();
        for sequence in [Sequence::Check, Sequence::Ignore] {
            reads_what_it_writes(&MysqlPacket::new(max).sequence(sequence), &payloads, fits);
            let framer = MysqlCompressed::new(max).sequence(sequence);
            reads_what_it_writes(&framer, &compressed, fits);
        }
    }

    #[test]
    fn whole_messages(max in limit(), bodies in bodies(b"\0\r\na")) {
        let fits = |message: &[u8]| message.len() <= max;
        let length = |body: &[u8]| u32::try_from(body.len()).unwrap().to_be_bytes();
        let messages = |make: &dyn Fn(&[u8]) -> Vec<u8>| -> Vec<Vec<u8>> {
            bodies.iter().map(|body| make(body)).collect()
        };
        let resp = |body: &[u8]| [format!("${}\r\n", body.len()).as_bytes(), body, b"\r\n"].concat();
        plain(&Resp::new(max), &messages(&resp), fits);
        let tlv = |body: &[u8]| [b"\x04\x84", &length(body)[..], body].concat();
        plain(&Tlv::new(max), &messages(&tlv), fits);
        let giop = |body: &[u8]| [b"GIOP\x01\x02\x00\x00", &length(body)[..], body].concat();
        plain(&Giop::new(max), &messages(&giop), fits);
        let dbus = |body: &[u8]| {
            [b"B\x01\0\x01", &length(body)[..], b"\0\0\0\x01\0\0\0\0", body].concat()
        };
        plain(&Dbus::new(max), &messages(&dbus), fits);
    }

    /// Whatever frames are said to be, what is written of them is read as it was said.
    #[test]
    fn websocket(
        max in limit(),
        frames in prop::collection::vec(
            (bodies(b"ab"), any::<bool>(), 0..12_u8, any::<Option<[u8; 4]>>()), 0..8),
    ) {
        for (role, masked) in [
            (WebSocketRole::Any, None),
            (WebSocketRole::Client, Some(false)),
            (WebSocketRole::Server, Some(true)),
        ] {
            let mut payloads = Vec::new();
            for (bodies, fin, opcode, mask) in &frames {
                let mask = masked.map_or(*mask, |masked| masked.then_some([1, 2, 3, 4]));
                let meta = WebSocketMeta::new(*fin, *opcode, mask);
                payloads.extend(bodies.first().map(|body| (body.clone(), meta)));
            }
            // What is still open ends here; where nothing is, this is refused.
            let mask = masked.unwrap_or(false).then_some([0; 4]);
            payloads.push((Vec::new(), WebSocketMeta::new(true, 0, mask)));
            // Which frames fit depends on those before them, so they are only read.
            let (stream, _) = laws::round_trip(&WebSocket::new(max).role(role), &payloads);
            laws::cuts_do_not_matter(&WebSocket::new(max).role(role), &stream, &[1, 5, 9]);
        }
    }
}
