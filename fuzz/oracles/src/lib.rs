//! The laws that the fuzz targets assert, as plain functions that build on stable.
#![forbid(unsafe_code)]

extern crate alloc;

pub mod frame_laws;
