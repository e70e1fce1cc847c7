//! `portolan classify`: what an address is, and what the addresses inside it are.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::sync::Arc;

use portolan::addr::registry::{self, Entry};
use portolan::addr::{EmbeddedForm, Ip, Nat64Prefix, ParseError};
use portolan::dialect;
use portolan::policy::{Denied, DenyNonGlobal};
use portolan_conformance::hex;
use serde_json::{Value, json};

use crate::args::Classify;
use crate::bulk::{self, Sink};
use crate::convert::{print_json, say};
use crate::terminal::{BAD, FAINT, Failure, GOOD, width, wrapped};

/// Classifies each address; a refused text makes the exit code 1.
pub(crate) fn run(options: Classify) -> Result<(), Failure> {
    let mut out = anstream::AutoStream::auto(io::stdout()).lock();
    let reads = options.reads;
    let (dialect, nat64, is_json) = (reads.dialect, reads.nat64, reads.json);
    let each = move |line: Option<u64>, text: &[u8], sink: &mut Sink| match dialect::parse_ip(
        dialect, text,
    ) {
        Ok(ip) if is_json => print_json(json!({ "ok": classified(&ip, &nat64) }), text, sink),
        Ok(ip) => as_text(&ip, &nat64, &mut sink.out),
        Err(error) if is_json => refuse_json(&error, text, sink),
        Err(error) => say(line, text, &error, sink),
    };
    bulk::for_each(&reads.addresses, bulk::default_jobs(), &mut out, Arc::new(each))
}

fn as_text(ip: &Ip, nat64: &[Nat64Prefix], out: &mut Vec<u8>) -> io::Result<()> {
    match DenyNonGlobal::with_nat64(nat64).check(*ip) {
        Ok(()) => writeln!(out, "{ip}   {GOOD}passes{GOOD:#}: globally reachable")?,
        Err(denied) => writeln!(out, "{ip}   {BAD}denied{BAD:#}: {denied}")?,
    }
    view(out, "itself", ip)?;
    for (form, v4) in embedded(ip, nat64) {
        view(out, form.name(), &v4.into())?;
    }
    writeln!(out, "  {FAINT}IANA registries, edition {}{FAINT:#}", registry::EDITION)
}

/// The addresses inside, those under the prefixes of the network last.
fn embedded(ip: &Ip, nat64: &[Nat64Prefix]) -> Vec<(EmbeddedForm, Ipv4Addr)> {
    let translated = nat64.iter().filter_map(|prefix| match ip {
        Ip::V4(_) => None,
        Ip::V6(addr, _) => Some((EmbeddedForm::Nat64, prefix.v4(*addr)?)),
    });
    ip.embedded_v4().chain(translated).collect()
}

/// One address: what it reaches, and the row that says so.
fn view(out: &mut Vec<u8>, label: &str, ip: &Ip) -> io::Result<()> {
    let (style, reach) = match ip.globally_reachable() {
        Some(true) => (GOOD, "globally reachable"),
        Some(false) => (BAD, "not globally reachable"),
        None => (FAINT, "globally reachable or not: the registry does not say"),
    };
    writeln!(out, "  {label:13}  {ip}  {style}{reach}{style:#}")?;
    let row = ip.registry_entry().map_or_else(|| "no row".to_owned(), row);
    for line in wrapped(&row, " ", width().saturating_sub(17).max(20)) {
        writeln!(out, "  {:13}  {FAINT}{line}{FAINT:#}", "")?;
    }
    Ok(())
}

/// `127.0.0.0/8 Loopback (RFC1122, section 3.2.1.3), since 1981-09`
fn row(entry: &Entry) -> String {
    let mut row = format!("{entry} ({}), since {}", entry.rfc.join("; "), entry.allocated);
    if let Some(terminated) = entry.terminated {
        let _ = write!(row, " until {terminated}");
    }
    row
}

/// Writes a refusal as the driver answers it.
pub(crate) fn refuse_json(error: &ParseError, text: &[u8], sink: &mut Sink) -> io::Result<()> {
    sink.refused = true;
    let (code, message) = (error.code(), error.to_string());
    let error = json!({ "code": code, "at": error.at, "len": error.len, "message": message });
    print_json(json!({ "error": error }), text, sink)
}

/// The answer of the driver to `ip.classify`, and what it has no member for.
fn classified(ip: &Ip, nat64: &[Nat64Prefix]) -> Value {
    let name = |ip: &Ip| ip.registry_entry().map(|entry| entry.name);
    let embedded: Vec<Value> = embedded(ip, nat64)
        .into_iter()
        .map(|(form, v4)| {
            let ip = Ip::from(v4);
            json!({ "form": form.name(), "ip": digits(&ip), "registry": name(&ip),
                    "globally_reachable": ip.globally_reachable() })
        })
        .collect();
    json!({
        "ip": digits(ip), "canonical": ip.to_string(), "registry": name(ip),
        "globally_reachable": ip.globally_reachable(), "embedded": embedded,
        "entry": ip.registry_entry().map(columns), "edition": registry::EDITION,
        "deny_non_global": verdict(DenyNonGlobal::with_nat64(nat64).check(*ip)),
    })
}

/// The row, by the names of its columns.
fn columns(entry: &Entry) -> Value {
    json!({
        "block": entry.block.to_string(), "name": entry.name, "rfc": entry.rfc,
        "allocated": entry.allocated, "terminated": entry.terminated, "source": entry.source,
        "destination": entry.destination, "forwardable": entry.forwardable,
        "globally_reachable": entry.globally_reachable,
        "reserved_by_protocol": entry.reserved_by_protocol,
    })
}

fn verdict(checked: Result<(), Denied>) -> Value {
    match checked {
        Ok(()) => json!({ "passes": true }),
        Err(denied) => json!({
            "passes": false, "code": denied.kind.code(), "message": denied.to_string(),
            "embedded": denied.embedded.map(|(form, v4)| inside(form, v4)),
        }),
    }
}

/// An embedding as the driver answers it.
pub(crate) fn inside(form: EmbeddedForm, v4: Ipv4Addr) -> Value {
    json!({ "form": form.name(), "ip": digits(&v4.into()) })
}

/// An address as the driver answers it, without its zone.
pub(crate) fn digits(ip: &Ip) -> String {
    match ip {
        Ip::V4(addr) => hex::encode(&addr.octets()),
        Ip::V6(addr, _) => hex::encode(&addr.octets()),
    }
}
