"""A contest that takes entries on a devnet, and a connection to it as somebody makes one in Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hyperbounty import Connection, Contest, connect
from tests.end_to_end.conftest import shell
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import ADA, fetch, open_contest

__all__ = ["shell"]


@pytest.fixture
def connection(shell: Shell, tmp_path: Path) -> Iterator[Connection]:
    open_contest(shell, fetch(shell, tmp_path / "prices"))
    with connect(home=shell.home, rpc=shell.rpc, account=ADA) as made:
        yield made


@pytest.fixture
def contest(connection: Connection) -> Contest:
    return connection.contest(1)
