//! Kernel addresses: strict decoding is canonical, and no prefix of an address is one.

use portolan::addr::{SocketAddress, UnixAddress};
use portolan::sockaddr::{self, Abi, Leniency};

/// The first byte chooses a layout, the second leniencies, the rest are the bytes.
pub fn run(input: &[u8]) {
    let [choice, lenient, bytes @ ..] = input else {
        return;
    };
    let abi = Abi::ALL[usize::from(*choice) % Abi::ALL.len()];
    let strict = sockaddr::decode(abi, bytes);
    if let Ok(address) = &strict {
        let mut out = [0; 256];
        let len = sockaddr::encode(abi, address, &mut out).expect("what is decoded encodes");
        let unnamed = *address == SocketAddress::from(UnixAddress::UNNAMED);
        assert!(unnamed || &out[..len] == bytes, "a strict address has one encoding");
    }
    let leniencies = Leniency::ALL.iter().enumerate();
    let chosen = leniencies
        .filter(|(bit, _)| lenient >> bit & 1 != 0)
        .fold(Leniency::STRICT, |all, (_, one)| all.with(*one));
    let leniently = sockaddr::decode_with(abi, bytes, bytes.len(), chosen);
    if strict.is_ok() {
        assert_eq!(leniently, strict, "a leniency changes what strict accepts");
    }
    if let Ok(address) = leniently {
        let mut out = [0; 256];
        if let Ok(len) = sockaddr::encode(abi, &address, &mut out) {
            assert_eq!(sockaddr::decode(abi, &out[..len]), Ok(address), "round trip");
        }
    }
}
