//! IPv4 addresses inside IPv6 addresses.

use core::net::{Ipv4Addr, Ipv6Addr};

/// How an IPv4 address stands inside an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EmbeddedForm {
    /// `::ffff:0:0/96`, RFC 4291 section 2.5.5.2: IPv4 as an IPv6 socket shows it.
    Mapped,
    /// `::/96` without `::` and `::1`, RFC 4291 section 2.5.5.1: deprecated, never converted.
    Compatible,
}

impl EmbeddedForm {
    /// The name in kebab case that vectors, JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mapped => "mapped",
            Self::Compatible => "compatible",
        }
    }
}

/// Iterator over the IPv4 addresses inside an IPv6 address.
#[derive(Clone, Debug)]
pub struct EmbeddedV4 {
    found: Option<(EmbeddedForm, Ipv4Addr)>,
}

impl EmbeddedV4 {
    pub(super) const fn none() -> Self {
        Self { found: None }
    }

    pub(super) fn of(addr: Ipv6Addr) -> Self {
        let mapped = addr.to_ipv4_mapped().map(|v4| (EmbeddedForm::Mapped, v4));
        Self { found: mapped.or_else(|| compatible(addr)) }
    }
}

fn compatible(addr: Ipv6Addr) -> Option<(EmbeddedForm, Ipv4Addr)> {
    let low = u32::try_from(addr.to_bits()).ok()?;
    (low > 1).then(|| (EmbeddedForm::Compatible, Ipv4Addr::from_bits(low)))
}

impl Iterator for EmbeddedV4 {
    type Item = (EmbeddedForm, Ipv4Addr);

    fn next(&mut self) -> Option<Self::Item> {
        self.found.take()
    }
}

impl core::iter::FusedIterator for EmbeddedV4 {}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods)] // `str::parse` of the standard library is the oracle
    use super::*;

    #[test]
    fn each_form_is_found_and_its_neighbours_are_not() {
        let found = |text: &str| EmbeddedV4::of(text.parse().unwrap()).next();
        let v4 = Ipv4Addr::new(127, 0, 0, 1);
        assert_eq!(found("::ffff:127.0.0.1"), Some((EmbeddedForm::Mapped, v4)));
        assert_eq!(found("::127.0.0.1"), Some((EmbeddedForm::Compatible, v4)));
        assert_eq!(found("::2"), Some((EmbeddedForm::Compatible, Ipv4Addr::new(0, 0, 0, 2))));
        for none in ["::", "::1", "::1:0:0", "::fffe:7f00:1", "1::ffff:7f00:1", "64:ff9b::7f00:1"] {
            assert_eq!(found(none), None, "{none}");
        }
    }
}
