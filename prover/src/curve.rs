//! The curve Baby Jubjub in constraints; `hyperbounty/market/babyjubjub.py` says what it is.

use ark_ff::{AdditiveGroup, Field, MontFp};

use crate::builder::{Circuit, Num};
use crate::field::F;

const A: F = MontFp!("168700");
const D: F = MontFp!("168696");

/// A point, by its coordinates.
pub type Point = [Num; 2];

/// Whose multiples are used.
pub const BASE: [F; 2] = [
    MontFp!("5299619240641551281634865583518297030282874472190772894086521144482721001553"),
    MontFp!("16950150798460657717958625567821834550301663161624707787222815936182638968203"),
];

/// Bits of a secret: their order has as many.
pub const SECRET_BITS: usize = 251;

/// Whether these are the coordinates of a point.
pub fn is_on_curve([x, y]: [F; 2]) -> bool {
    let (xx, yy) = (x.square(), y.square());
    A * xx + yy == F::ONE + D * xx * yy
}

/// The sum of two points. The law has no exceptions: no denominator is 0 on the curve.
pub fn added(c: &mut Circuit, [x1, y1]: &Point, [x2, y2]: &Point) -> Point {
    let (one_two, two_one) = (c.product(x1, y2), c.product(y1, x2));
    let mixed = c.product(&(y1 - &x1.times(A)), &(x2 + y2));
    let all = c.product(&one_two, &two_one).times(D);
    let one = Num::constant(1u64);
    // mixed = y1·x2 + y1·y2 - a·x1·x2 - a·x1·y2
    let y = &(&mixed + &one_two.times(A)) - &two_one;
    [quotient(c, &(&one_two + &two_one), &(&one + &all)), quotient(c, &y, &(&one - &all))]
}

/// A point times a number, by its bits, the lowest first.
pub fn multiple(c: &mut Circuit, point: &Point, bits: &[Num]) -> Point {
    let mut found = [Num::zero(), Num::constant(1u64)];
    for bit in bits.iter().rev() {
        found = added(c, &found, &found);
        let more = added(c, &found, point);
        found = [chosen(c, bit, &more[0], &found[0]), chosen(c, bit, &more[1], &found[1])];
    }
    found
}

fn chosen(c: &mut Circuit, bit: &Num, one: &Num, other: &Num) -> Num {
    other + &c.product(bit, &(one - other))
}

/// The number that, times `below`, is `above`.
fn quotient(c: &mut Circuit, above: &Num, below: &Num) -> Num {
    let found = c.witness(above.value * below.value.inverse().unwrap_or(F::ZERO));
    c.demand(&found, below, above);
    found
}
