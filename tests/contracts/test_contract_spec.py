"""The contract and Python agree on every spec: which are allowed, and if not, why."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from web3.contract import Contract

from hyperbounty.errors import SpecError
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import FIELDS
from hyperbounty.spec.word import SPEC_MAXIMA, SPEC_MINIMA, check, pack, unpack
from tests.contracts.contract_world import Refusal, World
from tests.contracts.spec_values import fitted

NAMES: Final = [f.name for f in FIELDS]


@pytest.fixture(scope="module")
def harness(deployed: World) -> Contract:
    return deployed.deploy("SpecHarness")


def test_the_constants_are_those_of_the_table(harness: Contract) -> None:
    assert harness.functions.table().call() == [SPEC_MINIMA, SPEC_MAXIMA]


@st.composite
def models(draw: st.DrawFn) -> bytes:
    """Words that Python accepts under the widest limits."""
    values = {
        f.name: draw(st.one_of(st.just(f.lowest), st.just(f.highest), st.integers(f.lowest, f.highest))) for f in FIELDS
    }
    return pack(fitted(values))


@st.composite
def near_models(draw: st.DrawFn) -> bytes:
    """Models with a field or two changed, most often to an edge of its range or one past it."""
    values = unpack(draw(models()))
    unused = draw(st.sampled_from([0, 0, 0, 1, 0x800000]))
    for f in draw(st.lists(st.sampled_from(FIELDS), max_size=2)):
        top = 16**f.digits - 1
        edges = [v for v in (0, 1, f.lowest - 1, f.lowest, f.highest, f.highest + 1, top) if 0 <= v <= top]
        values[f.name] = draw(st.one_of(st.sampled_from(edges), st.integers(0, top)))
    word = bytearray(pack(values))
    word[-3:] = unused.to_bytes(3, "big")
    return bytes(word)


words = st.one_of(models(), near_models(), near_models(), st.binary(min_size=32, max_size=32))


def reason(world: World, revert: bytes) -> str:
    """What the contract objects to, in the terms of Python's message: the field's name, or the unused bits."""
    if not revert:
        return ""
    refusal = world.decode(revert)
    return "unused bits" if refusal.error == "SpecUnusedBits" else NAMES[refusal.arguments["field"]]


def python_reason(spec: bytes, limits: bytes) -> str:
    try:
        check(spec, limits)
    except SpecError as error:
        return "unused bits" if "unused" in error.what else error.what.split(" ")[0]
    return ""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=st.lists(st.tuples(words, words), min_size=10, max_size=20))
@example(batch=[(SPEC_MINIMA, SPEC_MAXIMA), (SPEC_MAXIMA, SPEC_MAXIMA), (SPEC_MAXIMA, SPEC_MINIMA)])
def test_contract_and_python_name_the_same_offence(
    deployed: World, harness: Contract, batch: list[tuple[bytes, bytes]]
) -> None:
    # Each word against the widest limits, against other words as limits, and against itself.
    specs, limits = map(list, zip(*batch, strict=True))
    pairs = [*batch, *((s, SPEC_MAXIMA) for s in specs), *((s, s) for s in specs), *pairwise(limits)]
    reverts = harness.functions.checkAll([s for s, _ in pairs], [m for _, m in pairs]).call()
    assert [reason(deployed, r) for r in reverts] == [python_reason(s, m) for s, m in pairs]


def test_every_field_is_held_to_both_ends_of_its_range(deployed: World, harness: Contract) -> None:
    plain = unpack(Spec(recurrent_units=(8,) * 4, dense_units=(8,) * 4).word)
    for f in FIELDS:
        past = [v for v in (f.lowest - 1, f.highest + 1, 16**f.digits - 1) if 0 <= v < 16**f.digits]
        pairs = [(pack(plain | {f.name: v}), v) for v in past if not f.lowest <= v <= f.highest]
        reverts = harness.functions.checkAll([w for w, _ in pairs], [SPEC_MAXIMA] * len(pairs)).call()
        for (_, value), revert in zip(pairs, reverts, strict=True):
            refusal = deployed.decode(revert)
            assert refusal.error == "SpecFieldOutOfRange"
            assert refusal.arguments == {
                "field": NAMES.index(f.name),
                "value": value,
                "lowest": f.lowest,
                "highest": f.highest,
            }


@pytest.mark.parametrize(
    ("spec", "changes", "error", "arguments"),
    [
        (Spec(), {"dense_activation": 1}, "SpecFieldIneffective", {"field": 13, "value": 1}),
        (Spec(), {"recurrent_units_1": 0}, "SpecLayerMismatch", {"field": 3, "value": 0, "layers": 1}),
        (Spec(), {"recurrent_units_2": 5}, "SpecLayerMismatch", {"field": 4, "value": 5, "layers": 1}),
        (Spec(), {"recurrent_units_4": 5}, "SpecLayerMismatch", {"field": 6, "value": 5, "layers": 1}),
        (Spec(), {"recurrent_layers": 2}, "SpecLayerMismatch", {"field": 4, "value": 0, "layers": 2}),
        (Spec(), {"dense_units_1": 7}, "SpecLayerMismatch", {"field": 8, "value": 7, "layers": 0}),
        (Spec(dense_units=(8, 8)), {"dense_layers": 1}, "SpecLayerMismatch", {"field": 9, "value": 8, "layers": 1}),
        (Spec(dense_units=(8, 8)), {"dense_units_2": 0}, "SpecLayerMismatch", {"field": 9, "value": 0, "layers": 2}),
        (Spec(dense_units=(8,) * 4), {"dense_units_4": 0}, "SpecLayerMismatch", {"field": 11, "value": 0, "layers": 4}),
    ],
)
def test_a_field_that_does_not_fit_the_layers_is_named(
    deployed: World, harness: Contract, spec: Spec, changes: dict[str, int], error: str, arguments: dict[str, int]
) -> None:
    (accepted, refused) = harness.functions.checkAll(
        [spec.word, pack(unpack(spec.word) | changes)], [SPEC_MAXIMA] * 2
    ).call()
    assert accepted == b""
    assert deployed.decode(refused) == Refusal(error, arguments)


def test_an_activation_of_dense_layers_that_are_there_is_effective(world: World) -> None:
    world.view("checkSpec", Spec(dense_units=(8,), dense_activation="relu").word, SPEC_MAXIMA)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits=words)
def test_limits_are_accepted_exactly_where_they_allow_a_model(
    deployed: World, harness: Contract, limits: bytes
) -> None:
    within = not any(limits[-3:]) and all(f.lowest <= unpack(limits)[f.name] <= f.highest for f in FIELDS)
    smallest = pack(unpack(SPEC_MINIMA) | {"recurrent_units_1": 1})
    call = harness.functions.checkLimits(limits)
    if within and not python_reason(smallest, limits):
        call.call()
    else:
        assert deployed.refusal(call, deployed.stranger).error in {"SpecUnusedBits", "SpecFieldOutOfRange"}


def test_the_contract_offers_the_check_to_everyone(world: World) -> None:
    world.view("checkSpec", Spec().word, SPEC_MAXIMA)
    assert world.refusal(world.call("checkSpec", bytes(32), SPEC_MAXIMA), world.alice).error == "SpecFieldOutOfRange"
