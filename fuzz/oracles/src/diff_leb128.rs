//! LEB128 against a twin that adds up groups in 128 bits, and against prost: the same value, length,
//! error and place, and a framer that finds the frame which the twin finds.

use alloc::vec::Vec;

use portolan::endian::IntErrorKind;
use portolan::frame::{Framer, Step, VarintPrefix};
use portolan::varint::{Encoding, Status, Varint};

/// What the twin says of the front of some bytes.
#[derive(Debug, PartialEq)]
enum Told {
    Value(u64, usize),
    Need,
    Error(IntErrorKind, usize),
}

/// Head: lenient in the lowest bit, 64 bits wide in the next. The rest is the integer.
pub fn run(input: &[u8]) {
    let Some((flags, bytes)) = input.split_first() else {
        return;
    };
    let lenient = flags & 1 != 0;
    let encoding = if lenient { Encoding::Leb128Lenient } else { Encoding::Leb128 };
    let bits = if flags & 2 == 0 { 32 } else { 64 };
    let varint = Varint::new(encoding, bits).unwrap();
    let expected = twin(bytes, bits, lenient);
    let told = match varint.read(bytes) {
        Ok(Status::Value { value, consumed }) => Told::Value(value, consumed.get()),
        Ok(Status::Need(_)) => Told::Need,
        Err(error) => Told::Error(error.kind, error.at),
    };
    assert_eq!(told, expected, "{bits} bits, {bytes:x?}");

    run_of_integers(varint, bytes, |rest| twin(rest, bits, lenient));

    if lenient && bits == 64 {
        // It tells neither the place of an error nor an integer that is not whole.
        let mut rest = bytes;
        let theirs = prost::encoding::decode_varint(&mut rest).ok();
        let read = theirs.map(|value| Told::Value(value, bytes.len() - rest.len()));
        let whole = matches!(expected, Told::Value(..));
        assert_eq!(read.as_ref(), whole.then_some(&expected), "prost, {bytes:x?}");
    }

    let max = 64;
    let mut framer = VarintPrefix::builder(encoding, max).bits(bits).build().unwrap();
    match (framer.step(bytes), expected) {
        (Ok(Step::Frame(frame)), Told::Value(value, head)) => {
            assert_eq!(frame.body.len() as u64, value);
            assert_eq!((frame.body.start, frame.body.end), (head, frame.wire.get()));
        }
        (Ok(Step::Need(need)), Told::Value(value, head)) => {
            assert_eq!(need.min.get() as u64 + bytes.len() as u64, value + head as u64);
        }
        (Ok(Step::Need(_)), Told::Need) => {}
        (Err(error), Told::Value(value, _)) => {
            assert!(error.code() == "too-long" && error.at == 0 && value > max as u64);
        }
        (Err(error), Told::Error(kind, at)) => {
            let code = match kind {
                IntErrorKind::Overflow => "length-overflow",
                _ => "non-canonical-length",
            };
            assert_eq!((error.code(), error.at), (code, at as u64));
        }
        (step, told) => panic!("{step:?} where the twin says {told:?}"),
    }
}

/// What stands one behind another is what the twin finds there, to the same byte.
fn run_of_integers(varint: Varint, bytes: &[u8], twin: impl Fn(&[u8]) -> Told) {
    let (mut at, mut expected) = (0, Vec::new());
    loop {
        match twin(&bytes[at..]) {
            Told::Value(value, len) => {
                expected.push(Ok(value));
                at += len;
            }
            Told::Need => break,
            Told::Error(kind, offset) => {
                expected.push(Err((kind, at + offset)));
                break;
            }
        }
    }
    let mut told = Vec::new();
    let mut values = varint.values(bytes);
    let each = values.by_ref().map(|item| item.map_err(|error| (error.kind, error.at)));
    each.for_each(|item| told.push(item));
    assert_eq!(told, expected, "{bytes:x?}");
    let count = varint.values(bytes).filter_map(Result::ok).count();
    assert_eq!(count, expected.iter().flatten().count(), "{bytes:x?}");
}

/// The rule, as plainly as it can be: groups of seven bits until the first byte below 128.
fn twin(bytes: &[u8], bits: u32, lenient: bool) -> Told {
    let mut sum = 0_u128;
    for (at, byte) in bytes.iter().enumerate() {
        sum += u128::from(byte % 128) << (7 * at);
        let last = 7 * (at + 1) >= bits as usize;
        if sum >> bits != 0 || (last && *byte >= 128) {
            return Told::Error(IntErrorKind::Overflow, at);
        }
        if *byte < 128 {
            return match u64::try_from(sum) {
                Ok(_) if *byte == 0 && at > 0 && !lenient => {
                    Told::Error(IntErrorKind::NonCanonicalLength, at)
                }
                Ok(value) => Told::Value(value, at + 1),
                Err(_) => Told::Error(IntErrorKind::Overflow, at),
            };
        }
    }
    Told::Need
}
