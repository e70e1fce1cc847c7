//! COBS against the crate `cobs`: the same bytes both ways, and the same segments refused.

use alloc::vec;

use portolan::frame::cobs as ours;

use crate::input::head;

/// A head that is not looked at, as that of `frame_cobs`, then the bytes.
///
/// Ledger: a segment that is empty is an error of both, but of different kinds. That crate takes what
/// stands before a zero, so slices with zeros are cut there first.
pub fn run(input: &[u8]) {
    let Some(([_, _, _], bytes)) = head::<3>(input) else {
        return;
    };
    let mut stuffed = vec![0; ours::max_encoded_len(bytes.len())];
    let len = ours::encode(bytes, &mut stuffed).unwrap();
    assert_eq!(len, ours::encoded_len(bytes));
    stuffed.truncate(len);
    assert_eq!(stuffed, cobs::encode_vec(bytes), "written otherwise");

    for segment in bytes.split(|byte| *byte == 0) {
        let mut out = vec![0; segment.len()];
        let read = ours::decode(segment, &mut out).map(|len| out[..len].to_vec());
        let theirs = cobs::decode_vec(segment);
        assert_eq!(read.as_ref().ok(), theirs.as_ref().ok(), "{segment:x?} read otherwise");
        let mut place = segment.to_vec();
        let in_place = ours::decode_in_place(&mut place).map(|len| place[..len].to_vec());
        assert_eq!(read, in_place, "{segment:x?} read otherwise in place");
    }
}
