//! One reading of one text.

use super::Extra;
use crate::addr::Endpoint;

/// What a dialect reads in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The endpoint that the text names.
    pub endpoint: Endpoint<'a>,
    /// What the text says beside the endpoint.
    pub extra: Extra<'a>,
    /// Whether the text holds more than an address: user information, a path, parameters.
    pub surroundings: bool,
}

impl<'a> Reading<'a> {
    /// A reading that is its endpoint and nothing else.
    #[must_use]
    #[inline]
    pub const fn new(endpoint: Endpoint<'a>) -> Self {
        Self { endpoint, extra: Extra::NONE, surroundings: false }
    }

    /// The same with something beside the endpoint.
    #[must_use]
    pub fn with_extra(self, extra: Extra<'a>) -> Self {
        Self { extra, ..self }
    }

    /// A reading for each port, where the text names a range of them; else this reading.
    pub fn each_port(self) -> impl Iterator<Item = Self> {
        let ports = self.extra.ports.map_or(0..=0, |(first, last)| first..=last);
        ports.map(move |port| {
            let mut reading = self.clone();
            if let (Endpoint::Inet(inet), Some(_)) = (&mut reading.endpoint, self.extra.ports) {
                inet.port = Some(port);
                reading.extra.ports = None;
            }
            reading
        })
    }

    /// The same reading with its own copy of what it borrows.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn into_owned(self) -> Reading<'static> {
        Reading {
            endpoint: self.endpoint.into_owned(),
            extra: self.extra.into_owned(),
            surroundings: self.surroundings,
        }
    }
}

impl<'a> From<Endpoint<'a>> for Reading<'a> {
    fn from(endpoint: Endpoint<'a>) -> Self {
        Self::new(endpoint)
    }
}
