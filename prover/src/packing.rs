//! Numbers that come from outside, and how they are packed into words.

use crate::builder::{Circuit, Num};
use crate::field::{F, power_of_two};

/// What no constraint computes: any other values are another round.
pub const GIVEN: &str = "given";
/// That a public input is what was computed.
pub const SAID: &str = "said";
/// What is packed into an element of the field: it has 254 bits, and some below its order are 253.
pub const WORD_BITS: usize = 252;

/// Demand that a public input is this number.
pub fn said(c: &mut Circuit, place: usize, number: &Num) {
    c.family(SAID);
    let input = c.input(place, number.value);
    c.demand_equal(&input, number);
}

/// Signed numbers that are given, each of so many bits.
pub fn signed(c: &mut Circuit, family: &'static str, values: &[i64], bits: usize) -> Vec<Num> {
    c.family(GIVEN);
    let numbers: Vec<Num> = values.iter().map(|value| c.witness(F::from(*value))).collect();
    c.family(family);
    for each in &numbers {
        c.signed(each, bits);
    }
    numbers
}

/// A number from 0 on that is given, of so many bits.
pub fn unsigned(c: &mut Circuit, family: &'static str, value: u64, bits: usize) -> Num {
    c.family(GIVEN);
    let number = c.witness(F::from(value));
    c.family(family);
    c.bits(&number, bits);
    number
}

/// Signed numbers, as many to a word as fit.
pub fn packed(numbers: &[Num], bits: usize) -> Vec<Num> {
    let half = Num::constant(power_of_two(bits - 1));
    numbers
        .chunks(WORD_BITS / bits)
        .map(|chunk| {
            let lifted: Vec<Num> = chunk.iter().map(|each| each + &half).collect();
            Num::weighted(lifted.iter().enumerate().map(|(place, each)| (power_of_two(bits * place), each)))
        })
        .collect()
}
