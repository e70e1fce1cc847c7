//! Vectors as inputs of the fuzz targets: one store feeds both.
//!
//! The layouts are those of the functions `run` in `fuzz/oracles`; a vector that a target cannot
//! take has no seed there.

use portolan::addr::Dialect;
use portolan::sockaddr::Abi;
use portolan::wire::procfs::Table;
use serde_json::Value;

use crate::hex;

/// The inputs that vectors give a fuzz target, each with the id of its vector.
#[must_use]
pub fn of(target: &str, vectors: &[Value]) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    if target == "mysql_target" {
        let named = MYSQL.iter().map(|(name, seed)| ((*name).to_owned(), seed.to_vec()));
        seeds.extend(named);
    }
    for vector in vectors {
        let id = vector["id"].as_str().unwrap_or_default();
        for (index, seed) in of_vector(target, vector).into_iter().enumerate() {
            seeds.push((format!("{}.{index}", id.replace('/', "-")), seed));
        }
    }
    seeds
}

/// The shapes of `mysql_target`: a file, an included file, options and variables between bytes `ff`.
const MYSQL: [(&str, &[u8]); 6] = [
    ("mysql-socket", b"\x00[client]\nsocket = '/a\\sb' # x\n\xff\xffhlocalhost\xffP3307"),
    ("mysql-include", b"\x02[mysql]\nport=1\n!include x\n\xff[client]\nport=2\n\xffh::1"),
    ("mysql-forced", b"\x03[client]\nprotocol=tcp\n\xff\xffP3307\xffS/x\xffU/y\xffM/z"),
    ("mysql-hosts", b"\x01\xff\xffha:1,[::1],localhost\xffT3308\xffS@x"),
    ("mysql-windows", b"\x04[client]\nloose-port=1\n\xff\xffmX\xffpmemory"),
    ("mysql-pipe", b"\x07[client]\nprotocol=pipe\n\xff\xffSx\xffh.\xffHa\xffG_x"),
];

fn of_vector(target: &str, vector: &Value) -> Vec<Vec<u8>> {
    let op = vector["op"].as_str().unwrap_or_default();
    match (target, op) {
        ("classify", "ip.classify") => return classified(vector),
        ("mysql_target", "client.choose") => return mysql(vector).into_iter().collect(),
        _ => {}
    }
    let Some(input) = input(vector) else {
        return Vec::new();
    };
    match (target, op) {
        ("address_set", "prefix.parse") => access_list(&vector["expect"]["ok"], &input),
        ("ip4_parse", "ip.parse") if !input.contains(&b':') => vec![input],
        ("ip6_parse", "ip.parse") if input.contains(&b':') => vec![input],
        ("sockaddr_text", "ip.parse" | "endpoint.parse" | "endpoint.explain") => {
            let listen = vector["listen"].as_bool().unwrap_or(false);
            vec![[&[u8::from(listen)], input.as_slice()].concat()]
        }
        ("dialect_text", "ip.parse" | "endpoint.parse" | "endpoint.explain") => {
            vec![[&[dialect_choice(vector)], input.as_slice()].concat()]
        }
        ("sockaddr_bytes", "sockaddr.decode") => {
            let abis = vector["expect"].as_object().into_iter().flat_map(|expect| expect.keys());
            let index = |name: &String| Abi::ALL.iter().position(|abi| abi.name() == name.as_str());
            abis.filter_map(index)
                .filter_map(|index| u8::try_from(index).ok())
                .map(|index| [&[index, 0], input.as_slice()].concat())
                .collect()
        }
        ("wire_proxy", "wire.decode") if has_form(vector, "proxy-") => vec![input],
        ("wire_dns", "wire.decode") => {
            with_choice(vector, &["dns-a", "dns-aaaa", "dns-ptr"], &input)
        }
        ("wire_pcap", "wire.decode") if has_form(vector, "pcap-") => vec![input],
        ("wire_socks", "wire.decode") => with_choice(
            vector,
            &["socks4-request", "socks4-reply", "socks5-request", "socks5-reply", "socks5-udp"],
            &input,
        ),
        ("wire_stun", "wire.decode") => stun_value(vector, &input)
            .map_or_else(|| with_choice(vector, &["", "stun-message"], &input), |seed| vec![seed]),
        ("frame_length", "frame.decode") if vector["framer"]["type"] == "length" => {
            vec![[&length_head(&vector["framer"]), input.as_slice()].concat()]
        }
        ("frame_line", "frame.decode") if vector["framer"]["type"] == "lines" => {
            let framer = &vector["framer"];
            let choice = |field: &str, names: [&str; 4]| {
                let position = names.iter().position(|name| framer[field] == *name);
                position.and_then(|n| u8::try_from(n).ok()).unwrap_or(0)
            };
            let flags = choice("ending", ["lf", "crlf", "optional-cr", "universal"])
                | choice("at_eof", ["emit", "reject", "drop", ""]) << 2
                | choice("oversize", ["fail", "discard", "", ""]) << 4;
            vec![[&[flags, byte(framer, "max"), 0x5a], input.as_slice()].concat()]
        }
        (_, "wire.decode") => list_head(target, vector)
            .map(|head| [&[head], input.as_slice()].concat())
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// The inputs of `address_set`: the prefix as a rule of text, and denied to its own address where
/// all else is allowed.
fn access_list(ok: &Value, text: &[u8]) -> Vec<Vec<u8>> {
    /// A rule whose address is the one that is asked about.
    fn rule(choices: u8, len: u8) -> Vec<u8> {
        [&[choices, len], [0; 16].as_slice()].concat()
    }
    let mut seeds = vec![[b"allow ", text, b" # x\ndeny ", text].concat()];
    if let Some(mut ip) = ok["ip"].as_str().and_then(hex::decode) {
        let is_v6 = u8::from(ip.len() == 16) << 1;
        ip.resize(16, 0);
        let allow_all = rule(5 | is_v6, 0);
        seeds.push([&[is_v6, 0xff], &*ip, &allow_all, &rule(4 | is_v6, byte(ok, "len"))].concat());
    }
    seeds
}

/// The address; an IPv4 address also with what it may be embedded in.
fn classified(vector: &Value) -> Vec<Vec<u8>> {
    const REST: [u8; 16] = [0x26, 6, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let Some(bytes) = vector["ip"].as_str().and_then(hex::decode) else {
        return Vec::new();
    };
    let inside = (bytes.len() == 4).then(|| [bytes.as_slice(), &REST].concat());
    [bytes].into_iter().chain(inside).collect()
}

/// The options of a client of MySQL or MariaDB, in the order of their line, and its environment.
fn mysql(vector: &Value) -> Option<Vec<u8>> {
    let names = ["mysql-c", "mariadb-c", "mysql-cli", "mariadb-cli"];
    let client = names.iter().position(|name| vector["client"] == *name)?;
    let windows = u8::from(vector["platform"] == "windows") << 2;
    let mut seed = vec![u8::try_from(client).ok()? | windows];
    let files = vector["file"].as_object();
    let file = vector["file"].as_str().or_else(|| files?.values().next()?.as_str());
    seed.extend(file.unwrap_or_default().as_bytes());
    seed.push(0xff);
    let options = vector["options"].as_object().into_iter().flatten();
    let order = vector["order"].as_array();
    let place = |name: &str| order?.iter().position(|other| other == name);
    let mut options: Vec<_> = options.collect();
    options.sort_by_key(|(name, _)| place(name));
    let environment = vector["environment"].as_object().into_iter().flatten();
    for (name, value) in options.into_iter().chain(environment) {
        let letter = match name.as_str() {
            "host" => b'h',
            "port" => b'P',
            "socket" => b'S',
            "protocol" => b'p',
            "MYSQL_HOST" => b'H',
            "MYSQL_TCP_PORT" => b'T',
            "MYSQL_UNIX_PORT" => b'U',
            "MARIADB_UNIX_PORT" => b'M',
            _ => continue,
        };
        seed.extend([0xff, letter]);
        seed.extend(value.as_str().unwrap_or_default().as_bytes());
    }
    Some(seed)
}

/// A byte that says which of these forms a vector is about, and its input.
fn with_choice(vector: &Value, forms: &[&str], input: &[u8]) -> Vec<Vec<u8>> {
    let index = forms.iter().position(|form| vector["form"] == *form);
    let choice = index.and_then(|index| u8::try_from(index).ok());
    choice.map(|choice| [&[choice], input].concat()).into_iter().collect()
}

/// An input of `wire_stun` for a vector of `stun`: coding, transaction, value.
fn stun_value(vector: &Value, input: &[u8]) -> Option<Vec<u8>> {
    if vector["form"] != "stun" {
        return None;
    }
    let coding = if vector["xor"] == false { 2 } else { 0 };
    let transaction = vector["transaction"].as_str().and_then(hex::decode);
    Some([&[coding], transaction.unwrap_or_else(|| vec![0; 12]).as_slice(), input].concat())
}

/// The first byte of the targets of lists: the field, the mode, or the table and its byte order.
fn list_head(target: &str, vector: &Value) -> Option<u8> {
    let form = vector["form"].as_str()?;
    match (target, form) {
        ("wire_forwarded", "forwarded" | "xff") => Some(u8::from(form == "xff")),
        ("wire_multiaddr", "multiaddr") => Some(u8::from(vector["mode"] == "legacy")),
        ("wire_procfs", "proc-net") => {
            let table = Table::from_name(vector["table"].as_str()?)?;
            let index = Table::ALL.iter().position(|known| *known == table)?;
            Some(u8::try_from(index).ok()? | u8::from(vector["endian"] == "big") << 3)
        }
        _ => None,
    }
}

/// Whether a vector is about a wire form whose name begins so.
fn has_form(vector: &Value, name: &str) -> bool {
    vector["form"].as_str().is_some_and(|form| form.starts_with(name))
}

/// The first byte of `dialect_text`: the dialect, and the bits of its options.
///
/// A text that dialects read differently is asked of all of them.
fn dialect_choice(vector: &Value) -> u8 {
    const ALL: u8 = 0x1f;
    let listen = u8::from(vector["listen"].as_bool().unwrap_or(false)) << 5;
    let port = u8::from(vector["default_port"].is_u64()) << 6;
    let expected: Vec<_> = vector["expect"].as_object().into_iter().flatten().collect();
    let dialect = match expected.as_slice() {
        [(name, _)] => Dialect::ALL.iter().position(|dialect| dialect.name() == *name),
        _ => None,
    };
    dialect.and_then(|index| u8::try_from(index).ok()).unwrap_or(ALL) | listen | port
}

/// The first bytes of `frame_length`: the configuration of its framer.
fn length_head(framer: &Value) -> [u8; 7] {
    let byte = |name: &str| byte(framer, name);
    let flags = u8::from(framer["endian"] == "little")
        | u8::from(framer["includes_header"] == true) << 1
        | u8::from(framer["oversize"] == "discard") << 2;
    let adjust = framer["adjust"].as_i64().and_then(|n| i8::try_from(n).ok()).unwrap_or(0);
    let [adjust] = adjust.to_le_bytes();
    [flags, byte("offset"), byte("width"), adjust, byte("trailer"), byte("max"), 0x5a]
}

fn byte(object: &Value, name: &str) -> u8 {
    object[name].as_u64().map_or(0, |n| u8::try_from(n).unwrap_or(u8::MAX))
}

/// The bytes of a vector; longer ones than 4 KiB would only slow a campaign down.
fn input(vector: &Value) -> Option<Vec<u8>> {
    if let Some(text) = vector["text"].as_str() {
        return Some(text.as_bytes().to_vec());
    }
    let parts = match &vector["in"] {
        Value::String(digits) => return hex::decode(digits),
        Value::Array(parts) => parts,
        _ => return None,
    };
    let mut bytes = Vec::new();
    for part in parts {
        let digits = part.as_str().or_else(|| part["repeat"].as_str())?;
        let times = part["times"].as_u64().unwrap_or(1);
        let unit = hex::decode(digits)?;
        for _ in 0..times {
            bytes.extend_from_slice(&unit);
            if bytes.len() > 4096 {
                return None;
            }
        }
    }
    Some(bytes)
}
