"""Next steps: below the command line nothing speaks of options and commands, and what it does name exists."""

from __future__ import annotations

import ast
import copy
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from hyperbounty.cli.main import cli, guard
from hyperbounty.cli.wording import command_line, option, worded
from hyperbounty.errors import HyperbountyError, StoreError
from hyperbounty.next_steps import Action, NextStep, Parameter

ROOT = Path(__file__).parents[2]
PACKAGES = ("hyperbounty", "organizer", "participant", "evaluator")
STEP = NextStep("start {}, or pass another node as {}", Action("devnet"), Parameter("rpc"))


def commands(group: click.Command = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command by its name as an `Action` has it."""
    if not isinstance(group, click.Group):
        yield ".".join(path), group
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield from commands(found, (*path, name))


@cache
def all_commands() -> dict[str, click.Command]:
    return dict(commands())


def options(command: click.Command) -> set[str]:
    return {written for parameter in command.params for written in parameter.opts if written.startswith("--")}


def all_options() -> set[str]:
    return {name for command in all_commands().values() for name in options(command)}


@cache
def sources() -> dict[Path, ast.Module]:
    found = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8")) for path in found}


def is_below_the_command_line(path: Path, module: ast.Module) -> bool:
    """Whether it defines no command and no option: those need click."""
    imported = {alias.name for node in ast.walk(module) if isinstance(node, ast.Import) for alias in node.names}
    return path.parts[:2] not in (("hyperbounty", "cli"), ("hyperbounty", "web")) and "click" not in imported


def calls(name: str) -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path, module in sources().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_below_the_command_line_no_text_names_an_option_or_a_command() -> None:
    paths = {name.replace(".", " ") for name in all_commands()} | {name.split(".")[0] for name in all_commands()}
    named = re.compile(
        rf"(?<![\w-])(?:{'|'.join(sorted(all_options(), key=len, reverse=True))})(?![\w-])"
        rf"|`hyperbounty (?:{'|'.join(paths)})\b|`(?:{'|'.join(name for name in paths if ' ' in name)})\b"
    )
    assert named.search("start `hyperbounty devnet`")
    assert named.search("`participant show` has it")
    assert named.search("pass --rpc")
    found = [
        f"{path}:{node.lineno}: {match[0]}"
        for path, module in sources().items()
        if is_below_the_command_line(path, module)
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (match := named.search(node.value))
    ]
    assert not found


def test_every_parameter_that_is_named_is_an_option() -> None:
    known = all_options()
    named = [(path, call.args[0].value) for path, call in calls("Parameter") if isinstance(call.args[0], ast.Constant)]
    assert len(named) > 30
    for path, name in named:
        assert option(Parameter(str(name))) in known, path


def test_every_action_that_is_named_is_a_command_and_takes_what_it_is_given() -> None:
    named = calls("Action")
    assert len(named) > 10
    for path, call in named:
        assert isinstance(call.args[0], ast.Constant), path
        command = all_commands().get(str(call.args[0].value))
        assert command is not None, path
        given = call.args[1].elts if len(call.args) > 1 and isinstance(call.args[1], ast.Tuple) else []
        for argument in given:
            if isinstance(argument, ast.Call) and ast.unparse(argument.func) == "Parameter":
                assert isinstance(argument.args[0], ast.Constant), path
                assert option(Parameter(str(argument.args[0].value))) in options(command), path
        assert len(given) <= len(command.params), path


def test_the_command_line_words_a_step_and_others_read_plain_words() -> None:
    assert worded(STEP) == "start `hyperbounty devnet`, or pass another node as --rpc"
    assert STEP == "start “devnet”, or pass another node as rpc"
    assert STEP.worded(lambda part: part.name.upper()) == "start DEVNET, or pass another node as RPC"
    assert worded("check the disk") == "check the disk"


def test_what_the_user_chose_stands_in_a_step_as_it_is() -> None:
    step = NextStep("[profiles.{}], or {}", "{0}{}", Parameter("rpc", "{url}"))
    assert step == "[profiles.{0}{}], or rpc {url}"
    assert worded(step) == "[profiles.{0}{}], or --rpc {url}"


def test_a_command_that_is_to_be_typed_is_quoted_for_the_shell() -> None:
    action = Action("config.init", (Parameter("config", "/my files/h.toml"), "a b", 3))
    assert command_line(action) == "hyperbounty config init --config '/my files/h.toml' 'a b' 3"


def test_a_step_keeps_its_parts_in_a_copy_and_on_the_way_to_another_process() -> None:
    for again in (copy.copy(STEP), copy.deepcopy(STEP), pickle.loads(pickle.dumps(STEP))):  # noqa: S301 - made here
        assert worded(again) == worded(STEP)
    error = pickle.loads(pickle.dumps(HyperbountyError("it failed", STEP)))  # noqa: S301 - made here
    assert worded(error.next_step) == worded(STEP)


@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_is_printed_with_options_and_commands(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    @click.command()
    @click.option("--json", "_json", is_flag=True)
    def fails(_json: bool) -> None:
        raise StoreError("it failed", STEP)

    assert guard(fails, ["--json"] if as_json else [], "test") == 4
    out, err = capsys.readouterr()
    assert err == "Error: it failed; start `hyperbounty devnet`, or pass another node as --rpc\n"
    assert ("start `hyperbounty devnet`, or pass another node as --rpc" in out) is as_json
