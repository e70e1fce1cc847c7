#![allow(clippy::arithmetic_side_effects)] // offsets of tests stay small

use super::*;
use alloc::{vec, vec::Vec};
use proptest::prelude::*;

fn refused(bytes: &[u8]) -> (&'static str, usize) {
    let error = Tlvs::new(bytes).unwrap_err();
    (error.code(), error.at)
}

fn view(bytes: &[u8]) -> TlvView<'_> {
    Tlvs::new(bytes).unwrap().next().unwrap().view()
}

#[test]
fn every_named_type_has_its_view() {
    assert_eq!(view(b"\x01\0\x02h2"), TlvView::Alpn(b"h2"));
    assert_eq!(view(b"\x02\0\x01a"), TlvView::Authority(b"a"));
    assert_eq!(view(b"\x03\0\x04\0\0\x01\0"), TlvView::Crc32c(256));
    assert_eq!(view(b"\x04\0\0"), TlvView::Noop(b""));
    assert_eq!(view(b"\x05\0\x01\xff"), TlvView::UniqueId(b"\xff"));
    assert_eq!(view(b"\x30\0\x02ns"), TlvView::Netns(b"ns"));
    assert_eq!(view(b"\xea\0\x01x"), TlvView::Other(TlvKind(0xea), b"x"));
}

#[test]
fn ssl_holds_records_of_its_own() {
    let bytes = b"\x20\0\x10\x07\0\0\0\x01\x21\0\x03TLS\x28\0\x01\x30\x03";
    assert_eq!(refused(bytes), ("tlv-overrun", 19));
    let bytes = b"\x20\0\x0e\x07\0\0\0\x01\x21\0\x03TLS\x28\0\x01";
    assert_eq!(refused(bytes), ("tlv-overrun", 15));
    let bytes = b"\x20\0\x0f\x07\0\0\0\x01\x21\0\x04TLS1\x28\0\0";
    let TlvView::Ssl(ssl) = view(bytes) else { panic!("no SSL") };
    let names: Vec<_> = ssl.records().map(|record| record.kind().name().unwrap()).collect();
    assert_eq!(names, ["SSL_VERSION", "SSL_CLIENT_CERT"]);
    let all = Ssl::OVER_TLS | Ssl::CERT_CONN | Ssl::CERT_SESS;
    assert_eq!((ssl.client(), ssl.verify()), (all, 1));
}

#[test]
fn each_rule_refuses_at_its_byte() {
    assert_eq!(refused(b"\x04"), ("tlv-overrun", 1));
    assert_eq!(refused(b"\x04\0"), ("tlv-overrun", 2));
    assert_eq!(refused(b"\x04\0\x01"), ("tlv-overrun", 1));
    assert_eq!(refused(b"\x04\0\0\x04\xff\xff"), ("tlv-overrun", 4));
    assert_eq!(refused(b"\x03\0\x03abc"), ("bad-crc", 1));
    assert_eq!(refused(b"\x03\0\x05abcde"), ("bad-crc", 1));
    assert_eq!(refused(b"\x03\0\x04abcd\x03\0\0"), ("duplicate-crc", 7));
    assert_eq!(refused(b"\x20\0\x04abcd"), ("too-short", 1));
    let mut id = vec![5, 0, 128];
    id.resize(3 + 128, b'x');
    assert!(Tlvs::new(&id).is_ok());
    id[2] = 129;
    id.push(b'x');
    assert_eq!(refused(&id), ("bad-field", 1));
}

#[test]
fn what_is_built_is_what_is_read() {
    let mut inner = [0; 16];
    let mut records = TlvBuilder::new(&mut inner);
    records.push(TlvKind::SSL_VERSION, b"TLSv1.3").unwrap();
    let inner = records.finish();
    let mut buffer = [0; 64];
    let mut records = TlvBuilder::new(&mut buffer);
    records.push_ssl(1, 0, inner).unwrap().push_crc32c().unwrap();
    let code = |result: Result<&mut TlvBuilder<'_>, WireError>| {
        result.map(|_| ()).map_err(|error| (error.code(), error.at))
    };
    assert_eq!(code(records.push_crc32c()), Err(("duplicate-crc", 0)));
    assert_eq!(code(records.push(TlvKind::UNIQUE_ID, &[0; 129])), Err(("bad-field", 0)));
    assert_eq!(code(records.push(TlvKind::NOOP, &[0; 65_536])), Err(("not-representable", 0)));
    assert_eq!(code(records.push(TlvKind::NOOP, &[0; 60])), Err(("buffer-too-small", 64)));
    let records = records.finish();
    assert_eq!(Tlvs::new(records.as_bytes()), Ok(records));
    assert_eq!(records.count(), 2);
    let around = records.around_crc().unwrap();
    assert_eq!((around.0.len(), around.1), (21, &b""[..]));
}

proptest! {
    /// What is checked is exactly what is iterated over, to its last byte.
    #[test]
    fn records_are_whole(bytes in prop::collection::vec(0..8_u8, 0..40)) {
        if let Ok((records, crc)) = Tlvs::checked(&bytes, 100) {
            let total: usize = records.map(|record| HEAD + record.value().len()).sum();
            prop_assert_eq!(total, bytes.len());
            let before = records.around_crc().map(|(before, _)| before.len());
            prop_assert_eq!(before, crc);
        } else {
            prop_assert!(!bytes.is_empty());
        }
    }
}
