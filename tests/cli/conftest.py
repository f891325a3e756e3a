"""A command line that knows nothing of the machine it is tested on, and a devnet for it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.chain.devnet import Devnet
from hyperbounty.cli import redaction
from hyperbounty.cli.main import run
from tests.documents import check


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        # Where the nodes of the tests are, is said by variables too.
        if name.startswith("HYPERBOUNTY_") and not name.startswith("HYPERBOUNTY_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path_factory.mktemp("working"))
    monkeypatch.setattr(redaction, "_secrets", set())


@pytest.fixture
def devnet() -> Iterator[str]:
    """The URL of a devnet, empty but for its funded accounts."""
    with Devnet(port=0) as served:
        yield served.url


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str
    arguments: tuple[str, ...] = ()

    @property
    def json(self) -> Any:
        """Its standard output, read, and held against its schema."""
        document = json.loads(self.out)
        check(self.arguments, document)
        return document


Command = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def hb(home: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `hyperbounty` with arguments, on a home folder of its own; fails unless the exit code is `code`."""

    def execute(*arguments: object, code: int = 0) -> Ran:
        capsys.readouterr()
        got = run([*map(str, arguments), "--home", str(home)])
        ran = Ran(got, *capsys.readouterr(), arguments=tuple(map(str, arguments)))
        assert got == code, ran
        assert "Traceback" not in ran.out + ran.err
        return ran

    return execute
