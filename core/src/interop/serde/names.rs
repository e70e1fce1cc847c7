//! What is a name in every format.

use core::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::addr::Dialect;
use crate::dialect::{Family, Transport};
use crate::sockaddr::Abi;

macro_rules! named {
    ($($noun:ident => $expected:literal,)*) => {$(
        impl Serialize for $noun {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $noun {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Expected;

                impl Visitor<'_> for Expected {
                    type Value = $noun;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: Error>(self, name: &str) -> Result<$noun, E> {
                        let unexpected = || E::invalid_value(Unexpected::Str(name), &self);
                        $noun::from_name(name).ok_or_else(unexpected)
                    }
                }

                deserializer.deserialize_str(Expected)
            }
        }
    )*};
}

named! {
    Abi => "the name of a layout",
    Dialect => "the name of a dialect",
    Family => "the name of a family",
    Transport => "the name of a transport",
}
