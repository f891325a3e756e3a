"""What who only organizes or submits can do, where no extra is installed."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.extras import EXTRAS
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import ADA, ORGANIZER, accepted, fetch, offer, spec_file

ROOT = Path(__file__).parents[2]
ABSENT = sorted({module for extra in EXTRAS.values() for module in extra.modules} | {"tensorflow", "jaxlib", "rich"})
# Python takes a module that stands there as None for one that is not installed.
WITHOUT = f"""
import sys
sys.modules.update(dict.fromkeys({ABSENT!r}))
import hyperbounty.training.machine as machine
found = machine.version
def version(package):
    if package.split("-")[0] in {ABSENT!r}:
        raise machine.PackageNotFoundError(package)
    return found(package)
machine.version = version
from hyperbounty.cli.main import main
main()
"""


class BareShell(Shell):
    """The command line in processes that have no extra."""

    def __call__(self, *arguments: object, account: str | None = None, code: int = 0) -> dict[str, Any]:
        argv = self.argv(*arguments, account=account)
        done = subprocess.run([sys.executable, "-c", WITHOUT, *argv], capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        assert done.returncode == code, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.mark.heavy
def test_a_contest_is_organized_entered_and_settled_without_extras(shell: Shell, tmp_path: Path) -> None:
    bare = BareShell(shell.home, shell.rpc, shell.capsys)
    offer(bare, fetch(bare, tmp_path / "prices"))
    opened = accepted(shell, 1)
    assert bare("participant", "show", 1)["manifest_document"]["versions"]["tensorflow"]
    assert [contest["contest"] for contest in bare("participant", "list")["contests"]] == [1]
    bare("participant", "download", 1, "--out", tmp_path / "mine")
    bare("participant", "init", 1, tmp_path / "contest")
    bare("participant", "suggest", 1)
    bare("participant", "submit", 1, "--spec", spec_file(tmp_path, "ada"), account=ADA)
    bare.advance_to(opened["submit_ends"])
    bare("participant", "reveal", 1, account=ADA)
    bare.advance_to(bare("participant", "show", 1)["challenge_ends"])
    bare("organizer", "settle", 1, account=ORGANIZER)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "command",
    [
        *("evaluator run 1", "evaluator verify 1", "evaluator accept 1"),
        *("participant train 1 --spec x", "participant verify 1"),
    ],
)
def test_a_command_that_trains_names_its_extra_before_it_looks_at_anything(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = BareShell(tmp_path / "home", "http://127.0.0.1:9", capsys)
    argv = bare.argv(*command.split())
    done = subprocess.run([sys.executable, "-c", WITHOUT, *argv], capture_output=True, text=True, check=False)
    assert done.returncode not in (0, 120)
    assert 'pip install "hyperbounty[train]"' in done.stderr
    assert "keras" in done.stderr


def test_the_extras_are_those_of_the_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert EXTRAS.keys() == declared.keys() - {"test", "lint"}
    distributions = {"eth": "py-evm", "prometheus_client": "prometheus-client", "sklearn": "scikit-learn"}
    for name, extra in EXTRAS.items():
        also = {"demo": declared["train"] + declared["devnet"] + declared["web"], "search": declared["train"]}
        wanted = " ".join([*declared[name], *also.get(name, [])])
        assert all(distributions.get(module, module) in wanted for module in extra.modules)


def test_the_versions_that_are_announced_are_those_that_are_tested() -> None:
    from hyperbounty.training.machine import TESTED

    pinned = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line)
    assert {name: pinned[name] for name in TESTED} == TESTED
    assert pinned["tensorflow"] == pinned["tensorflow-cpu"]
