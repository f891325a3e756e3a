//! The points of a proof as the chain's precompiles take them: `x` and `y`, of the second group the imaginary part first.

use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::AdditiveGroup;
use ark_groth16::Proof;

use crate::field::{hex, read_hex};
use crate::groth::Fault;

/// The points A, B and C.
pub fn points_of(proof: &Proof<Bn254>) -> [String; 8] {
    let (a, b, c) = (first(&proof.a), second(&proof.b), first(&proof.c));
    [&a[0], &a[1], &b[0], &b[1], &b[2], &b[3], &c[0], &c[1]].map(|each| hex(*each))
}

/// The proof that has these points.
pub fn proof_of(points: &[String; 8]) -> Result<Proof<Bn254>, Fault> {
    let numbers = points.iter().map(|each| read_hex(each).ok_or_else(off)).collect::<Result<Vec<Fq>, Fault>>()?;
    let on_curve = |place: usize| -> Result<G1Affine, Fault> {
        let point = G1Affine::new_unchecked(numbers[place], numbers[place + 1]);
        if point.is_on_curve() { Ok(point) } else { Err(off()) }
    };
    let b = G2Affine::new_unchecked(Fq2::new(numbers[3], numbers[2]), Fq2::new(numbers[5], numbers[4]));
    if !b.is_on_curve() || !b.is_in_correct_subgroup_assuming_on_curve() {
        return Err(off());
    }
    Ok(Proof { a: on_curve(0)?, b, c: on_curve(6)? })
}

/// Of a point of the first group; 0 and 0 stand for its neutral element.
pub fn first(point: &G1Affine) -> [Fq; 2] {
    point.xy().map_or([Fq::ZERO; 2], |(x, y)| [x, y])
}

/// Of a point of the second group.
pub fn second(point: &G2Affine) -> [Fq; 4] {
    point.xy().map_or([Fq::ZERO; 4], |(x, y)| [x.c1, x.c0, y.c1, y.c0])
}

fn off() -> Fault {
    Fault::Unreadable("a point of the proof is not on the curve, or no point at all".into())
}
