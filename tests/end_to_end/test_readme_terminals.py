"""The README's contests, on a devnet and on Anvil with an IPFS node, pasted into terminals as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.deployments import Deployments
from tests.conftest import started

README: Final = Path(__file__).parents[2] / "README.md"
ON_DEVNET: Final = "## Several people, several terminals\n"
ON_ANVIL: Final = "## On Anvil and Kubo, in three terminals\n"
_END: Final = "== pasted =="


def blocks(heading: str) -> list[tuple[int, str]]:
    """What goes into which terminal, in order."""
    section = README.read_text().split(heading)[1].split("\n## ")[0]
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


class Walk:
    """Terminals of people who have nothing but the README, and the home folder of the machine."""

    def __init__(self, home: Path, **environment: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HYPERBOUNTY_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**kept, "PATH": path, "HOME": str(home), "HYPERBOUNTY_COMPILED": "", **environment}
        self._home = home
        self._terminals: dict[int, Terminal] = {}
        self.shown: list[tuple[int, str]] = []

    def paste(self, number: int, text: str) -> None:
        """Paste `text` into the terminal of this number."""
        if number not in self._terminals:
            self._terminals[number] = Terminal(self._home, self.environment)
        self.shown.append((number, self._terminals[number].paste(text)))

    def close(self) -> None:
        """Close the terminals and print what they showed."""
        for terminal in self._terminals.values():
            terminal.close()
        for number, output in self.shown:
            print(f"\n--- terminal {number}\n{output}")  # noqa: T201

    def check(self, url: str) -> None:
        """The contest has come to its end, and nobody is owed anything."""
        everything = "".join(output for _, output in self.shown)
        assert "Traceback" not in everything
        assert "Contest 1 is settled:" in self.shown[-1][1]
        assert "The recorded scores stand." in everything
        with Chain.connect(url) as chain:
            assert chain.code(BountyContract.shared_address())
            assert chain.balance(BountyContract.shared_address()) == 0


@pytest.mark.training
def test_three_people_with_three_homes_finish_a_contest_by_the_readme_alone(tmp_path: Path) -> None:
    # Only the port is another than the README's: that of a machine where more than this runs.
    [(_, devnet), *pasted] = blocks(ON_DEVNET)
    (tmp_path / "bounty").mkdir()

    def serving(port: str) -> AbstractContextManager[str]:
        command = f"exec {devnet.strip()} --port {port}"
        return started(["bash", "-c", command], "Chain 31337 and store are at ", {"HOME": str(tmp_path), "PATH": path})

    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with serving("0") as line:
        url = line.split(" at ")[1].strip()
    port = url.rsplit(":", 1)[1]
    walk = Walk(tmp_path, HYPERBOUNTY_RPC=url)
    try:
        # The devnet is ended and started again between any two turns.
        for number, text in pasted:
            with serving(port):
                assert "127.0.0.1:8545" in text or "export" not in text
                walk.paste(number, text.replace("127.0.0.1:8545", f"127.0.0.1:{port}"))
    finally:
        walk.close()
    with serving(port):
        walk.check(url)
    homes = [tmp_path / "bounty" / name for name in ("organizer", "evaluator", "participant")]
    assert all((home / "journal").is_dir() for home in homes)
    # What they read of each other came through the store that all of them share.
    assert not any((home / "store").exists() for home in homes)
    assert "another chain" not in "".join(output for _, output in walk.shown)


@pytest.mark.anvil
@pytest.mark.kubo
@pytest.mark.training
def test_three_terminals_run_a_contest_by_the_readme_alone(node: str, ipfs_address: str, tmp_path: Path) -> None:
    # Only the ports are others than the README's: those of a machine where more than this runs.
    walk = Walk(tmp_path, HYPERBOUNTY_RPC=node, HYPERBOUNTY_IPFS=ipfs_address)
    try:
        for number, text in blocks(ON_ANVIL):
            walk.paste(number, text)
    finally:
        walk.close()
    walk.check(node)
    [known] = Deployments(tmp_path / "anvil-bounty" / "organizer").all()
    assert known.address == BountyContract.shared_address()


def test_the_readme_names_the_people() -> None:
    assert [number for number, _ in blocks(ON_DEVNET)] == [1, 2, 3, 4, 3, 4]
    assert [number for number, _ in blocks(ON_ANVIL)] == [1, 3, 2, 3, 2]
