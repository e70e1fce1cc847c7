//! From one dialect to another, and what is lost on the way.
//!
//! Every dialect writes a reading exactly or not at all. Where it cannot, the reading is written
//! without what the dialect has no word for, with as few losses as will do; and what is written is
//! read back before it counts.

mod spelling;
#[cfg(test)]
mod tests;

use core::fmt;

use self::spelling::spelling_loss;
use super::{Loss, Reading, Readings, Rules, Transport, parse_all, rules};
use crate::addr::{Dialect, Endpoint, FormatError, Host, HostPort, Ip, ParseError, TextOptions};

/// What [`convert`] wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conversion {
    /// The length of the text in bytes.
    pub len: usize,
    /// What the text does not say any more.
    pub loss: Loss,
}

/// Why a text was not converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConversionError {
    /// The dialect of the text refuses it.
    Parse(ParseError),
    /// The dialect asked for cannot say it, or the buffer is too small.
    Format(FormatError),
}

impl From<ParseError> for ConversionError {
    fn from(error: ParseError) -> Self {
        Self::Parse(error)
    }
}

impl From<FormatError> for ConversionError {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parse(error) => fmt::Display::fmt(error, f),
            Self::Format(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl core::error::Error for ConversionError {}

/// Reads a text in one dialect and writes it in another.
///
/// Without [loss](Loss), converting back gives the same reading. The default port of the options is
/// written only where the target requires a port and the text has none.
///
/// ```
/// use portolan::addr::{Dialect, TextOptions};
/// use portolan::dialect::{self, Loss};
/// let mut out = [0; 128];
/// let options = TextOptions::new();
/// let from = Dialect::Strict;
/// let done = dialect::convert(from, Dialect::Pton, b"[fe80::1%eth0]", &options, &mut out)?;
/// assert_eq!(&out[..done.len], b"fe80::1");
/// assert_eq!(done.loss, Loss::ZONE_DROPPED);
/// # Ok::<(), dialect::ConversionError>(())
/// ```
///
/// # Errors
///
/// [`Parse`](ConversionError::Parse) where `from` refuses the text,
/// [`Format`](ConversionError::Format) where `to` cannot say the endpoint, or where the buffer is
/// too small.
pub fn convert(
    from: Dialect,
    to: Dialect,
    text: &[u8],
    options: &TextOptions,
    out: &mut [u8],
) -> Result<Conversion, ConversionError> {
    let readings = parse_all(from, text, &without_port(options))?;
    let mut done = write_all(to, readings.clone(), options, out)?;
    let written = out.get(..done.len).unwrap_or_default();
    let again = parse_all(to, written, &without_port(options));
    let again = again.map_err(|_| FormatError::NotRepresentable)?;
    done.loss |= spelling_loss(readings.zip(again), text, written);
    Ok(done)
}

/// Writes a reading in a dialect, without what the dialect cannot say; returns the length and what
/// was lost.
///
/// # Errors
///
/// [`NotRepresentable`](FormatError::NotRepresentable) where the dialect cannot say the endpoint
/// itself, [`BufferTooSmall`](FormatError::BufferTooSmall).
pub fn format_lossy(
    dialect: Dialect,
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<Conversion, FormatError> {
    let write = |reading: &Reading<'_>, options: &TextOptions, out: &mut [u8]| {
        let len = (rules(dialect).write)(reading, options, out)?;
        // What is not read back so was not said.
        let read = parse_all(dialect, out.get(..len).unwrap_or_default(), options);
        let said = read.ok().as_ref().and_then(Readings::only).is_some_and(|read| {
            (&read.endpoint, &read.extra) == (&reading.endpoint, &reading.extra)
        });
        if said { Ok(len) } else { Err(FormatError::NotRepresentable) }
    };
    write_lossy(rules(dialect), write, reading, options, out)
}

/// The options of a text in which a missing port stays missing.
const fn without_port(options: &TextOptions) -> TextOptions {
    TextOptions { default_port: None, listen: options.listen }
}

/// Writes one reading as a text, or several as a list.
fn write_all(
    to: Dialect,
    readings: Readings<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<Conversion, FormatError> {
    let rules = rules(to);
    if let Some(reading) = readings.only() {
        return format_lossy(to, reading, options, out);
    }
    let Some(list) = &rules.list else {
        return Err(FormatError::NotRepresentable);
    };
    let mut done = Conversion { len: 0, loss: Loss::NONE };
    for (index, reading) in readings.clone().enumerate() {
        let punctuation = if index == 0 { (list.open)(&reading) } else { list.between };
        put(punctuation, &mut done.len, out)?;
        let rest = out.get_mut(done.len..).unwrap_or_default();
        let item = write_lossy(rules, list.item, &reading, options, rest)?;
        done.len = done.len.saturating_add(item.len);
        done.loss |= item.loss;
    }
    put(list.close, &mut done.len, out)?;
    // Elements that share a scheme may read back as something else.
    let written = out.get(..done.len).unwrap_or_default();
    let mut again = parse_all(to, written, &without_port(options))
        .map_err(|_| FormatError::NotRepresentable)?;
    let said = readings.clone().all(|before| {
        again.next().is_some_and(|after| is_same_place(&before.endpoint, &after.endpoint))
    });
    if said && again.next().is_none() { Ok(done) } else { Err(FormatError::NotRepresentable) }
}

/// Whether two endpoints differ in nothing but what a conversion may lose.
fn is_same_place(before: &Endpoint<'_>, after: &Endpoint<'_>) -> bool {
    let (Endpoint::Inet(before), Endpoint::Inet(after)) = (before, after) else {
        return before == after;
    };
    let is_same_host = match (&before.host, &after.host) {
        (Host::Ip(before), Host::Ip(after)) => {
            before.to_canonical().addr() == after.to_canonical().addr()
        }
        (before, after) => before == after,
    };
    is_same_host && (before.port == after.port || before.port.is_none())
}

fn put(bytes: &[u8], len: &mut usize, out: &mut [u8]) -> Result<(), FormatError> {
    let end = len.saturating_add(bytes.len());
    let target = out.get_mut(*len..end).ok_or(FormatError::BufferTooSmall)?;
    target.copy_from_slice(bytes);
    *len = end;
    Ok(())
}

/// Something that a reading can do without.
struct Step {
    loss: Loss,
    /// Takes it away; `false` where the reading does not have it.
    take: fn(&mut Reading<'_>, &Rules, &TextOptions) -> bool,
}

/// What may be taken away, the least important first.
const STEPS: [Step; 10] = [
    Step { loss: Loss::TRANSPORT_DEFAULTED, take: |it, _, _| default_transport(it) },
    Step { loss: Loss::TRANSPORT_DROPPED, take: |it, _, _| it.extra.transport.take().is_some() },
    Step { loss: Loss::FAMILY_DROPPED, take: |it, _, _| it.extra.family.take().is_some() },
    Step { loss: Loss::OBFUSCATED_DROPPED, take: |it, _, _| it.extra.obfuscated.take().is_some() },
    Step { loss: Loss::INTERFACE_DROPPED, take: |it, _, _| it.extra.interface.take().is_some() },
    Step { loss: Loss::PORT_DEFAULTED, take: |it, _, options| default_port(it, options) },
    Step { loss: Loss::ZONE_DROPPED, take: |it, rules, _| !rules.keeps_zones && drop_zone(it) },
    Step { loss: Loss::MAPPED_COLLAPSED, take: |it, rules, _| !rules.has_ipv6 && collapse(it) },
    Step { loss: Loss::PORTS_DROPPED, take: |it, _, _| it.extra.ports.take().is_some() },
    Step { loss: Loss::SERVICE_DROPPED, take: |it, _, _| it.extra.service.take().is_some() },
];

/// Writes a reading with the fewest losses; of several ways with as many, the one that keeps what
/// is more important.
fn write_lossy(
    rules: &Rules,
    write: impl Fn(&Reading<'_>, &TextOptions, &mut [u8]) -> Result<usize, FormatError>,
    reading: &Reading<'_>,
    options: &TextOptions,
    out: &mut [u8],
) -> Result<Conversion, FormatError> {
    let exact = without_port(options);
    let around = if reading.surroundings { Loss::SURROUNDINGS_DROPPED } else { Loss::NONE };
    match write(reading, &exact, out) {
        Ok(len) => return Ok(Conversion { len, loss: around }),
        Err(FormatError::NotRepresentable) => {}
        Err(error) => return Err(error),
    }
    let all = takeable(reading, rules, options);
    // `all` has the first step at its highest bit, so a higher mask takes less important things.
    for count in 1..=all.count_ones() {
        let masks = (1..=all).rev().filter(|mask| mask & !all == 0);
        for mask in masks.filter(|mask| mask.count_ones() == count) {
            let Some((less, loss)) = without(mask, reading, rules, options) else { continue };
            match write(&less, &exact, out) {
                Ok(len) => return Ok(Conversion { len, loss: loss | around }),
                Err(FormatError::NotRepresentable) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Err(FormatError::NotRepresentable)
}

/// The steps that take something from a reading, each from what those before it have left.
fn takeable(reading: &Reading<'_>, rules: &Rules, options: &TextOptions) -> u16 {
    let mut less = reading.clone();
    STEPS
        .iter()
        .map(|step| (step.take)(&mut less, rules, options))
        .fold(0, |mask, takes| mask << 1 | u16::from(takes))
}

/// A reading after some steps, and what it has lost; `None` where a step takes nothing.
fn without<'a>(
    mask: u16,
    reading: &Reading<'a>,
    rules: &Rules,
    options: &TextOptions,
) -> Option<(Reading<'a>, Loss)> {
    let mut less = reading.clone();
    let mut loss = Loss::NONE;
    for (index, step) in STEPS.iter().enumerate() {
        let is_chosen = mask >> STEPS.len().saturating_sub(1).saturating_sub(index) & 1 == 1;
        if is_chosen && !(step.take)(&mut less, rules, options) {
            return None;
        }
        if is_chosen {
            loss |= step.loss;
        }
    }
    Some((less, loss))
}

/// Without a word for it, an address with a port is one of TCP.
fn default_transport(reading: &mut Reading<'_>) -> bool {
    match (&reading.endpoint, &mut reading.extra.transport) {
        (Endpoint::Inet(_), transport @ None) => {
            *transport = Some(Transport::Tcp);
            true
        }
        _ => false,
    }
}

fn default_port(reading: &mut Reading<'_>, options: &TextOptions) -> bool {
    match (&mut reading.endpoint, options.default_port) {
        (Endpoint::Inet(HostPort { port: port @ None, .. }), Some(default))
            if reading.extra.service.is_none() =>
        {
            *port = Some(default);
            true
        }
        _ => false,
    }
}

fn drop_zone(reading: &mut Reading<'_>) -> bool {
    match &mut reading.endpoint {
        Endpoint::Inet(HostPort { host: Host::Ip(Ip::V6(_, zone)), .. }) => zone.take().is_some(),
        _ => false,
    }
}

fn collapse(reading: &mut Reading<'_>) -> bool {
    match &mut reading.endpoint {
        Endpoint::Inet(HostPort { host: Host::Ip(ip), .. }) => {
            let before = core::mem::replace(ip, ip.to_canonical());
            before != *ip
        }
        _ => false,
    }
}
