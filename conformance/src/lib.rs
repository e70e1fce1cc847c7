//! Conformance vectors, the driver protocol and the runner.
#![forbid(unsafe_code)]
