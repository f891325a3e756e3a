//! What is proved of an answer: that what is encrypted is what was committed to. See `hyperbounty/market/answer.py`.

use ark_ff::AdditiveGroup;

use crate::builder::{Circuit, Num};
use crate::curve::{BASE, SECRET_BITS, multiple};
use crate::field::F;
use crate::packing::{GIVEN, packed, said, signed};
use crate::poseidon::hash_all_in;
use crate::round::{Shape, UPDATE_BITS};

/// All that a proof is made of.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Of the circuit of rounds.
    pub shape: Shape,
    /// By entry, in rows: of 8 bits, signed.
    pub update: Vec<i64>,
    /// That the commitment was made with.
    pub salt: F,
    /// Of the trainer.
    pub address: F,
    /// Of the round.
    pub context: F,
    /// The aggregator's, on the curve.
    pub key: [F; 2],
    /// Of 251 bits.
    pub secret: F,
}

/// Commitment, context, address, two keys, the words of an update, and a salt.
pub fn inputs(shape: Shape) -> usize {
    7 + shape.update_words() + 1
}

/// Build the circuit of an answer.
pub fn build(answer: &Answer) -> Circuit {
    build_in(Circuit::new(inputs(answer.shape)), answer)
}

/// The same, in a circuit that is empty, and may hold a lie.
pub fn build_in(mut circuit: Circuit, answer: &Answer) -> Circuit {
    assert_eq!(answer.update.len(), answer.shape.entries());
    let c = &mut circuit;
    let update = signed(c, "update-range", &answer.update, UPDATE_BITS);
    c.family(GIVEN);
    let [salt, address, context, secret] =
        [answer.salt, answer.address, answer.context, answer.secret].map(|each| c.witness(each));
    let key = answer.key.map(|each| c.witness(each));
    c.family("commitment");
    let mut words = packed(&update, UPDATE_BITS);
    words.push(salt);
    let mut hashed = words.clone();
    hashed.extend([address.clone(), context.clone()]);
    let commitment = hash_all_in(c, &hashed);
    c.family("secret");
    let bits = c.bits(&secret, SECRET_BITS);
    c.family("ephemeral");
    let ephemeral = multiple(c, &BASE.map(Num::constant), &bits);
    c.family("shared");
    let shared = multiple(c, &key, &bits);
    c.family("stream");
    let sealed: Vec<Num> = words
        .iter()
        .enumerate()
        .map(|(place, word)| {
            let [x, y] = shared.clone();
            word + &hash_all_in(c, &[x, y, Num::constant(place as u64)])
        })
        .collect();
    let [first, second] = key;
    let [third, fourth] = ephemeral;
    let told = [commitment, context, address, first, second, third, fourth];
    for (place, each) in told.iter().chain(&sealed).enumerate() {
        said(c, place, each);
    }
    circuit
}

/// An answer of zeros, to the base point: the circuit has the same constraints with any values.
pub fn blank(shape: Shape) -> Answer {
    Answer {
        shape,
        update: vec![0; shape.entries()],
        salt: F::ZERO,
        address: F::ZERO,
        context: F::ZERO,
        key: BASE,
        secret: F::from(1u64),
    }
}
