//! A body of the limit passes in every cut, and one byte more does not.

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
fn of_stuffed_frames_counts_the_payload() {
    for max in [0, 1, 9, 253, 254, 255, 508] {
        for filler in [0, 1, b'a', 0xff] {
            laws::limit_is_exact(&Cobs::new(max), &Cobs::new(max + 1), max, filler);
            laws::limit_is_exact(&CobsR::new(max), &CobsR::new(max + 1), max, filler);
        }
        for fcs in [Fcs::None, Fcs::Fcs16, Fcs::Fcs32] {
            let framer = |max| Hdlc::new(max).fcs(fcs);
            let fillers = if max == 0 && fcs == Fcs::None { &b""[..] } else { b"~}a" };
            for filler in fillers {
                laws::limit_is_exact(&framer(max), &framer(max + 1), max, *filler);
            }
        }
        for filler in [0xc0, b'a'].into_iter().filter(|_| max != 0) {
            laws::limit_is_exact(&Slip::new(max), &Slip::new(max + 1), max, filler);
        }
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

#[test]
fn of_varints() {
    for encoding in ENCODINGS {
        for max in [0, 1, 63, 64, 127, 128, 16_383, 16_384] {
            let framer = |max| varint(encoding, max);
            laws::limit_is_exact(&framer(max), &framer(max + 1), max, b'a');
        }
    }
}

#[test]
fn of_digits() {
    for max in [0, 1, 9, 10, 99, 100] {
        laws::limit_is_exact(&Netstring::new(max), &Netstring::new(max + 1), max, b'a');
        laws::limit_is_exact(&GitPktLine::new(max), &GitPktLine::new(max + 1), max, b'a');
        if max > 0 {
            let framer = OctetCounting::new;
            laws::limit_is_exact(&framer(max), &framer(max + 1), max, b'a');
        }
    }
    let max = GitPktLine::MAX - 1;
    laws::limit_is_exact(&GitPktLine::new(max), &GitPktLine::new(max + 1), max, b'a');
}

#[test]
fn of_presets() {
    macro_rules! exact {
        ($($preset:ident)*) => {$(
            for max in [3, 9] {
                let framer = |max| preset::$preset(max).unwrap();
                laws::limit_is_exact(&framer(max), &framer(max + 1), max, b'a');
            }
        )*};
    }
    exact!(dns_tcp rtp_tcp tpkt kafka postgres tls_record http2 grpc amqp modbus_tcp);
}

#[test]
fn of_a_content_length() {
    for max in [0, 1, 9, 10, 99] {
        laws::limit_is_exact(&ContentLength::new(max), &ContentLength::new(max + 1), max, b'a');
    }
}

#[test]
fn of_chunks() {
    for max in [1, 9, 15, 16, 255] {
        laws::limit_is_exact(&Chunked::new(max), &Chunked::new(max + 1), max, b'a');
    }
}

#[test]
fn of_a_websocket() {
    for max in [0, 1, 124, 125, 126, 65_535, 65_536] {
        laws::limit_is_exact(&WebSocket::new(max), &WebSocket::new(max + 1), max, b'a');
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
