//! What a ceremony with snarkjs needs: the circuit as `.r1cs`, and its key out of `.zkey`.
//!
//! Both are binary files of sections: a magic word, a version, and for each section its type, its length, its bytes.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use ark_bn254::{Bn254, Fq, Fq2, G1Affine, G2Affine};
use ark_ff::{AdditiveGroup, BigInt, BigInteger, PrimeField};
use ark_groth16::r1cs_to_qap::{R1CSToQAP, evaluate_constraint};
use ark_groth16::{ProvingKey, VerifyingKey};
use ark_poly::EvaluationDomain;
use ark_relations::gr1cs::{ConstraintSystemRef, Matrix, SynthesisError};

use crate::builder::Circuit;
use crate::field::F;
use crate::groth::Fault;

const NUMBER_BYTES: usize = 32;
const GROTH16: u32 = 1;

/// Write a circuit as `.r1cs`.
pub fn write_r1cs(circuit: &Circuit, mut to: impl Write) -> Result<(), Fault> {
    let wires = circuit.values.len() as u32;
    let mut head = Vec::new();
    head.extend((NUMBER_BYTES as u32).to_le_bytes());
    head.extend(F::MODULUS.to_bytes_le());
    // Wires; public outputs and inputs, private inputs; labels; constraints.
    for count in [wires, 0, circuit.inputs as u32, wires - 1 - circuit.inputs as u32] {
        head.extend(count.to_le_bytes());
    }
    head.extend(u64::from(wires).to_le_bytes());
    head.extend((circuit.constraints.len() as u32).to_le_bytes());
    let mut constraints = Vec::new();
    for each in &circuit.constraints {
        for terms in [&each.left, &each.right, &each.product] {
            constraints.extend((terms.len() as u32).to_le_bytes());
            for (wire, weight) in terms {
                constraints.extend(wire.to_le_bytes());
                constraints.extend(weight.into_bigint().to_bytes_le());
            }
        }
    }
    let labels: Vec<u8> = (0..u64::from(wires)).flat_map(u64::to_le_bytes).collect();
    to.write_all(b"r1cs")?;
    for number in [1u32, 3] {
        to.write_all(&number.to_le_bytes())?;
    }
    for (kind, bytes) in [(1u32, head), (2, constraints), (3, labels)] {
        to.write_all(&kind.to_le_bytes())?;
        to.write_all(&(bytes.len() as u64).to_le_bytes())?;
        to.write_all(&bytes)?;
    }
    Ok(())
}

/// Read the key of a ceremony. Whether it is the circuit's, and whether the ceremony was honest, it does not say.
pub fn read_zkey(mut from: impl Read) -> Result<ProvingKey<Bn254>, Fault> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    let mut left = Bytes(&bytes);
    if left.take(4)? != b"zkey" || left.number()? != 1 {
        return Err(damaged());
    }
    let mut sections = BTreeMap::new();
    for _ in 0..left.number()? {
        let kind = left.number()?;
        let length = u64::from_le_bytes(left.take(8)?.try_into().map_err(|_| damaged())?);
        sections.insert(kind, left.take(usize::try_from(length).map_err(|_| damaged())?)?);
    }
    let section = |kind: u32| sections.get(&kind).map(|bytes| Bytes(bytes)).ok_or_else(damaged);
    if section(1)?.number()? != GROTH16 {
        return Err(Fault::Unreadable("the key is of another proof system than Groth16".into()));
    }
    let mut head = section(2)?;
    let fields = [Fq::MODULUS.to_bytes_le(), F::MODULUS.to_bytes_le()];
    for field in &fields {
        if head.number()? as usize != NUMBER_BYTES || head.take(NUMBER_BYTES)? != field.as_slice() {
            return Err(Fault::Unreadable("the key is over another curve than BN254".into()));
        }
    }
    let (variables, public, domain) = (head.number()? as usize, head.number()? as usize, head.number()? as usize);
    let (alpha_g1, beta_g1, beta_g2) = (head.first()?, head.first()?, head.second()?);
    let (gamma_g2, delta_g1, delta_g2) = (head.second()?, head.first()?, head.second()?);
    let firsts = |kind: u32, count: usize| -> Result<Vec<G1Affine>, Fault> {
        let mut points = section(kind)?;
        (0..count).map(|_| points.first()).collect()
    };
    let mut seconds = section(7)?;
    let vk = VerifyingKey { alpha_g1, beta_g2, gamma_g2, delta_g2, gamma_abc_g1: firsts(3, public + 1)? };
    Ok(ProvingKey {
        vk,
        beta_g1,
        delta_g1,
        a_query: firsts(5, variables)?,
        b_g1_query: firsts(6, variables)?,
        b_g2_query: (0..variables).map(|_| seconds.second()).collect::<Result<_, _>>()?,
        l_query: firsts(8, variables.checked_sub(public + 1).ok_or_else(damaged)?)?,
        h_query: firsts(9, domain)?,
    })
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, left) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = left;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, Fault> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().map_err(|_| damaged())?))
    }

    /// A coordinate, which is kept in Montgomery's form.
    fn coordinate(&mut self) -> Result<Fq, Fault> {
        let mut limbs = [0u64; 4];
        for limb in &mut limbs {
            *limb = u64::from_le_bytes(self.take(8)?.try_into().map_err(|_| damaged())?);
        }
        let number = BigInt::new(limbs);
        if number >= Fq::MODULUS { Err(damaged()) } else { Ok(Fq::new_unchecked(number)) }
    }

    fn first(&mut self) -> Result<G1Affine, Fault> {
        let (x, y) = (self.coordinate()?, self.coordinate()?);
        if x == Fq::ZERO && y == Fq::ZERO {
            return Ok(G1Affine::identity());
        }
        let point = G1Affine::new_unchecked(x, y);
        if point.is_on_curve() { Ok(point) } else { Err(damaged()) }
    }

    fn second(&mut self) -> Result<G2Affine, Fault> {
        let mut pair = || -> Result<Fq2, Fault> { Ok(Fq2::new(self.coordinate()?, self.coordinate()?)) };
        let (x, y) = (pair()?, pair()?);
        if x == Fq2::ZERO && y == Fq2::ZERO {
            return Ok(G2Affine::identity());
        }
        let point = G2Affine::new_unchecked(x, y);
        if point.is_on_curve() && point.is_in_correct_subgroup_assuming_on_curve() { Ok(point) } else { Err(damaged()) }
    }
}

fn damaged() -> Fault {
    Fault::Unreadable("this is no key of snarkjs, or it is damaged".into())
}

/// How the keys of snarkjs have a proof computed: the quotient by its values between the points of the domain.
pub struct CircomReduction;

impl R1CSToQAP for CircomReduction {
    fn instance_map_with_evaluation<P: PrimeField, D: EvaluationDomain<P>>(
        _: ConstraintSystemRef<P>,
        _: &P,
    ) -> Result<(Vec<P>, Vec<P>, Vec<P>, P, usize, usize), SynthesisError> {
        // Keys of this kind come out of ceremonies.
        Err(SynthesisError::Unsatisfiable)
    }

    fn witness_map_from_matrices<P: PrimeField, D: EvaluationDomain<P>>(
        matrices: &[Matrix<P>],
        inputs: usize,
        constraints: usize,
        values: &[P],
    ) -> Result<Vec<P>, SynthesisError> {
        let domain = D::new(constraints + inputs).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let twice = P::get_root_of_unity(2 * domain.size() as u64).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let between = domain.get_coset(twice).ok_or(SynthesisError::PolynomialDegreeTooLarge)?;
        let moved = |mut at: Vec<P>| -> Vec<P> {
            domain.ifft_in_place(&mut at);
            between.fft_in_place(&mut at);
            at
        };
        let padded = |rows: &Matrix<P>| -> Vec<P> {
            let mut at: Vec<P> = rows.iter().map(|row| evaluate_constraint(row, values)).collect();
            at.resize(domain.size(), P::zero());
            at
        };
        let (mut left, right) = (padded(&matrices[0]), padded(&matrices[1]));
        left[constraints..constraints + inputs].copy_from_slice(&values[..inputs]);
        let product: Vec<P> = left.iter().zip(&right).map(|(one, other)| *one * other).collect();
        let (left, right, product) = (moved(left), moved(right), moved(product));
        Ok(left.iter().zip(&right).zip(&product).map(|((one, other), both)| *one * other - both).collect())
    }

    fn h_query_scalars<P: PrimeField, D: EvaluationDomain<P>>(
        _: usize,
        _: P,
        _: P,
        _: P,
    ) -> Result<Vec<P>, SynthesisError> {
        Err(SynthesisError::Unsatisfiable)
    }
}
