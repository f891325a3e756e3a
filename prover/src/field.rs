//! The field that everything is counted in, and signed numbers in it.

use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

/// The scalar field of BN254.
pub type F = ark_bn254::Fr;

/// Whether an element stands for a number below 0: it is in the upper half of the field.
pub fn is_negative(value: F) -> bool {
    value.into_bigint() > F::MODULUS_MINUS_ONE_DIV_TWO
}

/// The lowest `count` bits of a number from 0 on; of another one they say nothing.
pub fn bits_of(value: F, count: usize) -> Vec<bool> {
    let mut bits = value.into_bigint().to_bits_le();
    bits.resize(count, false);
    bits
}

/// A signed number that has fewer than 64 bits.
pub fn small(value: F) -> i64 {
    let size = |each: F| each.into_bigint().0[0] as i64;
    if is_negative(value) { -size(-value) } else { size(value) }
}

/// A number of any prime field as `0x` and hex digits, two for each byte.
pub fn hex(value: impl PrimeField) -> String {
    let digits: String = value.into_bigint().to_bytes_be().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

/// The number of a text that `hex` could have made, but for leading zeros.
pub fn read_hex<P: PrimeField>(text: &str) -> Option<P> {
    let digits = text.strip_prefix("0x").filter(|digits| (1..=64).contains(&digits.len()))?;
    let mut bits = Vec::with_capacity(256);
    for digit in digits.chars() {
        let value = digit.to_digit(16)?;
        bits.extend((0..4).rev().map(|place| value >> place & 1 == 1));
    }
    P::from_bigint(P::BigInt::from_bits_be(&bits))
}

/// `2^exponent`.
pub fn power_of_two(exponent: usize) -> F {
    F::ONE.double_times(exponent)
}

/// Quotient and remainder of numbers from 0 on, below 2^191, with a divisor that is not 0.
pub fn divided(value: F, by: F) -> (F, F) {
    let (mut quotient, mut rest) = (F::ZERO, F::ZERO);
    for bit in value.into_bigint().to_bits_be() {
        rest.double_in_place();
        rest += F::from(bit);
        quotient.double_in_place();
        if rest.into_bigint() >= by.into_bigint() {
            rest -= by;
            quotient += F::ONE;
        }
    }
    (quotient, rest)
}

trait DoubleTimes {
    fn double_times(self, times: usize) -> Self;
}

impl DoubleTimes for F {
    fn double_times(mut self, times: usize) -> Self {
        for _ in 0..times {
            self.double_in_place();
        }
        self
    }
}
