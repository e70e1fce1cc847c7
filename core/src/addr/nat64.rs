//! IPv4 addresses under the prefixes of NAT64, RFC 6052 section 2.2.
//!
//! ```text
//! length  0        32       40       48       56       64       72       80       88       96
//! 32      prefix   v4                                  0        suffix
//! 40      prefix            v4 (24)                    0        (8)      suffix
//! 48      prefix                     v4 (16)           0        (16)              suffix
//! 56      prefix                              (8)      0        (24)                      suffix
//! 64      prefix                                       0        v4
//! 96      prefix                                                                          v4
//! ```
//!
//! Bits 64 to 71, the u-octet, are 0 in all of them.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::{Ip, Prefix};
use crate::codes::codes;

/// A prefix under which a translator puts IPv4 addresses.
///
/// ```
/// use portolan::addr::{HostBits, Nat64Prefix, Prefix};
/// let prefix = Prefix::parse(b"2001:db8:122::/48", HostBits::Reject)?;
/// let prefix = Nat64Prefix::new(prefix).unwrap();
/// let v6 = prefix.embed([192, 0, 2, 33].into());
/// assert_eq!(v6.to_string(), "2001:db8:122:c000:2:2100::");
/// assert_eq!(prefix.v4(v6), Some([192, 0, 2, 33].into()));
/// # Ok::<(), portolan::addr::ParseError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nat64Prefix {
    prefix: Prefix,
    bits: u128,
    layout: Layout,
}

impl Nat64Prefix {
    /// The lengths that a prefix can have, in bits.
    pub const LENGTHS: [u8; 6] = [32, 40, 48, 56, 64, 96];

    /// The prefix of all networks, `64:ff9b::/96` (RFC 6052 section 2.1).
    pub const WELL_KNOWN: Self = {
        let bits = 0x64_ff9b << 96;
        let prefix = Prefix::literal(Ip::V6(Ipv6Addr::from_bits(bits), None), 96);
        Self { prefix, bits, layout: Layout::Shift(0) }
    };

    /// Takes a prefix of a network.
    ///
    /// # Errors
    ///
    /// In this order [`NotIpv6`](Nat64PrefixError::NotIpv6), [`Zone`](Nat64PrefixError::Zone),
    /// [`Length`](Nat64PrefixError::Length), [`HostBits`](Nat64PrefixError::HostBits),
    /// [`UOctet`](Nat64PrefixError::UOctet).
    pub fn new(prefix: Prefix) -> Result<Self, Nat64PrefixError> {
        let Ip::V6(addr, zone) = prefix.ip() else {
            return Err(Nat64PrefixError::NotIpv6);
        };
        if zone.is_some() {
            return Err(Nat64PrefixError::Zone);
        }
        let len = prefix.prefix_len();
        let layout = match len {
            32 | 40 | 48 | 56 | 64 => Layout::AroundUOctet(88_u32.wrapping_sub(len.into())),
            96 => Layout::Shift(0),
            found => return Err(Nat64PrefixError::Length { found }),
        };
        let bits = addr.to_bits();
        if bits & u128::MAX.wrapping_shr(len.into()) != 0 {
            return Err(Nat64PrefixError::HostBits);
        }
        if bits & U_OCTET != 0 {
            return Err(Nat64PrefixError::UOctet);
        }
        Ok(Self { prefix, bits, layout })
    }

    /// The prefix.
    #[must_use]
    pub const fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// Whether an address begins with the prefix, its u-octet aside.
    #[must_use]
    pub fn contains(&self, addr: Ipv6Addr) -> bool {
        let host = u128::MAX.wrapping_shr(self.prefix.prefix_len().into());
        addr.to_bits() & !host == self.bits
    }

    /// Finds the IPv4 address in an address under the prefix.
    ///
    /// `None` elsewhere, and where the u-octet is not 0. The suffix may have any bits.
    #[must_use]
    pub fn v4(&self, addr: Ipv6Addr) -> Option<Ipv4Addr> {
        let is_translated = self.contains(addr) && addr.to_bits() & U_OCTET == 0;
        is_translated.then(|| self.layout.read(addr.to_bits()).into())
    }

    /// Puts an IPv4 address under the prefix; the u-octet and the suffix are 0.
    #[must_use]
    pub fn embed(&self, v4: Ipv4Addr) -> Ipv6Addr {
        self.layout.write(v4.to_bits(), self.bits).into()
    }
}

impl fmt::Display for Nat64Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.prefix, f)
    }
}

impl fmt::Debug for Nat64Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a prefix cannot be one of NAT64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nat64PrefixError {
    /// It is IPv4.
    NotIpv6,
    /// It has a zone, which no translator looks at.
    Zone,
    /// Its length is none of [`LENGTHS`](Nat64Prefix::LENGTHS).
    Length {
        /// Its length in bits.
        found: u8,
    },
    /// A bit behind the prefix is set.
    HostBits,
    /// Bits 64 to 71 of a prefix of 96 bits are not 0.
    UOctet,
}

codes!(Nat64PrefixError {
    NotIpv6 => "not-ipv6",
    Zone => "zone",
    Length => "length",
    HostBits => "host-bits-set",
    UOctet => "u-octet-set",
});

impl fmt::Display for Nat64PrefixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotIpv6 => f.write_str("a prefix of NAT64 is IPv6"),
            Self::Zone => f.write_str("a prefix of NAT64 has no zone"),
            Self::Length { found } => {
                write!(f, "a prefix of NAT64 has 32, 40, 48, 56, 64 or 96 bits, not {found}")
            }
            Self::HostBits => f.write_str("a bit behind the prefix is set"),
            Self::UOctet => f.write_str("bits 64 to 71 of a prefix of NAT64 are 0"),
        }
    }
}

impl core::error::Error for Nat64PrefixError {}

const U_OCTET: u128 = 0xff << 56;

/// Where the 32 bits stand among the 128.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Layout {
    /// Together, with so many bits behind them.
    Shift(u32),
    /// At the end, all inverted.
    Inverted,
    /// With so many bits behind them, once the u-octet is taken out.
    AroundUOctet(u32),
}

impl Layout {
    #[allow(clippy::cast_possible_truncation)] // four bytes are wanted
    pub(super) const fn read(self, bits: u128) -> u32 {
        match self {
            Self::Shift(behind) => bits.wrapping_shr(behind) as u32,
            Self::Inverted => !bits as u32,
            Self::AroundUOctet(behind) => without_u_octet(bits).wrapping_shr(behind) as u32,
        }
    }

    /// Writes over the bits that stand there; the u-octet is cleared where it is in the way.
    #[allow(clippy::cast_lossless)] // `u128::from` is not const
    pub(super) const fn write(self, v4: u32, bits: u128) -> u128 {
        const V4: u128 = u32::MAX as u128;
        let v4 = v4 as u128;
        match self {
            Self::Shift(behind) => bits & !V4.wrapping_shl(behind) | v4.wrapping_shl(behind),
            Self::Inverted => bits & !V4 | v4 ^ V4,
            Self::AroundUOctet(behind) => {
                let short = without_u_octet(bits) & !V4.wrapping_shl(behind);
                let short = short | v4.wrapping_shl(behind);
                (short & !BEHIND) << 8 | short & BEHIND
            }
        }
    }
}

/// The bits behind the u-octet.
const BEHIND: u128 = (1 << 56) - 1;

const fn without_u_octet(bits: u128) -> u128 {
    bits >> 8 & !BEHIND | bits & BEHIND
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use proptest::prelude::*;

    use super::*;
    use crate::addr::HostBits;

    fn read(text: &[u8]) -> Result<Nat64Prefix, Nat64PrefixError> {
        Nat64Prefix::new(Prefix::parse(text, HostBits::Keep).unwrap())
    }

    /// RFC 6052 section 2.4, tables 1 and 2.
    #[test]
    fn the_examples_of_the_document() {
        let v4 = Ipv4Addr::new(192, 0, 2, 33);
        for (prefix, v6) in [
            ("2001:db8::/32", "2001:db8:c000:221::"),
            ("2001:db8:100::/40", "2001:db8:1c0:2:21::"),
            ("2001:db8:122::/48", "2001:db8:122:c000:2:2100::"),
            ("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"),
            ("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100:0"),
            ("2001:db8:122:344::/96", "2001:db8:122:344::c000:221"),
            ("64:ff9b::/96", "64:ff9b::c000:221"),
        ] {
            let read = read(prefix.as_bytes()).unwrap();
            assert_eq!(read.to_string(), prefix);
            assert_eq!(read.embed(v4).to_string(), v6);
            assert_eq!(read.v4(read.embed(v4)), Some(v4), "{prefix}");
        }
        assert_eq!(read(b"64:ff9b::/96"), Ok(Nat64Prefix::WELL_KNOWN));
    }

    #[test]
    fn each_rule_refuses() {
        for (text, error, code) in [
            ("10.0.0.0/32", Nat64PrefixError::NotIpv6, "not-ipv6"),
            ("fe80::%1/64", Nat64PrefixError::Zone, "zone"),
            ("2001:db8::/33", Nat64PrefixError::Length { found: 33 }, "length"),
            ("::/0", Nat64PrefixError::Length { found: 0 }, "length"),
            ("2001:db8::/128", Nat64PrefixError::Length { found: 128 }, "length"),
            ("2001:db8::1/64", Nat64PrefixError::HostBits, "host-bits-set"),
            ("2001:db8:0:0:100::/96", Nat64PrefixError::UOctet, "u-octet-set"),
        ] {
            assert_eq!(read(text.as_bytes()), Err(error), "{text}");
            assert_eq!(error.code(), code);
        }
    }

    #[test]
    fn nothing_is_found_elsewhere_or_with_a_u_octet() {
        let prefix = read(b"2001:db8:122::/48").unwrap();
        let with = |group| Ipv6Addr::new(0x2001, 0xdb8, 0x122, 0xc000, group, 0x2100, 0, 0);
        assert_eq!(prefix.v4(with(0x0002)), Some(Ipv4Addr::new(192, 0, 2, 33)));
        assert_eq!(prefix.v4(with(0x0102)), None);
        assert!(prefix.contains(with(0x0102)));
        assert_eq!(prefix.v4(Ipv6Addr::LOCALHOST), None);
    }

    proptest! {
        /// Round trip for every length, whatever the suffix is.
        #[test]
        fn round_trip(bits: u128, v4: u32, len in prop::sample::select(&Nat64Prefix::LENGTHS[..])) {
            let ip = Ip::V6((bits & !U_OCTET).into(), None);
            let prefix = Nat64Prefix::new(Prefix::new(ip, len, HostBits::Mask).unwrap()).unwrap();
            let v6 = prefix.embed(v4.into());
            prop_assert_eq!(prefix.v4(v6), Some(v4.into()));
            prop_assert_eq!(v6.to_bits() & U_OCTET, 0);
            // All lengths but 96 leave the last three octets to the suffix at least.
            let suffix = if len == 96 { 0 } else { bits & 0xff_ffff };
            prop_assert_eq!(prefix.v4((v6.to_bits() | suffix).into()), Some(v4.into()));
        }
    }
}
