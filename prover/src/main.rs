//! `hyperbounty-prover`: makes keys, proves rounds, and checks proofs.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::ExitCode;

use hyperbounty_prover::groth::{Fault, Key, prove, setup_for_development, verify};
use hyperbounty_prover::input::{RoundInput, RoundOutput, element};
use hyperbounty_prover::points::{points_of, proof_of};
use hyperbounty_prover::round::{Shape, blank, build};
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};

const USAGE: &str = "\
hyperbounty-prover setup --dev [--shape 8x24x10] KEY   make a key; whoever has seen it made could forge proofs
hyperbounty-prover outcome INPUT                       what a round comes to, without a proof
hyperbounty-prover prove KEY INPUT                     the same, with a proof
hyperbounty-prover verify KEY PROOF                    check what prove has written
hyperbounty-prover about KEY                           what a key is for

INPUT and PROOF are files of JSON, or - for standard input. What is made goes to standard output.";

#[derive(Serialize)]
struct Proven {
    /// See `points`.
    proof: [String; 8],
    outcome: RoundOutput,
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
        ["setup", "--dev", key] => setup(Shape::FULL, key),
        ["setup", "--dev", "--shape", shape, key] => shape_of(shape).and_then(|shape| setup(shape, key)),
        ["outcome", input] => outcome(input),
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

fn setup(shape: Shape, path: &str) -> Result<(), Fault> {
    let key = setup_for_development(&build(&blank(shape)).circuit, shape, &mut OsRng);
    let mut to = BufWriter::new(File::create(path)?);
    key.write(&mut to)?;
    Ok(to.flush()?)
}

fn outcome(input: &str) -> Result<(), Fault> {
    print(&RoundOutput::of(&build(&read_json::<RoundInput>(input)?.checked()?)))
}

fn proven(key: &str, input: &str) -> Result<(), Fault> {
    let key = read_key(key)?;
    let built = build(&read_json::<RoundInput>(input)?.checked()?);
    let proof = prove(&key, &built.circuit, &mut OsRng)?;
    print(&Proven { proof: points_of(&proof), outcome: RoundOutput::of(&built) })
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

fn shape_of(text: &str) -> Result<Shape, Fault> {
    let sizes: Vec<usize> = text.split('x').filter_map(|each| each.parse().ok()).collect();
    match sizes.as_slice() {
        &[trainers @ 3..=8, features @ 1..=24, outputs @ 1..=10] => Ok(Shape { trainers, features, outputs }),
        _ => Err(Fault::Unreadable("a shape is 3 to 8 trainers, 1 to 24 features and 1 to 10 outputs: 8x24x10".into())),
    }
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
