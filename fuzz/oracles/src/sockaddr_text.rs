//! Endpoints: what is read can be printed and read again; every dialect agrees with its own output.

use alloc::vec;
use core::net::SocketAddr;

use portolan::addr::{Dialect, Endpoint, Host, HostPort, Ip, TextOptions, Zone};
use portolan::dialect::{self, Reading};

use crate::text::check_refusal;

/// The first byte chooses options, the rest is the text.
pub fn run(input: &[u8]) {
    let Some((choice, text)) = input.split_first() else {
        return;
    };
    let mut options = TextOptions::new().with_listen(choice & 1 != 0);
    if choice & 2 != 0 {
        options = options.with_default_port(u16::from(*choice));
    }
    for dialect in Dialect::ALL {
        match dialect::parse(*dialect, text, &options) {
            Ok(reading) => reads_back(*dialect, &reading, &options, text.len()),
            Err(error) => {
                assert_eq!(error.dialect, *dialect);
                check_refusal(&error, text);
            }
        }
    }
    agrees_with_std(text);
}

/// What a dialect has read, it prints so that it reads the same.
fn reads_back(dialect: Dialect, reading: &Reading<'_>, options: &TextOptions, len: usize) {
    // Room for every byte of the text as an escape, and for what stands around it.
    let mut out = vec![0; len * 4 + 1024];
    let Ok(len) = dialect::format_reading(dialect, reading, &TextOptions::new(), &mut out) else {
        let defaulted = options.default_port.is_some();
        let any = matches!(reading.endpoint, Endpoint::Inet(HostPort { host: Host::Any, .. }));
        assert!(defaulted || any, "{dialect} cannot print {reading:?}");
        return;
    };
    let again = dialect::parse(dialect, &out[..len], options).expect("own output is refused");
    assert_eq!(again.endpoint, reading.endpoint, "{dialect} reads its own output otherwise");
}

/// `core-net` is the standard library; whatever strict reads of it has the same value.
fn agrees_with_std(text: &[u8]) {
    let std = core::str::from_utf8(text).ok().and_then(|text| text.parse::<SocketAddr>().ok());
    let expected = std.map(|addr| {
        let ip = match addr {
            SocketAddr::V4(v4) => Ip::V4(*v4.ip()),
            SocketAddr::V6(v6) => Ip::V6(*v6.ip(), Zone::from_index(v6.scope_id())),
        };
        Endpoint::Inet(HostPort { host: Host::Ip(ip), port: Some(addr.port()) })
    });
    let options = TextOptions::new();
    let core_net = dialect::parse(Dialect::CoreNet, text, &options).ok();
    assert_eq!(core_net.map(|reading| reading.endpoint), expected, "std disagrees");
    if let (Ok(strict), Some(std)) = (Endpoint::parse(text), expected) {
        assert_eq!(strict, std, "strict reads another value than std");
    }
}
