//! Ports that no target has.

use super::*;

const BESIDE: [Arguments<'static>; 2] = [&[(Socket, "/s")], &[(Host, "localhost"), (Socket, "/s")]];

/// A port that is none is refused beside a socket, wherever it stands.
#[test]
fn a_port_is_judged_beside_a_socket() {
    for (text, refusal) in [
        ("65536", "port-too-large port 0+5"),
        ("98842", "port-too-large port 0+5"),
        ("4294970602", "port-too-large port 0+10"),
        ("x", "service-name-not-allowed port 0+1"),
        ("33 06", "whitespace port 2+1"),
        ("-1", "port-sign port 0+1"),
    ] {
        for client in Client::ALL.iter().copied() {
            for beside in BESIDE {
                let arguments = [&[(Port, text)], beside].concat();
                assert_eq!(pick(client, &arguments), refusal, "{client:?} {text}");
                let environment = [("MYSQL_TCP_PORT", text)];
                let of_environment = pick_with(client, Platform::Unix, "", &environment, beside);
                assert_eq!(of_environment, [refusal], "{client:?} {text}");
            }
        }
    }
    for client in Client::ALL.iter().copied() {
        let file = "[client]\nport=70000\n";
        assert_eq!(pick_from(client, file, BESIDE[0]), "port-too-large port 14+5", "{client:?}");
    }
}

/// 0 is none; behind a port that counts nobody looks.
#[test]
fn only_the_strongest_port_is_judged() {
    for client in Client::ALL.iter().copied() {
        let file = "[client]\nport=70000\n";
        let with_port = [(Port, "65535"), (Socket, "/s")];
        assert_eq!(pick_from(client, file, &with_port), "unix:/s", "{client:?}");
        let environment = [("MYSQL_TCP_PORT", "70000")];
        let stronger = pick_with(client, Platform::Unix, "", &environment, &with_port);
        assert_eq!(stronger, ["unix:/s"], "{client:?}");
        let with_zero = [(Port, "0"), (Socket, "/s")];
        assert_eq!(pick(client, &with_zero), "unix:/s", "{client:?}");
        let behind_zero = pick_with(client, Platform::Unix, "", &environment, &with_zero);
        assert_eq!(behind_zero, ["port-too-large port 0+5"], "{client:?}");
        // The commands take 0 of their line for the option; the libraries for none.
        let in_file = pick_from(client, file, &with_zero);
        let expected = if client.is_command() { "unix:/s" } else { "port-too-large port 14+5" };
        assert_eq!(in_file, expected, "{client:?}");
    }
}

#[test]
fn a_port_is_judged_beside_pipes_and_memory_and_ports_of_a_list() {
    for client in Client::ALL.iter().copied() {
        for arguments in [
            &[(Port, "70000"), (Host, ".")][..],
            &[(Port, "70000"), (Proto, "pipe")],
            &[(Port, "70000"), (Proto, "memory")],
        ] {
            let picked = pick_with(client, Platform::Windows, "", &[], arguments);
            assert_eq!(picked, ["port-too-large port 0+5"], "{client:?} {arguments:?}");
        }
    }
    for client in [Client::MariadbC, Client::MariadbCli] {
        let list = [(Port, "70000"), (Host, "a:1,b:2")];
        assert_eq!(pick(client, &list), "port-too-large port 0+5", "{client:?}");
    }
}
