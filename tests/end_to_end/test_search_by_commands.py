"""A search as people type it, in the folder of a contest, with real trainings."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.cli.main import run
from hyperbounty.spec.file import read_spec
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import fetch, offer

SEARCH = """
[search]
cell = "GRU"
recurrent_layers = 1
recurrent_units = 4
dense_layers = 0
optimizer = "adam"
learning_rate = [0.001, 0.03]
batch_size = 128
epochs = [1, 2]
dropout = 0
normalization = "none"
bidirectional = false
activation = "tanh"
loss = "binary_crossentropy"
gradient_clip = 0
weight_decay = 0
"""
QUICK = ("--trials", 3, "--folds", 1, "--jobs", 1)


@pytest.fixture
def folder(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That of a contest, with a space that is searched in no time."""
    offer(shell, fetch(shell, tmp_path / "prices"))
    monkeypatch.chdir(tmp_path)
    shell("participant", "init", 1)
    made = tmp_path / "contest-1"
    monkeypatch.chdir(made)
    spec, _, _ = (made / "spec.toml").read_text().partition("[search]")
    (made / "spec.toml").write_text(spec + SEARCH)
    return made


@pytest.mark.training
def test_a_search_writes_its_winner_and_goes_on(shell: Shell, folder: Path) -> None:
    found = shell("participant", "search", *QUICK)
    assert [trial["trial"] for trial in found["trials"]] == [0, 1, 2]
    assert {trial["trial_state"] for trial in found["trials"]} == {"complete"}
    assert all(len(trial["fold_scores_ppm"]) == 1 for trial in found["trials"])
    bounds = [each["bound_ppm"] for each in found["finalists"]]
    assert bounds == sorted(bounds, reverse=True)
    assert [each["mean_ppm"] - each["standard_error_ppm"] for each in found["finalists"]] == bounds
    winner = found["trials"][found["finalists"][0]["trial"]]["spec"]
    assert "0x" + read_spec("best.toml").word.hex() == winner

    before = (folder / "search.journal").read_bytes()
    again = shell("participant", "search", *QUICK)
    assert again == found
    assert (folder / "search.journal").read_bytes() == before
    # What the winner did in the search is what `train` says of it, with the same seeds.
    trained = shell("participant", "train", "--spec", "best.toml", "--folds", 1, "--seeds", 1, "--jobs", 1)
    [training] = trained["specs"][0]["trainings"]
    assert [training["score_ppm"]] == found["trials"][found["finalists"][0]["trial"]]["fold_scores_ppm"]

    argv = [each for each in shell.argv("participant", "search", *QUICK) if each != "--json"]
    shell.capsys.readouterr()
    assert run(argv) == 0
    shown = shell.capsys.readouterr().out
    assert "3 trials: 3 trained. This contest asks for 50%." in shown
    assert "`hyperbounty participant odds --spec best.toml --tried 3`" in shown
    assert "`hyperbounty participant submit --spec best.toml`" in shown


@pytest.mark.training
def test_time_that_is_over_is_said_with_what_to_do(shell: Shell, folder: Path) -> None:
    # A training of the first trial takes longer than this, so it is the only one.
    argv = [each for each in shell.argv("participant", "search", *QUICK, "--timeout", "1s") if each != "--json"]
    shell.capsys.readouterr()
    assert run(argv) == 0
    assert "Next: " in shell.capsys.readouterr().out


def test_what_stands_against_a_search_is_said_before_anything_is_trained(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = folder / "spec.toml"
    text = spec.read_text()
    spec.write_text(text + 'lr = "fast"\n')
    line = len(spec.read_text().splitlines())
    wrong = shell("participant", "search", code=4)["error"]
    assert wrong.startswith(f"spec.toml: line {line}: [search] has no field 'lr': did you mean learning_rate?")
    assert shell("participant", "suggest")["specs"], "nothing else reads the table"
    spec.write_text(text)

    (folder / "best.toml").write_text("mine")
    assert "best.toml exists already" in shell("participant", "search", code=4)["error"]
    (folder / "best.toml").unlink()

    (folder / "search.journal").write_text("not one of Optuna's\n")
    assert "search.journal, line 1 is damaged" in shell("participant", "search", code=4)["error"]

    monkeypatch.chdir(folder.parent)
    refused = shell("participant", "search", code=4)
    assert "this is no folder of a contest: there is no contest.json" in refused["error"]
    assert "hyperbounty participant init CONTEST" in refused["next_step"]
