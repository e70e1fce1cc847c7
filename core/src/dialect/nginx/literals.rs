//! IP addresses as nginx reads them itself, without asking `getaddrinfo`.
//!
//! Both readers are laxer than any standard; what they take is an address to bind.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::cursor::Reader;

/// Reads four decimal octets, any of which may be empty; `None` for anything else.
///
/// ```abnf
/// IPv4  = octet 3( "." octet )
/// octet = *DIGIT               ; at most 255, leading zeros mean nothing, none is 0
/// ```
///
/// nginx `ngx_inet_addr`. 255.255.255.255 is its word for a failure.
pub(super) fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut reader = Reader::new(text);
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 && !reader.expect(b'.') {
            return None;
        }
        let digits = reader.take_decimal(usize::MAX);
        if !digits.is_empty() {
            *octet = u8::try_from(digits.to_u32()?).ok()?;
        }
    }
    let addr = Ipv4Addr::from(octets);
    (reader.is_empty() && addr != Ipv4Addr::BROADCAST).then_some(addr)
}

/// Reads groups between colons; `None` for anything else.
///
/// ```abnf
/// IPv6 = [ ":" ] *( group ":" ) [ ":" *( group ":" ) ] [ group / IPv4 ] ; "::" at most once
/// ```
///
/// nginx `ngx_inet6_addr`. A colon before the first group means nothing; behind the last colon a
/// group may be missing and is 0 (so `::1:` is `::1:0`); `::` stands for at least one group beside
/// that one.
pub(super) fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    let mut groups = Groups { groups: [0; 8], count: 0, gap: None };
    let mut reader = Reader::new(text.strip_prefix(b":").unwrap_or(text));
    let mut is_first = true;
    loop {
        let begin = reader.clone();
        let digits = reader.take_hex(usize::MAX);
        if digits.len() > 4 {
            return None;
        }
        match reader.peek() {
            Some(b':') if digits.is_empty() && groups.gap.is_none() => {
                groups.gap = Some(groups.count);
            }
            Some(b':') if !digits.is_empty() && groups.count < 7 => {
                groups.push(digits.to_u16()?)?;
            }
            Some(b'.') if !digits.is_empty() && !is_first => {
                let [a, b, c, d] = ipv4(begin.rest())?.octets();
                groups.push(u16::from_be_bytes([a, b]))?;
                groups.push(u16::from_be_bytes([c, d]))?;
                break;
            }
            None if !digits.is_empty() || groups.gap.is_some() => {
                groups.push(digits.to_u16().unwrap_or(0))?;
                break;
            }
            _ => return None,
        }
        _ = reader.take_byte();
        is_first = false;
    }
    groups.finish()
}

/// The groups read so far, and before which of them `::` stands.
struct Groups {
    groups: [u16; 8],
    count: usize,
    gap: Option<usize>,
}

impl Groups {
    fn push(&mut self, group: u16) -> Option<()> {
        *self.groups.get_mut(self.count)? = group;
        self.count = self.count.saturating_add(1);
        Some(())
    }

    /// Moves the groups behind the gap to the end; a gap stands for at least one group.
    fn finish(mut self) -> Option<Ipv6Addr> {
        match self.gap {
            Some(gap) if self.count < 8 => {
                let room = 8_usize.saturating_sub(self.count);
                self.groups.get_mut(gap..)?.rotate_right(room);
            }
            None if self.count == 8 => {}
            _ => return None,
        }
        Some(self.groups.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn octets_are_decimal_and_may_be_empty() {
        for (text, expected) in [
            ("127.0.0.1", [127, 0, 0, 1]),
            ("0127.0.0.09", [127, 0, 0, 9]),
            ("1..2.3", [1, 0, 2, 3]),
            ("...", [0, 0, 0, 0]),
            ("1.2.3.", [1, 2, 3, 0]),
        ] {
            assert_eq!(ipv4(text.as_bytes()), Some(expected.into()), "{text}");
        }
        for text in ["", "1.2.3", "1.2.3.256", "255.255.255.255", "1.2.3.4.", "0x1.2.3.4", "+1..."]
        {
            assert_eq!(ipv4(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn groups_are_read_as_nginx_reads_them() {
        for (text, expected) in [
            ("::", "::"),
            ("::1", "::1"),
            ("1::", "1::"),
            (":1::2", "1::2"),
            (":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1::2:", "1::2:0"),
            ("::1:", "::1:0"),
            ("::01.2..4", "::1.2.0.4"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
            ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6::", "1:2:3:4:5:6::"),
        ] {
            let expected = crate::addr::ipv6::parse(expected.as_bytes()).unwrap();
            assert_eq!(ipv6(text.as_bytes()), Some(expected), "{text}");
        }
        for text in [
            "",
            ":",
            ":::",
            "::1::",
            "1:2",
            "1.2.3.4",
            ":1.2.3.4",
            "::1.2.3",
            "::1.2.3.4:5",
            "::g",
            "00001::1",
            "1:2:3:4:5:6:7::",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8:",
            "::1%1",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1:2:3:4::5:6:7:8",
            "::ffff:255.255.255.255",
            "1:2:3:4:5:6:7:",
        ] {
            assert_eq!(ipv6(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        /// What the standard prints, nginx reads as the same address, but for its own failure word.
        #[test]
        fn canonical_text_is_read(bits in any::<u128>(), mask in any::<u128>()) {
            let addr = Ipv6Addr::from(bits & mask & mask << 16);
            let text = std::format!("{addr}");
            if !text.ends_with("255.255.255.255") {
                prop_assert_eq!(ipv6(text.as_bytes()), Some(addr), "{}", text);
            }
        }
    }
}
