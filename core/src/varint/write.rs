//! The forms as bytes: each function fills `out`, which has the length of the form.

pub(super) const fn write_groups(value: u64, out: &mut [u8]) {
    let mut value = value;
    let mut rest = out;
    while let Some((slot, more)) = rest.split_first_mut() {
        let [low, ..] = value.to_le_bytes();
        *slot = if more.is_empty() { low & 0x7f } else { low | 0x80 };
        value >>= 7;
        rest = more;
    }
}

pub(super) const fn write_quic(value: u64, out: &mut [u8]) {
    let [a, b, c, d, e, f, g, h] = value.to_be_bytes();
    match out {
        [p] => *p = h,
        [p, q] => [*p, *q] = [g | 0x40, h],
        [p, q, r, s] => [*p, *q, *r, *s] = [e | 0x80, f, g, h],
        [p, q, r, s, t, u, v, w] => {
            [*p, *q, *r, *s, *t, *u, *v, *w] = [a | 0xc0, b, c, d, e, f, g, h];
        }
        _ => {}
    }
}

pub(super) const fn write_mysql(value: u64, out: &mut [u8]) {
    let [a, b, c, d, e, f, g, h] = value.to_le_bytes();
    match out {
        [p] => *p = a,
        [m, p, q] => [*m, *p, *q] = [0xfc, a, b],
        [m, p, q, r] => [*m, *p, *q, *r] = [0xfd, a, b, c],
        [m, p, q, r, s, t, u, v, w] => {
            [*m, *p, *q, *r, *s, *t, *u, *v, *w] = [0xfe, a, b, c, d, e, f, g, h];
        }
        _ => {}
    }
}
