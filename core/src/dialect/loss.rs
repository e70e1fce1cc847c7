//! What a conversion between dialects loses.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

macro_rules! losses {
    ($($(#[$meta:meta])* $name:ident = $bit:literal => $text:literal,)*) => {
        /// A set of what was lost between one dialect and another.
        ///
        /// Without loss, converting back gives the same reading.
        ///
        /// ```
        /// use portolan::dialect::Loss;
        /// let loss = Loss::ZONE_DROPPED | Loss::CASE_FOLDED;
        /// assert!(loss.contains(Loss::ZONE_DROPPED));
        /// assert_eq!(loss.to_string(), "zone-dropped case-folded");
        /// ```
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct Loss(u16);

        impl Loss {
            /// Nothing is lost.
            pub const NONE: Self = Self(0);
            $($(#[$meta])* pub const $name: Self = Self(1 << $bit);)*

            const NAMES: &'static [(Self, &'static str)] = &[$((Self::$name, $text),)*];
        }
    };
}

losses! {
    /// The zone of an IPv6 address: the target has none.
    ZONE_DROPPED = 0 => "zone-dropped",
    /// A v4-mapped address became the IPv4 address in it: the target has IPv4 only.
    MAPPED_COLLAPSED = 1 => "mapped-collapsed",
    /// The caller's default port was written: the target requires one.
    PORT_DEFAULTED = 2 => "port-defaulted",
    /// The case of a name.
    CASE_FOLDED = 3 => "case-folded",
    /// Bytes that stood as they are stand escaped.
    ESCAPE_ADDED = 4 => "escape-added",
    /// The transport.
    TRANSPORT_DROPPED = 5 => "transport-dropped",
    /// TCP was written as the transport: the target requires one, and the text names none.
    TRANSPORT_DEFAULTED = 13 => "transport-defaulted",
    /// The family of a name or of `*`.
    FAMILY_DROPPED = 6 => "family-dropped",
    /// The name of the service, and with it the port.
    SERVICE_DROPPED = 7 => "service-dropped",
    /// The name of a service stands in the target as it is: what port it means is settled by the
    /// machine that reads it.
    SERVICE_UNRESOLVED = 8 => "service-unresolved",
    /// What was obfuscated (RFC 7239, section 6.3), or that it was.
    OBFUSCATED_DROPPED = 9 => "obfuscated-dropped",
    /// The interface that the socket is bound to.
    INTERFACE_DROPPED = 10 => "interface-dropped",
    /// Every port of a range but the first.
    PORTS_DROPPED = 11 => "ports-dropped",
    /// What stood around the address: user information, a path, parameters.
    SURROUNDINGS_DROPPED = 12 => "surroundings-dropped",
}

impl Loss {
    /// Whether nothing is lost.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of another set is lost here, too.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The names of what is lost, in kebab case, in the order of declaration.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().filter(move |(loss, _)| self.contains(*loss)).map(|(_, name)| *name)
    }
}

impl BitOr for Loss {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Loss {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// The names, with spaces between them.
impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.names().enumerate() {
            f.write_str(if index == 0 { "" } else { " " })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_loss_has_a_bit_and_a_name_of_its_own() {
        let mut all = Loss::NONE;
        for (loss, name) in Loss::NAMES {
            assert!(!all.contains(*loss), "{name}");
            assert!(loss.names().eq([*name]));
            all |= *loss;
        }
        assert_eq!(all.names().count(), Loss::NAMES.len());
        assert!(Loss::NONE.is_empty() && Loss::NONE.names().next().is_none());
    }
}
