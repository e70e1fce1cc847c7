//! What a framer needs is the least that completes a frame: every way to go on is tried.

use super::*;

/// The longest way that is tried.
const REACH: usize = 6;

/// The fewest bytes of an alphabet that complete a frame; none where more are needed than are tried.
fn least(
    rest: &[u8],
    alphabet: &[u8],
    model: &mut dyn FnMut(&[u8]) -> Answer<Found>,
) -> Option<usize> {
    let mut ways = vec![rest.to_vec()];
    for more in 1..=REACH {
        let mut longer = Vec::new();
        for way in &ways {
            for byte in alphabet {
                let way = [&way[..], &[*byte]].concat();
                match model(&way) {
                    Ok(_) => return Some(more),
                    Err(No::More) => longer.push(way),
                    Err(No::Bad) => {}
                }
            }
        }
        ways = longer;
    }
    None
}

/// Holds the need of a framer, behind the frames at the front of a stream, against all ways to go on.
fn check<F: laws::Subject>(
    framer: &F,
    stream: &[u8],
    alphabet: &[u8],
    mut model: impl FnMut(&[u8]) -> Answer<Found>,
) -> Result<(), TestCaseError> {
    let records = laws::events(framer, &[stream], false);
    let Some((Record::Need(need), frames)) = records.split_last() else { return Ok(()) };
    let wires = frames.iter().map(|record| match record {
        Record::Frame { wire, .. } => *wire,
        _ => 0,
    });
    let rest = &stream[wires.sum::<usize>()..];
    match least(rest, alphabet, &mut model) {
        Some(least) => prop_assert_eq!(*need, least, "after {}", rest.escape_ascii()),
        // Where something else must stand, as in the name of a header, no way is tried to its end.
        None => prop_assert!(*need > 0),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn chunks_need_the_least(stream in pieces(CHUNKED, 6)) {
        check(&Chunked::new(usize::MAX), &stream, b"0\r\nx:\"", chunk)?;
    }

    #[test]
    fn content_lengths_need_the_least(stream in pieces(CONTENT_LENGTH, 5)) {
        check(&ContentLength::new(usize::MAX), &stream, b"0\r\nh:", content_length)?;
    }

    #[test]
    fn messages_of_redis_need_the_least(stream in pieces(RESP, 6)) {
        check(&Resp::new(usize::MAX), &stream, b"0\r\n-1", resp)?;
    }

    #[test]
    fn frames_of_websocket_need_the_least(stream in pieces(WEBSOCKET, 5)) {
        let framer = WebSocket::new(usize::MAX);
        let frames = laws::events(&framer, &[&stream], false);
        let begun = frames.iter().rev().find_map(|record| match record {
            Record::Frame { meta, last, .. } if meta.opcode < 8 => Some(!last),
            _ => None,
        });
        let model = |rest: &[u8]| websocket(rest, &mut begun.unwrap_or(false));
        check(&framer, &stream, b"\0\x01\x80\x81\x7e", model)?;
    }

    #[test]
    fn headers_of_proxies_need_the_least(stream in pieces(PROXY, 5)) {
        check(&Proxy::new(usize::MAX), &stream, b"\r\n\0\x21 \x0a", proxy)?;
    }
}
