//! `hyperbounty-prover`: makes keys, proves rounds, and checks proofs.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;

use hyperbounty_prover::builder::Circuit;
use hyperbounty_prover::circom::{read_zkey, write_r1cs};
use hyperbounty_prover::groth::{Fault, Key, from_ceremony, prove, setup_for_development, verify};
use hyperbounty_prover::input::{AnswerInput, AnswerOutput, RoundInput, RoundOutput, element, shape_of};
use hyperbounty_prover::points::{points_of, proof_of};
use hyperbounty_prover::round::Shape;
use hyperbounty_prover::{answer, round};
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};

const ROUND: &str = "round";
const ANSWER: &str = "answer";
const USAGE: &str = "\
hyperbounty-prover setup --dev CIRCUIT SHAPE KEY   make a key; whoever makes it could forge proofs
hyperbounty-prover r1cs CIRCUIT SHAPE FILE         write the circuit, for a ceremony with snarkjs
hyperbounty-prover import CIRCUIT SHAPE ZKEY KEY   make a key of what came of the ceremony
hyperbounty-prover outcome CIRCUIT INPUT           what comes of an input, without a proof
hyperbounty-prover prove KEY INPUT                 the same, with a proof
hyperbounty-prover verify KEY PROOF                check what prove has written
hyperbounty-prover about KEY                       what a key is for

CIRCUIT is round or answer. SHAPE is trainers, features and outputs: 8x24x10 serves all. INPUT and PROOF are
files of JSON, or - for standard input. What is made goes to standard output.";

#[derive(Serialize)]
struct Proven {
    /// See `points`.
    proof: [String; 8],
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    Round(RoundOutput),
    Answer(AnswerOutput),
}

/// What `verify` needs of it.
#[derive(Deserialize)]
struct Said {
    proof: [String; 8],
    outcome: Inputs,
}

#[derive(Deserialize)]
struct Inputs {
    inputs: Vec<String>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["setup", "--dev", circuit, shape, key] => setup(circuit, shape, key),
        ["r1cs", circuit, shape, file] => r1cs(circuit, shape, file),
        ["import", circuit, shape, zkey, key] => import(circuit, shape, zkey, key),
        ["outcome", circuit, input] => built(circuit, input).and_then(|(_, outcome)| print(&outcome)),
        ["prove", key, input] => proven(key, input),
        ["verify", key, proof] => verified(key, proof),
        ["about", key] => about(key),
        ["--version"] => say(concat!("hyperbounty-prover ", env!("CARGO_PKG_VERSION"))),
        ["--help"] => say(USAGE),
        _ => Err(Fault::Unreadable(format!("this is no command.\n\n{USAGE}"))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("Error: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn setup(circuit: &str, shape: &str, path: &str) -> Result<(), Fault> {
    let (blank, shape) = blank(circuit, shape)?;
    kept(&setup_for_development(&blank, circuit, shape, &mut OsRng), path)
}

fn r1cs(circuit: &str, shape: &str, path: &str) -> Result<(), Fault> {
    let mut to = BufWriter::new(File::create(path)?);
    write_r1cs(&blank(circuit, shape)?.0, &mut to)?;
    Ok(to.flush()?)
}

fn import(circuit: &str, shape: &str, zkey: &str, path: &str) -> Result<(), Fault> {
    let (blank, shape) = blank(circuit, shape)?;
    let proving = read_zkey(BufReader::new(opened(zkey)?))?;
    kept(&from_ceremony(proving, &blank, circuit, shape, &mut OsRng)?, path)
}

/// A circuit that holds, with values of no meaning.
fn blank(circuit: &str, shape: &str) -> Result<(Circuit, Shape), Fault> {
    let sizes: Vec<usize> = shape.split('x').map(|each| each.parse().unwrap_or(0)).collect();
    let shape = shape_of(sizes.try_into().unwrap_or([0; 3]))?;
    match circuit {
        ROUND => Ok((round::build(&round::blank(shape)).circuit, shape)),
        ANSWER => Ok((answer::build(&answer::blank(shape)), shape)),
        _ => Err(no_circuit()),
    }
}

fn kept(key: &Key, path: &str) -> Result<(), Fault> {
    let mut to = BufWriter::new(File::create(path)?);
    key.write(&mut to)?;
    Ok(to.flush()?)
}

/// The circuit of an input, and what is said of it.
fn built(circuit: &str, input: &str) -> Result<(Circuit, Outcome), Fault> {
    match circuit {
        ROUND => {
            let built = round::build(&read_json::<RoundInput>(input)?.checked()?);
            let outcome = RoundOutput::of(&built);
            Ok((built.circuit, Outcome::Round(outcome)))
        }
        ANSWER => {
            let circuit = answer::build(&read_json::<AnswerInput>(input)?.checked()?);
            let outcome = AnswerOutput::of(&circuit);
            Ok((circuit, Outcome::Answer(outcome)))
        }
        _ => Err(no_circuit()),
    }
}

fn no_circuit() -> Fault {
    Fault::Unreadable("there is no such circuit: name round or answer".into())
}

fn proven(key: &str, input: &str) -> Result<(), Fault> {
    let key = read_key(key)?;
    let (circuit, outcome) = built(&key.about.circuit, input)?;
    let proof = prove(&key, &circuit, &mut OsRng)?;
    print(&Proven { proof: points_of(&proof), outcome })
}

fn verified(key: &str, proof: &str) -> Result<(), Fault> {
    let key = read_key(key)?;
    let told: Said = read_json(proof)?;
    let inputs = told.outcome.inputs.iter().map(|each| element("an input", each)).collect::<Result<Vec<_>, _>>()?;
    if !verify(&key.proving.vk, &inputs, &proof_of(&told.proof)?) {
        return Err(Fault::Unreadable("the proof does not hold for these inputs".into()));
    }
    say("the proof holds")
}

fn about(key: &str) -> Result<(), Fault> {
    print(&read_key(key)?.about)
}

fn read_key(path: &str) -> Result<Key, Fault> {
    Key::read(BufReader::new(opened(path)?))
}

fn read_json<T: serde::de::DeserializeOwned>(path: &str) -> Result<T, Fault> {
    let mut text = String::new();
    if path == "-" {
        io::stdin().read_to_string(&mut text)?;
    } else {
        opened(path)?.read_to_string(&mut text)?;
    }
    serde_json::from_str(&text).map_err(|error| Fault::Unreadable(format!("{path} is not what is wanted: {error}")))
}

fn opened(path: &str) -> Result<File, Fault> {
    File::open(path).map_err(|error| Fault::Unreadable(format!("{path} cannot be read: {error}")))
}

fn print(what: &impl Serialize) -> Result<(), Fault> {
    say(&serde_json::to_string(what).map_err(io::Error::from)?)
}

fn say(text: &str) -> Result<(), Fault> {
    Ok(writeln!(io::stdout(), "{text}")?)
}
