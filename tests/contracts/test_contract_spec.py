"""The contract's table of a spec is Python's, at both ends of every field. On any word: `test_spec_differential.py`."""

from __future__ import annotations

from typing import Final

import pytest
from web3.contract import Contract

from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import FIELDS
from hyperbounty.spec.word import SPEC_MAXIMA, SPEC_MINIMA, pack, unpack
from tests.contracts.chain_world import Refusal
from tests.contracts.contract_world import World

NAMES: Final = [f.name for f in FIELDS]


@pytest.fixture(scope="module")
def harness(deployed: World) -> Contract:
    return deployed.deploy("SpecHarness")


def test_the_constants_are_those_of_the_table(harness: Contract) -> None:
    assert harness.functions.table().call() == [SPEC_MINIMA, SPEC_MAXIMA]


def test_every_field_is_held_to_both_ends_of_its_range(deployed: World, harness: Contract) -> None:
    plain = unpack(Spec(recurrent_units=(8,) * 4, dense_units=(8,) * 4).word)
    past = [
        (f, value)
        for f in FIELDS
        for value in {f.lowest - 1, f.highest + 1, 16**f.digits - 1}
        if 0 <= value < 16**f.digits and not f.lowest <= value <= f.highest
    ]
    words = [pack(plain | {f.name: value}) for f, value in past]
    reverts = harness.functions.checkAll(words, [SPEC_MAXIMA] * len(words)).call()
    assert [deployed.decode(revert) for revert in reverts] == [
        Refusal(
            "SpecFieldOutOfRange",
            {"field": NAMES.index(f.name), "value": value, "lowest": f.lowest, "highest": f.highest},
        )
        for f, value in past
    ]
