"""A file in the place of options: what is given overrides it, and what is required may stand in either."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from hyperbounty.cli.help import HelpfulCommand
from hyperbounty.cli.option_file import FileLayout, file_argument
from hyperbounty.cli.options import Uncounted, option, options_of
from hyperbounty.cli.parameters import Amount, Duration
from hyperbounty.errors import InvalidInput
from hyperbounty.money import token


@dataclass(frozen=True, kw_only=True)
class Terms:
    reward: int = field(metadata=option("What the winner gets.", type=Amount()))
    city: str = field(metadata=option("Where."))
    submit_seconds: int = field(default=7_200, metadata=option(name="submit-time", type=Duration()))
    quick: bool = field(default=False, metadata=option())
    folder: Path = field(default=Path("here"), metadata=option())


LAYOUT = FileLayout.of(
    {"money": ("reward",), "rest": ("city", "submit_seconds", "quick", "folder")}, [Terms], missing="", apart={}
)
FULL = '[money]\nreward = "1 gwei"\n[rest]\ncity = "Pisa"\nsubmit_time = "1d"\nquick = true\nfolder = "there"\n'
SIX = token("0x" + "66" * 20, "SIX", 6)


def run(*arguments: str) -> tuple[list[Any], str]:
    """What a command with a file and options gets, and what it shows."""
    got: list[Any] = []

    @click.command(cls=HelpfulCommand)
    @file_argument(LAYOUT)
    @options_of(terms=Terms)
    def command(file: Path | None, terms: Uncounted[Terms]) -> None:
        got.extend((file, terms))

    done = CliRunner().invoke(command, list(arguments))
    if isinstance(done.exception, InvalidInput):
        raise done.exception
    return got, done.output


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "terms.toml"
    path.write_text(FULL)
    return str(path)


def test_a_file_stands_in_for_every_option(file: str) -> None:
    (path, terms), _ = run(file)
    assert str(path) == file
    assert dict(terms.given) | {"reward": terms.given["reward"].text} == {
        "reward": "1 gwei",
        "city": "Pisa",
        "submit_seconds": 86_400,
        "quick": True,
        "folder": Path(file).parent / "there",
    }
    assert terms.places["submit_seconds"] == f"{file}:5"


def test_an_option_overrides_the_file_wherever_it_stands(file: str) -> None:
    for arguments in (("--city", "Rome", file), (file, "--city", "Rome")):
        (_, terms), _ = run(*arguments)
        assert (terms.given["city"], terms.given["submit_seconds"]) == ("Rome", 86_400)
        assert "city" not in terms.places


def test_without_a_file_options_are_as_they_were() -> None:
    (path, terms), _ = run("--reward", "1", "--city", "Rome")
    assert (path, terms.given["submit_seconds"], dict(terms.places)) == (None, 7_200, {})


def test_what_neither_says_is_missing_in_both(file: str) -> None:
    Path(file).write_text('[rest]\ncity = "Pisa"\n')
    got, said = run(file)
    assert got == []
    assert f"Missing option '--reward'. {file} does not say it either." in said
    (_, terms), _ = run(file, "--reward", "1")
    assert terms.given["city"] == "Pisa"
    assert "either" not in run()[1]


def test_an_amount_is_counted_late_and_its_fault_has_the_place(file: str) -> None:
    (_, terms), _ = run(file)
    with pytest.raises(InvalidInput, match=r"terms\.toml:2: reward: 'gwei' in '1 gwei' is not a unit of SIX"):
        terms.counted(SIX)
    (_, given), _ = run(file, "--reward", "1 wei")
    with pytest.raises(click.BadParameter, match="'wei' in '1 wei' is not a unit of SIX"):
        given.counted(SIX)


def test_a_completion_reads_no_file(tmp_path: Path) -> None:
    @click.command()
    @file_argument(LAYOUT)
    @options_of(terms=Terms)
    def command(file: Path | None, terms: Uncounted[Terms]) -> None: ...

    command.make_context("command", [str(tmp_path / "none.toml")], resilient_parsing=True)
    with pytest.raises(InvalidInput, match=r"there is no file .*none\.toml"):
        command.make_context("command", [str(tmp_path / "none.toml")])
