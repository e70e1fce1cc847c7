//! Lists of hosts, as MariaDB Connector/C reads them.
//!
//! ```abnf
//! list = *"," host *( 1*"," host ) *","        ; at least one comma, or it is no list
//! host = ( name / IPv4 / "[" text "]" ) [ ":" port ]
//! ```
//!
//! `ma_get_host_list` in `mariadb_lib.c`, since Connector/C 3.3. Each host is decided by the table,
//! `localhost` too; the port of the option serves those without one. Refused: IPv6 without brackets,
//! which the original tears apart at its first colon.

use super::super::reason::Reasons;
use super::super::{ChooseError, ChooseErrorKind, Origin, Target, Value};
use super::table::{Inputs, Place};
use crate::addr::ParseErrorKind;

/// What is left of a list.
#[derive(Clone, Debug)]
pub(in super::super) struct Hosts<'a> {
    inputs: Inputs<'a>,
    list: Value<'a>,
    at: usize,
}

impl<'a> Hosts<'a> {
    /// Reads every host once; the steps are those of the first.
    pub(super) fn new(
        inputs: Inputs<'a>,
        list: Value<'a>,
        reasons: &mut Reasons<'a>,
    ) -> Result<Self, ChooseError<'a>> {
        let hosts = Self { inputs, list, at: 0 };
        let mut rest = hosts.clone();
        let Some(first) = rest.read(reasons) else {
            let kind = ChooseErrorKind::Text(ParseErrorKind::HostLabelEmpty);
            return Err(list.refuse(kind, 0, 0));
        };
        reasons.push(first?.transport().reason(), Origin::BuiltIn);
        let mut others = Reasons::new();
        while let Some(target) = rest.read(&mut others) {
            _ = target?;
            others = Reasons::new();
        }
        Ok(hosts)
    }

    /// Reads the next host.
    fn read(&mut self, reasons: &mut Reasons<'a>) -> Option<Result<Target<'a>, ChooseError<'a>>> {
        let rest = self.list.as_written().get(self.at..)?;
        let skipped = rest.iter().position(|&byte| byte != b',')?;
        let at = self.at.saturating_add(skipped);
        let len = rest.iter().skip(skipped).position(|&byte| byte == b',');
        let len = len.unwrap_or_else(|| rest.len().saturating_sub(skipped));
        self.at = at.saturating_add(len);
        Some(self.route(self.list.part(at, len), reasons))
    }

    fn route(
        &self,
        item: Value<'a>,
        reasons: &mut Reasons<'a>,
    ) -> Result<Target<'a>, ChooseError<'a>> {
        let (host, port) = split(&item)?;
        let ports = match port {
            Some(port) => [Some(port), None],
            None => self.inputs.ports,
        };
        let [target, _] = self.inputs.route(Place::of(host), ports, reasons)?;
        let not_one = ChooseErrorKind::Text(ParseErrorKind::NotRepresentable);
        target.ok_or_else(|| item.whole(not_one))
    }

    /// The next target; every one was read before.
    pub(in super::super) fn next(&mut self) -> Option<Target<'a>> {
        self.read(&mut Reasons::new()).and_then(Result::ok)
    }
}

/// `host = ( name / IPv4 / "[" text "]" ) [ ":" port ]`
fn split<'a>(item: &Value<'a>) -> Result<(Value<'a>, Option<Value<'a>>), ChooseError<'a>> {
    let text = item.as_written();
    let refuse = |kind, at, len| Err(item.refuse(ChooseErrorKind::Text(kind), at, len));
    let (host, behind) = if text.starts_with(b"[") {
        let Some(close) = memchr::memchr(b']', text) else {
            return refuse(ParseErrorKind::BracketUnclosed, text.len(), 0);
        };
        (item.part(1, close.saturating_sub(1)), close.saturating_add(1))
    } else {
        let colon = memchr::memchr(b':', text).unwrap_or(text.len());
        if memchr::memrchr(b':', text).is_some_and(|last| last > colon) {
            return refuse(ParseErrorKind::BracketMissing, 0, 0);
        }
        (item.part(0, colon), colon)
    };
    if host.is_empty() {
        return Err(host.refuse(ChooseErrorKind::Text(ParseErrorKind::HostLabelEmpty), 0, 0));
    }
    match text.get(behind..) {
        None | Some([]) => Ok((host, None)),
        Some([b':', port @ ..]) => {
            Ok((host, Some(item.part(behind.saturating_add(1), port.len()).of("port"))))
        }
        Some(_) => refuse(ParseErrorKind::TextAfterBracket, behind, 1),
    }
}
