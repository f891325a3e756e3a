"""Proofs of rounds and of answers: made by the prover, and held against what the reference computes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import ProverError
from hyperbounty.market.answer import Answer
from hyperbounty.market.rounds import RoundOutcome, outcome_of
from hyperbounty.market.statement import Statement
from hyperbounty.proofs.prover import Prover

ROUND: Final = "round"
ANSWER: Final = "answer"
"""The circuits, by the names that the prover has for them."""


@dataclass(frozen=True)
class ProvedRound:
    """A round with its proof.

    Attributes:
        outcome: what is proved.
        inputs: the public inputs of the proof.
        told: what the contract is told; its polynomial is the last input.
        proof: the points A, B and C, as the chain's precompiles take them.
    """

    outcome: RoundOutcome
    inputs: tuple[int, ...]
    told: tuple[int, ...]
    proof: tuple[int, ...]


@dataclass(frozen=True)
class ProvedAnswer:
    """An answer with its proof.

    Attributes:
        inputs: the public inputs, with the encrypted words.
        proof: as of a round.
    """

    inputs: tuple[int, ...]
    proof: tuple[int, ...]


def prove(prover: Prover, key: Path, statement: Statement) -> ProvedRound:
    """Prove a round.

    Args:
        prover: that makes the proof.
        key: of the statement's circuit.
        statement: with updates and salts; nothing of them can be learned from the proof.

    Raises:
        InvalidInput: a value is out of range.
        ProverError: the key is of another circuit; or prover and reference differ, which is a fault.
    """
    updates = [None if seat is None else seat.update for seat in statement.seats]
    outcome = outcome_of(updates, statement.model, statement.validation, statement.tuning)
    inputs = tuple(statement.inputs(outcome))
    proof = _proof(prover.prove(key, statement.document()), inputs)
    return ProvedRound(outcome, inputs, tuple(statement.told(outcome)), proof)


def prove_answer(prover: Prover, key: Path, answer: Answer) -> ProvedAnswer:
    """Prove an answer; see `prove`.

    Raises:
        ProverError: likewise.
    """
    inputs = tuple(answer.inputs)
    return ProvedAnswer(inputs, _proof(prover.prove(key, answer.document()), inputs))


def _proof(made: Any, inputs: Sequence[int]) -> tuple[int, ...]:
    if [int(each, 16) for each in made["outcome"]["inputs"]] != list(inputs):
        raise ProverError("the prover computes another outcome than this program", "use the prover of this version")
    return tuple(int(each, 16) for each in made["proof"])
