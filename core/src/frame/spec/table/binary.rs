//! Framings for any payload: records, binary lengths and byte stuffing.

use super::super::super::{
    Cobs, CobsR, Fcs, Fixed, Hdlc, HeaderBytes, LengthPrefix, Oversize, Slip, SlipEscape,
    VarintPrefix,
};
use super::super::Values;
use super::super::options::Options;
use super::{Entry, Example, MAX, Make, ONLY_MAX, OVERSIZE, Setting, flag, number, words};
use crate::endian::Endian;
use crate::varint::Encoding;

pub(super) const COBS: Entry = Entry {
    name: "cobs",
    summary: "zeros stuffed away, so that a zero ends a frame",
    source: "Cheshire and Baker, Consistent Overhead Byte Stuffing (1999), section 3",
    arguments: &[],
    options: ONLY_MAX,
    example: Example { spec: "cobs,max=1K", payloads: &["11220033", ""], wire: "0311220233000100" },
    recovers: true,
    make: Make::Framer(|options| Ok(Cobs::new(options.max()).into())),
};

pub(super) const COBS_R: Entry = Entry {
    name: "cobs-r",
    summary: "COBS that spares a byte where the last one of a payload allows it",
    source: "Python package cobs, COBS/R",
    arguments: &[],
    options: ONLY_MAX,
    example: Example { spec: "cobs-r,max=1K", payloads: &["112205"], wire: "05112200" },
    recovers: true,
    make: Make::Framer(|options| Ok(CobsR::new(options.max()).into())),
};

pub(super) const FIXED: Entry = Entry {
    name: "fixed",
    summary: "records of one length",
    source: "records without a header, as in MPEG transport streams (ISO/IEC 13818-1, 2.4.3.2)",
    arguments: &[],
    options: &[number("len", (1, usize::MAX as u64), None, "bytes of a record")],
    example: Example {
        spec: "fixed,len=4",
        payloads: &["61626364", "65666768"],
        wire: "6162636465666768",
    },
    recovers: false,
    make: Make::Framer(|options| Ok(Fixed::try_from(options.size("len"))?.into())),
};

pub(super) const HDLC: Entry = Entry {
    name: "hdlc",
    summary: "flags around frames and escapes in them, with or without a check sequence",
    source: "RFC 1662, sections 3.1 and 4",
    arguments: &[],
    options: &[
        words("fcs", &["none", "16", "32"], Some("none"), "bits of the check sequence"),
        number(
            "accm",
            (0, u32::MAX as u64),
            Some("0"),
            "which control bytes are escaped and, bare, dropped; bit n stands for byte n",
        ),
        MAX,
    ],
    example: Example {
        spec: "hdlc,fcs=16,max=1500",
        payloads: &["617e62"],
        wire: "7e617d5e629db37e",
    },
    recovers: true,
    make: Make::Framer(|options| {
        let fcs = match options.word("fcs") {
            "16" => Fcs::Fcs16,
            "32" => Fcs::Fcs32,
            _ => Fcs::None,
        };
        let accm = u32::try_from(options.number("accm")).unwrap_or_default();
        Ok(Hdlc::new(options.max()).fcs(fcs).accm(accm).into())
    }),
};

/// Most bytes of a header besides its length field.
const BESIDE: u64 = HeaderBytes::MAX as u64;

pub(super) const LENGTH: Entry = Entry {
    name: "length",
    summary: "a binary length in front of the body, anywhere in a header",
    source: "the protocol at hand, such as RFC 1035, section 4.2.2",
    arguments: &[],
    options: &[
        number("offset", (0, BESIDE), Some("0"), "bytes before the length field"),
        number("width", (1, 8), None, "bytes of the length field"),
        number(
            "header",
            (1, BESIDE.saturating_add(8)),
            Some("offset + width"),
            "bytes before the body, the length field among them",
        ),
        words("endian", &["big", "little"], Some("big"), "order of the bytes of the length field"),
        flag("signed", "the length field has a sign, and a negative length is refused"),
        Setting {
            key: "adjust",
            values: Values::Signed,
            default: Some("0"),
            meaning: "what is added to the length field to get the length of the body",
        },
        flag("includes_header", "the length field counts the header, too"),
        number(
            "trailer",
            (0, LengthPrefix::MAX_TRAILER as u64),
            Some("0"),
            "bytes behind the body",
        ),
        OVERSIZE,
        MAX,
    ],
    example: Example {
        spec: "length,width=3,header=4,endian=little,max=16M",
        payloads: &["68656c6c6f"],
        wire: "0500000068656c6c6f",
    },
    recovers: true,
    make: Make::Framer(|options| {
        let endian = match options.word("endian") {
            "little" => Endian::Little,
            _ => Endian::Big,
        };
        let builder = LengthPrefix::builder(options.max())
            .offset(options.size("offset"))
            .width(options.size("width"))
            .endian(endian)
            .signed(options.flag("signed"))
            .adjust(options.signed("adjust"))
            .includes_header(options.flag("includes_header"))
            .trailer(options.size("trailer"))
            .oversize(oversize(options));
        let builder = match options.has("header") {
            true => builder.header(options.size("header")),
            false => builder,
        };
        Ok(builder.build()?.into())
    }),
};

pub(super) const SLIP: Entry = Entry {
    name: "slip",
    summary: "c0 ends a frame and is escaped in it",
    source: "RFC 1055",
    arguments: &[],
    options: &[
        words(
            "escape",
            &["strict", "rfc1055"],
            Some("strict"),
            "whether an escape of a byte that needs none is refused or, as in RFC 1055, dropped",
        ),
        MAX,
    ],
    example: Example { spec: "slip,max=1006", payloads: &["61c062db"], wire: "61dbdc62dbddc0" },
    recovers: true,
    make: Make::Framer(|options| {
        let escape = match options.word("escape") {
            "rfc1055" => SlipEscape::Rfc1055,
            _ => SlipEscape::Strict,
        };
        Ok(Slip::new(options.max()).escape(escape).into())
    }),
};

pub(super) const VARINT: Entry = Entry {
    name: "varint",
    summary: "a length of variable length in front of the body",
    source: "Protocol Buffers, Encoding; multiformats, unsigned-varint; MQTT 5.0, section 1.5.5; RFC 9000, section 16",
    arguments: &[],
    options: &[
        words(
            "encoding",
            &["leb128", "leb128-lenient", "mqtt", "quic"],
            None,
            "how the length is written",
        ),
        words("bits", &["32", "64"], Some("32"), "width that a length must fit into"),
        OVERSIZE,
        MAX,
    ],
    example: Example {
        spec: "varint,encoding=leb128,max=64K",
        payloads: &["68656c6c6f", ""],
        wire: "0568656c6c6f00",
    },
    recovers: true,
    make: Make::Framer(|options| {
        let encoding = Encoding::from_name(options.word("encoding")).unwrap_or(Encoding::Leb128);
        let bits = if options.word("bits") == "64" { 64 } else { 32 };
        let builder = VarintPrefix::builder(encoding, options.max()).bits(bits);
        Ok(builder.oversize(oversize(options)).build()?.into())
    }),
};

pub(super) fn oversize(options: &Options) -> Oversize {
    match options.word("oversize") {
        "discard" => Oversize::Discard,
        _ => Oversize::Fail,
    }
}
