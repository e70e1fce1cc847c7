//! Documents of the project; the code in them is run with the tests.
//!
//! Of two definitions of a link the first counts: here a page, in the repository a file.

/// [COMPARE]: compare
/// [GLOSSARY]: glossary
#[doc = include_str!("../docs/DESIGN.md")]
pub mod design {}

/// [DESIGN]: design
/// [GLOSSARY]: glossary
#[doc = include_str!("../docs/COMPARE.md")]
pub mod compare {}

/// [COMPARE]: compare
/// [DESIGN]: design
#[doc = include_str!("../docs/GLOSSARY.md")]
pub mod glossary {}
