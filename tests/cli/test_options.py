"""Options made of a dataclass: what each field says is what the command offers, and the command gets the dataclass."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import click
import pytest
from click.testing import CliRunner

from hyperbounty.cli.options import option, options_of
from hyperbounty.cli.parameters import Amount, Names, Ppm, Shares
from hyperbounty.money import COIN, token


@dataclass(frozen=True, kw_only=True)
class Terms:
    reward: int = field(metadata=option("What the winner gets.", type=Amount()))
    runs: int = field(default=3, metadata=option("Trainings a spec.", type=click.IntRange(1)))
    share: float = field(default=0.25, metadata=option())
    mode: Literal["sealed", "future"] = field(default="sealed", metadata=option())
    title: str | None = field(default=None, metadata=option("Left out, the question."))
    shares: tuple[int, ...] = field(default=(7_500, 2_500), metadata=option(type=Shares()))
    panel: tuple[str, ...] = field(default=(), metadata=option(type=Names()))
    minimum_ppm: int = field(default=550_000, metadata=option(name="minimum", type=Ppm()))
    bond: int | None = field(default=None, metadata=option(type=Amount(), shown_default="the reward"))
    folder: Path = field(default=Path("here"), metadata=option(metavar="DIR"))
    quick: bool = field(default=False, metadata=option())
    version: int = 7


@dataclass(frozen=True)
class Place:
    city: str = field(default="Pisa", metadata=option())


def run(arguments: list[str], order: dict[str, tuple[str, ...]] | None = None, **kinds: type[Any]) -> tuple[Any, str]:
    """What a command with these options gets, and what it shows."""
    got: list[Any] = []

    @click.command()
    @click.option("--first")
    @options_of(order, **kinds)
    @click.option("--last")
    def command(first: str | None, last: str | None, **made: Any) -> None:
        got.append(made)

    done = CliRunner().invoke(command, arguments)
    return (got[0] if got else None), done.output


def test_what_is_left_out_is_the_default_of_the_field() -> None:
    got, _ = run(["--reward", "1 gwei"], terms=Terms)
    assert got["terms"].counted(COIN) == Terms(reward=10**9)


def test_amounts_are_counted_in_the_asset_that_they_turn_out_to_be_in() -> None:
    got, _ = run(["--reward", "250.5 SIX", "--bond", "7"], terms=Terms)
    six = token("0x" + "66" * 20, "SIX", 6)
    assert got["terms"].counted(six, title="T") == Terms(reward=250_500_000, bond=7_000_000, title="T")
    with pytest.raises(click.BadParameter, match=r"'SIX' in '250\.5 SIX' is not a unit of ETH"):
        got["terms"].counted(COIN)


def test_every_option_reaches_its_field() -> None:
    given = {
        "--reward": "0.5",
        "--runs": "5",
        "--share": "0.5",
        "--mode": "future",
        "--title": "T",
        "--shares": "60,30,10",
        "--panel": "ada, ben,",
        "--minimum": "0.6",
        "--bond": "7 wei",
        "--folder": "there",
    }
    got, _ = run([*(part for pair in given.items() for part in pair), "--quick"], terms=Terms)
    assert got["terms"].counted(COIN) == Terms(
        reward=5 * 10**17,
        runs=5,
        share=0.5,
        mode="future",
        title="T",
        shares=(6_000, 3_000, 1_000),
        panel=("ada", "ben"),
        minimum_ppm=600_000,
        bond=7,
        folder=Path("there"),
        quick=True,
    )


def test_the_help_says_what_the_fields_say() -> None:
    _, shown = run(["--help"], terms=Terms)
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert "--reward AMOUNT What the winner gets. [required]" in lines
    assert "--runs INTEGER RANGE Trainings a spec. [default: 3; x>=1]" in lines
    assert "--mode [sealed|future] [default: sealed]" in lines
    assert "--title TEXT Left out, the question." in lines
    assert "--shares PERCENT,… [default: 75,25]" in lines
    assert "--panel NAME,…" in lines
    assert "--minimum PERCENT [default: 55%]" in lines
    assert "--bond AMOUNT [default: (the reward)]" in lines
    assert "--folder DIR [default: here]" in lines
    assert "version" not in shown


def test_options_come_in_the_order_of_the_fields_or_in_the_order_given() -> None:
    _, shown = run(["--help"], terms=Terms, place=Place)
    names = [line.split()[0] for line in shown.splitlines() if line.strip().startswith("--")]
    assert names[0] == "--first"
    assert names[1:3] == ["--reward", "--runs"]
    assert names[-3:] == ["--city", "--last", "--help"]

    @dataclass(frozen=True)
    class Pair:
        one: int = field(default=1, metadata=option())
        two: int = field(default=2, metadata=option())

    _, shown = run(["--help"], order={"Here": ("two", "city"), "There": ("one",)}, pair=Pair, place=Place)
    names = [line.split()[0] for line in shown.splitlines() if line.strip().startswith("--")]
    assert names == ["--first", "--two", "--city", "--one", "--last", "--help"]


@pytest.mark.parametrize("value", ["60,30", "a", "", "100,0", "10," * 9 + "10"])
def test_shares_that_do_not_sum_to_all_are_refused(value: str) -> None:
    got, shown = run(["--reward", "1", "--shares", value], terms=Terms)
    assert got is None
    assert "Invalid value for '--shares'" in shown


def test_two_fields_of_one_name_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="city, city"):
        options_of(here=Place, there=Place)


@pytest.mark.parametrize("order", [("runs",), ("city", "city"), ("city", "town")])
def test_an_order_of_other_fields_is_a_mistake(order: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="ordered as"):
        options_of({"Here": order}, place=Place)


@dataclass(frozen=True)
class Unsaid:
    things: dict[str, int] = field(default_factory=dict, metadata=option())


@dataclass(frozen=True)
class Unreachable:
    city: str


@pytest.mark.parametrize(("kind", "said"), [(Unsaid, "say which"), (Unreachable, "neither an option nor has")])
def test_a_field_that_no_option_can_fill_is_a_mistake(kind: type[Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        options_of(terms=kind)
