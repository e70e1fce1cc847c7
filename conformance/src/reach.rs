//! Where a reading leads: to this machine and its network, or outside.

use std::net::{Ipv4Addr, Ipv6Addr};

use portolan::addr::Ip;
use serde_json::Value;

use crate::hex;

/// Where a reading leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reach {
    /// An address of this machine or its network, see [`is_inside`]; of a list, any.
    Inside,
    /// A local socket; of a list, any.
    Local,
    /// Another address, or a name; of a list, all.
    Outside,
    /// Not an answer that is understood.
    Unknown,
}

impl Reach {
    /// Where the address, the endpoint or the endpoints of an answer lead.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        if let Some(list) = value["endpoints"].as_array() {
            return Self::of_all(list);
        }
        match value["kind"].as_str() {
            None => Self::of_ip(value),
            Some("inet") => Self::of_host(&value["host"]),
            Some("pipe") if value["server"].as_str() != Some(".") => Self::Outside,
            Some(
                "unix" | "unix-abstract" | "unix-unnamed" | "pipe" | "vsock" | "fd" | "fd-name",
            ) => Self::Local,
            Some(_) => Self::Unknown,
        }
    }

    fn of_all(list: &[Value]) -> Self {
        let each: Vec<Self> = list.iter().map(Self::of).collect();
        [Self::Inside, Self::Local, Self::Unknown]
            .into_iter()
            .find(|reach| each.contains(reach))
            .unwrap_or(Self::Outside)
    }

    fn of_host(host: &Value) -> Self {
        match (host["any"].as_bool(), &host["name"]) {
            // A star is the unspecified address of both families.
            (Some(true), _) => Self::Inside,
            (_, Value::String(_)) => Self::Outside,
            _ => Self::of_ip(host),
        }
    }

    /// The zone does not matter, nor whether it can be represented.
    fn of_ip(value: &Value) -> Self {
        match ip_of(&value["ip"]) {
            Some(ip) if is_inside(&ip) => Self::Inside,
            Some(_) => Self::Outside,
            None => Self::Unknown,
        }
    }
}

/// The address that 8 or 32 hex digits are.
pub(crate) fn ip_of(digits: &Value) -> Option<Ip> {
    let bytes = hex::decode(digits.as_str()?)?;
    if let Ok(octets) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return Some(Ipv4Addr::from(octets).into());
    }
    let octets = <[u8; 16]>::try_from(bytes.as_slice()).ok()?;
    Some(Ipv6Addr::from(octets).into())
}

/// Whether an address, or an IPv4 address inside it, leads to this machine or to its network.
///
/// These are the loopback, the unspecified address, and what the registry takes as a destination but
/// not as a global one. Documentation and multicast lead nowhere here.
#[must_use]
pub fn is_inside(ip: &Ip) -> bool {
    let is_ours = |ip: Ip| {
        ip.addr().is_loopback()
            || ip.addr().is_unspecified()
            || ip.registry_entry().is_some_and(|entry| {
                entry.destination == Some(true) && entry.globally_reachable == Some(false)
            })
    };
    is_ours(*ip) || ip.embedded_v4().any(|(_, v4)| is_ours(v4.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inet(ip: &str) -> Value {
        json!({ "kind": "inet", "host": { "ip": ip }, "port": 80 })
    }

    #[test]
    fn addresses_lead_where_they_belong_also_with_a_zone_and_mapped() {
        for inside in ["7f000001", "0a000001", "a9fe0001", "00000000"] {
            assert_eq!(Reach::of(&json!({ "ip": inside })), Reach::Inside, "{inside}");
            let mapped = format!("00000000000000000000ffff{inside}");
            assert_eq!(Reach::of(&json!({ "ip": mapped })), Reach::Inside, "{inside}");
        }
        let zoned = json!({ "ip": "fe800000000000000000000000000001", "zone": { "name": " " } });
        assert_eq!(Reach::of(&zoned), Reach::Inside);
        for inside in
            ["64400001", "20027f00000100000000000000000000", "0064ff9b00000000000000000a000001"]
        {
            assert_eq!(Reach::of(&json!({ "ip": inside })), Reach::Inside, "{inside}");
        }
        for outside in ["c0000201", "e0000001", "20010db8000000000000000000000001"] {
            assert_eq!(Reach::of(&json!({ "ip": outside })), Reach::Outside, "{outside}");
        }
        assert_eq!(Reach::of(&json!({ "ip": "08000001" })), Reach::Outside);
        assert_eq!(Reach::of(&json!({ "ip": "08" })), Reach::Unknown);
    }

    #[test]
    fn local_sockets_are_local_and_names_are_outside() {
        for local in ["unix", "unix-abstract", "unix-unnamed", "vsock", "fd", "fd-name"] {
            assert_eq!(Reach::of(&json!({ "kind": local })), Reach::Local, "{local}");
        }
        assert_eq!(Reach::of(&json!({ "kind": "pipe", "server": "." })), Reach::Local);
        assert_eq!(Reach::of(&json!({ "kind": "pipe", "server": "far" })), Reach::Outside);
        let host = |host: Value| Reach::of(&json!({ "kind": "inet", "host": host, "port": null }));
        assert_eq!(host(json!({ "any": true })), Reach::Inside);
        assert_eq!(host(json!({ "name": "localhost" })), Reach::Outside);
        assert_eq!(Reach::of(&json!({ "kind": "new" })), Reach::Unknown);
    }

    #[test]
    fn a_list_leads_inside_where_any_of_it_does() {
        let list = |list: &[Value]| Reach::of(&json!({ "endpoints": list }));
        assert_eq!(list(&[inet("08000001"), inet("7f000001")]), Reach::Inside);
        let socket = json!({ "kind": "unix", "path": "2f78" });
        assert_eq!(list(&[inet("08000001"), socket]), Reach::Local);
        assert_eq!(list(&[inet("08000001"), inet("")]), Reach::Unknown);
        assert_eq!(list(&[inet("08000001")]), Reach::Outside);
    }
}
