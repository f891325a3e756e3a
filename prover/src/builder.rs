//! A constraint system that is built with its values: every number knows what it is, and every constraint its family.
//!
//! Variable 0 is the number 1, then come the public inputs, then the witness. A family names what a constraint is for,
//! so that a test can take a family away and see what it held.

use std::ops::{Add, Mul, Neg, Sub};

use ark_ff::{AdditiveGroup, Field};

use crate::field::{F, bits_of, is_negative, power_of_two};

/// A linear combination of variables, ascending by variable, and its value.
#[derive(Clone, Debug)]
pub struct Num {
    terms: Vec<(u32, F)>,
    /// What it comes to.
    pub value: F,
}

impl Num {
    /// A number that is the same in every proof.
    pub fn constant(value: impl Into<F>) -> Self {
        let value = value.into();
        let terms = if value == F::ZERO { vec![] } else { vec![(0, value)] };
        Self { terms, value }
    }

    /// Nothing.
    pub fn zero() -> Self {
        Self::constant(F::ZERO)
    }

    /// A sum.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Num>) -> Self {
        Self::weighted(all.into_iter().map(|each| (F::ONE, each)))
    }

    /// A sum of numbers, each times a constant.
    pub fn weighted<'a>(all: impl IntoIterator<Item = (F, &'a Num)>) -> Self {
        let mut terms = Vec::new();
        let mut value = F::ZERO;
        for (factor, each) in all {
            value += factor * each.value;
            terms.extend(each.terms.iter().map(|(variable, weight)| (*variable, factor * weight)));
        }
        Self { terms: merged(terms), value }
    }

    /// The number times a constant.
    pub fn times(&self, factor: impl Into<F>) -> Self {
        Self::weighted([(factor.into(), self)])
    }

    /// Its variables, with their weights.
    pub fn terms(&self) -> &[(u32, F)] {
        &self.terms
    }
}

fn merged(mut terms: Vec<(u32, F)>) -> Vec<(u32, F)> {
    terms.sort_unstable_by_key(|(variable, _)| *variable);
    let mut kept: Vec<(u32, F)> = Vec::with_capacity(terms.len());
    for (variable, weight) in terms {
        match kept.last_mut() {
            Some((last, sum)) if *last == variable => *sum += weight,
            _ => kept.push((variable, weight)),
        }
    }
    kept.retain(|(_, weight)| *weight != F::ZERO);
    kept
}

impl Add for &Num {
    type Output = Num;
    fn add(self, other: &Num) -> Num {
        Num::sum([self, other])
    }
}

impl Sub for &Num {
    type Output = Num;
    fn sub(self, other: &Num) -> Num {
        Num::weighted([(F::ONE, self), (-F::ONE, other)])
    }
}

impl Neg for &Num {
    type Output = Num;
    fn neg(self) -> Num {
        self.times(-F::ONE)
    }
}

impl Mul<F> for &Num {
    type Output = Num;
    fn mul(self, factor: F) -> Num {
        self.times(factor)
    }
}

/// `left * right = product`, for the sake of a family.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// What it is for.
    pub family: &'static str,
    /// The three linear combinations, by variable.
    pub left: Vec<(u32, F)>,
    /// See `left`.
    pub right: Vec<(u32, F)>,
    /// See `left`.
    pub product: Vec<(u32, F)>,
}

impl Constraint {
    /// Whether it holds with these values of the variables.
    pub fn holds(&self, values: &[F]) -> bool {
        let of = |terms: &[(u32, F)]| -> F {
            terms.iter().map(|(variable, weight)| values[*variable as usize] * weight).sum()
        };
        of(&self.left) * of(&self.right) == of(&self.product)
    }
}

/// A lie: one variable of the witness, which all that is computed after it takes for true.
#[derive(Clone, Copy, Debug)]
pub struct Lie {
    /// In which the variable is made.
    pub family: &'static str,
    /// Among the variables of this family.
    pub place: usize,
    /// What is added to its value.
    pub by: F,
}

/// Constraints with the values of their variables.
#[derive(Clone, Debug)]
pub struct Circuit {
    /// Of the variables: 1, the public inputs, the witness.
    pub values: Vec<F>,
    /// How many public inputs there are.
    pub inputs: usize,
    /// In the order in which they were made.
    pub constraints: Vec<Constraint>,
    family: &'static str,
    lie: Option<Lie>,
}

impl Circuit {
    /// A circuit with so many public inputs, which are said later.
    pub fn new(inputs: usize) -> Self {
        let mut values = vec![F::ZERO; inputs + 1];
        values[0] = F::ONE;
        Self { values, inputs, constraints: vec![], family: "", lie: None }
    }

    /// The same, for a test of what the constraints hold: with a lie that every later value is computed from.
    pub fn with_lie(inputs: usize, lie: Lie) -> Self {
        Self { lie: Some(lie), ..Self::new(inputs) }
    }

    /// Whether the lie was not told: its family has fewer variables.
    pub fn is_honest(&self) -> bool {
        self.lie.is_none_or(|lie| lie.by != F::ZERO)
    }

    /// Say what a public input is, counted from 0.
    pub fn input(&mut self, place: usize, value: F) -> Num {
        assert!(place < self.inputs, "there are {} public inputs", self.inputs);
        self.values[place + 1] = value;
        Num { terms: vec![(place as u32 + 1, F::ONE)], value }
    }

    /// What the constraints that come are for.
    pub fn family(&mut self, name: &'static str) {
        self.family = name;
    }

    /// Another variable.
    pub fn witness(&mut self, value: impl Into<F>) -> Num {
        let mut value = value.into();
        if let Some(lie) = self.lie.as_mut().filter(|lie| lie.family == self.family) {
            match lie.place.checked_sub(1) {
                Some(left) => lie.place = left,
                None => value += std::mem::replace(&mut lie.by, F::ZERO),
            }
        }
        let variable = u32::try_from(self.values.len()).expect("a circuit has less than 2^32 variables");
        self.values.push(value);
        Num { terms: vec![(variable, F::ONE)], value }
    }

    /// Demand that `left * right` is `product`.
    pub fn demand(&mut self, left: &Num, right: &Num, product: &Num) {
        self.constraints.push(Constraint {
            family: self.family,
            left: left.terms.clone(),
            right: right.terms.clone(),
            product: product.terms.clone(),
        });
    }

    /// Demand that two numbers are the same.
    pub fn demand_equal(&mut self, one: &Num, other: &Num) {
        self.demand(&(one - other), &Num::constant(F::ONE), &Num::zero());
    }

    /// A product.
    pub fn product(&mut self, left: &Num, right: &Num) -> Num {
        let product = self.witness(left.value * right.value);
        self.demand(left, right, &product);
        product
    }

    /// The sum of the products of two rows.
    pub fn dot(&mut self, left: &[Num], right: &[Num]) -> Num {
        let products: Vec<Num> = left.iter().zip(right).map(|(one, other)| self.product(one, other)).collect();
        Num::sum(&products)
    }

    /// A number that is 0 or 1.
    pub fn boolean(&mut self, value: bool) -> Num {
        let bit = self.witness(F::from(value));
        self.demand(&bit, &(&bit - &Num::constant(F::ONE)), &Num::zero());
        bit
    }

    /// Demand that a number is from 0 on, and below `2^count`; gives its bits, the lowest first.
    pub fn bits(&mut self, number: &Num, count: usize) -> Vec<Num> {
        let bits: Vec<Num> = bits_of(number.value, count)[..count].iter().map(|bit| self.boolean(*bit)).collect();
        let whole = Num::weighted(bits.iter().enumerate().map(|(place, bit)| (power_of_two(place), bit)));
        self.demand_equal(&whole, number);
        bits
    }

    /// Demand that a signed number has so many bits, its sign included.
    pub fn signed(&mut self, number: &Num, count: usize) {
        self.bits(&(number + &Num::constant(power_of_two(count - 1))), count);
    }

    /// Whether a number is above 0, of one whose size is below `2^count`.
    pub fn is_positive(&mut self, number: &Num, count: usize) -> Num {
        let bit = self.boolean(number.value != F::ZERO && !is_negative(number.value));
        // What is above 0 is so by 1 at least; what is not is 0 or more when it is turned.
        let turned = self.product(&bit, &(&number.times(2u64) - &Num::constant(F::ONE)));
        self.bits(&(&turned - number), count);
        bit
    }

    /// Whether a number is 0.
    pub fn is_zero(&mut self, number: &Num) -> Num {
        let inverse = self.witness(number.value.inverse().unwrap_or(F::ZERO));
        let other = self.product(number, &inverse);
        let zero = &Num::constant(F::ONE) - &other;
        self.demand(&zero, number, &Num::zero());
        zero
    }

    /// The first constraint that does not hold, but for those of a family.
    pub fn broken(&self, without: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|each| each.family != without && !each.holds(&self.values))
    }

    /// The values of the public inputs.
    pub fn public(&self) -> &[F] {
        &self.values[1..=self.inputs]
    }
}
