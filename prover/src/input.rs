//! What the prover is given, as JSON: checked here, so that nothing behind it meets a value out of range.

use ark_ff::PrimeField;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::builder::Circuit;
use crate::curve::{SECRET_BITS, is_on_curve};
use crate::field::{F, hex, power_of_two, read_hex};
use crate::groth::Fault;
use crate::round::{Built, Delivered, Round, Shape, Tuning};

/// A round, as the owner of the witness has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundInput {
    shape: [usize; 3],
    context: String,
    seats: Vec<Option<SeatInput>>,
    model: Vec<i64>,
    tuning: TuningJson,
    factor: Vec<i64>,
    targets: Vec<i64>,
    scale: u64,
    validation_salt: String,
}

/// An answer, as the trainer has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    shape: [usize; 3],
    update: Vec<i64>,
    salt: String,
    address: String,
    context: String,
    key: [String; 2],
    secret: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatInput {
    update: Vec<i64>,
    salt: String,
    address: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct TuningJson {
    rate: u64,
    steps: u64,
    ridge: u64,
}

/// What a round came to.
#[derive(Debug, Serialize)]
pub struct RoundOutput {
    kept: Vec<bool>,
    shares: Vec<u64>,
    model: Vec<i64>,
    tuning: TuningJson,
    /// Public inputs, in the order of the circuit.
    pub inputs: Vec<String>,
    /// What the contract is told, in the order of the polynomial.
    told: Vec<String>,
}

impl RoundInput {
    /// The round, where every value is in its range.
    pub fn checked(self) -> Result<Round, Fault> {
        let shape = shape_of(self.shape)?;
        if self.seats.len() != shape.trainers {
            return Err(fault(format!("there are {} seats, not {}", self.seats.len(), shape.trainers)));
        }
        if self.seats.iter().all(Option::is_none) {
            return Err(fault("nobody delivered: there is nothing to prove"));
        }
        let seats = self.seats.into_iter().enumerate().map(|(place, seat)| {
            let Some(seat) = seat else { return Ok(None) };
            in_range(&format!("the update of seat {place}"), &seat.update, shape.entries(), 8)?;
            let (salt, address) = (element("a salt", &seat.salt)?, element("an address", &seat.address)?);
            Ok(Some(Delivered { update: seat.update, salt, address }))
        });
        let seats = seats.collect::<Result<Vec<_>, Fault>>()?;
        in_range("the model", &self.model, shape.entries(), 28)?;
        in_range("the factor", &self.factor, shape.upper(), 14)?;
        in_range("the targets", &self.targets, shape.entries(), 14)?;
        let tuning = self.tuning;
        if self.scale >> 32 != 0 || tuning.rate >> 20 != 0 || tuning.steps >> 10 != 0 || tuning.ridge >> 20 != 0 {
            return Err(fault("the scale has more than 32 bits, rate or ridge more than 20, or steps more than 10"));
        }
        Ok(Round {
            shape,
            context: element("the context", &self.context)?,
            seats,
            model: self.model,
            tuning: Tuning { rate: tuning.rate, steps: tuning.steps, ridge: tuning.ridge },
            factor: self.factor,
            targets: self.targets,
            scale: self.scale,
            validation_salt: element("the salt of the validation set", &self.validation_salt)?,
        })
    }
}

impl AnswerInput {
    /// The answer, where every value is in its range.
    pub fn checked(self) -> Result<Answer, Fault> {
        let shape = shape_of(self.shape)?;
        in_range("the update", &self.update, shape.entries(), 8)?;
        let [x, y] = &self.key;
        let key = [element("the key", x)?, element("the key", y)?];
        if !is_on_curve(key) {
            return Err(fault("the key is no point of the curve"));
        }
        let secret = element("the secret", &self.secret)?;
        if secret.into_bigint() >= power_of_two(SECRET_BITS).into_bigint() {
            return Err(fault(format!("the secret has more than {SECRET_BITS} bits")));
        }
        Ok(Answer {
            shape,
            update: self.update,
            salt: element("the salt", &self.salt)?,
            address: element("the address", &self.address)?,
            context: element("the context", &self.context)?,
            key,
            secret,
        })
    }
}

/// What an answer says: its public inputs.
#[derive(Debug, Serialize)]
pub struct AnswerOutput {
    /// In the order of the circuit.
    pub inputs: Vec<String>,
}

impl AnswerOutput {
    /// Of a circuit.
    pub fn of(circuit: &Circuit) -> Self {
        Self { inputs: circuit.public().iter().copied().map(hex).collect() }
    }
}

impl RoundOutput {
    /// Of a circuit.
    pub fn of(built: &Built) -> Self {
        Self {
            kept: built.kept.clone(),
            shares: built.shares.clone(),
            model: built.model.clone(),
            tuning: TuningJson { rate: built.tuning.rate, steps: built.tuning.steps, ridge: built.tuning.ridge },
            inputs: built.circuit.public().iter().copied().map(hex).collect(),
            told: built.told.iter().copied().map(hex).collect(),
        }
    }
}

/// The shape of three sizes.
pub fn shape_of([trainers, features, outputs]: [usize; 3]) -> Result<Shape, Fault> {
    if !(3..=8).contains(&trainers) || !(1..=24).contains(&features) || !(1..=10).contains(&outputs) {
        return Err(fault("the shape is not 3 to 8 trainers, 1 to 24 features and 1 to 10 outputs"));
    }
    Ok(Shape { trainers, features, outputs })
}

/// An element of the field that everything is counted in; see `field::read_hex`.
pub fn element(what: &str, text: &str) -> Result<F, Fault> {
    read_hex(text)
        .ok_or_else(|| fault(format!("{what} is no number below the order of the field, written as 0x and hex digits")))
}

fn in_range(what: &str, values: &[i64], count: usize, bits: u32) -> Result<(), Fault> {
    if values.len() != count {
        return Err(fault(format!("{what} has {} entries, not {count}", values.len())));
    }
    let half = 1i64 << (bits - 1);
    if values.iter().any(|value| !(-half..half).contains(value)) {
        return Err(fault(format!("{what} has an entry with more than {bits} bits")));
    }
    Ok(())
}

fn fault(why: impl Into<String>) -> Fault {
    Fault::Unreadable(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_as_they_were_written() {
        for value in [F::from(0u64), F::from(255u64), -F::from(1u64)] {
            assert_eq!(element("it", &hex(value)).unwrap(), value);
        }
        assert_eq!(element("it", "0xff").unwrap(), F::from(255u64));
        // The order of the field, and what is no number.
        let order = "0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
        for text in [order, "", "0x", "12", "0xg", &format!("0x{}", "0".repeat(65))] {
            assert!(element("it", text).is_err(), "{text}");
        }
    }
}
