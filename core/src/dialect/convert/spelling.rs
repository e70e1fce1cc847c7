//! What two texts of the same readings spell otherwise: case, escapes, names of services.

use super::super::{Loss, Reading};
use crate::addr::{Endpoint, Host, HostPort, UnixName, Zone, write_into};

/// What two texts of the same readings spell otherwise.
#[allow(single_use_lifetimes)] // an `impl Trait` cannot leave them out
pub(super) fn spelling_loss<'a, 'b>(
    pairs: impl Iterator<Item = (Reading<'a>, Reading<'b>)>,
    text: &[u8],
    written: &[u8],
) -> Loss {
    let mut loss = Loss::NONE;
    // Elements stand in the same order in both texts, so each is looked for behind the last.
    let (mut text_rest, mut written_rest) = (text, written);
    let adds_escapes = escapes(written) > escapes(text);
    for (before, after) in pairs {
        if before.extra.service.is_some() && after.extra.service.is_some() {
            loss |= Loss::SERVICE_UNRESOLVED;
        }
        if is_folded(&before.endpoint, &after.endpoint) {
            loss |= Loss::CASE_FOLDED;
        }
        if loss.contains(Loss::ESCAPE_ADDED) {
            continue;
        }
        // A zone that was dropped is called nothing any more.
        let called = if zone_of(&after.endpoint).is_some() { &before } else { &after };
        let stood = stands_in(&called.endpoint, &mut text_rest);
        let is_escaped = match stands_in(&called.endpoint, &mut written_rest) {
            Some(true) => false,
            Some(false) => adds_escapes || stood == Some(true),
            None => adds_escapes,
        };
        if is_escaped {
            loss |= Loss::ESCAPE_ADDED;
        }
    }
    loss
}

fn zone_of(endpoint: &Endpoint<'_>) -> Option<Zone> {
    match endpoint {
        Endpoint::Inet(HostPort { host: Host::Ip(ip), .. }) => ip.zone(),
        _ => None,
    }
}

/// How many bytes stand escaped in a text, as `%XX` or behind a backslash.
fn escapes(text: &[u8]) -> usize {
    let is_escape = |part: &&[u8]| match part {
        [b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        [b'\\', ..] => true,
        _ => false,
    };
    text.windows(3).filter(is_escape).count()
}

/// Whether the case of a name has changed.
fn is_folded(before: &Endpoint<'_>, after: &Endpoint<'_>) -> bool {
    match (before, after) {
        (
            Endpoint::Inet(HostPort { host: Host::Name(before), .. }),
            Endpoint::Inet(HostPort { host: Host::Name(after), .. }),
        ) => !before.bytes().eq(after.bytes()),
        _ => false,
    }
}

/// Whether what an endpoint is called stands in a text as it is; goes on behind it. `None` for one
/// that is not called anything.
fn stands_in(endpoint: &Endpoint<'_>, text: &mut &[u8]) -> Option<bool> {
    let mut zone = [b'%'; 1 + Zone::MAX_LEN];
    let name = match endpoint {
        Endpoint::Unix(address) => match address.name() {
            UnixName::Pathname(name) | UnixName::Abstract(name) => return Some(find(name, text)),
            UnixName::Unnamed => return None,
        },
        Endpoint::Pipe(pipe) => pipe.as_written(),
        Endpoint::Inet(HostPort { host: Host::Name(name), .. }) => name.as_written(),
        _ => {
            let zone_name = zone.get_mut(1..).unwrap_or_default();
            let len = write_into(&zone_of(endpoint)?, zone_name).ok()?;
            zone.get(..len.saturating_add(1))?
        }
    };
    Some(find(name, text))
}

fn find(name: &[u8], text: &mut &[u8]) -> bool {
    let mut parts = text.windows(name.len().max(1));
    match parts.position(|part| part.eq_ignore_ascii_case(name)) {
        Some(at) => {
            *text = text.get(at.saturating_add(name.len())..).unwrap_or_default();
            true
        }
        None => name.is_empty(),
    }
}
