"""The contract learns and decides as the reference models do: random models, samples and labels, faults among them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Final

import pytest

from hyperbounty.models.kinds import KINDS, Kind, Model, Shape, State, restored
from hyperbounty.models.samples import SampleError
from tests.contracts.chain_world import ETHER
from tests.contracts.models_world import ModelsWorld

STEPS: Final = 25  # samples added to a model; each is predicted with others first
ASKED: Final = 8
STAKE: Final = 10 * ETHER


@pytest.fixture(scope="module")
def chain() -> ModelsWorld:
    return ModelsWorld()


def drawn_shape(draw: random.Random, kind: Kind) -> Shape:
    capacity = 2 if KINDS[kind].two_classes else draw.choice((2, 4, 8))
    return Shape(
        kind,
        features=draw.choice((1, 2, 9, 16, 17, 40, 300)),
        classes=2 if KINDS[kind].two_classes else draw.randint(1, capacity),
        capacity=capacity,
        step=draw.choice((1, 30, 255)) if kind is Kind.SPARSE_PERCEPTRON else 0,
        alpha=draw.choice((1, 16, 65_535)) if kind is Kind.NAIVE_BAYES else 0,
    )


def drawn_numbers(draw: random.Random, shape: Shape) -> tuple[list[int], list[int]]:
    """Words of a state, and the samples of each class; many numbers lie at an end of their range."""
    bits = KINDS[shape.kind].number_bits
    near = draw.choice((0, 1, 2**bits - 1, 2 ** (bits - 1), 2 ** (bits - 1) - 1))
    samples = [] if KINDS[shape.kind].two_classes else [draw.choice((0, 1, 7, 2**32 - 1)) for _ in range(shape.classes)]
    rows = shape.capacity if shape.kind is Kind.DENSE_CENTROID else 1
    numbers = shape.features * (shape.lanes if shape.kind in (Kind.NAIVE_BAYES, Kind.SPARSE_CENTROID) else 1)

    def number(row: int, place: int) -> int:
        owner = row if rows > 1 else place % shape.capacity
        if samples and (owner >= len(samples) or not samples[owner]):
            return 0
        return draw.choice((near, draw.randrange(2**bits), draw.randrange(4)))

    words = []
    for row in range(rows):
        flat = [number(row, place) for place in range(numbers)]
        per = 256 // bits
        words += [
            sum(one << bits * lane for lane, one in enumerate(flat[first : first + per]))
            for first in range(0, numbers, per)
        ]
    return words, samples


def drawn_sample(draw: random.Random, shape: Shape) -> bytes:
    """Mostly a good one."""
    if KINDS[shape.kind].sparse:
        count = draw.randint(1, min(shape.features, 30))
        features = sorted(draw.sample(range(shape.features), count))
        if draw.random() < 0.1:
            features[draw.randrange(count)] = draw.randrange(2**16)
        return b"".join(feature.to_bytes(2, "big") for feature in features) + bytes(draw.random() < 0.03)
    values = [draw.choice((draw.randrange(2**16), draw.randrange(5), 2**15, 2**15 - 1)) for _ in range(shape.features)]
    return b"".join(value.to_bytes(2, "big") for value in values)[: None if draw.random() > 0.03 else -2]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name)
def test_the_contract_is_as_the_reference(chain: ModelsWorld, kind: Kind, seed: int) -> None:
    draw = random.Random(f"{kind} {seed}")
    with chain.reverted():
        shape = drawn_shape(draw, kind)
        words, samples = drawn_numbers(draw, shape)
        bias = draw.choice((0, -5, 2**31 - 1, -(2**31))) if KINDS[kind].two_classes else 0
        number = chain.open(
            kind,  # type: ignore[arg-type]  # of the same numbers
            shape.features,
            words,
            classes=shape.classes,
            lanes=shape.capacity,
            step=shape.step,
            smoothing=shape.alpha,
            bias=bias,
            samples=samples,
        )
        model = restored(shape, state_of(chain, number, shape))
        for _ in range(STEPS):
            step(chain, number, model, draw)
            assert state_of(chain, number, shape) == model.state()


def step(chain: ModelsWorld, number: int, model: Model, draw: random.Random) -> None:
    asked = [drawn_sample(draw, model.shape) for _ in range(ASKED)]
    good = [data for data in asked if not fault(model, data)]
    assert chain.view("predict", number, good) == [model.predict(model.shape.decode(data)) for data in good]
    data, label = draw.choice(asked), draw.randrange(model.shape.classes)
    call = chain.call("add", number, STAKE, [(label, data)])
    wrong = fault(model, data)
    if wrong is None:
        try:
            model.learn(model.shape.decode(data), label)
        except SampleError as error:
            wrong = error
    if wrong is None:
        chain.send(call, chain.alice, STAKE)
    else:
        refusal = chain.refusal(call, chain.alice, STAKE)
        assert (refusal.error, tuple(refusal.arguments.values())) == (wrong.contract_error, wrong.values)


def fault(model: Model, data: bytes) -> SampleError | None:
    """What is wrong with the sample, by the reference."""
    try:
        model.shape.decode(data)
    except SampleError as error:
        return error
    return None


def state_of(chain: ModelsWorld, number: int, shape: Shape) -> State:
    """The state on the chain."""
    words: Sequence[int] = chain.view("wordsOf", number, 0, 2**16)
    if KINDS[shape.kind].two_classes:
        names = [
            output["name"] for output in chain.contract.get_function_by_name("modelOf").abi["outputs"][0]["components"]
        ]
        view: dict[str, Any] = dict(zip(names, chain.view("modelOf", number), strict=True))
        return State(tuple(words), bias=view["bias"])
    totals = chain.view("totalsOf", number)
    return State(tuple(words), tuple(n | t << 64 | q << 128 for n, t, q in totals))
