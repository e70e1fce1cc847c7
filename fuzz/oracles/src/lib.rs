//! The laws that the fuzz targets assert, as plain functions that build on stable.
#![forbid(unsafe_code)]
