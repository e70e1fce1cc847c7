//! Addresses of virtual machine sockets, vsock(7).

/// A context and a port: two numbers of 32 bits, both of which may be the wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(clippy::exhaustive_structs)] // a pair of numbers, each of which may have any value
pub struct VsockAddress {
    /// The context identifier of the machine.
    pub cid: u32,
    /// The port.
    pub port: u32,
}

impl VsockAddress {
    /// The wildcard of either number (`VMADDR_CID_ANY`, `VMADDR_PORT_ANY`), printed `any`.
    pub const ANY: u32 = u32::MAX;
}
