//! The tables of the clients against models: what a person may say, in every combination.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a test may use std
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail

use std::string::ToString as _;

use portolan::client::Platform;
use portolan::client::libpq::{self, Keyword};
use portolan::client::mysql::{Bind, Client, OptionName, Server};
use portolan_fuzz_oracles::mysql_target::{self, Case, VARIABLES};
use proptest::prelude::*;
use proptest::sample::select;

/// A value for an option, mostly one that its rules speak of.
fn value(option: OptionName) -> BoxedStrategy<Vec<u8>> {
    let words: &'static [&'static str] = match option {
        OptionName::Host => &[
            "",
            "localhost",
            "LOCALHOST",
            "localhost.",
            ".",
            "127.0.0.1",
            "127.1",
            "::1",
            "[::1]",
            "fe80::1%lo",
            "db_1",
            "a,b",
            "a:1,localhost,[::1]:2",
            ",",
            "a,b:x",
            "a b",
            "-a",
        ],
        OptionName::Port => &["0", "1", "3307", "65535", "65536", "98842", "03306", "", "x", "+1"],
        OptionName::Socket => &["/x", "@x", "@", "", "x", "/a b", "/a\0", "pipe", "a\\b"],
        OptionName::Protocol => &["tcp", "TCP", "socket", "s", "pipe", "memory", "", "udp", "2"],
        OptionName::SharedMemoryBaseName => &["", "X", "a\\sb", "MYSQL"],
        _ => &[""],
    };
    let word = select(words).prop_map(|word| word.as_bytes().to_vec());
    let long = (100..120_usize).prop_map(|len| vec![b'/'; len]);
    let any = prop::collection::vec(select(b"/a.:,@'\"\\ #1\x00".to_vec()), 0..6);
    prop_oneof![12 => word, 1 => long, 1 => any].boxed()
}

fn argument() -> impl Strategy<Value = (OptionName, Vec<u8>)> {
    select(OptionName::ALL).prop_flat_map(|option| value(option).prop_map(move |it| (option, it)))
}

/// A line of an option file.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let groups = "\\[(client|mysql|client-server|mysqld|CLIENT|client_x) ?\\]( # x)?";
    let odd = "[a-z_'\"# =!\\\\\\[\\];-]{0,12}";
    let option = argument().prop_flat_map(|(option, value)| {
        let name = select(vec!["", "loose-"])
            .prop_map(move |front| [front, &option.name().replace('-', "_")].concat().into_bytes());
        let (equals, quote) = (select(vec!["=", " = "]), select(vec!["", "", "'", "\""]));
        let end = select(vec!["", "", " ", " # x", "\r"]);
        (name, equals, quote, Just(value), end).prop_map(|(name, equals, quote, value, end)| {
            let (equals, end, quote) = (equals.as_bytes(), end.as_bytes(), quote.as_bytes());
            [&name[..], equals, quote, &value, quote, end].concat()
        })
    });
    prop_oneof![
        3 => groups.prop_map(String::into_bytes),
        6 => option,
        1 => odd.prop_map(String::into_bytes),
        1 => Just(b"!include other".to_vec()),
    ]
}

/// An option file, which mostly begins with a group.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let start = select(vec!["[client]\n", "[mysql]\n", "# x\n[client]\n", ""]);
    (start, prop::collection::vec(line(), 0..5))
        .prop_map(|(start, lines)| [start.as_bytes(), &lines.join(&b'\n')].concat())
}

/// An option file that includes nothing.
fn leaf() -> impl Strategy<Value = Vec<u8>> {
    file().prop_map(|text| text.split(|byte| *byte == b'!').collect::<Vec<_>>().join(&b'#'))
}

fn variable() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    select(&VARIABLES[..]).prop_flat_map(|(_, name)| {
        let value = match name {
            "MYSQL_HOST" => value(OptionName::Host),
            "MYSQL_TCP_PORT" => value(OptionName::Port),
            "MYSQL_GROUP_SUFFIX" => Just(b"_x".to_vec()).boxed(),
            _ => value(OptionName::Socket),
        };
        (Just(name), value)
    })
}

fn case() -> impl Strategy<Value = Case> {
    let platform = select(vec![Platform::Unix, Platform::Windows]);
    let environment = prop::collection::vec(variable(), 0..3);
    let arguments = prop::collection::vec(argument(), 0..4);
    let files =
        prop_oneof![(Just(Vec::new()), Just(Vec::new())), (file(), leaf()), (file(), file())];
    (select(Client::ALL), platform, any::<bool>(), environment, arguments, files).prop_map(
        |(client, platform, has_socket, environment, arguments, (file, other))| Case {
            client,
            platform,
            has_socket,
            environment,
            arguments,
            file,
            other,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// The decision is that of the model, and follows the laws of `mysql_target`.
    #[test]
    fn mysql(case in case()) {
        mysql_target::check(&case);
    }

    /// A list of hosts is its elements, one by one; ports pair up or serve them all.
    #[test]
    fn libpq_lists(
        hosts in prop::collection::vec("|a|/d|@n|::1|127\\.1|localhost", 1..5),
        ports in prop::collection::vec("|[1-9][0-9]{0,3}", 1..5),
    ) {
        let choose = |host: &str, port: &str| {
            let mut options = libpq::Options::new(Platform::Unix);
            options.option(Keyword::Host, host.as_bytes());
            options.option(Keyword::Port, port.as_bytes());
            let decision = options.choose().map_err(|error| error.code())?;
            Ok(decision.targets().map(|target| target.to_string()).collect::<Vec<_>>())
        };
        let list = choose(&hosts.join(","), &ports.join(","));
        if ports.len() == 1 || ports.len() == hosts.len() {
            let ports = ports.iter().cycle();
            let each = hosts.iter().zip(ports).flat_map(|(host, port)| choose(host, port).unwrap());
            prop_assert_eq!(list, Ok(each.collect()));
        } else {
            prop_assert_eq!(list, Err("port-count-mismatch"));
        }
    }

    /// Whatever a connection string says, the same words as options say it too.
    #[test]
    fn libpq_strings_and_options(host in "[a-z/@.:,]{1,8}", port in "[0-9,]{1,6}") {
        let mut string = libpq::Options::new(Platform::Unix);
        let text = format!("host='{host}' port='{port}'");
        string.connection_string(text.as_bytes());
        let mut options = libpq::Options::new(Platform::Unix);
        options.option(Keyword::Host, host.as_bytes());
        options.option(Keyword::Port, port.as_bytes());
        let mut service = libpq::Options::new(Platform::Unix);
        let file = format!("[s]\nhost={host}\nport={port}\n");
        service.service_file(file.as_bytes());
        service.option(Keyword::Service, b"s");
        let [string, options, service] = [&string, &options, &service].map(|given| {
            let decision = given.choose().map_err(|error| error.code())?;
            let targets: Vec<_> = decision.targets().map(|target| target.to_string()).collect();
            let last = decision.reasons().last().unwrap().code();
            assert!(targets.is_empty() || last == decision.targets().next().unwrap().transport().name());
            Ok::<_, &str>(targets)
        });
        prop_assert_eq!(&string, &options);
        prop_assert_eq!(&service, &options);
    }

    /// A list of addresses to listen on is its elements, one by one.
    #[test]
    fn binds(items in prop::collection::vec("::1|db|10\\.0\\.0\\.1|10\\.0\\.0\\.2/n|fe80::1%lo|x y", 1..4)) {
        let text = items.join(",");
        for server in [Server::Mysql, Server::Mariadb] {
            let bind = Bind::new(server);
            let parts: Result<Vec<_>, _> = items
                .iter()
                .map(|item| bind.parse(item.as_bytes()).map(|mut one| one.next().unwrap()))
                .collect();
            match (bind.parse(text.as_bytes()), parts) {
                (Ok(all), Ok(parts)) => prop_assert_eq!(all.collect::<Vec<_>>(), parts),
                (all, parts) => prop_assert_eq!(
                    all.map(|_| ()).map_err(|error| error.code()),
                    parts.map(|_| ()).map_err(|error| error.code())
                ),
            }
        }
    }
}
