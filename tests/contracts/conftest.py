"""The contract on a chain of its own, as it was when deployed at the start of every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.contract_world import World


@pytest.fixture(scope="session")
def deployed() -> World:
    return World()


@pytest.fixture
def world(deployed: World) -> Iterator[World]:
    with deployed.reverted():
        yield deployed
