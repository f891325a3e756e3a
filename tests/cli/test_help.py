"""The help of every command: whole sentences, options in groups, examples that can be typed."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from hyperbounty.cli.help import OWN, HelpfulCommand, group_of
from hyperbounty.cli.main import cli, run

# More options than these without a heading are a list that nobody reads.
MOST_WITHOUT_A_HEADING = 6


def groups(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Group]]:
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from groups(found, (*path, name))


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for path, group in groups():
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found is not None
            if not isinstance(found, click.Group):
                yield (*path, name), found


ALL = {" ".join(path): command for path, command in commands()}


@pytest.mark.parametrize("path", ALL)
def test_a_command_has_examples_that_it_understands(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ALL[path]
    assert isinstance(command, HelpfulCommand)
    assert command.examples, "say in `command(…, examples=[…])` how it is called"
    # The files that are read before anything else.
    assert run(["organizer", "init", "contest.toml"]) == 0
    assert run(["model", "init", "model.toml"]) == 0
    # Whether others are there is not what an example says.
    monkeypatch.setattr(click.Path, "convert", lambda _self, value, _param, _context: Path(value))
    for example in command.examples:
        command.make_context(path, shlex.split(example))


@pytest.mark.parametrize("path", ALL)
def test_an_example_is_a_line_that_can_be_copied(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ALL[path]
    assert isinstance(command, HelpfulCommand)
    assert run([*path.split(), "--help"]) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for example in command.examples:
        assert f"hyperbounty {path} {example}".strip() in lines


@pytest.mark.parametrize("path", ALL)
def test_options_stand_in_groups(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ALL[path]
    own = [option for option in command.params if isinstance(option, click.Option) and group_of(option) == OWN]
    assert len(own) <= MOST_WITHOUT_A_HEADING, "put them under headings: hyperbounty/cli/help.py"
    run([*path.split(), "--help"])
    shown = capsys.readouterr().out
    headings = [line for line in shown.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert len(headings) == len(set(headings))
    assert shown.index("Everywhere:") < shown.index("--help")
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.opts[0] in shown


@pytest.mark.parametrize("path", ALL)
def test_no_option_speaks_of_ranges(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    run([*path.split(), "--help"])
    shown = capsys.readouterr().out
    assert "RANGE" not in shown
    assert "<=" not in shown
    assert "%Y" not in shown


@pytest.mark.parametrize(("path", "group"), [pytest.param(*each, id=" ".join(each[0]) or "root") for each in groups()])
@pytest.mark.parametrize("width", [40, 60, 100])
def test_the_help_of_a_group_cuts_no_sentence(
    path: tuple[str, ...],
    group: click.Group,
    width: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert run([*path, "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "..." not in shown.replace("[ARGS]...", "")
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        text = " ".join(inspect.cleandoc(found.help or "").split("\n\n")[0].split())
        sentence = text[: text.index(". ") + 1] if ". " in text else text
        assert f"{name} {sentence}" in shown
