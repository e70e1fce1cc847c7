//! The embeddings that a set looks through.

use core::fmt;

use crate::addr::EmbeddedForm;

/// A set of forms in which an IPv4 address stands inside an IPv6 address.
///
/// ```
/// use portolan::addr::EmbeddedForm;
/// use portolan::policy::Embeddings;
/// const SEEN: Embeddings = Embeddings::MAPPED.with(EmbeddedForm::Compatible);
/// assert!(SEEN.contains(EmbeddedForm::Compatible) && SEEN != Embeddings::ALL);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Embeddings {
    // A bit for each form, by its place in the declaration.
    bits: u16,
}

impl Embeddings {
    /// No embedding: an IPv6 address is nothing but itself.
    pub const NONE: Self = Self { bits: 0 };

    /// What sockets make of IPv4 themselves, and therefore the default.
    pub const MAPPED: Self = Self::NONE.with(EmbeddedForm::Mapped);

    /// Every form there is: for addresses that a stranger has chosen.
    pub const ALL: Self = Self::of(EmbeddedForm::ALL);

    const fn of(mut forms: &[EmbeddedForm]) -> Self {
        let mut all = Self::NONE;
        while let [form, rest @ ..] = forms {
            all = all.with(*form);
            forms = rest;
        }
        all
    }

    /// The same set and one form more.
    #[must_use]
    pub const fn with(self, form: EmbeddedForm) -> Self {
        Self { bits: self.bits | bit(form) }
    }

    /// Whether the form is in the set.
    #[must_use]
    pub const fn contains(self, form: EmbeddedForm) -> bool {
        self.bits & bit(form) != 0
    }

    /// The forms in the set, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = EmbeddedForm> {
        EmbeddedForm::ALL.iter().copied().filter(move |form| self.contains(*form))
    }
}

const fn bit(form: EmbeddedForm) -> u16 {
    1_u16.wrapping_shl(form as u32)
}

/// As [`MAPPED`](Self::MAPPED).
impl Default for Embeddings {
    fn default() -> Self {
        Self::MAPPED
    }
}

impl FromIterator<EmbeddedForm> for Embeddings {
    fn from_iter<I: IntoIterator<Item = EmbeddedForm>>(forms: I) -> Self {
        forms.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Debug for Embeddings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_a_bit_of_its_own() {
        for (place, form) in EmbeddedForm::ALL.iter().enumerate() {
            let one = Embeddings::NONE.with(*form);
            assert_eq!(bit(*form).trailing_zeros(), u32::try_from(place).unwrap());
            assert!(one.iter().eq([*form]));
            assert!(EmbeddedForm::ALL.iter().all(|other| one.contains(*other) == (other == form)));
        }
        assert_eq!(EmbeddedForm::ALL.iter().copied().collect::<Embeddings>(), Embeddings::ALL);
        assert!(Embeddings::NONE.iter().next().is_none());
        assert_eq!(std::format!("{:?}", Embeddings::default()), "{Mapped}");
    }
}
