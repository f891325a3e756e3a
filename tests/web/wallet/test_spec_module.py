"""Word, cost and memory in the browser beside those in Python, over random specs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

import pytest

from hyperbounty.spec.cost import parameters, picoseconds
from hyperbounty.spec.judge import judge
from hyperbounty.spec.memory import process_bytes
from hyperbounty.spec.portable import portable_spec, portable_tables, portable_task
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import (
    ACTIVATIONS,
    CELLS,
    FIELDS,
    LOSSES,
    MAX_LAYERS,
    MAX_UNITS,
    NORMALIZATIONS,
    OPTIMIZERS,
)
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack
from tests.web.wallet.modules import NODE, answers

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(NODE is None, reason="no node on the PATH")]

COUNT: Final = 1_000
TABLES: Final = portable_tables()


def units(draw: random.Random, fewest: int) -> tuple[int, ...]:
    # Small and large ones: where a formula bends is at both ends.
    return tuple(
        draw.choice((1, 2, draw.randint(1, 64), draw.randint(1, MAX_UNITS)))
        for _ in range(draw.randint(fewest, MAX_LAYERS))
    )


def random_spec(draw: random.Random) -> Spec:
    dense = units(draw, 0)
    return Spec(
        cell=draw.choice(CELLS),
        recurrent_units=units(draw, 1),
        dense_units=dense,
        activation=draw.choice(ACTIVATIONS),
        dense_activation=draw.choice(ACTIVATIONS) if dense else ACTIVATIONS[0],
        loss=draw.choice(LOSSES),
        optimizer=draw.choice(OPTIMIZERS),
        learning_rate=draw.randint(1, 1_000_000) / 1_000_000,
        batch_size=draw.choice((1, 2, draw.randint(1, 256), draw.randint(1, 8192))),
        epochs=draw.randint(1, 1000),
        dropout=draw.choice((0.0, draw.randint(0, 90) / 100)),
        normalization=draw.choice(NORMALIZATIONS),
        bidirectional=draw.random() < 0.5,
        gradient_clip=draw.choice((0.0, draw.randint(0, 1000) / 100)),
        weight_decay=draw.choice((0.0, draw.randint(0, 100_000) / 1_000_000)),
    )


def random_shape(draw: random.Random) -> TaskShape:
    rows = draw.choice((1, draw.randint(1, 100), draw.randint(100, 20_000)))
    return TaskShape(draw.randint(1, 30), rows, draw.randint(2, 200), draw.choice((0, draw.randint(1, 4_000))))


def cases() -> list[tuple[Spec, TaskShape]]:
    draw = random.Random(19)
    return [(random_spec(draw), random_shape(draw)) for _ in range(COUNT)]


def test_words_and_costs_are_pythons(tmp_path: Path) -> None:
    drawn = cases()
    asked: list[list[Any]] = []
    for spec, shape in drawn:
        asked.append(["bounty/spec.js", "pack", TABLES, portable_spec(spec)])
        asked.append(["bounty/spec.js", "measure", TABLES, portable_spec(spec), vars(shape)])
        asked.append(["bounty/spec.js", "unpack", TABLES, "0x" + spec.word.hex()])
    found = iter(answers(tmp_path, asked))
    for spec, shape in drawn:
        assert next(found) == "0x" + spec.word.hex()
        measured = next(found)
        assert measured["parameters"] == str(parameters(spec, shape.features))
        assert measured["picoseconds"] == str(picoseconds(spec, shape))
        assert measured["bytes"] == str(process_bytes(spec, shape))
        assert next(found) == portable_spec(spec)


def test_the_verdict_is_pythons(tmp_path: Path) -> None:
    draw = random.Random(20)
    drawn = []
    for spec, shape in cases():
        limits = unpack(SPEC_MAXIMA)
        for field in draw.sample(FIELDS[1:], 2 if draw.random() < 0.3 else 0):
            limits[field.name] = draw.randint(field.lowest, field.highest)
        drawn.append((spec, shape, pack(limits), draw.choice((1, 60, 3_600, 10**6, 10**9))))
    found = answers(
        tmp_path,
        [
            ["bounty/spec.js", "judge", TABLES, portable_task(lim, shape, may), portable_spec(s)]
            for s, shape, lim, may in drawn
        ],
    )
    kinds = set()
    for (spec, shape, limits_word, may), given in zip(drawn, found, strict=True):
        judged = judge(spec.word, limits_word, shape, may)
        refusal = judged.refusal
        if refusal is None:
            assert "refusal" not in given
            assert given["seconds"] == str(judged.seconds)
        elif "field" in given:
            assert "this contest allows" in str(refusal.next_step)
            assert given["refusal"].split(" ")[0] == refusal.what.split(" ")[0]
        else:
            assert given["refusal"] == f"{refusal.what}; {refusal.next_step}"
        kinds.add("none" if refusal is None else given["refusal"][:12])
    assert {"none", "a run of thi", "the spec nee"} <= kinds


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"learning_rate": 0.0000005}, "learning_rate"),
        ({"learning_rate": float("1e9")}, "learning_rate"),
        ({"learning_rate": None}, "learning_rate"),
        ({"batch_size": 2.5}, "batch_size"),
        ({"recurrent_units": []}, "recurrent_units"),
        ({"recurrent_units": [8, 0]}, "recurrent_units"),
        ({"recurrent_units": [1, 1, 1, 1, 1]}, "recurrent_units"),
        ({"recurrent_units": [1025]}, "recurrent_units"),
        ({"cell": "gru"}, "cell"),
        ({"dense_activation": "relu"}, "dense_activation"),
    ],
)
def test_what_no_spec_can_be_is_named(tmp_path: Path, changes: dict[str, Any], field: str) -> None:
    [found] = answers(
        tmp_path,
        [
            [
                "bounty/spec.js",
                "judge",
                TABLES,
                portable_task(SPEC_MAXIMA, TaskShape(8, 1_000, 60), 60),
                {**portable_spec(Spec()), **changes},
            ]
        ],
    )
    assert found["field"] == field
    assert field.split("_", maxsplit=1)[0] in found["refusal"]
