//! Connections to the public Internet only.

use core::fmt;
use core::net::Ipv4Addr;

use crate::addr::registry::{Entry, Unlisted};
use crate::addr::{EmbeddedForm, Ip, Nat64Prefix, SocketAddress, registry};
use crate::codes::codes;

/// Passes an address that is globally reachable, and so is every IPv4 address inside it.
///
/// It is for whoever connects on behalf of others: a fetcher of URLs, a webhook, a proxy. It has no
/// option that lets more pass. An answer that the registry leaves open, as for 6to4 and Teredo, is a
/// refusal; so is `::ffff:8.8.8.8`: call [`Ip::to_canonical`] first where a mapped address is meant
/// as IPv4. A zone changes nothing. What is no IP address, such as a Unix socket, is refused.
///
/// ```
/// use portolan::addr::{EmbeddedForm, Ip, Ipv4Addr};
/// use portolan::policy::DenyNonGlobal;
///
/// let policy = DenyNonGlobal::new();
/// policy.check(Ip::parse(b"8.8.8.8")?)?;
/// policy.check(Ip::parse(b"64:ff9b::808:808")?)?;
///
/// let denied = policy.check(Ip::parse(b"169.254.169.254")?).unwrap_err();
/// assert_eq!(denied.to_string(), "not globally reachable: 169.254.0.0/16 Link Local");
/// assert_eq!(denied.kind.code(), "not-global");
///
/// let denied = policy.check(Ip::parse(b"64:ff9b::a9fe:a9fe")?).unwrap_err();
/// assert_eq!(denied.embedded, Some((EmbeddedForm::Nat64, Ipv4Addr::new(169, 254, 169, 254))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What it cannot see
///
/// * **Names.** A name that resolves to a public address now may resolve to another one later
///   (DNS rebinding). Check the address that is connected to, inside the connector, and again on
///   every redirect; never check a name, connect by the name, and hope.
/// * **Proxies.** Behind a proxy, it is the proxy that connects, so it is there that the check
///   belongs.
/// * **Translators of this network.** A NAT64 with a prefix of its own makes IPv4 addresses look
///   global: give such prefixes to [`with_nat64`](Self::with_nat64). Tunnels such as 6rd (RFC 5969)
///   put IPv4 under the prefix of a provider, in places of the provider's choice.
/// * **Routing.** A network can route public addresses to itself, and a host has public addresses
///   of its own. That is for lists of the network.
#[derive(Clone, Copy, Debug, Default)]
pub struct DenyNonGlobal<'p> {
    nat64: &'p [Nat64Prefix],
}

impl DenyNonGlobal<'static> {
    /// The policy without knowledge of a network.
    #[must_use]
    pub const fn new() -> Self {
        Self { nat64: &[] }
    }
}

impl<'p> DenyNonGlobal<'p> {
    /// The policy in a network that translates under these prefixes; it only ever denies more.
    ///
    /// ```
    /// use portolan::addr::{HostBits, Ip, Nat64Prefix, Prefix};
    /// use portolan::policy::DenyNonGlobal;
    /// let ours = Nat64Prefix::new(Prefix::parse(b"2620:0:5::/96", HostBits::Reject)?)?;
    /// let loopback = Ip::parse(b"2620:0:5::7f00:1")?;
    /// assert!(DenyNonGlobal::new().check(loopback).is_ok());
    /// assert!(DenyNonGlobal::with_nat64(&[ours]).check(loopback).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_nat64(prefixes: &'p [Nat64Prefix]) -> Self {
        Self { nat64: prefixes }
    }

    /// Judges an address: an [`Ip`], or an address of `core::net`.
    ///
    /// # Errors
    ///
    /// The first that does not pass of the address itself, the addresses inside it in the order of
    /// [`EmbeddedForm`], and those under the prefixes that were given.
    pub fn check(&self, ip: impl Into<Ip>) -> Result<(), Denied> {
        let ip = ip.into();
        judge(ip).map_err(|kind| Denied { kind, embedded: None })?;
        ip.embedded_v4().try_for_each(judge_embedded)?;
        let Ip::V6(addr, _) = ip else {
            return Ok(());
        };
        self.nat64.iter().filter(|prefix| prefix.contains(addr)).try_for_each(|prefix| {
            let denied = Denied { kind: DeniedKind::UOctet, embedded: None };
            judge_embedded((EmbeddedForm::Nat64, prefix.v4(addr).ok_or(denied)?))
        })
    }

    /// Judges where a socket would connect to: a [`SocketAddress`], or one of `core::net`.
    ///
    /// # Errors
    ///
    /// Those of [`check`](Self::check), and [`NotIp`](DeniedKind::NotIp) for any other family.
    pub fn check_socket(&self, address: impl Into<SocketAddress>) -> Result<(), Denied> {
        match address.into() {
            SocketAddress::Inet4(addr) => self.check(*addr.ip()),
            SocketAddress::Inet6(addr) => self.check(*addr.ip()),
            SocketAddress::Unix(_) | SocketAddress::Vsock(_) => {
                Err(Denied { kind: DeniedKind::NotIp, embedded: None })
            }
        }
    }
}

fn judge_embedded(embedded: (EmbeddedForm, Ipv4Addr)) -> Result<(), Denied> {
    judge(embedded.1.into()).map_err(|kind| Denied { kind, embedded: Some(embedded) })
}

/// Judges an address as it stands.
fn judge(ip: Ip) -> Result<(), DeniedKind> {
    match registry::entry(ip) {
        Some(entry) => match entry.globally_reachable {
            Some(true) => Ok(()),
            Some(false) => Err(DeniedKind::NotGlobal(entry)),
            None => Err(DeniedKind::Undetermined(entry)),
        },
        None => match Unlisted::of(&ip) {
            Unlisted::GlobalUnicast => Ok(()),
            Unlisted::Multicast => Err(DeniedKind::Multicast),
            Unlisted::SiteLocal => Err(DeniedKind::SiteLocal),
            Unlisted::Unassigned => Err(DeniedKind::Unassigned),
        },
    }
}

/// Why an address does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Denied {
    /// The rule.
    pub kind: DeniedKind,
    /// The address inside it that breaks the rule; `None` where it is the address itself.
    pub embedded: Option<(EmbeddedForm, Ipv4Addr)>,
}

/// The rule that an address breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeniedKind {
    /// Its row says that it is not globally reachable.
    NotGlobal(&'static Entry),
    /// Its row leaves open whether it is globally reachable.
    Undetermined(&'static Entry),
    /// It is multicast, `224.0.0.0/4` or `ff00::/8`.
    Multicast,
    /// It is site-local, `fec0::/10` (RFC 3879).
    SiteLocal,
    /// It is IPv6 outside `2000::/3`, which no registry gives to anyone.
    Unassigned,
    /// It is under a prefix of NAT64, but bits 64 to 71 are not 0 (RFC 6052 section 2.2).
    UOctet,
    /// It is no IP address.
    NotIp,
}

codes!(DeniedKind {
    NotGlobal => "not-global",
    Undetermined => "undetermined",
    Multicast => "multicast",
    SiteLocal => "site-local",
    Unassigned => "unassigned",
    UOctet => "u-octet-set",
    NotIp => "not-ip",
});

impl DeniedKind {
    /// The row of the registry that decided, where there is one.
    #[must_use]
    pub const fn entry(self) -> Option<&'static Entry> {
        match self {
            Self::NotGlobal(entry) | Self::Undetermined(entry) => Some(entry),
            _ => None,
        }
    }
}

impl fmt::Display for DeniedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotGlobal(entry) => write!(f, "not globally reachable: {entry}"),
            Self::Undetermined(entry) => write!(f, "may not be globally reachable: {entry}"),
            Self::Multicast => f.write_str("multicast"),
            Self::SiteLocal => f.write_str("site-local: fec0::/10"),
            Self::Unassigned => f.write_str("not global unicast: outside 2000::/3"),
            Self::UOctet => f.write_str("bits 64 to 71 under a prefix of NAT64 are not 0"),
            Self::NotIp => f.write_str("no IP address"),
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.embedded {
            Some((form, v4)) => write!(f, "{v4} inside ({form}): {}", self.kind),
            None => fmt::Display::fmt(&self.kind, f),
        }
    }
}

impl core::error::Error for Denied {}

#[cfg(test)]
mod tests;
