//! Proves what a round of a training market came to, without showing what came in.

pub mod answer;
pub mod builder;
pub mod circom;
pub mod curve;
pub mod field;
pub mod groth;
pub mod input;
pub mod next;
pub mod packing;
pub mod points;
pub mod poseidon;
pub mod round;
pub mod shapley;
pub mod worth;
