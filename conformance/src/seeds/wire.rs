//! Wire forms, behind a byte that chooses among those of a target.

use portolan::wire::procfs::Table;
use serde_json::Value;

use super::headed;
use crate::hex;

/// The seeds of a vector that reads a wire form.
pub(super) fn decoded(target: &str, vector: &Value, input: &[u8]) -> Vec<Vec<u8>> {
    match target {
        "wire_dns" => with_choice(vector, &["dns-a", "dns-aaaa", "dns-ptr"], input),
        "wire_pcap" if has_form(vector, "pcap-") => vec![input.to_vec()],
        "wire_proxy" if has_form(vector, "proxy-") => vec![input.to_vec()],
        "wire_socks" => with_choice(
            vector,
            &["socks4-request", "socks4-reply", "socks5-request", "socks5-reply", "socks5-udp"],
            input,
        ),
        "wire_stun" => stun_value(vector, input)
            .map_or_else(|| with_choice(vector, &["", "stun-message"], input), |seed| vec![seed]),
        _ => list_head(target, vector).map(|head| headed(&[head], input)).into_iter().collect(),
    }
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
