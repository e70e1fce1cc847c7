//! The tests of what is told.

use super::*;

#[test]
fn seconds_have_six_digits_or_nine() {
    for (nanoseconds, text) in [
        (0, "0.000000"),
        (1_234_567_000, "1.234567"),
        (1_000_000_001, "1.000000001"),
        (-1_500_000_000, "-1.500000"),
        (i128::MAX, "170141183460469231731687303715.884105727"),
    ] {
        assert_eq!(Seconds(nanoseconds).to_string(), text);
    }
}
