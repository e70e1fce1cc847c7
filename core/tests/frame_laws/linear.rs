//! A mebibyte that comes byte by byte is work in proportion.

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
    laws::a_mebibyte_comes_in_bytes(&Cobs::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&CobsR::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&Hdlc::new(MAX).fcs(Fcs::Fcs32), b'~');
    laws::a_mebibyte_comes_in_bytes(&Slip::new(MAX), 0xc0);
    laws::a_mebibyte_comes_in_bytes(&lines(Ending::CrLf), b'a');
    laws::a_mebibyte_comes_in_bytes(&lines(Ending::Universal), b'a');
    laws::a_mebibyte_comes_in_bytes(&varint(Encoding::Leb128, MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&Netstring::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&OctetCounting::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&preset::amqp(MAX).unwrap(), b'a');
    laws::a_mebibyte_comes_in_bytes(&Chunked::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&ContentLength::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&WebSocket::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&MysqlPacket::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&MysqlCompressed::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&RecordMark::new(MAX), b'a');
    laws::a_mebibyte_comes_in_bytes(&Capnp::new(MAX), b'a');
}
