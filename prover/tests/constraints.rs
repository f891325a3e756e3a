//! What each family of constraints holds: a lie breaks its family, and passes where that is taken away.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{SMALL, good_round};
use hyperbounty_prover::builder::{Circuit, Lie};
use hyperbounty_prover::field::{F, power_of_two};
use hyperbounty_prover::round::{Round, Shape, blank, build, build_in};

fn families(round: &Round) -> BTreeMap<&'static str, usize> {
    let mut counted = BTreeMap::new();
    for each in build(round).circuit.constraints {
        *counted.entry(each.family).or_insert(0) += 1;
    }
    counted
}

/// A circuit in which a lie is told; none where the family has fewer variables.
fn lying(round: &Round, lie: Lie) -> Option<Circuit> {
    let circuit = build_in(Circuit::with_lie(round.shape.inputs(), lie), round).circuit;
    (!circuit.is_honest()).then_some(circuit)
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
#[test]
fn every_family_has_a_lie_that_it_alone_refuses() {
    let round = good_round(SMALL, 3, 1);
    let honest = build(&round).circuit;
    for family in families(&round).into_keys() {
        let mut alone = 0;
        for by in [F::from(1u64), -F::from(1u64), power_of_two(9)] {
            // Nearly all of the first variables, and fewer and fewer of the later ones.
            for place in (0..60).map(|step: usize| step + step.pow(3) / 100) {
                let Some(circuit) = lying(&round, Lie { family, place, by }) else { break };
                let broken = broken(&circuit);
                let (said, wanted) = (circuit.public(), honest.public());
                // Of the same commitments and hashes nothing else can be proved; of others something else may be true.
                let is_another_round = said[..SMALL.trainers + 2] != wanted[..SMALL.trainers + 2];
                assert!(
                    !broken.is_empty() || is_another_round || said == wanted,
                    "{family}: a lie of {by} about variable {place} passes"
                );
                alone += usize::from(broken == BTreeSet::from([family]));
            }
        }
        assert!(alone > 0, "{family}: no lie breaks it alone");
    }
}
