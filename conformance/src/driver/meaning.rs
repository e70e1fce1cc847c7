//! `ip.classify`.

use serde_json::{Value, json};

use super::objects;
use super::request::{Fields, Refusal};

/// The registry's name, its answer, and the IPv4 addresses inside; a zone changes nothing.
pub(super) fn classify(fields: Fields<'_>) -> Result<Value, Refusal> {
    let ip = objects::read_ip(fields.object_or_inline("ip"))?;
    let embedded: Vec<Value> = ip
        .embedded_v4()
        .map(|(form, v4)| json!({ "form": form.name(), "ip": crate::hex::encode(&v4.octets()) }))
        .collect();
    Ok(json!({
        "registry": ip.registry_entry().map(|entry| entry.name),
        "globally_reachable": ip.globally_reachable(),
        "embedded": embedded,
    }))
}
