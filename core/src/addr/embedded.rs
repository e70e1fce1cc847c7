//! IPv4 addresses inside IPv6 addresses.
//!
//! ```text
//! bits          0        16       32       48       64       80       96               128
//! mapped        0                                            ffff     v4
//! compatible    0                                                     v4
//! 6to4          2002     v4                subnet   interface
//! teredo        2001     0        server            flags    port     client, inverted
//! nat64         64       ff9b     0                                   v4
//! nat64-local   64       ff9b     1        v4 in one of four places, see `Nat64Prefix`
//! isatap        any prefix                          0[02]00  5efe     v4
//! ```

use core::net::{Ipv4Addr, Ipv6Addr};
use core::{fmt, slice};

use super::nat64::Layout;

/// How an IPv4 address stands inside an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EmbeddedForm {
    /// `::ffff:0:0/96`, RFC 4291 section 2.5.5.2: IPv4 as an IPv6 socket shows it.
    Mapped,
    /// `::/96` without `::` and `::1`, RFC 4291 section 2.5.5.1: deprecated, never converted.
    Compatible,
    /// `2002::/16`, RFC 3056 section 2: the router of a site, in bits 16 to 47.
    SixToFour,
    /// `2001::/32`, RFC 4380 section 4: the server of a client behind NAT, in bits 32 to 63.
    TeredoServer,
    /// `2001::/32`, RFC 4380 section 4: that client's own NAT, in the last 32 bits, all inverted.
    TeredoClient,
    /// `64:ff9b::/96`, RFC 6052 section 2.1; also a prefix of the network, where it is known.
    Nat64,
    /// `64:ff9b:1::/48`, RFC 8215: the length of the prefix is not known, so each has a candidate.
    Nat64Local,
    /// Any prefix of 64 bits, then `0000:5efe` or `0200:5efe`, RFC 5214 section 6.1.
    Isatap,
}

impl EmbeddedForm {
    /// Every form, in the order in which they are found.
    pub const ALL: &'static [Self] = &[
        Self::Mapped,
        Self::Compatible,
        Self::SixToFour,
        Self::TeredoServer,
        Self::TeredoClient,
        Self::Nat64,
        Self::Nat64Local,
        Self::Isatap,
    ];

    /// The name in kebab case that vectors, JSON and the command share.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mapped => "mapped",
            Self::Compatible => "compatible",
            Self::SixToFour => "6to4",
            Self::TeredoServer => "teredo-server",
            Self::TeredoClient => "teredo-client",
            Self::Nat64 => "nat64",
            Self::Nat64Local => "nat64-local",
            Self::Isatap => "isatap",
        }
    }

    /// Finds a form by its [name](Self::name).
    ///
    /// ```
    /// use portolan::addr::EmbeddedForm;
    /// assert_eq!(EmbeddedForm::from_name("6to4"), Some(EmbeddedForm::SixToFour));
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|form| form.name() == name)
    }

    /// Puts an IPv4 address into an IPv6 address of this form.
    ///
    /// What the form leaves free is 0, with two choices: ISATAP stands in `fe80::/64`, and
    /// `nat64-local` has a prefix of 96 bits. [`embeddings`](Self::embeddings) gives all places.
    ///
    /// The compatible forms of `0.0.0.0` and `0.0.0.1` are `::` and `::1`, in which nothing is
    /// found.
    ///
    /// ```
    /// use portolan::addr::{EmbeddedForm, Ipv4Addr};
    /// let v6 = EmbeddedForm::SixToFour.embed(Ipv4Addr::LOCALHOST);
    /// assert_eq!(v6.to_string(), "2002:7f00:1::");
    /// ```
    #[must_use]
    pub fn embed(self, v4: Ipv4Addr) -> Ipv6Addr {
        let rest = match self {
            Self::Isatap => 0xfe80 << 112,
            _ => 0,
        };
        // The last rule of a form is its canonical one.
        let rule = RULES.iter().rfind(|rule| rule.form == self);
        rule.map_or(rest, |rule| rule.write(v4.to_bits(), rest)).into()
    }

    /// Puts an IPv4 address into every place of every form; the bits that a form leaves free are
    /// those of `rest`.
    ///
    /// ```
    /// use portolan::addr::{EmbeddedForm, Ipv4Addr, Ipv6Addr};
    /// let rest = Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 3, 4, 5, 6);
    /// let all = EmbeddedForm::embeddings(Ipv4Addr::LOCALHOST, rest);
    /// let last = all.last().map(|(form, v6)| (form, v6.to_string()));
    /// assert_eq!(last, Some((EmbeddedForm::Isatap, "2001:db8:1:2:0:5efe:7f00:1".into())));
    /// ```
    pub fn embeddings(v4: Ipv4Addr, rest: Ipv6Addr) -> impl Iterator<Item = (Self, Ipv6Addr)> {
        RULES.iter().map(move |rule| (rule.form, rule.write(v4.to_bits(), rest.to_bits()).into()))
    }
}

impl fmt::Display for EmbeddedForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Iterator over the IPv4 addresses inside an IPv6 address.
///
/// One address can have several: a Teredo address names its server and its client, and under
/// `64:ff9b:1::/48` each length of a prefix that is possible gives a candidate.
#[derive(Clone, Debug)]
pub struct EmbeddedV4 {
    bits: u128,
    rules: slice::Iter<'static, Rule>,
}

impl EmbeddedV4 {
    pub(super) fn none() -> Self {
        Self { bits: 0, rules: [].iter() }
    }

    pub(super) fn of(addr: Ipv6Addr) -> Self {
        Self { bits: addr.to_bits(), rules: RULES.iter() }
    }
}

impl Iterator for EmbeddedV4 {
    type Item = (EmbeddedForm, Ipv4Addr);

    fn next(&mut self) -> Option<Self::Item> {
        let bits = self.bits;
        self.rules.find_map(|rule| Some((rule.form, rule.read(bits)?.into())))
    }
}

impl core::iter::FusedIterator for EmbeddedV4 {}

/// Bits that must have some value, and a place for an IPv4 address.
#[derive(Debug)]
struct Rule {
    form: EmbeddedForm,
    value: u128,
    mask: u128,
    place: Layout,
}

impl Rule {
    const fn new(form: EmbeddedForm, value: u128, mask: u128, place: Layout) -> Self {
        Self { form, value, mask, place }
    }

    fn read(&self, bits: u128) -> Option<u32> {
        let is_of_the_form =
            bits & self.mask == self.value && (self.form != EmbeddedForm::Compatible || bits > 1);
        is_of_the_form.then(|| self.place.read(bits))
    }

    fn write(&self, v4: u32, rest: u128) -> u128 {
        self.place.write(v4, rest & !self.mask | self.value)
    }
}

const fn first(bits: u32) -> u128 {
    !u128::MAX.wrapping_shr(bits)
}

/// All of them, the forms in order; the last of a form is the canonical one.
static RULES: [Rule; 11] = {
    use EmbeddedForm as Form;
    const WELL_KNOWN: u128 = 0x64_ff9b << 96;
    const LOCAL: u128 = WELL_KNOWN | 1 << 80;
    const U_OCTET: u128 = 0xff << 56;
    const LOCAL_MASK: u128 = first(48) | U_OCTET;
    [
        Rule::new(Form::Mapped, 0xffff << 32, first(96), Layout::Shift(0)),
        Rule::new(Form::Compatible, 0, first(96), Layout::Shift(0)),
        Rule::new(Form::SixToFour, 0x2002 << 112, first(16), Layout::Shift(80)),
        Rule::new(Form::TeredoServer, 0x2001 << 112, first(32), Layout::Shift(64)),
        Rule::new(Form::TeredoClient, 0x2001 << 112, first(32), Layout::Inverted),
        Rule::new(Form::Nat64, WELL_KNOWN, first(96), Layout::Shift(0)),
        Rule::new(Form::Nat64Local, LOCAL, LOCAL_MASK, Layout::AroundUOctet(40)),
        Rule::new(Form::Nat64Local, LOCAL, LOCAL_MASK, Layout::AroundUOctet(32)),
        Rule::new(Form::Nat64Local, LOCAL, LOCAL_MASK, Layout::AroundUOctet(24)),
        Rule::new(Form::Nat64Local, LOCAL, first(48), Layout::Shift(0)),
        // The bit that says whether the IPv4 address is unique in the world is free.
        Rule::new(Form::Isatap, 0x5efe << 32, 0xfdff_ffff << 32, Layout::Shift(0)),
    ]
};

#[cfg(test)]
mod tests;
