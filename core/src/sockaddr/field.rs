//! The fields of a kernel address, for those who look at its bytes.

use core::ops::Range;

use super::{Abi, Leniency};

/// A field of a kernel address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Field {
    /// The name as the headers spell it.
    pub name: &'static str,
    /// Where its bytes stand; not beyond the bytes given.
    pub range: Range<usize>,
}

/// Names and ends of fields, in order; the last one reaches to the end.
type Names = &'static [(&'static str, usize)];

/// The fields behind the family.
const SIN: Names = &[("sin_port", 4), ("sin_addr", 8), ("sin_zero", usize::MAX)];
const SIN6: Names = &[
    ("sin6_port", 4),
    ("sin6_flowinfo", 8),
    ("sin6_addr", 24),
    ("sin6_scope_id", 28),
    ("__sin6_src_id", usize::MAX),
];
const SUN: Names = &[("sun_path", usize::MAX)];
const SVM: Names = &[
    ("svm_reserved1", 4),
    ("svm_port", 8),
    ("svm_cid", 12),
    ("svm_flags", 13),
    ("svm_zero", usize::MAX),
];
const SA: Names = &[("sa_data", usize::MAX)];

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
    let (head, rest): ([&str; 2], Names) = match family {
        Some(family) if family == layout.inet4 => (["sin_len", "sin_family"], SIN),
        Some(family) if family == layout.inet6 => (["sin6_len", "sin6_family"], SIN6),
        Some(family) if family == layout.unix => (["sun_len", "sun_family"], SUN),
        Some(family) if layout.vsock.is_some_and(|(vsock, _)| vsock == family) => {
            (["svm_len", "svm_family"], SVM)
        }
        _ => (["sa_len", "sa_family"], SA),
    };
    let [len, family] = head;
    let head = if layout.has_len { [(len, 1), (family, 2)] } else { [("", 0), (family, 2)] };
    Fields { head, rest, next: 0, at: 0, end: bytes.len() }
}

/// Iterator over the fields of a kernel address.
#[derive(Clone, Debug)]
pub struct Fields {
    head: [(&'static str, usize); 2],
    rest: Names,
    next: usize,
    at: usize,
    end: usize,
}

impl Iterator for Fields {
    type Item = Field;

    fn next(&mut self) -> Option<Field> {
        while self.at < self.end {
            let behind_head = || self.rest.get(self.next.checked_sub(self.head.len())?);
            let &(name, end) = self.head.get(self.next).or_else(behind_head)?;
            self.next = self.next.saturating_add(1);
            let range = self.at..end.min(self.end);
            if !range.is_empty() {
                self.at = range.end;
                return Some(Field { name, range });
            }
        }
        None
    }
}

impl core::iter::FusedIterator for Fields {}
