//! The rules of the presets, one accepting and one refusing case each.

extern crate alloc;

use alloc::format;

use super::super::testing::{tell, write};
use super::*;
use crate::frame::{AmqpMeta, Http2Meta};

/// What the first frame of a stream says besides its body.
fn meta<P: Protocol>(mut framer: Preset<P>, stream: &[u8]) -> P::Meta {
    match framer.step(stream) {
        Ok(Step::Frame(frame)) => frame.meta,
        _ => panic!("no frame begins {stream:x?}"),
    }
}

/// Writes a frame with meta data.
fn written<P: Protocol>(mut framer: Preset<P>, body: &[u8], meta: P::Meta) -> alloc::vec::Vec<u8> {
    let mut out = alloc::vec![0xff; framer.encoded_len(body, meta).unwrap()];
    assert_eq!(framer.encode(body, meta, &mut out), Ok(out.len()));
    out
}

#[test]
fn dns_and_rtp_have_two_bytes_of_length() {
    for framer in [dns_tcp(5), rtp_tcp(5)] {
        let framer = framer.unwrap();
        assert_eq!(tell(framer.clone(), b"\0\x02hi\0\0", true), "hi@0+4, @4+2, clean");
        assert_eq!(tell(framer, b"\0\x06", true), "too-long@0!");
    }
}

#[test]
fn kafka_has_a_sign() {
    let told = |stream| tell(kafka(0x1000).unwrap(), stream, true);
    assert_eq!(told(b"\0\0\0\x02hi"), "hi@0+6, clean");
    assert_eq!(told(b"\xff\xff\xff\xff"), "negative-length@0!");
    assert_eq!(told(b"\x80\0\0\0"), "negative-length@0!");
    // An alert of TLS, taken for a length.
    assert_eq!(told(b"\x15\x03\x03\0\x02"), "too-long@0!");
}

#[test]
fn tpkt_has_version_3_a_zero_and_at_least_7() {
    let told = |stream| tell(tpkt(9).unwrap(), stream, true);
    assert_eq!(told(b"\x03\0\0\x07abc\x03\0\0\x0dabcdefghi"), "abc@0+7, abcdefghi@7+13, clean");
    for (bad, error) in [
        (&b"\x02"[..], "bad-header@0!"),
        (b"\x04\0\0\x07abc", "bad-header@0!"),
        (b"\x03\x01", "bad-header@1!"),
        (b"\x03\0\0\x06ab", "bad-header@2!"),
        (b"\x03\0\0\0", "bad-header@2!"),
        (b"\x03\0\0\x0e", "too-long@2!"),
    ] {
        assert_eq!(told(bad), error, "{bad:x?}");
    }
    let need = |stream| tell(tpkt(9).unwrap(), stream, false);
    for (stream, missing) in [(&b""[..], 7), (b"\x03", 6), (b"\x03\0\0", 4), (b"\x03\0\0\x08", 4)] {
        assert_eq!(need(stream), format!("need {missing}"), "{stream:x?}");
    }
    assert_eq!(write(&mut tpkt(9).unwrap(), b"abc").unwrap(), b"\x03\0\0\x07abc");
    assert_eq!(write(&mut tpkt(9).unwrap(), b"ab"), Err(("payload-length", 0)));
}

#[test]
fn postgres_counts_its_length_but_not_its_tag() {
    let told = |stream| tell(postgres(9).unwrap(), stream, true);
    assert_eq!(told(b"Q\0\0\0\x06hiS\0\0\0\x04"), "hi@0+7, @7+5, clean");
    assert_eq!(told(b"Q\0\0\0\x03"), "negative-length@1!");
    assert_eq!(told(b"Q\x80\0\0\0"), "negative-length@1!");
    assert_eq!(told(b"Q\x7f\xff\xff\xff"), "too-long@1!");
    assert_eq!(told(b"Q\0\0\0\x0e"), "too-long@1!");
    assert_eq!(meta(postgres(9).unwrap(), b"S\0\0\0\x04"), b'S');
    assert_eq!(written(postgres(9).unwrap(), b"hi", b'Q'), b"Q\0\0\0\x06hi");
}

#[test]
fn a_tls_record_has_a_type_and_any_version() {
    let told = |stream| tell(tls_record(16_640).unwrap(), stream, true);
    assert_eq!(told(b"\x16\x03\x01\0\x02hi\x17\xff\xff\0\0"), "hi@0+7, @7+5, clean");
    assert_eq!(told(b"\x17\x03\x03\x41\x01"), "too-long@3!");
    assert_eq!(meta(tls_record(9).unwrap(), b"\x15\x03\x03\0\0"), 0x15);
    assert_eq!(written(tls_record(9).unwrap(), b"\x02\x28", 0x15), b"\x15\x03\x03\0\x02\x02\x28");
}

#[test]
fn http2_tells_type_flags_and_a_stream_of_31_bits() {
    let told = |stream| tell(http2(4).unwrap(), stream, true);
    assert_eq!(told(b"\0\0\x02\0\0\0\0\0\x01hi"), "hi@0+11, clean");
    assert_eq!(told(b"\0\0\x05"), "too-long@0!");
    let bit = meta(http2(4).unwrap(), b"\0\0\0\x04\x01\xff\xff\xff\xff");
    assert_eq!(bit, Http2Meta::new(4, 1, 0x7fff_ffff));
    assert_eq!(written(http2(4).unwrap(), b"", bit), b"\0\0\0\x04\x01\x7f\xff\xff\xff");
    let reserved = http2(4).unwrap().encoded_len(b"", Http2Meta::new(0, 0, 0x8000_0000));
    assert_eq!(reserved.map_err(|error| error.code()), Err("meta-mismatch"));
}

#[test]
fn a_grpc_message_is_compressed_or_not() {
    let told = |stream| tell(grpc(4).unwrap(), stream, true);
    assert_eq!(told(b"\0\0\0\0\x02hi\x01\0\0\0\0"), "hi@0+7, @7+5, clean");
    assert_eq!(told(b"\x02"), "bad-header@0!");
    assert_eq!(told(b"\0\0\0\0\x05"), "too-long@1!");
    assert_eq!(meta(grpc(4).unwrap(), b"\x01\0\0\0\0"), 1);
    assert_eq!(written(grpc(4).unwrap(), b"hi", 1), b"\x01\0\0\0\x02hi");
    let flag = grpc(4).unwrap().encoded_len(b"", 2);
    assert_eq!(flag.map_err(|error| error.code()), Err("meta-mismatch"));
}

#[test]
fn an_amqp_frame_ends_with_ce() {
    let told = |stream| tell(amqp(4).unwrap(), stream, true);
    assert_eq!(told(b"\x01\0\x05\0\0\0\x02hi\xce\x08\0\0\0\0\0\0\xce"), "hi@0+10, @10+8, clean");
    assert_eq!(told(b"\x01\0\0\0\0\0\x02hi\xcf"), "expected-byte@9!");
    assert_eq!(told(b"\x01\0\0\0\0\0\x05"), "too-long@3!");
    assert_eq!(told(b"\x01\0\0\0\0\0\x02hi"), "truncated@0");
    assert_eq!(meta(amqp(4).unwrap(), b"\x03\x01\x02\0\0\0\0\xce"), AmqpMeta::new(3, 0x0102));
    let frame = written(amqp(4).unwrap(), b"hi", AmqpMeta::new(3, 0x0102));
    assert_eq!(frame, b"\x03\x01\x02\0\0\0\x02hi\xce");
}

#[test]
fn modbus_has_protocol_0() {
    let told = |stream| tell(modbus_tcp(4).unwrap(), stream, true);
    assert_eq!(told(b"\x12\x34\0\0\0\x02\xff\x03"), "\\xff\\x03@0+8, clean");
    assert_eq!(told(b"\x12\x34\x01"), "expected-byte@2!");
    assert_eq!(told(b"\x12\x34\0\x01"), "expected-byte@3!");
    assert_eq!(told(b"\x12\x34\0\0\0\x05"), "too-long@4!");
    assert_eq!(written(modbus_tcp(4).unwrap(), b"\xff\x03", ()), b"\0\0\0\0\0\x02\xff\x03");
}

#[test]
fn the_first_error_stays() {
    let mut framer = modbus_tcp(4).unwrap();
    let first = framer.step(b"\0\0\0\0\0\x09").unwrap_err();
    assert_eq!(framer.step(b"\0\0\x01"), Err(first));
    assert_eq!(framer.finish(b""), Err(first));
    assert!(!framer.at_boundary());
    framer.reset();
    assert_eq!(framer.step(b"\0\0\x01").unwrap_err().at, 2);
}
