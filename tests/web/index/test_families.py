"""Families side by side: one that comes later is read from its beginning, and the others do not notice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from hyperbounty.chain.client import ContractClient
from hyperbounty.errors import InvalidInput
from hyperbounty.web.index.family import Family, families
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index
from hyperbounty.web.index.reading import Depths
from tests.web.index.conftest import Counted, counted
from tests.web.index.counts.family import CountsFamily
from tests.web.index.odd_node import OddNode


class OtherClient(ContractClient):
    """Of another contract."""


class OtherFamily(CountsFamily):
    NAME = "others"

    @property
    def client(self) -> type[ContractClient]:
        return OtherClient

    def subject_of(self, event: str, topics: Sequence[bytes]) -> str:
        return f"other {super().subject_of(event, topics)}"


class World:
    """Two contracts on one chain."""

    def __init__(self, node: OddNode, place: Path | str) -> None:
        self.node, self.place = node, place
        self.first = node.probe
        node._deploy()
        self.second = node.probe
        self.ada = node.accounts[0].address

    def store(self, contract: object, key: int, value: int) -> None:
        self.node.probe = contract
        self.node.store(key, value)

    def read(self, known: Sequence[Family], depths: Depths, *, there: bool = True) -> Counted:
        chain = self.node.chain()

        def find(kind: type[ContractClient]) -> ContractClient:
            if kind is OtherClient and not there:
                raise InvalidInput("it is not there", "deploy it")
            address = self.second.address if kind is OtherClient else self.first.address
            return cast("ContractClient", SimpleNamespace(chain=chain, address=address))

        with open_index(self.place, known) as database:
            process = IndexProcess(chain, database, Wanted(known, find, depths=depths))
            with process.opened():
                process.catch_up()
                assert process.keeper.state().block == self.node.head
                return counted(process)


@pytest.mark.parametrize("history", [0, 3, 64])
def test_a_family_that_comes_later_is_read_from_its_beginning(
    node: OddNode, database_place: Path | str, history: int
) -> None:
    world, depths = World(node, database_place), Depths(history=history)
    expected: Counted = {}
    for value in range(5):
        world.store(world.first, 1, value)
        world.store(world.second, 1, 10 + value)
        expected.setdefault(("1", world.ada), []).append(value)
    one, both = [CountsFamily()], [CountsFamily(), OtherFamily()]
    assert world.read(one, depths) == expected
    # Its contract is deployed by somebody, some time.
    assert world.read(both, depths, there=False) == expected
    expected["other 1", world.ada] = [10, 11, 12, 13, 14]
    assert world.read(both, depths) == expected
    world.store(world.second, 2, 20)
    world.store(world.first, 2, 21)
    expected |= {("2", world.ada): [21], ("other 2", world.ada): [20]}
    assert world.read(both, depths) == expected
    # Who takes it away again loses its rows alone.
    assert world.read(one, depths) == {key: value for key, value in expected.items() if not key[0].startswith("other")}
    assert world.read(both, depths) == expected


def test_the_families_of_this_house_are_registered() -> None:
    found = {family.NAME: family.CONTRACT for family in families()}
    assert found == {"bounty": "HyperparameterBounty", "models": "SharedModels"}
