"""The README's contest on Anvil and an IPFS node, pasted into three terminals as it stands there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from tests.conftest import started

README: Final = Path(__file__).parents[2] / "README.md"
HEADING: Final = "## On Anvil and Kubo, in three terminals\n"
_END: Final = "== pasted =="


def blocks() -> list[tuple[int, str]]:
    """What goes into which terminal, in order."""
    section = README.read_text().split(HEADING)[1].split("\n## ")[0]
    found = re.findall(r"^Terminal (\d)[^\n]*:\n\n```\n(.*?)```", section, re.MULTILINE | re.DOTALL)
    assert section.count("```") == 2 * len(found)
    return [(int(number), text) for number, text in found]


class Terminal:
    """A shell that stays: what is pasted into it, and what it shows."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._shell = subprocess.Popen(
            [shutil.which("bash") or "/bin/sh", "-e"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def paste(self, text: str) -> str:
        """What is shown until all of `text` is done. The shell ends at the first command that fails."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{text}\necho '{_END}'\n")
        self._shell.stdin.flush()
        shown: list[str] = []
        for line in self._shell.stdout:
            if line.strip() == _END:
                return "".join(shown)
            shown.append(line)
        pytest.fail(f"a command of the README failed:\n{''.join(shown)}")

    def close(self) -> None:
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.close()
        self._shell.wait(600)
        self._shell.stdout.close()


@pytest.fixture
def node() -> Iterator[str]:
    program = shutil.which("anvil")
    if program is None:
        pytest.skip("no Anvil on the PATH: a clock that is moved cannot be shared with other tests")
    with started([program, "--port", "0", "--block-time", "1"], "Listening on ") as line:
        yield f"http://{line.split('Listening on ')[1].strip()}"


@pytest.mark.anvil
@pytest.mark.kubo
@pytest.mark.training
def test_three_terminals_run_a_contest_by_the_readme_alone(node: str, ipfs_address: str, tmp_path: Path) -> None:
    # Only the ports are others than the README's: those of a machine where more than this runs.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HYPERBOUNTY_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**kept, "PATH": path, "HYPERBOUNTY_RPC": node, "HYPERBOUNTY_IPFS": ipfs_address}
    terminals = {number: Terminal(tmp_path, environment) for number in (1, 2, 3)}
    shown: list[tuple[int, str]] = []
    try:
        for number, text in blocks():
            shown.append((number, terminals[number].paste(text)))
    finally:
        for terminal in terminals.values():
            terminal.close()
    for number, output in shown:
        print(f"\n--- terminal {number}\n{output}")  # noqa: T201
    everything = "".join(output for _, output in shown)
    assert "Traceback" not in everything
    assert "Contest 1 is settled:" in shown[-1][1]
    assert "The recorded scores stand." in everything
    with Chain.connect(node) as chain:
        [known] = Deployments(tmp_path / "organizer").all()
        assert known.address == BountyContract.shared_address()
        assert chain.balance(known.address) == 0


def test_the_readme_names_the_three() -> None:
    assert [number for number, _ in blocks()] == [1, 3, 2, 3, 2]
