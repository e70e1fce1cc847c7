//! Layouts: how an operating system and a byte order lay an address out in memory.

use core::fmt;

use crate::endian::Endian;

/// The layout of kernel addresses: an operating system, and a byte order where it has two.
///
/// A value, never a `cfg`: a macOS address can be decoded on Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Abi {
    /// Linux on little-endian machines.
    LinuxLe,
    /// Linux on big-endian machines.
    LinuxBe,
    /// macOS.
    Macos,
    /// FreeBSD.
    Freebsd,
    /// NetBSD.
    Netbsd,
    /// OpenBSD.
    Openbsd,
    /// DragonFly BSD.
    Dragonfly,
    /// Windows.
    Windows,
    /// illumos.
    Illumos,
    /// AIX, big-endian.
    Aix,
    /// Haiku.
    Haiku,
}

impl Abi {
    /// Every layout, in order.
    pub const ALL: &'static [Self] = &[
        Self::LinuxLe,
        Self::LinuxBe,
        Self::Macos,
        Self::Freebsd,
        Self::Netbsd,
        Self::Openbsd,
        Self::Dragonfly,
        Self::Windows,
        Self::Illumos,
        Self::Aix,
        Self::Haiku,
    ];

    /// The most bytes that an encoded address takes in any layout.
    pub const MAX_LEN: usize = 112;

    /// The name in kebab case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LinuxLe => "linux-le",
            Self::LinuxBe => "linux-be",
            Self::Macos => "macos",
            Self::Freebsd => "freebsd",
            Self::Netbsd => "netbsd",
            Self::Openbsd => "openbsd",
            Self::Dragonfly => "dragonfly",
            Self::Windows => "windows",
            Self::Illumos => "illumos",
            Self::Aix => "aix",
            Self::Haiku => "haiku",
        }
    }

    /// Finds a layout by its [name](Self::name).
    ///
    /// ```
    /// use portolan::sockaddr::Abi;
    /// assert_eq!(Abi::from_name("linux-be"), Some(Abi::LinuxBe));
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|abi| abi.name() == name)
    }

    pub(super) const fn layout(self) -> &'static Layout {
        match self {
            Self::LinuxLe => &LINUX,
            Self::LinuxBe => &Layout { endian: Endian::Big, ..LINUX },
            Self::Macos => &Layout { inet6: 30, vsock: Some((40, 12)), ..BSD },
            Self::Freebsd | Self::Dragonfly => &Layout { inet6: 28, ..BSD },
            Self::Netbsd | Self::Openbsd => &BSD,
            Self::Windows => &Layout { inet6: 23, vsock: None, has_abstract_names: false, ..LINUX },
            Self::Illumos => {
                &Layout { inet6: 26, in6_len: 32, vsock: None, has_abstract_names: false, ..LINUX }
            }
            Self::Aix => &Layout { endian: Endian::Big, path_capacity: 1023, ..BSD },
            Self::Haiku => {
                &Layout { inet4: 1, inet6: 5, unix: 9, in_len: 32, path_capacity: 126, ..BSD }
            }
        }
    }
}

impl fmt::Display for Abi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What distinguishes the layouts; everything else is the same in all of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// The order of the family and of scope id, context and port of vsock.
    pub(super) endian: Endian,
    /// Whether a length byte and a family byte begin the address, or a family of two bytes.
    pub(super) has_len: bool,
    /// The numbers of the families.
    pub(super) inet4: u16,
    pub(super) inet6: u16,
    pub(super) unix: u16,
    /// The number of the family and the length of the structure, where there is vsock.
    pub(super) vsock: Option<(u16, usize)>,
    /// The lengths of the structures.
    pub(super) in_len: usize,
    pub(super) in6_len: usize,
    /// How many bytes `sun_path` has.
    pub(super) path_capacity: usize,
    /// Whether a path that begins with NUL is an abstract name.
    pub(super) has_abstract_names: bool,
}

const LINUX: Layout = Layout {
    endian: Endian::Little,
    has_len: false,
    inet4: 2,
    inet6: 10,
    unix: 1,
    vsock: Some((40, 16)),
    in_len: 16,
    in6_len: 28,
    path_capacity: 108,
    has_abstract_names: true,
};

const BSD: Layout = Layout {
    endian: Endian::Little,
    has_len: true,
    inet4: 2,
    inet6: 24,
    unix: 1,
    vsock: None,
    in_len: 16,
    in6_len: 28,
    path_capacity: 104,
    has_abstract_names: false,
};
