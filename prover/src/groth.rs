//! Groth16 over BN254: keys, proofs, and how they are kept.

use std::fmt;
use std::io::{self, BufRead, Write};

use ark_bn254::Bn254;
use ark_groth16::r1cs_to_qap::{LibsnarkReduction, R1CSToQAP};
use ark_groth16::{Groth16, Proof, ProvingKey, VerifyingKey, prepare_verifying_key};
use ark_relations::gr1cs::{ConstraintSynthesizer, ConstraintSystemRef, LinearCombination, SynthesisError, Variable};
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize};
use ark_std::UniformRand;
use rand::{CryptoRng, RngCore};
use serde::{Deserialize, Serialize};

use crate::builder::Circuit;
use crate::circom::CircomReduction;
use crate::field::F;
use crate::round::Shape;

/// What a key file begins with.
const MAGIC: &[u8] = b"hyperbounty-key/1\n";

/// What is said of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What is proved: `round` or `answer`.
    pub circuit: String,
    /// Trainers, features, outputs.
    pub shape: [usize; 3],
    /// Whether whoever made it could forge proofs: no money may depend on it.
    pub development: bool,
}

impl About {
    fn of(circuit: &str, shape: Shape, development: bool) -> Self {
        let shape = [shape.trainers, shape.features, shape.outputs];
        Self { circuit: circuit.into(), shape, development }
    }
}

/// A proving key, with what is said of it.
pub struct Key {
    /// What is said of it.
    pub about: About,
    /// The key.
    pub proving: ProvingKey<Bn254>,
}

/// Why something cannot be done.
#[derive(Debug)]
pub enum Fault {
    /// The values break a constraint of this family.
    Broken(&'static str),
    /// A file is not what it should be.
    Unreadable(String),
    /// The key is of another circuit.
    OtherCircuit,
    /// Reading or writing failed.
    Io(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(family) => write!(to, "the values break a constraint of the family {family}"),
            Self::Unreadable(why) => write!(to, "{why}"),
            Self::OtherCircuit => write!(to, "the key is of another circuit: make one for this circuit and shape"),
            Self::Io(error) => write!(to, "{error}"),
        }
    }
}

impl std::error::Error for Fault {}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Synthesized<'a>(&'a Circuit);

impl ConstraintSynthesizer<F> for Synthesized<'_> {
    fn generate_constraints(self, system: ConstraintSystemRef<F>) -> Result<(), SynthesisError> {
        let circuit = self.0;
        let mut variables = vec![Variable::One];
        for (place, value) in circuit.values.iter().enumerate().skip(1) {
            let value = || Ok(*value);
            variables.push(if place <= circuit.inputs {
                system.new_input_variable(value)?
            } else {
                system.new_witness_variable(value)?
            });
        }
        let combined = |terms: &[(u32, F)]| -> LinearCombination<F> {
            let terms: Vec<(F, Variable)> =
                terms.iter().map(|(place, weight)| (*weight, variables[*place as usize])).collect();
            LinearCombination::from_sum_coeff_vars(&terms)
        };
        for each in &circuit.constraints {
            system.enforce_r1cs_constraint(
                || combined(&each.left),
                || combined(&each.right),
                || combined(&each.product),
            )?;
        }
        Ok(())
    }
}

/// Make a key whose maker could forge proofs.
pub fn setup_for_development(
    circuit: &Circuit,
    name: &str,
    shape: Shape,
    random: &mut (impl RngCore + CryptoRng),
) -> Key {
    let proving = Groth16::<Bn254>::generate_random_parameters_with_reduction(Synthesized(circuit), random)
        .expect("a circuit has its values");
    Key { about: About::of(name, shape, true), proving }
}

/// The key of a ceremony, once it has proved something that holds.
pub fn from_ceremony(
    proving: ProvingKey<Bn254>,
    circuit: &Circuit,
    name: &str,
    shape: Shape,
    random: &mut (impl RngCore + CryptoRng),
) -> Result<Key, Fault> {
    let key = Key { about: About::of(name, shape, false), proving };
    let proof = prove(&key, circuit, random)?;
    if verify(&key.proving.vk, circuit.public(), &proof) { Ok(key) } else { Err(Fault::OtherCircuit) }
}

/// Prove that somebody knows values with which the circuit holds.
pub fn prove(key: &Key, circuit: &Circuit, random: &mut (impl RngCore + CryptoRng)) -> Result<Proof<Bn254>, Fault> {
    if let Some(broken) = circuit.broken("") {
        return Err(Fault::Broken(broken.family));
    }
    if key.proving.a_query.len() != circuit.values.len() || key.proving.vk.gamma_abc_g1.len() != circuit.inputs + 1 {
        return Err(Fault::OtherCircuit);
    }
    // The two kinds of keys want the quotient of the polynomials in two ways.
    if key.about.development {
        made::<LibsnarkReduction>(key, circuit, random)
    } else {
        made::<CircomReduction>(key, circuit, random)
    }
}

fn made<Q: R1CSToQAP>(
    key: &Key,
    circuit: &Circuit,
    random: &mut (impl RngCore + CryptoRng),
) -> Result<Proof<Bn254>, Fault> {
    let place = |terms: &[(u32, F)]| -> Vec<(F, usize)> {
        terms.iter().map(|(variable, weight)| (*weight, *variable as usize)).collect()
    };
    let matrices = [
        circuit.constraints.iter().map(|each| place(&each.left)).collect::<Vec<_>>(),
        circuit.constraints.iter().map(|each| place(&each.right)).collect(),
        circuit.constraints.iter().map(|each| place(&each.product)).collect(),
    ];
    Groth16::<Bn254, Q>::create_proof_with_reduction_and_matrices(
        &key.proving,
        F::rand(random),
        F::rand(random),
        &matrices,
        circuit.inputs + 1,
        circuit.constraints.len(),
        &circuit.values,
    )
    .map_err(|_| Fault::OtherCircuit)
}

/// Whether a proof holds for these public inputs.
pub fn verify(key: &VerifyingKey<Bn254>, public: &[F], proof: &Proof<Bn254>) -> bool {
    public.len() + 1 == key.gamma_abc_g1.len()
        && Groth16::<Bn254>::verify_proof(&prepare_verifying_key(key), proof, public).unwrap_or(false)
}

impl Key {
    /// Write it.
    pub fn write(&self, mut to: impl Write) -> Result<(), Fault> {
        to.write_all(MAGIC)?;
        serde_json::to_writer(&mut to, &self.about).map_err(io::Error::from)?;
        to.write_all(b"\n")?;
        self.proving.serialize_uncompressed(&mut to).map_err(|error| Fault::Unreadable(error.to_string()))
    }

    /// Read it. Its points are not checked: a wrong key makes proofs that do not hold.
    pub fn read(mut from: impl BufRead) -> Result<Self, Fault> {
        let unreadable = || Fault::Unreadable("this is no key: make one with setup".into());
        let mut magic = vec![0; MAGIC.len()];
        from.read_exact(&mut magic).map_err(|_| unreadable())?;
        if magic != MAGIC {
            return Err(unreadable());
        }
        let mut head = Vec::new();
        from.read_until(b'\n', &mut head)?;
        let about = serde_json::from_slice(&head).map_err(|_| unreadable())?;
        let proving = ProvingKey::deserialize_uncompressed_unchecked(&mut from)
            .map_err(|_| Fault::Unreadable("the key was cut short, or damaged: make it anew".into()))?;
        Ok(Self { about, proving })
    }
}
