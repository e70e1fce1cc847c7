//! One of two framings: however cut, the same events as of the one that the stream begins with.

use portolan::frame::{
    AnyFramer, Cobs, Detect, Ending, Fixed, Lines, Netstring, OctetCounting, Proxy, Signature,
    Slip, Then,
};

use crate::frame_laws::{self, Trial, events};
use crate::input::Config;

/// How streams begin, one row a signature in the order of their names.
const BEGIN: [&[&[u8]]; 4] = [
    &[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    &[b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9"],
    &[b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n"],
    &[b"\x14\x03", b"\x15\x03", b"\x16\x03", b"\x17\x03"],
];

/// Choices: the signature in two bits, the framing that is matched and the other in three each.
pub fn run(input: &[u8]) {
    let Some((mut config, stream)) = Config::of(input) else {
        return;
    };
    let max = if config.max == 0 { 64 } else { config.max };
    let choice = usize::from(config.choice(2));
    let (signature, begin) = (Signature::ALL[choice], BEGIN[choice]);
    let (matched, otherwise) = (framer(config.choice(3), max), framer(config.choice(3), max));
    let detect = Detect::new(signature, matched.clone(), otherwise.clone());
    let framer = AnyFramer::from(detect);
    let trial = Trial::new().in_order().ahead(signature.len());
    let seed = usize::from(config.seed);
    let whole = begin[seed % begin.len()];
    let begun = &whole[..seed % (whole.len() + 1)];
    for before in [&b""[..], whole, begun] {
        let stream = &[before, stream].concat()[..];
        frame_laws::hold(&framer, stream, config.seed, trial);
        let is_matched = begin.iter().any(|signature| stream.starts_with(signature));
        let chosen = if is_matched { &matched } else { &otherwise };
        assert_eq!(events(&framer, &[stream], true), events(chosen, &[stream], true));
        assert_eq!(signature.is_at(stream) == Some(true), is_matched);
    }
}

fn framer(choice: u8, max: usize) -> AnyFramer<'static> {
    match choice {
        0 => Fixed::try_from(3).unwrap().into(),
        1 => Lines::new(Ending::Lf, max).into(),
        2 => Netstring::new(max).into(),
        3 => Then::new(Proxy::new(max).into(), Lines::new(Ending::CrLf, max).into()).into(),
        4 => OctetCounting::new(max).into(),
        5 => Cobs::new(max).into(),
        6 => Slip::new(max).into(),
        _ => Fixed::try_from(1).unwrap().into(),
    }
}
