//! The fields of a kernel address, for those who look at its bytes.

use core::fmt;
use core::ops::Range;

use super::{Abi, HEADER, Leniency};

/// A field of a kernel address or of a [wire form](crate::wire), for those who look at its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Field {
    /// The name as the headers, or the document of the form, spell it; `trailing` for what follows
    /// a structure.
    pub name: &'static str,
    /// Where its bytes stand; not beyond the bytes given.
    pub range: Range<usize>,
    /// What the bytes say, in a few words.
    pub meaning: &'static str,
}

impl Field {
    pub(crate) const fn new(
        name: &'static str,
        range: Range<usize>,
        meaning: &'static str,
    ) -> Self {
        Self { name, range, meaning }
    }
}

/// Shows the name and the meaning.
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.meaning)
    }
}

/// Name, end and meaning of a field.
type Part = (&'static str, usize, &'static str);

const SIN: &[Part] = &[
    ("sin_port", 4, "port, network order"),
    ("sin_addr", 8, "IPv4 address"),
    ("sin_zero", usize::MAX, "zero"),
];
const SIN6: &[Part] = &[
    ("sin6_port", 4, "port, network order"),
    ("sin6_flowinfo", 8, "flow information, network order"),
    ("sin6_addr", 24, "IPv6 address"),
    ("sin6_scope_id", 28, "scope id, order of the machine"),
    ("__sin6_src_id", usize::MAX, "zero"),
];
const SUN: &[Part] = &[("sun_path", usize::MAX, "path or abstract name")];
const SVM: &[Part] = &[
    ("svm_reserved1", 4, "zero"),
    ("svm_port", 8, "port, order of the machine"),
    ("svm_cid", 12, "context, order of the machine"),
    ("svm_flags", 13, "flags, zero"),
    ("svm_zero", usize::MAX, "zero"),
];
const SA: &[Part] = &[("sa_data", usize::MAX, "address of an unknown family")];

/// Tells the fields apart that bytes have in a layout, whether or not they hold an address.
///
/// ```
/// use portolan::sockaddr::{Abi, fields};
/// let names: Vec<_> = fields(Abi::Macos, b"\x10\x02\x0c\xea").map(|field| field.name).collect();
/// assert_eq!(names, ["sin_len", "sin_family", "sin_port"]);
/// ```
#[must_use]
pub fn fields(abi: Abi, bytes: &[u8]) -> Fields {
    let layout = abi.layout();
    let any_len = Leniency::SA_LEN;
    let family = layout.family(bytes, any_len).ok().map(|(family, _)| family);
    let (head, rest, len): ([&str; 2], _, usize) = match family {
        Some(family) if family == layout.inet4 => (["sin_len", "sin_family"], SIN, layout.in_len),
        Some(family) if family == layout.inet6 => {
            (["sin6_len", "sin6_family"], SIN6, layout.in6_len)
        }
        Some(family) if family == layout.unix => {
            (["sun_len", "sun_family"], SUN, layout.path_capacity.saturating_add(HEADER))
        }
        family => match layout.vsock.filter(|(vsock, _)| Some(*vsock) == family) {
            Some((_, len)) => (["svm_len", "svm_family"], SVM, len),
            None => (["sa_len", "sa_family"], SA, usize::MAX),
        },
    };
    let [len_name, family_name] = head;
    let family_at = if layout.has_len { 1 } else { 0 };
    let head = [(len_name, family_at, "length"), (family_name, HEADER, "address family")];
    Fields { head, rest, next: 0, at: 0, len, end: bytes.len() }
}

/// Iterator over the fields of a kernel address.
#[derive(Clone, Debug)]
pub struct Fields {
    head: [Part; 2],
    rest: &'static [Part],
    next: usize,
    at: usize,
    /// Where the structure ends, and where the bytes do.
    len: usize,
    end: usize,
}

impl Iterator for Fields {
    type Item = Field;

    fn next(&mut self) -> Option<Field> {
        while self.at < self.end {
            let behind_head = || self.rest.get(self.next.checked_sub(self.head.len())?);
            let (name, end, meaning) = match self.head.get(self.next).or_else(behind_head) {
                Some(&(name, end, meaning)) => (name, end.min(self.len), meaning),
                None => ("trailing", usize::MAX, "behind the structure"),
            };
            self.next = self.next.saturating_add(1);
            let range = self.at..end.min(self.end);
            // A layout need not have every field.
            if !range.is_empty() {
                self.at = range.end;
                return Some(Field { name, range, meaning });
            }
        }
        None
    }
}

impl core::iter::FusedIterator for Fields {}
