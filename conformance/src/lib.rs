//! Conformance vectors, the driver protocol and the runner.
//!
//! The vectors are plain data and can be used without any of this; `README.md` beside them tells
//! their format and the wire.
#![forbid(unsafe_code)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)] // a program for a terminal has std
#![allow(clippy::indexing_slicing)] // a JSON value answers a missing member with null

pub mod driver;
pub mod drivers;
pub mod hex;
pub mod judge;
pub mod ledger;
pub mod lint;
pub mod load;
pub mod matrix;
pub mod output;
pub mod page;
pub mod reach;
pub mod report;
pub mod run;
pub mod seeds;
pub mod subject;
pub mod vector;

mod replay;
