"""The prover against the reference: the same integers, and proofs that hold for nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hyperbounty.errors import ProverError, ProverMissing
from hyperbounty.market.answer import Answer, read_answer
from hyperbounty.market.babyjubjub import BASE, Sealed, multiple
from hyperbounty.market.poseidon import FIELD
from hyperbounty.market.proving import ANSWER, ROUND, prove, prove_answer
from hyperbounty.market.rounds import outcome_of
from hyperbounty.market.statement import FULL, Statement, context_of
from hyperbounty.proofs.prover import VARIABLE, Prover
from tests.market.rounds_drawn import SMALL, drawn_statement

pytestmark = [pytest.mark.prover, pytest.mark.heavy]


@pytest.fixture(scope="module")
def key(prover: Prover, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the small circuit."""
    path = tmp_path_factory.mktemp("keys") / "small.key"
    prover.make_development_key(path, ROUND, "4x3x2")
    return path


def same(prover: Prover, statement: Statement) -> int:
    """Whether both compute the same of a round; gives how many are kept."""
    updates = [None if seat is None else seat.update for seat in statement.seats]
    wanted = outcome_of(updates, statement.model, statement.validation, statement.tuning)
    found = prover.outcome(ROUND, statement.document())
    empty = statement.shape.trainers - len(updates)
    assert found["kept"] == [*wanted.kept, *[False] * empty]
    assert found["shares"] == [*wanted.shares, *[0] * empty]
    assert found["model"] == statement.shape.flat(wanted.model)
    assert found["tuning"] == {
        "rate": wanted.tuning.rate,
        "steps": wanted.tuning.steps,
        "ridge": wanted.tuning.ridge,
    }
    assert [int(each, 16) for each in found["told"]] == statement.told(wanted)
    assert [int(each, 16) for each in found["inputs"]] == statement.inputs(wanted)
    return sum(wanted.kept)


def test_prover_and_reference_compute_the_same(prover: Prover) -> None:
    kept = [same(prover, drawn_statement(seed)) for seed in range(100)]
    assert {0, 3, 4} <= set(kept)
    assert {same(prover, drawn_statement(seed, FULL)) for seed in range(6)} - {0}


def test_a_proof_is_of_one_round_alone(prover: Prover, key: Path) -> None:
    statement = drawn_statement(1)
    proven = prover.prove(key, statement.document())
    prover.verify(key, proven)
    inputs = proven["outcome"]["inputs"]
    for place in range(len(inputs)):
        other = json.loads(json.dumps(proven))
        other["outcome"]["inputs"][place] = hex((int(inputs[place], 16) + 1) % FIELD)
        with pytest.raises(ProverError, match="does not hold"):
            prover.verify(key, other)
    for place in range(8):
        other = json.loads(json.dumps(proven))
        other["proof"][place] = hex(int(other["proof"][place], 16) ^ 1)
        with pytest.raises(ProverError, match=r"does not hold|not on the curve"):
            prover.verify(key, other)
    another = prover.prove(key, drawn_statement(2).document())
    with pytest.raises(ProverError, match="does not hold"):
        prover.verify(key, {**proven, "proof": another["proof"]})


def test_a_proof_of_the_whole_circuit_holds(prover: Prover, tmp_path: Path) -> None:
    prover.make_development_key(tmp_path / "full.key", ROUND, "8x24x10")
    assert prover.about(tmp_path / "full.key") == {"circuit": "round", "shape": [8, 24, 10], "development": True}
    statement = drawn_statement(5, FULL)
    proved = prove(prover, tmp_path / "full.key", statement)
    assert list(proved.inputs) == statement.inputs(proved.outcome)
    assert len(proved.proof) == 8


def test_a_commitment_is_of_one_round_of_one_project(prover: Prover) -> None:
    seat = drawn_statement(1).seats[0]
    assert seat is not None
    contexts = [
        context_of(chain, contract, project, number)
        for chain in (1, 5)
        for contract in ("0x" + "11" * 20, "0x" + "12" * 20)
        for project in (1, 2)
        for number in (1, 2)
    ]
    made = {seat.commitment(context, SMALL) for context in contexts}
    made |= {replace(seat, address=seat.address + 1).commitment(contexts[0], SMALL)}
    made |= {replace(seat, salt=seat.salt + 1).commitment(contexts[0], SMALL)}
    made |= {replace(seat, update=seat.update + 1).commitment(contexts[0], SMALL)}
    assert len(made) == 19


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"shape": [9, 3, 2]}, "the shape is not"),
        ({"seats": []}, "0 seats, not 4"),
        ({"seats": [None] * 4}, "nobody delivered"),
        ({"model": [0] * 5}, "5 entries, not 6"),
        ({"model": [2**27, 0, 0, 0, 0, 0]}, "more than 28 bits"),
        ({"factor": [8_192, 0, 0, 0, 0, 0]}, "more than 14 bits"),
        ({"scale": 2**32}, "more than 32 bits"),
        ({"tuning": {"rate": 2**20, "steps": 1, "ridge": 0}}, "more than 20"),
        ({"context": hex(FIELD)}, "below the order of the field"),
        ({"context": "12"}, "below the order of the field"),
        ({"more": 1}, "unknown field"),
    ],
)
def test_what_is_out_of_range_is_refused(prover: Prover, change: dict[str, Any], says: str) -> None:
    with pytest.raises(ProverError, match=says):
        prover.outcome(ROUND, {**drawn_statement(3).document(), **change})


def test_keys_that_are_none_and_keys_of_others_are_refused(prover: Prover, key: Path, tmp_path: Path) -> None:
    document = drawn_statement(1).document()
    (tmp_path / "no.key").write_bytes(b"no key at all")
    (tmp_path / "short.key").write_bytes(key.read_bytes()[:10_000])
    prover.make_development_key(tmp_path / "other.key", ROUND, "3x3x2")
    for name, says in (("no", "this is no key"), ("short", "cut short"), ("other", "of another circuit")):
        with pytest.raises(ProverError, match=says):
            prover.prove(tmp_path / f"{name}.key", document)
    with pytest.raises(ProverError, match="cannot be read"):
        prover.prove(tmp_path / "none.key", document)
    with pytest.raises(ProverError, match="3 to 8 trainers"):
        prover.make_development_key(tmp_path / "large.key", ROUND, "9x1x1")
    with pytest.raises(ProverError, match="no such circuit"):
        prover.make_development_key(tmp_path / "no.key", "rounds", "3x1x1")


def test_a_prover_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(ProverMissing, match=VARIABLE):
        Prover.found()
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProverMissing, match="cargo build"):
        Prover.found()


def test_a_secret_is_in_no_argument(prover: Prover) -> None:
    assert prover.version().startswith("hyperbounty-prover ")
    statement = drawn_statement(3)
    largest = replace(statement, model=np.full_like(statement.model, 2**27))
    with pytest.raises(ProverError) as caught:
        prover.outcome(ROUND, largest.document())
    assert str(statement.seats[0]) not in str(caught.value)


def drawn_answer(seed: int, key: int) -> Answer:
    seat = drawn_statement(seed).seats[0]
    assert seat is not None
    return Answer(seat, 1_000 + seed, multiple(BASE, key), 7_000_000_001 * (seed + 1), SMALL)


def test_an_answer_is_proved_and_opened_by_one_key(prover: Prover, tmp_path: Path) -> None:
    prover.make_development_key(tmp_path / "answer.key", ANSWER, "4x3x2")
    secret = 2**250 - 3
    answer = drawn_answer(1, secret)
    proved = prove_answer(prover, tmp_path / "answer.key", answer)
    commitment, context, address, *_ = proved.inputs
    opened = read_answer(Sealed((proved.inputs[5], proved.inputs[6]), proved.inputs[7:]), secret, address, SMALL)
    assert opened.commitment(context, SMALL) == commitment
    assert SMALL.flat(opened.update) == SMALL.flat(answer.seat.update)
    proven = prover.prove(tmp_path / "answer.key", answer.document())
    for place in range(len(proved.inputs)):
        other = json.loads(json.dumps(proven))
        other["outcome"]["inputs"][place] = hex((int(other["outcome"]["inputs"][place], 16) + 1) % FIELD)
        with pytest.raises(ProverError, match="does not hold"):
            prover.verify(tmp_path / "answer.key", other)
    with pytest.raises(ProverError, match=r"another circuit|is not what is wanted"):
        prover.prove(tmp_path / "answer.key", drawn_statement(1).document())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": ["0x1", "0x1"]}, "no point of the curve"),
        ({"secret": hex(2**251)}, "more than 251 bits"),
        ({"update": [128] * 6}, "more than 8 bits"),
    ],
)
def test_an_answer_out_of_range_is_refused(prover: Prover, change: dict[str, Any], says: str) -> None:
    assert prover.outcome(ANSWER, drawn_answer(2, 5).document())["inputs"]
    with pytest.raises(ProverError, match=says):
        prover.outcome(ANSWER, {**drawn_answer(2, 5).document(), **change})
