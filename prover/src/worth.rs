//! What each kept update is worth, and its share.

use ark_ff::AdditiveGroup;

use crate::builder::{Circuit, Num};
use crate::field::{F, divided};
use crate::round::{LEAST_KEPT, SHARES, UNIT};
use crate::shapley::coefficients;

/// Of a share, which is a million at most.
pub const SHARE_BITS: usize = 20;
// A gain is below 2^82, a coefficient below 2^30, and there are six of both.
const WORTH_BITS: usize = 120;
const TOTAL_BITS: usize = 124;

/// The Shapley value of each kept seat, 0 of the others; over a denominator that all share.
pub fn worth(
    c: &mut Circuit,
    counts: &[Num],
    kept: &[Num],
    [gains, norms, with_all]: [&[Num]; 3],
    [gain, norm, square]: [&Num; 3],
) -> Vec<Num> {
    c.family("worth");
    (0..kept.len())
        .map(|seat| {
            let (own_gain, own_norm, own) = (&gains[seat], &norms[seat], &with_all[seat]);
            let others = &(&(square - norm) - &own.times(2u64)) + &own_norm.times(2u64);
            let sums = [
                own_gain.clone(),
                gain - own_gain,
                own_norm.times(UNIT),
                (own - own_norm).times(UNIT),
                (norm - own_norm).times(UNIT),
                others.times(UNIT),
            ];
            let by_count: Vec<Num> = counts
                .iter()
                .enumerate()
                .skip(LEAST_KEPT)
                .map(|(count, flag)| {
                    let weights = coefficients(count).map(F::from);
                    let value = Num::weighted(weights.into_iter().zip(&sums));
                    c.product(flag, &value)
                })
                .collect();
            c.product(&kept[seat], &Num::sum(&by_count))
        })
        .collect()
}

/// Of what each is worth, its part of all in millionths, rounded down; what is below 0 counts as 0.
pub fn shares(c: &mut Circuit, worth: &[Num]) -> Vec<Num> {
    c.family("positive");
    let positive: Vec<Num> = worth
        .iter()
        .map(|each| {
            let sign = c.is_positive(each, WORTH_BITS);
            c.product(&sign, each)
        })
        .collect();
    c.family("shares");
    let total = Num::sum(&positive);
    let nothing = c.is_zero(&total);
    positive
        .iter()
        .map(|each| {
            let whole = each.times(SHARES);
            let (quotient, rest) =
                if total.value == F::ZERO { (F::ZERO, F::ZERO) } else { divided(whole.value, total.value) };
            let (share, rest) = (c.witness(quotient), c.witness(rest));
            c.bits(&share, SHARE_BITS);
            c.bits(&rest, TOTAL_BITS);
            let taken = c.product(&share, &total);
            c.demand_equal(&(&taken + &rest), &whole);
            // Below the total, where there is one; and else there is no share.
            let below = &(&(&total - &rest) - &Num::constant(1u64)) + &nothing;
            c.bits(&below, TOTAL_BITS);
            c.demand(&share, &nothing, &Num::zero());
            share
        })
        .collect()
}
