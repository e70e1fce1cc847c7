//! Conversions with the prefixes of `ipnet`: both keep host bits, only ours has zones.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::addr::{ConvertError, HostBits, Ip, Prefix};
use crate::policy::{Action, Rule, RuleError};

/// Keeps host bits.
impl From<IpNet> for Prefix {
    fn from(net: IpNet) -> Self {
        match net {
            IpNet::V4(net) => net.into(),
            IpNet::V6(net) => net.into(),
        }
    }
}

/// Keeps host bits.
impl From<Ipv4Net> for Prefix {
    fn from(net: Ipv4Net) -> Self {
        Self::hold(Ip::V4(net.addr()), net.prefix_len())
    }
}

/// Keeps host bits.
impl From<Ipv6Net> for Prefix {
    fn from(net: Ipv6Net) -> Self {
        Self::hold(Ip::V6(net.addr(), None), net.prefix_len())
    }
}

/// Keeps host bits; refuses a zone.
impl TryFrom<Prefix> for IpNet {
    type Error = ConvertError;

    fn try_from(prefix: Prefix) -> Result<Self, ConvertError> {
        let net = match prefix.ip() {
            Ip::V4(addr) => Ipv4Net::new(addr, prefix.prefix_len()).map(Self::V4),
            Ip::V6(addr, None) => Ipv6Net::new(addr, prefix.prefix_len()).map(Self::V6),
            Ip::V6(_, Some(_)) => return Err(ConvertError::NotRepresentable),
        };
        net.map_err(|_| ConvertError::NotRepresentable)
    }
}

/// Keeps host bits; refuses IPv6.
impl TryFrom<Prefix> for Ipv4Net {
    type Error = ConvertError;

    fn try_from(prefix: Prefix) -> Result<Self, ConvertError> {
        match prefix.try_into()? {
            IpNet::V4(net) => Ok(net),
            IpNet::V6(_) => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Keeps host bits; refuses IPv4 and a zone.
impl TryFrom<Prefix> for Ipv6Net {
    type Error = ConvertError;

    fn try_from(prefix: Prefix) -> Result<Self, ConvertError> {
        match prefix.try_into()? {
            IpNet::V6(net) => Ok(net),
            IpNet::V4(_) => Err(ConvertError::NotRepresentable),
        }
    }
}

/// Refuses host bits, and prefixes of mapped addresses.
impl TryFrom<(Action, IpNet)> for Rule {
    type Error = RuleError;

    fn try_from((action, net): (Action, IpNet)) -> Result<Self, RuleError> {
        Self::new(action, net.into())
    }
}

/// Drops nothing: a rule has neither host bits nor a zone.
impl From<Rule> for (Action, IpNet) {
    fn from(rule: Rule) -> Self {
        let (ip, len) = (rule.prefix().ip().addr(), rule.prefix().prefix_len());
        // The length of a prefix is one that its address has.
        let net = IpNet::new(ip, len).unwrap_or_else(|_| ip.into());
        (rule.action(), net)
    }
}

impl Prefix {
    /// Holds what another type has checked: a longer length than the address has bits is cut.
    fn hold(ip: Ip, len: u8) -> Self {
        Self::new(ip, len, HostBits::Keep).unwrap_or_else(|_| Self::host(ip))
    }
}
