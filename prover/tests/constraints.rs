//! What each family of constraints holds: a lie breaks its family, and passes where that is taken away.

mod common;

use std::collections::BTreeSet;

use common::{SMALL, good_round};
use hyperbounty_prover::answer::{self, Answer};
use hyperbounty_prover::builder::{Circuit, Lie};
use hyperbounty_prover::field::{F, power_of_two};
use hyperbounty_prover::packing::SAID;
use hyperbounty_prover::round::{Shape, blank, build, build_in};

fn families(circuit: &Circuit) -> BTreeSet<&'static str> {
    circuit.constraints.iter().map(|each| each.family).collect()
}

fn broken(circuit: &Circuit) -> BTreeSet<&'static str> {
    circuit.constraints.iter().filter(|each| !each.holds(&circuit.values)).map(|each| each.family).collect()
}

#[test]
fn honest_rounds_hold() {
    for (shape, seeds) in [(SMALL, 0..20), (Shape::FULL, 0..2)] {
        for seed in seeds {
            for empty in [0, 1] {
                let built = build(&good_round(shape, seed, empty));
                assert_eq!(built.circuit.broken("").map(|each| each.family), None);
                assert!(built.kept.iter().filter(|kept| **kept).count() >= 3);
                assert!((999_992..=1_000_000).contains(&built.shares.iter().sum::<u64>()));
            }
        }
    }
}

#[test]
fn constraints_are_the_same_with_any_values() {
    let (one, other) = (build(&good_round(SMALL, 1, 1)).circuit, build(&blank(SMALL)).circuit);
    assert_eq!(one.constraints.len(), other.constraints.len());
    for (left, right) in one.constraints.iter().zip(&other.constraints) {
        assert_eq!((&left.left, &left.right, &left.product), (&right.left, &right.right, &right.product));
    }
}

/// A lie about a variable is refused, or changes nothing that is proved. One that its family alone refuses passes where
/// the family is taken away: nothing else holds what the family holds.
///
/// `bound` public inputs fix the others: of other ones, something else may be true.
fn lies_are_refused(honest: &Circuit, bound: usize, build_in: impl Fn(Circuit) -> Circuit) {
    for place in 1..=honest.inputs {
        let mut circuit = honest.clone();
        circuit.values[place] += F::from(1u64);
        assert!(!broken(&circuit).is_empty(), "public input {place}");
    }
    for family in families(honest).into_iter().filter(|family| *family != SAID) {
        let mut alone = 0;
        for by in [F::from(1u64), -F::from(1u64), power_of_two(9)] {
            // Nearly all of the first variables, and fewer and fewer of the later ones.
            for place in (0..60).map(|step: usize| step + step.pow(3) / 100) {
                let circuit = build_in(Circuit::with_lie(honest.inputs, Lie { family, place, by }));
                if circuit.is_honest() {
                    break; // The family has fewer variables.
                }
                let broken = broken(&circuit);
                let (said, wanted) = (circuit.public(), honest.public());
                assert!(
                    !broken.is_empty() || said[..bound] != wanted[..bound] || said == wanted,
                    "{family}: a lie of {by} about variable {place} passes"
                );
                alone += usize::from(broken == BTreeSet::from([family]));
            }
        }
        assert!(alone > 0, "{family}: no lie breaks it alone");
    }
}

#[test]
fn every_family_of_a_round_has_a_lie_that_it_alone_refuses() {
    let round = good_round(SMALL, 3, 1);
    lies_are_refused(&build(&round).circuit, SMALL.trainers + 2, |circuit| build_in(circuit, &round).circuit);
}

#[test]
fn every_family_of_an_answer_has_a_lie_that_it_alone_refuses() {
    let told = Answer {
        update: vec![3, -5, 127, -128],
        salt: F::from(77u64),
        address: F::from(5u64),
        context: F::from(6u64),
        secret: F::from(123_456_789u64),
        ..answer::blank(SMALL)
    };
    let honest = answer::build(&told);
    assert!(broken(&honest).is_empty());
    // Commitment, context, address, key and ephemeral key fix what is encrypted.
    lies_are_refused(&honest, 7, |circuit| answer::build_in(circuit, &told));
}
