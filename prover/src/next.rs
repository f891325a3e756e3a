//! How the next round is trained: see `hyperbounty/market/tuning.py`.

use ark_ff::Field;

use crate::builder::{Circuit, Num};
use crate::field::{F, power_of_two, small};
use crate::round::{LEAST_KEPT, RATE_BITS, RIDGE_BITS, STEPS_BITS, UNIT};

// 64 times a squared error, which is below 2^100.
const ERROR_BITS: usize = 114;

/// Whether the mean took a 64th of the squared error away.
pub fn is_of_use(c: &mut Circuit, counts: &[Num], residual: &[Num], gain: &Num, square: &Num) -> Num {
    let weighed = |power: u32| -> Num {
        let flags = counts.iter().enumerate().skip(LEAST_KEPT);
        Num::weighted(flags.map(|(count, flag)| (F::from((count as u64).pow(power)), flag)))
    };
    let error = c.dot(residual, residual);
    let gained = &c.product(&weighed(1), gain).times(2u64) - &square.times(UNIT);
    let least = c.product(&weighed(2), &error);
    let more = &gained.times(64 * UNIT) - &least;
    c.is_positive(&(&more + &Num::constant(1u64)), ERROR_BITS)
}

/// Rate, steps and ridge of the next round.
pub fn next_tuning(c: &mut Circuit, [rate, steps, ridge]: &[Num; 3], enough: &Num, is_of_use: &Num) -> [Num; 3] {
    c.family("tuning");
    let one = Num::constant(1u64);
    let poor = c.product(enough, &(&one - is_of_use));
    let none = &one - enough;
    let well = &(&one - &poor) - &none;
    let halved = at_least_one(c, rate, 1, 1);
    let quarter_less = at_least_one(c, rate, 3, 2);
    let half_ridge = quotient(c, ridge, 1, 1);
    let most_ridge = Num::constant(power_of_two(RIDGE_BITS) - F::ONE);
    let over = &ridge.times(2u64) - &most_ridge;
    let is_over = c.is_positive(&over, RIDGE_BITS + 1);
    let twice_ridge = &ridge.times(2u64) - &c.product(&is_over, &over);
    let is_most = c.is_zero(&(steps - &Num::constant(power_of_two(STEPS_BITS) - F::ONE)));
    let more_steps = &(steps + &one) - &is_most;
    let chosen = |c: &mut Circuit, none_: &Num, poor_: &Num, well_: &Num| -> Num {
        c.dot(&[none.clone(), poor.clone(), well.clone()], &[none_.clone(), poor_.clone(), well_.clone()])
    };
    [
        chosen(c, &halved, &quarter_less, rate),
        chosen(c, steps, &more_steps, steps),
        chosen(c, &twice_ridge, &half_ridge, ridge),
    ]
}

/// `⌊factor * number / 2^bits⌋` of a number of 20 bits.
fn quotient(c: &mut Circuit, number: &Num, factor: u64, bits: usize) -> Num {
    let whole = number.times(factor);
    let value = small(whole.value) as u64;
    let (part, rest) = (c.witness(F::from(value >> bits)), c.witness(F::from(value & ((1 << bits) - 1))));
    c.bits(&part, RATE_BITS);
    c.bits(&rest, bits);
    c.demand_equal(&(&part.times(power_of_two(bits)) + &rest), &whole);
    part
}

fn at_least_one(c: &mut Circuit, number: &Num, factor: u64, bits: usize) -> Num {
    let part = quotient(c, number, factor, bits);
    &part + &c.is_zero(&part)
}
