"""From suggested specs to their odds, as people type it, on a contest that was opened and on nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.cli.main import run
from hyperbounty.spec.file import read_spec
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import ADA, fetch, offer, spec_file

QUICK = ("--folds", 2, "--jobs", 1)


@pytest.mark.training
def test_specs_are_trained_on_folds_once_and_their_odds_follow(shell: Shell, tmp_path: Path) -> None:
    offer(shell, fetch(shell, tmp_path / "prices"))
    ada, ben = spec_file(tmp_path, "ada"), spec_file(tmp_path, "ben", epochs=1, learning_rate=0.001)
    both = ("--spec", ada, "--spec", ben)
    png = tmp_path / "curves.png"
    trained = shell("participant", "train", 1, *both, *QUICK, "--png", png)
    assert png.read_bytes().startswith(b"\x89PNG")
    assert [fold["fold"] for fold in trained["folds"]] == [1, 2]
    assert trained["seeds"] == [0, 1]
    for fold in trained["folds"]:
        assert fold["noise_ppm"][0] < fold["base_rate_ppm"] == 500_000 < fold["noise_ppm"][1]
        assert fold["training_windows"] > fold["windows"] > 0
    first = trained["specs"][0]
    assert [(run["fold"], run["training_seed"]) for run in first["trainings"]] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    scores = [run["score_ppm"] for run in first["trainings"]]
    assert abs(first["mean_ppm"] - sum(scores) / 4) <= 1
    assert [run["score_curve_ppm"][-1] for run in first["trainings"]] == scores
    assert first["run_seconds"] <= trained["budget_seconds"]
    assert first["evaluator_seconds"] is None, "nobody has accepted yet"
    assert len({run["score_ppm"] for run in first["trainings"]}) > 1

    # What was trained is kept: the same again takes the seconds of before, which no second training would.
    again = shell("participant", "train", 1, *both, *QUICK)
    assert again["specs"] == trained["specs"]
    odds = shell("participant", "odds", 1, *both, *QUICK)
    assert odds["tried"] == 2
    assert [spec["mean_ppm"] for spec in odds["specs"]] == [spec["mean_ppm"] for spec in trained["specs"]]
    assert odds["independent_outcomes"] == odds["holdout_windows"] // 3
    many = shell("participant", "odds", 1, *both, *QUICK, "--tried", 50)
    for one, other in zip(odds["specs"], many["specs"], strict=True):
        assert other["drawn_ppm"] > one["drawn_ppm"]
        assert other["chance_ppm"] <= one["chance_ppm"]

    assert "exists already" in shell("participant", "train", 1, *both, "--png", png, code=4)["error"]
    rows = shell("participant", "train", 1, *both, *QUICK, "--train-rows", 10_000, code=4)
    assert "--train-rows" in rows["next_step"]
    dear = spec_file(tmp_path, "dear", epochs=1000, recurrent_units=[512])
    assert f"{dear}: a run of this spec takes" in shell("participant", "train", 1, "--spec", dear, code=4)["error"]

    shown = _shown(shell, "train", *both, *QUICK)
    assert "this contest asks for 50%" in shown
    assert f"`hyperbounty participant odds 1 --spec {ada} --spec {ben}`" in shown
    shown = _shown(shell, "odds", "--spec", ada, *QUICK)
    assert "without any skill the chance is at most" in shown


def test_suggested_specs_are_written_and_accepted(shell: Shell, tmp_path: Path) -> None:
    offer(shell, fetch(shell, tmp_path / "prices"))
    folder = tmp_path / "specs"
    suggested = shell("participant", "suggest", 1, "--out", folder)
    assert [spec["name"] for spec in suggested["specs"]] == ["small", "middle", "large"]
    for spec in suggested["specs"]:
        assert "0x" + read_spec(str(folder / f"{spec['name']}.json")).word.hex() == spec["spec"]
        assert spec["run_seconds"] <= suggested["budget_seconds"]
    assert suggested["specs"] == shell("participant", "suggest", 1)["specs"]
    assert "not empty" in shell("participant", "suggest", 1, "--out", folder, code=4)["error"]


def _shown(shell: Shell, command: str, *options: object) -> str:
    """What a command shows people."""
    argv = [each for each in shell.argv("participant", command, 1, *options) if each != "--json"]
    shell.capsys.readouterr()
    assert run(argv) == 0
    return shell.capsys.readouterr().out


def test_in_the_folder_of_a_contest_commands_know_it_and_its_spec(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(shell, fetch(shell, tmp_path / "prices"))
    monkeypatch.chdir(tmp_path)
    made = shell("participant", "init", 1)
    folder = tmp_path / "contest-1"
    assert made["folder"] == "contest-1"
    assert {each["file"]: each["file_state"] for each in made["laid_out"]} == dict.fromkeys(
        ("contest.json", "manifest.json", "training.csv", "spec.toml", "workbench.py", "workbench.ipynb"), "written"
    )
    assert len((folder / "training.csv").read_text().splitlines()) == made["rows"] + 1
    middle = shell("participant", "suggest", 1)["specs"][1]["spec"]
    assert "0x" + read_spec(str(folder / "spec.toml")).word.hex() == middle

    (folder / "training.csv").write_text("time\n")
    (folder / "manifest.json").unlink()
    (folder / "spec.toml").write_text((folder / "spec.toml").read_text().replace("epochs = 10", "epochs = 9"))
    (folder / "mine.txt").write_text("notes")
    again = shell("participant", "init", 1)
    assert [each["file_state"] for each in again["laid_out"]] == ["kept", "written", "repaired", *["yours"] * 3]
    assert read_spec(str(folder / "spec.toml")).epochs == 9
    assert (folder / "mine.txt").read_text() == "notes"

    monkeypatch.chdir(folder)
    inside = shell("participant", "init")
    assert (inside["folder"], {each["file_state"] for each in inside["laid_out"]}) == (".", {"kept", "yours"})
    assert shell("participant", "suggest")["specs"][1]["spec"] == middle
    assert shell("participant", "show")["contest"] == 1
    assert shell("participant", "download", "--out", "copy")["rows"] == made["rows"]
    assert shell("participant", "archive", "--out", "copy.car")["blocks"] > 0
    assert "contest 1" in shell("participant", "reveal", account=ADA, code=4)["error"]
    assert shell("participant", "reveal", "--all", account=ADA)["opened"] == []
    assert shell("participant", "withdraw", account=ADA)["contest"] == 1
    (folder / "spec.toml").write_text("epochs = 0\n")
    for command in ("train", "odds"):
        assert "spec.toml: 5 faults: (1)" in shell("participant", command, code=4)["error"]
    assert "spec.toml: 5 faults: (1)" in shell("participant", "submit", account=ADA, code=4)["error"]
    (folder / "spec.toml").unlink()
    assert "'--spec'" in shell("participant", "train", code=2)["error"]

    other = (folder / "contest.json").read_text().replace("31337", "1")
    (folder / "contest.json").write_text(other)
    assert "on chain 1" in shell("participant", "show", code=4)["error"]
    refused = shell("participant", "suggest", code=4)
    assert "this folder is for contest 1 of 0x" in refused["error"]
    assert "--profile" in refused["next_step"]
    assert shell("participant", "suggest", 1)["specs"][1]["spec"] == middle, "a number that is given counts"
    (folder / "contest.json").write_text("{}")
    assert "does not say which contest" in shell("participant", "suggest", code=2)["error"]

    monkeypatch.chdir(tmp_path)
    for command in ("suggest", "show", "download", "claim"):
        assert "Give its number" in shell("participant", command, code=2)["error"]
    assert "go to its folder" in shell("participant", "reveal", account=ADA, code=2)["error"]
    assert "no folder of a contest" in shell("participant", "init", 1, tmp_path / "prices", code=4)["error"]
