//! `serde` over two formats: JSON, which people read, and postcard, which they do not.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // tests have std
#![allow(clippy::unwrap_used)] // a test may panic
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test

use portolan::addr::{
    Dialect, Endpoint, FdName, Host, HostName, HostPort, Ip, IpPort, PipeName, Prefix,
    SocketAddress, TextOptions, UnixAddress, VsockAddress, Zone, ZoneName,
};
use portolan::dialect::{self, Family, Transport};
use portolan::frame::spec::Spec;
use portolan::interop::serde::Owned;
use portolan::sockaddr::Abi;
use proptest::prelude::*;
use proptest::sample::Index;
use serde::{Deserialize, Serialize};

/// Bytes as postcard has them: their number before them.
fn wrapped(bytes: &[u8]) -> Vec<u8> {
    postcard::to_allocvec(bytes).unwrap()
}

/// The bytes of this crate within those of postcard.
fn compact(value: &impl Serialize) -> Vec<u8> {
    let wire = postcard::to_allocvec(value).unwrap();
    postcard::from_bytes::<&[u8]>(&wire).unwrap().to_vec()
}

/// What is read from a reader, which does not lend its bytes.
macro_rules! from_reader {
    (inline $json:ident) => {
        serde_json::from_reader($json.as_bytes()).unwrap()
    };
    (owned $json:ident) => {
        serde_json::from_reader::<_, Owned<_>>($json.as_bytes()).unwrap().0
    };
}

/// The laws of one noun; the text is refused exactly where the second argument says so.
macro_rules! laws {
    ($($name:ident: $noun:ty, $how:ident $refuses:expr;)*) => {$(
        mod $name {
            use super::*;

            proptest! {
                #[test]
                fn text_round_trip(value: $noun) {
                    let refuses: fn(&$noun) -> bool = $refuses;
                    let json = serde_json::to_string(&value);
                    prop_assert_eq!(json.is_err(), refuses(&value), "{:?}", json);
                    if let Ok(json) = json {
                        let copy: $noun = from_reader!($how json);
                        prop_assert_eq!(&copy, &value);
                        let json: &'static str = json.leak();
                        let lent: $noun = serde_json::from_str(json).unwrap();
                        prop_assert_eq!(&lent, &value);
                    }
                }

                #[test]
                fn bytes_round_trip_and_every_cut_is_refused(value: $noun) {
                    let bytes = compact(&value);
                    let read = |bytes: &[u8]| -> Result<$noun, _> {
                        postcard::from_bytes(wrapped(bytes).leak())
                    };
                    prop_assert_eq!(read(&bytes).unwrap(), value);
                    for cut in 0..bytes.len() {
                        prop_assert!(read(&bytes[..cut]).is_err(), "{} of {:?}", cut, bytes);
                    }
                    prop_assert!(read(&[&bytes[..], &[0]].concat()).is_err());
                }

                #[test]
                fn bytes_are_canonical(value: $noun, at: Index, byte in prop_oneof![0..8_u8, any::<u8>()]) {
                    let mut bytes = compact(&value);
                    *at.get_mut(&mut bytes) = byte;
                    let read: Result<$noun, _> = postcard::from_bytes(wrapped(&bytes).leak());
                    if let Ok(other) = read {
                        prop_assert_eq!(compact(&other), bytes);
                    }
                }
            }
        }
    )*};
}

fn is_zoned_mapped(ip: &Ip) -> bool {
    ip.format(&mut [0; Ip::MAX_LEN]).is_err()
}

laws! {
    endpoint: Endpoint<'static>, owned |value| value.format(&mut [0; Endpoint::MAX_LEN]).is_err();
    fd_name: FdName<'static>, owned |_| false;
    host: Host<'static>, owned |value| match value {
        Host::Ip(ip) => is_zoned_mapped(ip),
        host => *host == Host::Any,
    };
    host_name: HostName<'static>, owned |_| false;
    host_port: HostPort<'static>, owned |value| value.format(&mut [0; HostPort::MAX_LEN]).is_err();
    ip: Ip, inline is_zoned_mapped;
    ip_port: IpPort, inline |value| is_zoned_mapped(&value.ip);
    pipe_name: PipeName<'static>, owned |_| false;
    prefix: Prefix, inline |value| is_zoned_mapped(&value.ip());
    socket_address: SocketAddress, inline |value| value.format(&mut [0; Endpoint::MAX_LEN]).is_err();
    unix_address: UnixAddress, inline |_| false;
    vsock_address: VsockAddress, inline |_| false;
    zone: Zone, inline |_| false;
    zone_name: ZoneName, inline |_| false;
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct Config<'a> {
    #[serde(borrow)]
    listen: Vec<Endpoint<'a>>,
    dialect: Dialect,
    zone: Option<Zone>,
}

#[test]
fn a_configuration_is_what_a_person_writes() {
    let text = r#"{"listen":["127.0.0.1:80","unix:/run/x"],"dialect":"aton-glibc","zone":null}"#;
    let config: Config<'_> = serde_json::from_str(text).unwrap();
    assert_eq!(config.listen[1], Endpoint::parse(b"/run/x").unwrap());
    assert_eq!((config.dialect, config.zone), (Dialect::AtonGlibc, None));
    assert_eq!(serde_json::to_string(&config).unwrap(), text);
    let wire = postcard::to_allocvec(&config).unwrap();
    assert_eq!(postcard::from_bytes::<Config<'_>>(&wire).unwrap(), config);
}

#[test]
fn an_error_names_the_rule_and_the_byte() {
    for (json, message) in [
        (r#""010.0.0.1""#, "octet has a leading zero at byte 0"),
        (r#""[::1]:+80""#, "port has a sign at byte 6"),
        (r#""*:80""#, "`*` is only a listen address at byte 0"),
        ("80", "invalid type: integer `80`, expected an endpoint"),
    ] {
        let error = serde_json::from_str::<Endpoint<'_>>(json).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    let error = serde_json::from_str::<SocketAddress>(r#""example.com:80""#).unwrap_err();
    assert!(error.to_string().starts_with("value is not representable"), "{error}");
    assert!(serde_json::from_str::<Host<'_>>(r#""a:80""#).is_err());
    assert!(serde_json::from_str::<Zone>(r#""0""#).is_err());
    assert!(serde_json::from_str::<Dialect>(r#""Strict""#).is_err());
}

#[test]
fn names_borrow_where_the_format_lends() {
    let json = String::from(r#""example.com""#);
    let name: HostName<'_> = serde_json::from_str(&json).unwrap();
    assert!(json.as_bytes().as_ptr_range().contains(&name.as_written().as_ptr()));
    let escaped = String::from(r#""ex\u0061mple.com""#);
    assert_eq!(serde_json::from_str::<HostName<'_>>(&escaped).unwrap(), name);
    let pipe: PipeName<'_> = serde_json::from_str(r#""\\\\.\\pipe\\MySQL""#).unwrap();
    assert_eq!(pipe.to_string(), r"\\.\pipe\MySQL");
}

#[test]
fn the_bytes_of_version_1_never_change() {
    let endpoint = |text: &'static [u8]| compact(&Endpoint::parse(text).unwrap());
    let zoned = b"\x01\x01\x06\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02\x04eth0\x01\0\x50";
    assert_eq!(endpoint(b"[fe80::1%eth0]:80"), zoned);
    assert_eq!(endpoint(b"127.0.0.1"), b"\x01\x01\x04\x7f\0\0\x01\0");
    assert_eq!(endpoint(b"Localhost:1"), b"\x01\x01\x02\x09Localhost\x01\0\x01");
    assert_eq!(endpoint(b"unix-unnamed:"), b"\x01\x02\0");
    assert_eq!(endpoint(b"/x"), b"\x01\x02\x01\x02/x");
    assert_eq!(endpoint(b"@\0"), b"\x01\x02\x02\x01\0");
    assert_eq!(endpoint(b"vsock:2:any"), b"\x01\x03\0\0\0\x02\xff\xff\xff\xff");
    assert_eq!(endpoint(b"//./pipe/a"), b"\x01\x04\x01.\x01a");
    assert_eq!(endpoint(b"fd:3"), b"\x01\x05\0\0\0\x03");
    assert_eq!(endpoint(b"sd-listen:"), b"\x01\x06\0");
    assert_eq!(endpoint(b"sd-listen:a"), b"\x01\x06\x01a");
    let prefix = Prefix::host(Ip::parse(b"fe80::%2").unwrap());
    let bytes = b"\x01\x06\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02\x80";
    assert_eq!(compact(&prefix), bytes);
}

#[test]
fn bytes_hold_no_more_than_a_value_can() {
    let refuses = |bytes: &[u8]| {
        assert!(postcard::from_bytes::<Endpoint<'_>>(&wrapped(bytes)).is_err(), "{bytes:?}");
    };
    refuses(b"");
    refuses(b"\x02\x05\0\0\0\x03"); // another version
    refuses(b"\x01\x01\x02\x04unix\0"); // the word of a scheme as a host
    refuses(b"\x01\x01\x02\x03a_b\0"); // a name that is none
    refuses(b"\x01\x01\x02\x031.1\0"); // a name that ends in a number
    refuses(b"\x01\x01\x02\xffa\0"); // a length that is not there
    refuses(b"\x01\x02\x01\x02/\0"); // a path with NUL
    refuses(b"\x01\x02\x01\0"); // a path without a byte
    let zone_0 = b"\x01\x01\x06\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x01\0\0\0\0\0";
    refuses(zone_0);
    let huge = [0xff, 0xff, 0xff, 0xff, 0x0f];
    assert!(postcard::from_bytes::<Endpoint<'_>>(&huge).is_err());
}

#[test]
fn a_name_of_another_dialect_is_refused_in_both_forms() {
    if let Ok(reading) = dialect::parse(Dialect::Rfc3986, b"a_b:80", &TextOptions::new()) {
        assert!(serde_json::to_string(&reading.endpoint).is_err());
        assert!(postcard::to_allocvec(&reading.endpoint).is_err());
    }
    let mapped = dialect::parse(Dialect::Netip, b"[::ffff:1.2.3.4%1]:80", &TextOptions::new());
    let mapped = mapped.unwrap().endpoint;
    assert!(serde_json::to_string(&mapped).is_err());
    let wire = postcard::to_allocvec(&mapped).unwrap();
    assert_eq!(postcard::from_bytes::<Endpoint<'_>>(&wire).unwrap(), mapped);
}

#[test]
fn what_has_a_name_is_its_name_in_both_forms() {
    macro_rules! named {
        ($($noun:ident)*) => {$(
            for value in $noun::ALL {
                let json = serde_json::to_string(value).unwrap();
                assert_eq!(json, format!("\"{}\"", value.name()));
                assert_eq!(serde_json::from_str::<$noun>(&json).unwrap(), *value);
                let wire = postcard::to_allocvec(value).unwrap();
                assert_eq!(wire, postcard::to_allocvec(value.name()).unwrap());
                assert_eq!(postcard::from_bytes::<$noun>(&wire).unwrap(), *value);
            }
        )*};
    }
    named!(Abi Dialect Family Transport);
}

#[test]
fn a_framer_is_its_canonical_text_in_both_forms() {
    let spec = Spec::parse(b"length,max=1024,width=2").unwrap();
    let text = "length,width=2,max=1K";
    let json = serde_json::to_string(&spec).unwrap();
    assert_eq!(json, format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<Spec>(&json).unwrap(), spec);
    assert_eq!(serde_json::from_reader::<_, Spec>(json.as_bytes()).unwrap(), spec);
    let wire = postcard::to_allocvec(&spec).unwrap();
    assert_eq!(wire, postcard::to_allocvec(text).unwrap());
    assert_eq!(postcard::from_bytes::<Spec>(&wire).unwrap(), spec);

    let error = serde_json::from_str::<Spec>("\"lines\"").unwrap_err().to_string();
    assert!(error.starts_with("option `max` must be given at byte 5"), "{error}");
    let wire = postcard::to_allocvec("lines").unwrap();
    assert!(postcard::from_bytes::<Spec>(&wire).is_err());
}
