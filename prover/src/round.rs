//! What is proved of a round. `hyperbounty/market/rounds.py` computes the same integers, and says why.

use ark_ff::{AdditiveGroup, BigInteger, Field, PrimeField};
use sha3::{Digest, Keccak256};

use crate::builder::{Circuit, Num};
use crate::field::{F, power_of_two, small};
use crate::next::{is_of_use, next_tuning};
use crate::packing::{GIVEN, WORD_BITS, packed, said, signed, unsigned};
use crate::poseidon::hash_all_in;
use crate::worth::{SHARE_BITS, shares, worth};

/// A model counts in this part of an update's unit.
pub const UNIT: u64 = 840;
/// All shares together are at most this.
pub const SHARES: u64 = 1_000_000;
/// Where fewer are kept, nobody is.
pub const LEAST_KEPT: usize = 3;

pub(crate) const UPDATE_BITS: usize = 8;
const MODEL_BITS: usize = 28;
const VALIDATION_BITS: usize = 14;
const SCALE_BITS: usize = 32;
pub(crate) const RATE_BITS: usize = 20;
pub(crate) const STEPS_BITS: usize = 10;
pub(crate) const RIDGE_BITS: usize = 20;
// An effect is below 2^25, an entry of the residual below 2^46, and there are at most 240 of each.
const NORM_BITS: usize = 60;
const GAIN_BITS: usize = 86;

/// How many seats, features and outputs a circuit has; smaller projects fill up with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Seats, 3 to 8.
    pub trainers: usize,
    /// Rows of a model, 1 to 24.
    pub features: usize,
    /// Columns of a model, 1 to 10.
    pub outputs: usize,
}

impl Shape {
    /// The one that serves all projects.
    pub const FULL: Self = Self { trainers: 8, features: 24, outputs: 10 };

    /// Entries of a model.
    pub fn entries(self) -> usize {
        self.features * self.outputs
    }

    /// Entries on and above the diagonal of a factor.
    pub fn upper(self) -> usize {
        self.features * (self.features + 1) / 2
    }

    /// Words that an update is packed into.
    pub fn update_words(self) -> usize {
        self.entries().div_ceil(WORD_BITS / UPDATE_BITS)
    }

    /// Public inputs of its circuit: a commitment a seat, two hashes, ρ and v.
    pub fn inputs(self) -> usize {
        self.trainers + 4
    }
}

/// What a seat delivered.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// By entry, in rows: of 8 bits, signed.
    pub update: Vec<i64>,
    /// That its commitment was made with.
    pub salt: F,
    /// Of the trainer.
    pub address: F,
}

/// How trainers train.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// In millionths, of 20 bits.
    pub rate: u64,
    /// Of 10 bits.
    pub steps: u64,
    /// In millionths, of 20 bits.
    pub ridge: u64,
}

/// All that a proof is made of.
#[derive(Clone, Debug)]
pub struct Round {
    /// Of the circuit.
    pub shape: Shape,
    /// Names chain, contract, project and round.
    pub context: F,
    /// By seat; none where it is empty, or nothing was delivered.
    pub seats: Vec<Option<Delivered>>,
    /// Before the round, in rows: of 28 bits, signed.
    pub model: Vec<i64>,
    /// Of this round.
    pub tuning: Tuning,
    /// Of the validation set, by row, on and above the diagonal: of 14 bits, signed.
    pub factor: Vec<i64>,
    /// Of the validation set, in rows: of 14 bits, signed.
    pub targets: Vec<i64>,
    /// Of the targets: of 32 bits.
    pub scale: u64,
    /// That the validation set was hashed with.
    pub validation_salt: F,
}

/// A circuit with its values, and what it says.
pub struct Built {
    /// With the public inputs: commitments, hash of the state, hash of the validation set, ρ and v.
    pub circuit: Circuit,
    /// What the contract is told: context, addresses, kept and shares, hash of the next state, the next model, tuning.
    pub told: Vec<F>,
    /// By seat.
    pub kept: Vec<bool>,
    /// By seat, in millionths.
    pub shares: Vec<u64>,
    /// The next one, in rows.
    pub model: Vec<i64>,
    /// Of the next round.
    pub tuning: Tuning,
}

/// The numbers of a seat.
struct Seat {
    active: Num,
    update: Vec<Num>,
    address: Num,
}

/// Build the circuit of a round.
///
/// # Panics
///
/// Where the round has not the shape that it names: what comes from outside is checked before.
pub fn build(round: &Round) -> Built {
    build_in(Circuit::new(round.shape.inputs()), round)
}

/// The same, in a circuit that is empty, and may hold a lie.
pub fn build_in(mut circuit: Circuit, round: &Round) -> Built {
    let shape = round.shape;
    assert!((LEAST_KEPT..=8).contains(&shape.trainers) && shape.features <= 24 && shape.outputs <= 10);
    assert_eq!(round.seats.len(), shape.trainers);
    assert_eq!((round.model.len(), round.targets.len()), (shape.entries(), shape.entries()));
    assert_eq!(round.factor.len(), shape.upper());
    let c = &mut circuit;

    c.family(GIVEN);
    let context = c.witness(round.context);
    let seats: Vec<Seat> = (0..shape.trainers).map(|place| seat(c, round, place, &context)).collect();

    let model = signed(c, "model-range", &round.model, MODEL_BITS);
    let tuning = [
        unsigned(c, "tuning-range", round.tuning.rate, RATE_BITS),
        unsigned(c, "tuning-range", round.tuning.steps, STEPS_BITS),
        unsigned(c, "tuning-range", round.tuning.ridge, RIDGE_BITS),
    ];
    c.family("state-hash");
    let state = state_hash(c, &model, &tuning);
    said(c, shape.trainers, &state);

    let factor = signed(c, "validation-range", &round.factor, VALIDATION_BITS);
    let targets = signed(c, "validation-range", &round.targets, VALIDATION_BITS);
    let scale = unsigned(c, "validation-range", round.scale, SCALE_BITS);
    c.family(GIVEN);
    let salt = c.witness(round.validation_salt);
    c.family("validation-hash");
    let both: Vec<Num> = factor.iter().chain(&targets).cloned().collect();
    let mut words = packed(&both, VALIDATION_BITS);
    words.extend([scale.clone(), salt]);
    let validation = hash_all_in(c, &words);
    said(c, shape.trainers + 1, &validation);

    c.family("effects");
    let effects: Vec<Vec<Num>> = seats.iter().map(|each| through(c, shape, &factor, &each.update)).collect();
    c.family("residual");
    let moved = through(c, shape, &factor, &model);
    let residual: Vec<Num> = targets.iter().zip(&moved).map(|(each, done)| &c.product(&scale, each) - done).collect();
    c.family("gains");
    let gains: Vec<Num> = effects.iter().map(|each| c.dot(&residual, each)).collect();
    c.family("norms");
    let norms: Vec<Num> = effects.iter().map(|each| c.dot(each, each)).collect();

    let fine = fine(c, &seats, &gains, &norms);
    c.family("count");
    let counts = one_hot(c, &fine);
    let enough = Num::sum(&counts[LEAST_KEPT..]);
    c.family("kept");
    let kept: Vec<Num> = fine.iter().map(|each| c.product(each, &enough)).collect();

    c.family("together");
    let effect = chosen_sum(c, &kept, &effects);
    let updates: Vec<&[Num]> = seats.iter().map(|each| each.update.as_slice()).collect();
    let update = chosen_sum(c, &kept, &updates);
    c.family("products");
    let with_all: Vec<Num> = effects.iter().map(|each| c.dot(each, &effect)).collect();
    c.family("sums");
    let (gain, norm, square) = (c.dot(&kept, &gains), c.dot(&kept, &norms), c.dot(&kept, &with_all));

    let worth = worth(c, &counts, &kept, [&gains, &norms, &with_all], [&gain, &norm, &square]);
    let shares = shares(c, &worth);

    c.family("next-model");
    let factor_of_mean = Num::weighted(
        counts.iter().enumerate().skip(LEAST_KEPT).map(|(count, flag)| (F::from(UNIT / count as u64), flag)),
    );
    let next: Vec<Num> = model.iter().zip(&update).map(|(old, sum)| old + &c.product(&factor_of_mean, sum)).collect();
    c.family("enough");
    let is_of_use = is_of_use(c, &counts, &residual, &gain, &square);
    let tuning_after = next_tuning(c, &tuning, &enough, &is_of_use);
    c.family("next-state-hash");
    let next_state = state_hash(c, &next, &tuning_after);

    c.family("told");
    let mut told = vec![context];
    told.extend(seats.iter().map(|each| c.product(&each.active, &each.address)));
    let flags = kept.iter().enumerate().map(|(place, each)| (power_of_two(place), each));
    let weights = (0..shape.trainers).map(|place| power_of_two(shape.trainers + SHARE_BITS * place));
    told.push(Num::weighted(flags.chain(weights.zip(&shares))));
    told.push(next_state);
    told.extend(packed(&next, MODEL_BITS));
    told.push(tuning_word(&tuning_after));
    let values: Vec<F> = told.iter().map(|each| each.value).collect();
    let bound = &c.public()[..shape.trainers + 2];
    let point = challenge(bound, &values);
    let rho = c.input(shape.trainers + 2, point);
    let mut sum = told[0].clone();
    for each in &told[1..] {
        sum = &c.product(&sum, &rho) + each;
    }
    said(c, shape.trainers + 3, &sum);

    Built {
        told: values,
        kept: kept.iter().map(|each| each.value == F::ONE).collect(),
        shares: shares.iter().map(|each| small(each.value) as u64).collect(),
        model: next.iter().map(|each| small(each.value)).collect(),
        tuning: Tuning {
            rate: small(tuning_after[0].value) as u64,
            steps: small(tuning_after[1].value) as u64,
            ridge: small(tuning_after[2].value) as u64,
        },
        circuit,
    }
}

/// Where the polynomial is evaluated: Keccak-256 over all that is bound and told, in the field.
pub fn challenge(bound: &[F], told: &[F]) -> F {
    let mut hash = Keccak256::new();
    for each in bound.iter().chain(told) {
        hash.update(each.into_bigint().to_bytes_be());
    }
    F::from_be_bytes_mod_order(&hash.finalize())
}

fn seat(c: &mut Circuit, round: &Round, place: usize, context: &Num) -> Seat {
    let entries = vec![0; round.shape.entries()];
    let (update, salt, address) = match &round.seats[place] {
        Some(each) => (&each.update, each.salt, each.address),
        None => (&entries, F::ZERO, F::ZERO),
    };
    c.family("seat");
    let active = c.boolean(round.seats[place].is_some());
    let update = signed(c, "update-range", update, UPDATE_BITS);
    c.family(GIVEN);
    let (salt, address) = (c.witness(salt), c.witness(address));
    c.family("commitment");
    let mut words = packed(&update, UPDATE_BITS);
    words.extend([salt, address.clone(), context.clone()]);
    let hash = hash_all_in(c, &words);
    // An empty seat has no commitment.
    let commitment = c.product(&active, &hash);
    said(c, place, &commitment);
    Seat { active, update, address }
}

fn tuning_word(tuning: &[Num; 3]) -> Num {
    let weights = [F::ONE, power_of_two(RATE_BITS), power_of_two(RATE_BITS + STEPS_BITS)];
    Num::weighted(weights.into_iter().zip(tuning))
}

fn state_hash(c: &mut Circuit, model: &[Num], tuning: &[Num; 3]) -> Num {
    let mut words = packed(model, MODEL_BITS);
    words.push(tuning_word(tuning));
    hash_all_in(c, &words)
}

/// The factor times a matrix.
fn through(c: &mut Circuit, shape: Shape, factor: &[Num], matrix: &[Num]) -> Vec<Num> {
    let mut made = Vec::with_capacity(shape.entries());
    let mut first = 0;
    for row in 0..shape.features {
        let entries = &factor[first..first + shape.features - row];
        for output in 0..shape.outputs {
            let column: Vec<Num> =
                (row..shape.features).map(|below| matrix[below * shape.outputs + output].clone()).collect();
            made.push(c.dot(entries, &column));
        }
        first += shape.features - row;
    }
    made
}

/// Of each seat, whether it delivered, helps, and is not huge.
fn fine(c: &mut Circuit, seats: &[Seat], gains: &[Num], norms: &[Num]) -> Vec<Num> {
    let active: Vec<&Num> = seats.iter().map(|each| &each.active).collect();
    let count = Num::sum(active.iter().copied());
    c.family("median");
    let median = median(c, &active, norms, &count);
    (0..seats.len())
        .map(|place| {
            c.family("helps");
            let gained = c.product(&count, &gains[place]);
            let helps = c.is_positive(&(&gained.times(4u64) - &norms[place].times(UNIT)), GAIN_BITS);
            c.family("outlier");
            let within = &median.times(9u64) - &norms[place];
            let calm = c.is_positive(&(&within + &Num::constant(1u64)), NORM_BITS + 4);
            c.family("fine");
            let both = c.product(&helps, &calm);
            c.product(&both, active[place])
        })
        .collect()
}

/// The lower median of the norms of those who delivered.
fn median(c: &mut Circuit, active: &[&Num], norms: &[Num], count: &Num) -> Num {
    let seats = norms.len();
    let mut ranks = vec![Num::zero(); seats];
    for one in 0..seats {
        for other in one + 1..seats {
            let above = c.is_positive(&(&norms[one] - &norms[other]), NORM_BITS);
            // Of equal ones the first comes first.
            let after = c.product(&above, active[other]);
            ranks[one] = &ranks[one] + &after;
            let before = c.product(&(&Num::constant(1u64) - &above), active[one]);
            ranks[other] = &ranks[other] + &before;
        }
    }
    let last = small(count.value).max(1) as u64 - 1;
    let (half, odd) = (c.witness(F::from(last / 2)), c.boolean(last % 2 == 1));
    c.bits(&half, 2);
    c.demand_equal(&(&(&half.times(2u64) + &odd) + &Num::constant(1u64)), count);
    let chosen: Vec<Num> = ranks
        .iter()
        .zip(active)
        .map(|(rank, is_active)| {
            let is_it = c.is_zero(&(rank - &half));
            c.product(&is_it, is_active)
        })
        .collect();
    c.dot(&chosen, norms)
}

/// By count from 0 on, whether so many are fine.
fn one_hot(c: &mut Circuit, fine: &[Num]) -> Vec<Num> {
    let count = Num::sum(fine);
    let flags: Vec<Num> = (0..=fine.len()).map(|each| c.boolean(count.value == F::from(each as u64))).collect();
    c.demand_equal(&Num::sum(&flags), &Num::constant(1u64));
    let said = Num::weighted(flags.iter().enumerate().map(|(each, flag)| (F::from(each as u64), flag)));
    c.demand_equal(&said, &count);
    flags
}

fn chosen_sum(c: &mut Circuit, chosen: &[Num], rows: &[impl AsRef<[Num]>]) -> Vec<Num> {
    (0..rows[0].as_ref().len())
        .map(|place| {
            let column: Vec<Num> = rows.iter().map(|row| row.as_ref()[place].clone()).collect();
            c.dot(chosen, &column)
        })
        .collect()
}

/// A round of zeros with this shape: the circuit has the same constraints with any values.
pub fn blank(shape: Shape) -> Round {
    let nobody = Delivered { update: vec![0; shape.entries()], salt: F::ZERO, address: F::ZERO };
    Round {
        shape,
        context: F::ZERO,
        seats: vec![Some(nobody); shape.trainers],
        model: vec![0; shape.entries()],
        tuning: Tuning { rate: 1, steps: 1, ridge: 0 },
        factor: vec![0; shape.upper()],
        targets: vec![0; shape.entries()],
        scale: 1,
        validation_salt: F::ZERO,
    }
}
