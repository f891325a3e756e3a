//! A proof of a whole round holds, and of nothing else.

use std::time::Instant;

use hyperbounty_prover::answer;
use hyperbounty_prover::field::F;
use hyperbounty_prover::groth::{Key, prove, setup_for_development, verify};
use hyperbounty_prover::round::{Shape, blank, build};
use rand::{SeedableRng, rngs::StdRng};

#[test]
fn a_proof_holds_for_its_inputs_alone() {
    for shape in [Shape { trainers: 3, features: 2, outputs: 1 }, Shape::FULL] {
        let mut random = StdRng::seed_from_u64(1);
        let built = build(&blank(shape));
        let began = Instant::now();
        let key = setup_for_development(&built.circuit, "round", shape, &mut random);
        println!("setup {:?}", began.elapsed());
        let mut kept = Vec::new();
        key.write(&mut kept).unwrap();
        let key = Key::read(kept.as_slice()).unwrap();
        println!("key {} MB", kept.len() >> 20);
        let began = Instant::now();
        let built = build(&blank(shape));
        println!("built {:?}", began.elapsed());
        let proof = prove(&key, &built.circuit, &mut random).unwrap();
        println!("proof {:?}", began.elapsed());
        let public = built.circuit.public();
        let began = Instant::now();
        assert!(verify(&key.proving.vk, public, &proof));
        println!("verify {:?}", began.elapsed());
        for place in 0..public.len() {
            let mut other = public.to_vec();
            other[place] += F::from(1u64);
            assert!(!verify(&key.proving.vk, &other, &proof));
        }
    }
}

#[test]
fn a_proof_of_an_answer_holds_for_its_inputs_alone() {
    let mut random = StdRng::seed_from_u64(1);
    let circuit = answer::build(&answer::blank(Shape::FULL));
    println!("{} constraints", circuit.constraints.len());
    let key = setup_for_development(&circuit, "answer", Shape::FULL, &mut random);
    let began = Instant::now();
    let proof = prove(&key, &answer::build(&answer::blank(Shape::FULL)), &mut random).unwrap();
    println!("proof {:?}", began.elapsed());
    let public = circuit.public();
    assert!(verify(&key.proving.vk, public, &proof));
    for place in 0..public.len() {
        let mut other = public.to_vec();
        other[place] += F::from(1u64);
        assert!(!verify(&key.proving.vk, &other, &proof));
    }
}
