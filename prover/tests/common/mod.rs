//! Rounds that tests are played on.

use hyperbounty_prover::field::F;
use hyperbounty_prover::round::{Delivered, Round, Shape, Tuning};
use rand::{Rng, SeedableRng, rngs::StdRng};

/// A circuit that is built in a moment.
pub const SMALL: Shape = Shape { trainers: 4, features: 2, outputs: 2 };

/// A round of updates that lead from the model to what the validation set wants, each with some noise.
pub fn good_round(shape: Shape, seed: u64, empty: usize) -> Round {
    let mut random = StdRng::seed_from_u64(seed);
    let factor: Vec<i64> = (0..shape.upper()).map(|_| random.gen_range(-8_000..8_000)).collect();
    let model: Vec<i64> = (0..shape.entries()).map(|_| random.gen_range(-9_000..9_000)).collect();
    let wanted: Vec<i64> = (0..shape.entries()).map(|_| random.gen_range(-60..60)).collect();
    // What the factor makes of the best model, in rows.
    let best = |row: usize, output: usize| -> i64 {
        let first: usize = (0..row).map(|above| shape.features - above).sum();
        (row..shape.features)
            .map(|below| {
                let entry = below * shape.outputs + output;
                factor[first + below - row] * (model[entry] + 840 * wanted[entry])
            })
            .sum()
    };
    let all: Vec<i64> = (0..shape.entries()).map(|entry| best(entry / shape.outputs, entry % shape.outputs)).collect();
    let scale = all.iter().map(|each| each.abs()).max().unwrap_or(0) / 8_000 + 1;
    let seats = (0..shape.trainers).map(|seat| {
        (seat >= empty).then(|| Delivered {
            update: wanted.iter().map(|each| each + random.gen_range(-12..12)).collect(),
            salt: F::from(random.r#gen::<u64>()),
            address: F::from(seat as u64 + 1_000),
        })
    });
    let seats = seats.collect();
    Round {
        shape,
        context: F::from(seed),
        seats,
        tuning: Tuning { rate: 5_001, steps: 7, ridge: 301 },
        targets: all.iter().map(|each| each / scale).collect(),
        scale: scale as u64,
        validation_salt: F::from(99u64),
        model,
        factor,
    }
}
