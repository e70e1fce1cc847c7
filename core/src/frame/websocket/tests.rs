extern crate alloc;

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::super::deframer::{Assemble, Deframer, Event};
use super::super::testing::tell;
use super::*;

fn told(stream: &[u8]) -> String {
    tell(WebSocket::new(200), stream, false)
}

fn as_role(role: WebSocketRole, stream: &[u8]) -> String {
    tell(WebSocket::new(200).role(role), stream, false)
}

#[test]
fn the_examples_of_the_rfc() {
    assert_eq!(told(b"\x81\x05Hello"), "Hello@0+7, need 2");
    let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
    assert_eq!(told(masked), "Hello@0+11, need 2");
    assert_eq!(told(b"\x01\x03Hel\x80\x02lo"), "Hel@0+5 .., lo@5+4, need 2");
    assert_eq!(told(b"\x89\x05Hello\x8a\x00"), "Hello@0+7, @7+2, need 2");
    assert_eq!(told(&[&b"\x82\x7e\x00\x7e"[..], &[b'a'; 126]].concat()).len(), 126 + 14);
}

#[test]
fn the_first_byte_has_no_reserved_bits_and_a_known_opcode() {
    for first in [0xc1, 0xa1, 0x91, 0x83, 0x87, 0x8b, 0x8f] {
        assert_eq!(told(&[first]), "bad-header@0!", "{first:x}");
    }
    for control in [0x08, 0x09, 0x0a] {
        assert_eq!(told(&[control]), "bad-header@0!", "fragments of {control:x}");
    }
    assert_eq!(told(b"\x88\x7e"), "bad-header@1!");
    assert_eq!(told(b"\x89\x7f"), "bad-header@1!");
}

#[test]
fn a_continuation_follows_a_part_and_nothing_else_does() {
    assert_eq!(told(b"\x80"), "bad-header@0!");
    assert_eq!(told(b"\x81\x00\x80"), "@0+2, bad-header@2!");
    assert_eq!(told(b"\x01\x00\x81"), "@0+2 .., bad-header@2!");
    assert_eq!(told(b"\x01\x00\x89\x00\x80\x00"), "@0+2 .., @2+2, @4+2, need 2");
}

#[test]
fn a_length_has_as_few_bytes_as_hold_it() {
    assert_eq!(told(b"\x82\x7e\x00\x7d"), "non-canonical-length@2!");
    assert_eq!(told(b"\x82\x7e\x00\x00"), "non-canonical-length@2!");
    assert_eq!(told(b"\x82\x7f\0\0\0\0\0\0\xff\xff"), "non-canonical-length@2!");
    assert_eq!(told(b"\x82\x7f\x80\0\0\0\0\0\0\0"), "length-overflow@2!");
    assert_eq!(told(b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), "length-overflow@2!");
}

#[test]
fn the_limit_is_exact() {
    assert_eq!(told(b"\x82\x7e\x00\xc8"), "need 200");
    assert_eq!(told(b"\x82\x7e\x00\xc9"), "too-long@2!");
    assert_eq!(told(b"\x82\x7f\0\0\0\0\0\x01\0\0"), "too-long@2!");
    let small = |stream: &[u8]| tell(WebSocket::new(3), stream, false);
    assert_eq!(small(b"\x82\x03"), "need 3");
    assert_eq!(small(b"\x82\x04"), "too-long@1!");
    assert_eq!(small(b"\x82\x7e"), "need 2");
}

#[test]
fn a_client_masks_and_a_server_does_not() {
    assert_eq!(as_role(WebSocketRole::Server, b"\x81\x00"), "bad-header@1!");
    assert_eq!(as_role(WebSocketRole::Server, b"\x81\x80\0\0\0\0"), "@0+6, need 6");
    assert_eq!(as_role(WebSocketRole::Client, b"\x81\x80"), "bad-header@1!");
    assert_eq!(as_role(WebSocketRole::Client, b"\x81\x00"), "@0+2, need 2");
}

#[test]
fn need_is_what_the_shortest_frame_lacks() {
    for (begun, need) in [
        (&b"\x82"[..], 1),
        (b"\x82\x05", 5),
        (b"\x82\x85", 9),
        (b"\x82\x85\0\0", 7),
        (b"\x82\x7e", 128),
        (b"\x82\xfe", 132),
        (b"\x82\x7e\x00", 127),
        (b"\x82\x7e\x01", 1),
        (b"\x82\x7f", 8),
    ] {
        assert_eq!(told(begun), format!("need {need}"), "{begun:x?}");
    }
    assert_eq!(as_role(WebSocketRole::Server, b""), "need 6");
    assert_eq!(as_role(WebSocketRole::Server, b"\x82"), "need 5");
    let wide = |begun: &[u8]| tell(WebSocket::new(1 << 20), begun, false);
    assert_eq!(wide(b"\x82\x7e\x01"), "need 257");
    assert_eq!(wide(b"\x82\x7f"), "need 65544");
    assert_eq!(wide(b"\x82\x7f\x80"), "need 7");
    assert_eq!(wide(b"\x82\x7f\0\0\0\0\0\x02"), format!("need {}", 2 + 0x2_0000));
    assert_eq!(wide(b"\x82\x7f\0\0\0\0\0\0"), "need 2");
}

#[test]
fn a_stream_ends_between_messages() {
    let end = |stream: &[u8]| tell(WebSocket::new(9), stream, true);
    assert_eq!(end(b""), "clean");
    assert_eq!(end(b"\x81\x00"), "@0+2, clean");
    assert_eq!(end(b"\x01\x00"), "@0+2 .., truncated@2");
    assert_eq!(end(b"\x81"), "truncated@0");
}

#[test]
fn parts_are_joined_around_control_frames() {
    let mut messages = Assemble::growing(WebSocket::new(9), 9, 3);
    messages.extend(b"\x01\x01a\x89\x01p\x00\x01b\x80\x01c");
    let ping = messages.next_frame().unwrap().unwrap();
    assert_eq!((ping.at, &*ping.body), (3, &b"p"[..]));
    let message = messages.next_frame().unwrap().unwrap();
    assert_eq!((message.at, &*message.body), (0, &b"abc"[..]));
    assert_eq!(message.meta, WebSocketMeta::new(true, 1, None));
    let mut messages = Assemble::growing(WebSocket::new(9), 9, 2);
    messages.extend(b"\x01\x00\x00\x00\x00\x00");
    let error = messages.next_frame().unwrap().unwrap_err();
    assert_eq!((error.code(), error.at), ("too-many-parts", 5));
}

#[test]
fn every_length_of_a_masked_payload_is_unmasked() {
    let key = [1, 2, 4, 8];
    for len in [0, 1, 3, 4, 7, 8, 9, 125, 126, 200] {
        let body: Vec<u8> = (0..len).map(|index| u8::try_from(index).unwrap()).collect();
        let meta = WebSocketMeta::new(true, 2, Some(key));
        let mut framer = WebSocket::new(200);
        let mut wire = vec![0; framer.encoded_len(&body, meta).unwrap()];
        framer.encode(&body, meta, &mut wire).unwrap();
        let slow = body.iter().enumerate().map(|(at, byte)| byte ^ key[at % 4]);
        assert!(wire.ends_with(&slow.collect::<Vec<_>>()));
        let event = Deframer::new(framer).poll_in_place(&mut wire, false);
        let Event::Frame { frame, .. } = event else { panic!("{event:?}") };
        assert_eq!((&wire[frame.body], frame.meta), (&body[..], meta));
    }
}

#[test]
fn what_would_not_be_read_back_is_not_written() {
    let refused = |framer: &WebSocket, fin, opcode, mask: Option<[u8; 4]>, body: &[u8]| {
        let error = framer.encoded_len(body, WebSocketMeta::new(fin, opcode, mask));
        error.map_err(|error| error.code().to_string())
    };
    let mut framer = WebSocket::new(200);
    let mismatch = Err("meta-mismatch".to_string());
    assert_eq!(refused(&framer, true, 0, None, b""), mismatch);
    assert_eq!(refused(&framer, true, 3, None, b""), mismatch);
    assert_eq!(refused(&framer, true, 17, None, b""), mismatch);
    assert_eq!(refused(&framer, false, 9, None, b""), mismatch);
    assert_eq!(refused(&framer, true, 9, None, &[0; 125]), Ok(127));
    assert_eq!(refused(&framer, true, 9, None, &[0; 126]), Err("payload-too-long".to_string()));
    assert_eq!(refused(&framer, true, 2, None, &[0; 201]), Err("payload-too-long".to_string()));
    framer.encode(b"a", WebSocketMeta::new(false, 1, None), &mut [0; 3]).unwrap();
    assert_eq!(refused(&framer, true, 1, None, b""), mismatch);
    assert_eq!(refused(&framer, true, 10, None, b""), Ok(2));
    assert_eq!(refused(&framer, true, 0, None, b""), Ok(2));
    let server = WebSocket::new(9).role(WebSocketRole::Server);
    assert_eq!(refused(&server, true, 1, None, b""), mismatch);
    assert_eq!(refused(&server, true, 1, Some([0; 4]), b""), Ok(6));
    let client = WebSocket::new(9).role(WebSocketRole::Client);
    assert_eq!(refused(&client, true, 1, Some([0; 4]), b""), mismatch);
}
