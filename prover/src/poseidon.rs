//! Poseidon with the parameters of its reference script for 128 bits and x⁵: the numbers of circomlib.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};

use crate::builder::{Circuit, Num};
use crate::field::F;

const FULL_ROUNDS: usize = 8;
/// For 1 to 16 inputs.
const PARTIAL_ROUNDS: [usize; 16] = [56, 57, 56, 60, 60, 63, 64, 63, 60, 66, 60, 65, 70, 60, 64, 68];
const FIELD_BITS: usize = 254;

/// Inputs of one hash; more are hashed in parts, and those hashes together.
pub const MOST_INPUTS: usize = 16;

struct Parameters {
    constants: Vec<F>,
    matrix: Vec<Vec<F>>,
}

static KNOWN: LazyLock<Mutex<HashMap<usize, Arc<Parameters>>>> = LazyLock::new(Mutex::default);

fn parameters(width: usize) -> Arc<Parameters> {
    let mut known = KNOWN.lock().expect("nothing panics while it draws parameters");
    known.entry(width).or_insert_with(|| Arc::new(drawn(width))).clone()
}

/// As the reference script draws them, out of the Grain LFSR in self-shrinking mode.
fn drawn(width: usize) -> Parameters {
    let rounds = FULL_ROUNDS + PARTIAL_ROUNDS[width - 2];
    let mut state: u128 = 0;
    let sizes = [(1, 2), (0, 4), (FIELD_BITS, 12), (width, 12), (FULL_ROUNDS, 10), (rounds - FULL_ROUNDS, 10)];
    for (value, length) in sizes {
        state = state << length | value as u128;
    }
    state = state << 30 | ((1 << 30) - 1);
    let mut step = move || {
        let bit = (state >> 79 ^ state >> 66 ^ state >> 56 ^ state >> 41 ^ state >> 28 ^ state >> 17) & 1;
        state = (state << 1 | bit) & ((1 << 80) - 1);
        bit == 1
    };
    for _ in 0..160 {
        step();
    }
    let mut number = move || {
        let mut bits = Vec::with_capacity(FIELD_BITS);
        while bits.len() < FIELD_BITS {
            let (taken, bit) = (step(), step());
            if taken {
                bits.push(bit);
            }
        }
        <F as PrimeField>::BigInt::from_bits_be(&bits)
    };
    let mut constants = Vec::with_capacity(rounds * width);
    while constants.len() < rounds * width {
        // What lies outside the field is drawn again.
        constants.extend(F::from_bigint(number()));
    }
    let mut pairs = (0..2 * width).map(|_| F::from_le_bytes_mod_order(&number().to_bytes_le()));
    let firsts: Vec<F> = pairs.by_ref().take(width).collect();
    let seconds: Vec<F> = pairs.collect();
    let inverse = |sum: F| sum.inverse().expect("the script's numbers have no sum of 0");
    let matrix = firsts.iter().map(|first| seconds.iter().map(|second| inverse(*first + second)).collect()).collect();
    Parameters { constants, matrix }
}

/// What a permutation is played on: numbers alone, or numbers with constraints.
trait Element: Clone {
    type Held;
    fn constant(value: F) -> Self;
    fn weighted<'a>(terms: impl Iterator<Item = (F, &'a Self)>) -> Self
    where
        Self: 'a;
    fn fifth_power(&self, held: &mut Self::Held) -> Self;
}

impl Element for F {
    type Held = ();
    fn constant(value: F) -> Self {
        value
    }
    fn weighted<'a>(terms: impl Iterator<Item = (F, &'a Self)>) -> Self {
        terms.map(|(factor, each)| factor * each).sum()
    }
    fn fifth_power(&self, (): &mut ()) -> Self {
        self.square().square() * self
    }
}

impl Element for Num {
    type Held = Circuit;
    fn constant(value: F) -> Self {
        Num::constant(value)
    }
    fn weighted<'a>(terms: impl Iterator<Item = (F, &'a Self)>) -> Self {
        Num::weighted(terms)
    }
    fn fifth_power(&self, circuit: &mut Circuit) -> Self {
        let square = circuit.product(self, self);
        let fourth = circuit.product(&square, &square);
        circuit.product(&fourth, self)
    }
}

fn permuted<E: Element>(inputs: &[E], held: &mut E::Held) -> E {
    assert!((1..=MOST_INPUTS).contains(&inputs.len()), "a hash has 1 to {MOST_INPUTS} inputs");
    let width = inputs.len() + 1;
    let known = parameters(width);
    let partial = PARTIAL_ROUNDS[width - 2];
    let mut state: Vec<E> = std::iter::once(E::constant(F::ZERO)).chain(inputs.iter().cloned()).collect();
    let one = E::constant(F::ONE);
    for round in 0..FULL_ROUNDS + partial {
        let is_full = !(FULL_ROUNDS / 2..FULL_ROUNDS / 2 + partial).contains(&round);
        for (place, each) in state.iter_mut().enumerate() {
            let with = [(F::ONE, &*each), (known.constants[round * width + place], &one)];
            *each = E::weighted(with.into_iter());
            if is_full || place == 0 {
                *each = each.fifth_power(held);
            }
        }
        state = known.matrix.iter().map(|row| E::weighted(row.iter().copied().zip(&state))).collect();
    }
    state.swap_remove(0)
}

/// The hash of numbers.
pub fn poseidon(inputs: &[F]) -> F {
    permuted(inputs, &mut ())
}

/// The hash of any count of numbers: of more than 16, of the hashes of each 16.
pub fn hash_all(inputs: &[F]) -> F {
    if inputs.len() <= MOST_INPUTS {
        return poseidon(inputs);
    }
    hash_all(&inputs.chunks(MOST_INPUTS).map(poseidon).collect::<Vec<F>>())
}

/// `hash_all`, with constraints.
pub fn hash_all_in(circuit: &mut Circuit, inputs: &[Num]) -> Num {
    if inputs.len() <= MOST_INPUTS {
        return permuted(inputs, circuit);
    }
    let hashes: Vec<Num> = inputs.chunks(MOST_INPUTS).map(|chunk| permuted(chunk, circuit)).collect();
    hash_all_in(circuit, &hashes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn number(text: &str) -> F {
        F::from_str(text).expect("a number of the field")
    }

    #[test]
    fn hashes_are_those_of_circomlib() {
        let vectors = [
            (1, "18586133768512220936620570745912940619677854269274689475585506675881198879027"),
            (2, "7853200120776062878684798364095072458815029376092732009249414926327459813530"),
            (4, "18821383157269793795438455681495246036402687001665670618754263018637548127333"),
        ];
        for (count, hash) in vectors {
            let inputs: Vec<F> = (1..=count).map(F::from).collect();
            assert_eq!(poseidon(&inputs), number(hash));
        }
    }

    #[test]
    fn a_hash_with_constraints_is_the_hash() {
        for count in [1, 3, 11, 16, 17, 32, 40] {
            let inputs: Vec<F> = (0..count).map(|each| F::from(each * each + 7u64)).collect();
            let mut circuit = Circuit::new(0);
            let numbers: Vec<Num> = inputs.iter().map(|each| circuit.witness(*each)).collect();
            let hash = hash_all_in(&mut circuit, &numbers);
            assert_eq!(hash.value, hash_all(&inputs));
            assert!(circuit.broken("").is_none());
        }
    }
}
