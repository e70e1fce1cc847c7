//! Options of database clients.

use serde_json::Value;

/// The shapes of `mysql_target`: a file, an included file, options and variables between bytes `ff`.
pub(super) const MYSQL: &[(&str, &[u8])] = &[
    ("mysql-socket", b"\x00[client]\nsocket = '/a\\sb' # x\n\xff\xffhlocalhost\xffP3307"),
    ("mysql-include", b"\x02[mysql]\nport=1\n!include x\n\xff[client]\nport=2\n\xffh::1"),
    ("mysql-forced", b"\x03[client]\nprotocol=tcp\n\xff\xffP3307\xffS/x\xffU/y\xffM/z"),
    ("mysql-hosts", b"\x01\xff\xffha:1,[::1],localhost\xffT3308\xffS@x"),
    ("mysql-windows", b"\x04[client]\nloose-port=1\n\xff\xffmX\xffpmemory"),
    ("mysql-pipe", b"\x07[client]\nprotocol=pipe\n\xff\xffSx\xffh.\xffHa\xffG_x"),
];

/// The seeds of a vector that asks whereto a client connects.
pub(super) fn chosen(target: &str, vector: &Value) -> Vec<Vec<u8>> {
    if target == "mysql_target" { mysql(vector).into_iter().collect() } else { Vec::new() }
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
