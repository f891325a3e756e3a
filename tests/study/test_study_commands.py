"""`hyperbounty study`, as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hyperbounty.cli.main import run
from hyperbounty.study.rows import FILE, read_rows
from tests.study.test_study_files import STUDIES


@pytest.mark.heavy
def test_the_small_study_runs_from_its_file_to_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "smoke"
    assert run(["study", "run", str(STUDIES / "smoke.toml"), "--out", str(out), "--workers", "1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    rows = read_rows(out / FILE)
    assert said["runs_done"] == len(rows) == 33
    assert all(Path(figure).exists() for figure in said["figures"])
    assert {Path(figure).name for figure in said["figures"]} == {"factors.png", "ruin.png", "one-run.png"}
    assert said["finding"] in Path(said["file"]).read_text()
    report = Path(said["file"]).read_bytes()
    assert run(["study", "report", str(out)]) == 0
    assert said["finding"] in capsys.readouterr().out
    assert Path(said["file"]).read_bytes() == report


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "none.toml", "--out", "out"], "there is no file none.toml"),
        (["run", str(STUDIES / "incentives.toml"), "--out", "out"], "name its folder: --data FOLDER"),
        (["run", str(STUDIES / "incentives.toml"), "--out", "out", "--data", "."], "imdb"),
        (["report", "out"], "there is no file out"),
    ],
)
def test_what_is_wrong_is_one_line(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["study", *arguments]) == 4
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("Error: ")
    assert says in error
    assert not list(tmp_path.iterdir())
