//! The kebab-case codes of errors: each stands once, and is found by its kind and in a list.

/// Gives an enum its codes; a variant that is left out does not compile.
macro_rules! codes {
    ($kind:ident { $($variant:ident => $code:literal,)* }) => {
        impl $kind {
            /// The code of every kind.
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// Names the rule in kebab case, the same in vectors, drivers and the command.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)*
                }
            }
        }
    };
}

pub(crate) use codes;
