"""What a help and a completion load: nothing but click, so that they answer at once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hyperbounty.cli.main import cli

OURS = {"hyperbounty", "organizer", "participant", "evaluator"}
ALLOWED = {*OURS, "click", "platformdirs"}

SCRIPT = """
import sys
before = set(sys.modules)
try:
    from hyperbounty.cli.main import main
    main({arguments!r})
except SystemExit:
    pass
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print("loaded", *sorted(loaded - set(sys.stdlib_module_names)), file=sys.stderr)
"""


def loaded(arguments: list[str], **variables: str) -> tuple[set[str], str]:
    """The packages beside Python's own that a command loads, and what it prints."""
    script = SCRIPT.format(arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ | variables
    )
    [names] = [line for line in done.stderr.splitlines() if line.startswith("loaded")]
    return {name for name in names.split()[1:] if not name.startswith("_")}, done.stdout


@pytest.mark.parametrize(
    "command",
    [
        "",
        "organizer",
        "participant",
        "evaluator",
        "account",
        "participant list",
        "participant search",
        "participant secrets restore",
        "organizer open",
        "model",
        "model open",
        "model verify",
        "model market open",
        "evaluator run",
        "index",
        "index run",
        "model simulate run",
        "study run",
        "serve",
        "up",
        "devnet",
        "doctor",
        "completion",
    ],
)
def test_a_help_loads_click_alone(command: str) -> None:
    found, shown = loaded([*command.split(), "--help"])
    assert "Usage" in shown
    assert found <= ALLOWED


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("hyperbounty part", "participant"),
        ("hyperbounty participant li", "list"),
        ("hyperbounty organizer open --lu", "--luck"),
        ("hyperbounty evaluator run --exec", "--executor"),
        ("hyperbounty evaluator run --executor in", "in-process"),
    ],
)
def test_a_completion_loads_click_alone(shell: str, typed: str, offered: str) -> None:
    # As click's scripts for these shells ask.
    asked = {
        "COMP_WORDS": typed,
        "COMP_CWORD": typed.rsplit(maxsplit=1)[-1] if shell == "fish" else str(len(typed.split()) - 1),
    }
    found, shown = loaded([], _HYPERBOUNTY_COMPLETE=f"{shell}_complete", **asked)
    assert offered in shown
    assert found <= ALLOWED


def test_every_command_is_known_without_its_libraries() -> None:
    names = cli.list_commands(None)  # type: ignore[arg-type]
    assert OURS - {"hyperbounty"} <= set(names)


def test_a_list_of_contests_computes_no_pairings_and_loads_neither_arrays_nor_a_backend() -> None:
    found, _ = loaded(["participant", "list", "--rpc", "http://127.0.0.1:9"])
    assert "web3" in found
    assert not {"numpy", "pandas", "tensorflow", "keras", "matplotlib", "sqlalchemy", "rich", "eth"} & found
