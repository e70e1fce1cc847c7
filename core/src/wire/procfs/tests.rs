//! Lines as the kernel prints them, and what is none.

#![allow(clippy::arithmetic_side_effects)] // counts of tests stay small

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use proptest::prelude::*;

use super::*;
use crate::addr::UnixAddress;

const TCP: &str = "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   \
                   101        0 4242 1 0000000000000000 100 0 0 10 0";
const UNIX: &str = "0000000000000000: 00000002 00000000 00010000 0001 01  4243";

fn read(table: Table, line: &[u8]) -> Result<Line<'_>, WireError> {
    let context = Context::new(table, Endian::Little);
    Line::decode(line, context).map(|decoded| decoded.value().unwrap())
}

#[track_caller]
fn inet(table: Table, endian: Endian, line: &str) -> (String, String) {
    let read = Line::decode(line.as_bytes(), Context::new(table, endian)).unwrap().value();
    let Some(Line::Inet(socket)) = read else { panic!("{line}") };
    (socket.local.to_string(), socket.remote.to_string())
}

#[track_caller]
fn unix(name: &str) -> (String, bool) {
    let Line::Unix(socket) = read(Table::Unix, format!("{UNIX} {name}").as_bytes()).unwrap() else {
        panic!("{name}")
    };
    (socket.name.to_string(), socket.is_lossy())
}

fn write(line: &Line<'_>, context: Context) -> Result<String, WireError> {
    let mut out = vec![0; line.encoded_len(context)?];
    assert_eq!(line.encode(context, &mut out), Ok(out.len()));
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[track_caller]
fn refuses(table: Table, line: &str, code: &str, at: usize) {
    let error = read(table, line.as_bytes()).unwrap_err();
    assert_eq!((error.code(), error.at), (code, at), "{line}");
}

#[test]
fn addresses_are_numbers_of_the_machine() {
    let local = |table, endian, digits: &str| {
        let other =
            if table == Table::Tcp { "00000000" } else { "00000000000000000000000000000000" };
        let line = TCP.replace("0100007F:0CEA 00000000", &format!("{digits}:0CEA {other}"));
        inet(table, endian, &line).0
    };
    let (little, big) = (Endian::Little, Endian::Big);
    assert_eq!(local(Table::Tcp, little, "0100007F"), "127.0.0.1:3306");
    assert_eq!(local(Table::Tcp, big, "7F000001"), "127.0.0.1:3306");
    for (endian, digits, addr) in [
        (little, "00000000000000000000000001000000", "[::1]:3306"),
        (big, "00000000000000000000000000000001", "[::1]:3306"),
        (little, "0000000000000000FFFF00000100007F", "[::ffff:127.0.0.1]:3306"),
        (little, "000080FE000000000000000001000000", "[fe80::1]:3306"),
    ] {
        assert_eq!(local(Table::Tcp6, endian, digits), addr);
    }
}

#[test]
fn a_line_has_every_column() {
    let line = "12345: 0100007F:0CEA 0200007F:0050 01 0000000A:0000000B 02:000000FF 00000003 4294967295       \
                 7 18446744073709551615 1 ffff8880 x\nnext";
    let context = Context::new(Table::Udp, Endian::Little);
    let Ok(Decoded::Value { value: Line::Inet(socket), consumed }) =
        Line::decode(line.as_bytes(), context)
    else {
        panic!("{line}")
    };
    assert_eq!(consumed, line.len() - 4);
    assert_eq!((socket.slot, socket.state, socket.uid, socket.timeout), (12_345, 1, u32::MAX, 7));
    assert_eq!((socket.tx_queue, socket.rx_queue), (10, 11));
    assert_eq!((socket.timer, socket.expires, socket.retransmits), (2, 255, 3));
    assert_eq!((socket.inode, socket.rest()), (u64::MAX, &b" 1 ffff8880 x"[..]));
}

#[test]
fn headers_are_known_by_their_words() {
    for table in Table::ALL {
        let context = Context::new(*table, Endian::Big);
        let written = write(&Line::Header, context).unwrap();
        let decoded = Line::decode(written.as_bytes(), context);
        let consumed = written.len();
        assert_eq!(decoded, Ok(Decoded::Value { value: Line::Header, consumed }));
        assert_eq!(Table::from_name(table.name()), Some(*table));
    }
    assert_eq!(write(&Line::Header, Context::new(Table::Tcp, Endian::Big)).unwrap().len(), 150);
    assert_eq!(write(&Line::Header, Context::new(Table::Udp, Endian::Big)).unwrap().len(), 128);
    refuses(Table::Tcp, Table::Tcp6.header(), "bad-digit", 2);
}

#[test]
fn names_are_paths_abstract_or_none() {
    assert_eq!(unix("/run/x"), ("unix:/run/x".into(), false));
    assert_eq!(unix("/a b @"), ("unix:/a%20b%20%40".into(), false));
    assert_eq!(unix(" x"), ("unix:%20x".into(), false));
    assert_eq!(unix("@x"), ("unix-abstract:x".into(), true));
    assert_eq!(unix("@x@@"), ("unix-abstract:x%40%40".into(), true));
    assert_eq!(unix("@"), ("unix-abstract:".into(), true));
    let longest = "a".repeat(108);
    assert_eq!(unix(&longest).0, format!("unix:{longest}"));
    assert!(unix(&format!("@{}", "a".repeat(107))).1);
    let Line::Unix(unnamed) = read(Table::Unix, UNIX.as_bytes()).unwrap() else { panic!() };
    assert_eq!((unnamed.name, unnamed.inode, unnamed.flags), (UnixAddress::UNNAMED, 4243, 0x10000));
    let narrow = UNIX.replace("0000000000000000:", "c0ffee00:");
    let Line::Unix(narrow) = read(Table::Unix, narrow.as_bytes()).unwrap() else { panic!() };
    assert!(narrow.is_narrow && narrow.slot == 0xc0ff_ee00);
}

#[test]
fn refuses_digits_at_their_place() {
    let tcp = |from: &str, to: &str| TCP.replacen(from, to, 1);
    refuses(Table::Tcp, &tcp("0100007F", "0100007"), "bad-length", 6);
    refuses(Table::Tcp, &tcp("0100007F", "0100007F0"), "bad-length", 6);
    refuses(Table::Tcp6, TCP, "bad-length", 6);
    refuses(Table::Tcp, &tcp("0100007F", "0100007f"), "bad-digit", 13);
    refuses(Table::Tcp, &tcp("0100007F", "010000G7"), "bad-digit", 12);
    refuses(Table::Tcp, &tcp("0100007F", ""), "bad-field", 6);
    refuses(Table::Tcp, &tcp(":0CEA", " 0CEA"), "bad-field", 14);
    refuses(Table::Tcp, &tcp(":0CEA", ":00CEA"), "bad-length", 15);
    refuses(Table::Tcp, &tcp(":0CEA", ":CEA"), "bad-length", 15);
    refuses(Table::Tcp, &tcp(":0CEA", ":0cea"), "bad-digit", 16);
    refuses(Table::Tcp, &tcp(":0CEA ", ":0CEA  "), "bad-field", 20);
    refuses(Table::Tcp, &tcp(" 0A ", " A "), "bad-length", 34);
    refuses(Table::Tcp, &tcp("  101 ", " 0101 "), "bad-field", 77);
    refuses(Table::Tcp, &tcp("  101 ", "42949672960 "), "bad-length", 76);
    refuses(Table::Tcp, &tcp(" 4242 ", " -4242 "), "bad-digit", 91);
    refuses(Table::Tcp, &tcp(" 4242 ", " 99999999999999999999 "), "bad-length", 91);
    refuses(Table::Tcp, &tcp("0: ", ": "), "bad-field", 3);
    refuses(Table::Tcp, &tcp("0: ", "0 "), "bad-field", 4);
    refuses(Table::Tcp, &tcp("0: ", "00: "), "bad-field", 3);
    refuses(Table::Tcp, &tcp("0: ", "a: "), "bad-digit", 3);
    refuses(Table::Tcp, "", "bad-field", 0);
    refuses(Table::Tcp, &tcp("0 0 10 0", "0 0 \t 0"), "bad-field", TCP.len() - 4);
}

#[test]
fn refuses_lines_that_are_no_unix_sockets() {
    refuses(Table::Unix, "nl", "bad-digit", 0);
    refuses(Table::Unix, "abc: 1", "bad-length", 0);
    refuses(Table::Unix, "000000000: 0", "bad-length", 0);
    refuses(Table::Unix, "0000000000000000 1", "bad-field", 16);
    refuses(Table::Unix, "FFFF888000000000: 1", "bad-digit", 0);
    refuses(Table::Unix, &UNIX.replace("00000002", "2"), "bad-length", 18);
    refuses(Table::Unix, &UNIX.replace("0001 01", "001 01"), "bad-length", 45);
    refuses(Table::Unix, &UNIX.replace(" 01  ", " 0g  "), "bad-digit", 51);
    refuses(Table::Unix, &UNIX.replace("4243", ""), "bad-field", 54);
    refuses(Table::Unix, &format!("{UNIX} "), "bad-field", 59);
    refuses(Table::Unix, &format!("{UNIX} {}", "a".repeat(109)), "bad-length", 59);
    refuses(Table::Unix, &format!("{UNIX} @{}", "a".repeat(108)), "bad-length", 59);
    refuses(Table::Unix, &format!("{UNIX} /a\0b"), "bad-field", 61);
}

#[test]
fn nothing_is_written_that_reads_back_otherwise() {
    let refused = Err(WireError::new(WireErrorKind::NotRepresentable, 0));
    let context = Context::new(Table::Unix, Endian::Little);
    let path = |path: &[u8]| UnixAddress::from_pathname(path).unwrap();
    let name = |name: &[u8]| UnixAddress::from_abstract_name(name).unwrap();
    for name in [path(b"@x"), path(b"/a\nb"), name(b"a\0"), name(b"a\nb")] {
        assert_eq!(write(&Line::Unix(UnixSocket::new(name, 1, 1, 7)), context), refused, "{name}");
    }
    let wide =
        UnixSocket { slot: 1 << 32, is_narrow: true, ..UnixSocket::new(path(b"/"), 1, 1, 7) };
    assert_eq!(write(&Line::Unix(wide), context), refused);
    let any = SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0));
    let mut scoped = core::net::SocketAddrV6::new(Ipv6Addr::LOCALHOST, 1, 0, 2);
    let socket = |local: SocketAddr| Line::Inet(InetSocket::new(local, any, 1, 0, 7));
    let tcp6 = Context::new(Table::Tcp6, Endian::Little);
    assert_eq!(write(&socket(scoped.into()), tcp6), refused);
    scoped.set_scope_id(0);
    assert!(write(&socket(scoped.into()), tcp6).is_ok());
    assert_eq!(write(&socket(scoped.into()), Context::new(Table::Tcp, Endian::Little)), refused);
    assert_eq!(write(&socket(scoped.into()), context), refused);
}

/// A file of sockets with these names; `None` for one without.
fn file(names: &[Option<&str>]) -> Vec<u8> {
    let mut file = format!("{}\n", Table::Unix.header());
    for name in names {
        match name {
            Some(name) => file.push_str(&format!("{UNIX} {name}\n")),
            None => file.push_str(&format!("{UNIX}\n")),
        }
    }
    file.into_bytes()
}

fn entries(file: &[u8]) -> Vec<(String, bool, Origin)> {
    let entries = Sockets::new(file).map(Result::unwrap);
    entries.map(|entry| (entry.socket.name.to_string(), entry.is_broken, entry.origin)).collect()
}

#[test]
fn a_name_over_several_lines_is_one_name() {
    let file = file(&[Some("/a\nb\n\nc"), None, Some("@x\ny")]);
    let expected = [
        ("unix:/a%0Ab%0A%0Ac".into(), true, Origin::Certain),
        ("unix-unnamed:".into(), false, Origin::Possible),
        ("unix-abstract:x%0Ay".into(), true, Origin::Certain),
    ];
    assert_eq!(entries(&file), expected);
}

#[test]
fn what_a_name_can_hold_is_never_certain() {
    let forged = format!("/t\n{UNIX} /run/real");
    assert!(UnixAddress::from_pathname(forged.as_bytes()).is_ok(), "bind would take it");
    let file = file(&[Some(&forged), None]);
    let origins: Vec<_> =
        entries(&file).into_iter().map(|(name, _, origin)| (name, origin)).collect();
    assert_eq!(
        origins,
        [
            ("unix:/t".into(), Origin::Certain),
            ("unix:/run/real".into(), Origin::Possible),
            ("unix-unnamed:".into(), Origin::Possible),
        ]
    );
}

#[test]
fn a_name_may_begin_with_a_line_feed() {
    // What stands behind that is in the name, and be it the text of a socket.
    let forged = format!("\n{UNIX} /real");
    let file = file(&[Some("\n"), Some(&forged), Some("\n/a\nb"), None]);
    let expected = [
        ("unix:%0A".into(), true, Origin::Certain),
        (
            "unix:%0A0000000000000000%3A%2000000002%2000000000%2000010000%200001%2001%20%204243%20/real"
                .into(),
            true,
            Origin::Possible,
        ),
        ("unix:%0A/a%0Ab".into(), true, Origin::Certain),
        ("unix-unnamed:".into(), false, Origin::Possible),
    ];
    assert_eq!(entries(&file), expected);
}

#[test]
fn nothing_is_certain_right_behind_what_cannot_be_read() {
    // The line has 108 bytes, or one more.
    for (len, origin) in [(49, Origin::Possible), (50, Origin::Certain)] {
        let file = format!("stray\n{UNIX} {}\n", "a".repeat(len));
        let mut entries = Sockets::new(file.as_bytes());
        assert_eq!(entries.next().unwrap().unwrap_err().at, 0);
        assert_eq!(entries.next().unwrap().unwrap().origin, origin);
    }
}

#[test]
fn what_no_name_reaches_is_certain() {
    let long = "/run/systemd/private/a/rather/long/path/of/a/socket";
    let names = [None, None, Some(long), Some(long), None, None];
    assert!(
        entries(&file(&names))
            .iter()
            .all(|(_, broken, origin)| !broken && *origin == Origin::Certain)
    );
    // The name, a line feed and the line have 108 bytes, or one more.
    for (len, origin) in [(49, Origin::Possible), (50, Origin::Certain)] {
        let name = "a".repeat(len);
        assert_eq!(entries(&file(&[Some(&name), None]))[1].2, origin, "{len}");
    }
}

#[test]
fn a_file_that_is_cut_or_broken_ends_with_an_error() {
    let whole = file(&[None, Some("/a")]);
    let errors = |file: &[u8]| {
        let mut sockets = Sockets::new(file);
        let error = sockets.by_ref().find_map(Result::err).map(|error| (error.code(), error.at));
        assert!(sockets.next().is_none());
        error
    };
    assert_eq!(errors(&whole), None);
    assert_eq!(errors(&whole[..whole.len() - 1]), Some(("bad-field", whole.len() - 1)));
    let stray = [&file(&[None])[..], b"stray\n"].concat();
    assert_eq!(errors(&stray), Some(("bad-digit", 115)));
    let far = file(&[Some(&format!("/{}\nx", "a".repeat(107)))]);
    assert_eq!(errors(&far), Some(("bad-digit", far.len() - 2)));
    assert_eq!(errors(b""), None);
}

#[test]
fn a_bad_line_is_one_error_and_the_sockets_behind_it_are_read() {
    // A forged line without a name, and behind it the rest of the name that holds it.
    let forged = "0000000000000000: 00000002 00000000 00010000 0001 01 4242";
    let name = format!("x\n{forged}\nfoo");
    let whole = file(&[None, Some(&name), Some("/behind"), None]);
    let all: Vec<_> = Sockets::new(&whole).collect();
    assert_eq!(all.iter().filter(|entry| entry.is_err()).count(), 1);
    let read: Vec<_> = all.into_iter().flatten().collect();
    assert_eq!(read.len(), 5);
    assert_eq!(read[2].socket.inode, 4242);
    assert_eq!(read[2].origin, Origin::Possible);
    assert_eq!(read[3].socket.name.to_string(), "unix:/behind");
}

fn endian() -> impl Strategy<Value = Endian> {
    prop_oneof![Just(Endian::Little), Just(Endian::Big)]
}

proptest! {
    /// Round trip of every table of addresses; a line that is cut before its inode ends is none.
    #[test]
    fn round_trip(
        bytes in any::<([u8; 16], [u8; 16])>(), ports in any::<(u16, u16)>(), state: u8,
        numbers in any::<(u32, u64, u32, u32, u64)>(), endian in endian(), index in 0_usize..4,
    ) {
        let table = Table::ALL[index];
        let address = |bytes: [u8; 16], port| match table.is_ipv6() {
            true => SocketAddr::from((Ipv6Addr::from(bytes), port)),
            false => SocketAddr::from((Ipv4Addr::from_octets(*bytes.first_chunk().unwrap()), port)),
        };
        let (uid, inode, slot, queue, expires) = numbers;
        let (local, remote) = (address(bytes.0, ports.0), address(bytes.1, ports.1));
        let mut socket = InetSocket::new(local, remote, state, uid, inode);
        (socket.slot, socket.tx_queue, socket.expires) = (slot, queue, expires);
        let context = Context::new(table, endian);
        let line = write(&Line::Inet(socket), context).unwrap();
        let consumed = line.len();
        let value = Line::Inet(socket);
        prop_assert_eq!(Line::decode(line.as_bytes(), context), Ok(Decoded::Value { value, consumed }));
        let behind = line.rfind(" 1 0").unwrap();
        for cut in 0..=behind {
            let error = Line::decode(&line.as_bytes()[..cut], context).unwrap_err();
            prop_assert!(error.at <= cut);
        }
    }

    /// A forged line is never certain, wherever it stands among honest ones.
    #[test]
    fn no_forged_entry_is_certain(
        head in "[a-z/]{0,49}", before in prop::collection::vec(prop::option::of("/[a-z]{0,60}"), 0..3),
        tail in prop::option::of("[a-z@]{1,40}"), lines in 1_usize..3,
    ) {
        let tail = tail.map_or_else(String::new, |tail| format!(" {tail}"));
        let mut forged = format!("/{head}");
        for _ in 0..lines {
            forged.push_str(&format!("\n{UNIX}{tail}"));
        }
        prop_assume!(forged.len() <= 108);
        let honest: Vec<_> = before.iter().map(Option::as_deref).collect();
        let names = [&honest[..], &[Some(&forged)]].concat();
        let all = entries(&file(&names));
        prop_assert_eq!(all.len(), names.len() + lines);
        prop_assert!(all[names.len()..].iter().all(|(_, _, origin)| *origin == Origin::Possible));
    }

    /// Nothing that stands in a name is certain, whatever the name is made of; the sockets before it are.
    #[test]
    fn no_part_of_a_name_is_certain(pieces in prop::collection::vec(
        prop::sample::select(&["\n", "\n", UNIX, " /x", "@", " ", "a", "\x01"][..]), 1..12,
    )) {
        let name = pieces.concat();
        prop_assume!(name.len() <= 108);
        let file = file(&[None, Some(&name), None]);
        let begin = file.len() - name.len() - UNIX.len() - 2;
        for entry in Sockets::new(&file).flatten() {
            let is_inside = (begin..begin + name.len()).contains(&entry.at);
            prop_assert!(!is_inside || entry.origin == Origin::Possible, "{:?}", name);
            prop_assert!(entry.at >= begin || entry.origin == Origin::Certain, "{:?}", name);
        }
    }

    /// Any bytes: an iterator ends, and entries do not overlap.
    #[test]
    fn any_file_ends(lines in prop::collection::vec("[ -~]{0,20}|0000000000000000: 00000002 00000000 00010000 0001 01 [0-9]{1,4}( [a-z@/]{0,30})?", 0..6)) {
        let file = lines.join("\n");
        let mut at = None;
        for entry in Sockets::new(file.as_bytes()).flatten() {
            prop_assert!(at.is_none_or(|before| before < entry.at));
            at = Some(entry.at);
        }
    }
}
