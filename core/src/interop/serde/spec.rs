//! The description of a framer: its canonical text in every format.

use core::fmt;

use serde_core::de::{Deserialize, Deserializer, Error, Visitor};
use serde_core::ser::{Serialize, Serializer};

use crate::frame::spec::Spec;

impl Serialize for Spec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Spec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Expected;

        impl Visitor<'_> for Expected {
            type Value = Spec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the text of a framer")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Spec, E> {
                Spec::parse(text.as_bytes()).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Expected)
    }
}
