"""The groups of the roles: families add their commands, and nobody pays for what was not asked for."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from hyperbounty.cli.role import Role
from organizer.commands import organizer

HEAVY = ("web3", "eth_account", "pandas", "tensorflow", "keras", "sqlalchemy")


class Point:
    """An entry point of a family."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def load(self) -> object:
        def add_commands(group: click.Group) -> None:
            for name in self.names:
                group.add_command(click.Command(name))

        return add_commands


def role(monkeypatch: pytest.MonkeyPatch, *points: Point) -> Role:
    asked: list[str] = []

    def entry_points(*, group: str) -> tuple[Point, ...]:
        asked.append(group)
        return points if group == "hyperbounty.commands.organizer" else ()

    monkeypatch.setattr("hyperbounty.cli.role.entry_points", entry_points)
    return Role("organizer")


def test_the_commands_of_every_family_are_listed_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    made = role(monkeypatch, Point("open", "settle"), Point("models"))
    context = click.Context(made)
    assert made.list_commands(context) == ["models", "open", "settle"]
    assert made.list_commands(context) == ["models", "open", "settle"]
    found = made.get_command(context, "models")
    assert found is not None
    assert found.name == "models"
    assert made.get_command(context, "market") is None


def test_two_families_with_one_command_are_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    made = role(monkeypatch, Point("open"), Point("open"))
    with pytest.raises(ValueError, match="two families bring a command `organizer open`"):
        made.list_commands(click.Context(made))


def test_the_bounty_brings_its_commands() -> None:
    names = organizer.list_commands(click.Context(organizer))
    assert {"fetch", "open", "publish-key", "extend", "cancel", "settle"} <= set(names)


@pytest.mark.heavy
@pytest.mark.parametrize("arguments", [[], ["organizer"], ["participant"], ["evaluator"], ["organizer", "open"]])
def test_help_loads_neither_chain_nor_training(arguments: list[str]) -> None:
    script = (
        "import sys; from hyperbounty.cli.main import run; run([*sys.argv[1:], '--help']);"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Usage: hyperbounty" in done.stdout
