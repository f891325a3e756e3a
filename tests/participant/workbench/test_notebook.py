"""The script and the notebook of a contest's folder run as they were written, and come to the same."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from participant.workbench.notebook import NOTEBOOK, SCRIPT, cells, notebook, script
from tests.api.conftest import shell
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import fetch, open_contest

__all__ = ["shell"]

MADE = cells(3, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", {"home": '/home/ada\'s \\ \n"folder"'})


def test_script_and_notebook_hold_the_same_code() -> None:
    document = json.loads(notebook(MADE))
    code = ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]
    _, *parts = script(MADE).split("# %%\n")
    assert len(code) == len(parts) > 5
    for one, other in zip(code, parts, strict=True):
        *body, shown = ast.parse(one).body
        *same, printed = ast.parse(other).body
        assert [*map(ast.dump, body)] == [*map(ast.dump, same)]
        assert f"print({ast.unparse(shown)})" == ast.unparse(printed)


def test_what_is_named_stands_there_as_it_is_whatever_it_is() -> None:
    calls = [node for node in ast.walk(ast.parse(script(MADE))) if isinstance(node, ast.Call)]
    [call] = [node for node in calls if ast.unparse(node.func) == "connect"]
    assert {word.arg: ast.literal_eval(word.value) for word in call.keywords} == {"home": '/home/ada\'s \\ \n"folder"'}


@pytest.fixture
def folder(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `participant init` made of a contest."""
    open_contest(shell, fetch(shell, tmp_path / "prices"))
    monkeypatch.chdir(tmp_path)
    shell("participant", "init", 1)
    return tmp_path / "contest-1"


def run_script(folder: Path) -> str:
    """What the script prints in another terminal, in which no variable says where anything is."""
    environment = {name: value for name, value in os.environ.items() if name != "HYPERBOUNTY_HOME"}
    done = subprocess.run(
        [sys.executable, SCRIPT], check=False, cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.training
def test_the_script_that_init_writes_runs(folder: Path) -> None:
    shown = run_script(folder)
    assert "Contest(1, phase='submit', minimum=0.5)" in shown
    assert re.search(r"% to reach 50% \(without skill at most .*\), by the best of 2 specs$", shown.strip())


@pytest.mark.notebook
def test_the_notebook_that_init_writes_runs_and_shows_what_the_script_does(folder: Path) -> None:
    for name in ("nbclient", "ipykernel"):
        pytest.importorskip(name, reason=f"{name} is not installed: pip install hyperbounty[notebook]")
    shown = _executed(folder / NOTEBOOK)
    assert shown[0] == "Contest(1, phase='submit', minimum=0.5)"
    assert run_script(folder).endswith(f"{shown[-1]}\n"), "trainings are kept, so nothing differs"


def _executed(path: Path) -> list[str]:
    """What each cell of code shows as text; every cell has run without an error."""
    import nbformat
    from nbclient import NotebookClient

    document: Any = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    nbformat.validate(document)
    NotebookClient(document, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = []
    for cell in document.cells:
        if cell.cell_type == "code":
            [result] = [output for output in cell.outputs if output.output_type == "execute_result"]
            shown.append(result.data["text/plain"])
    return shown
