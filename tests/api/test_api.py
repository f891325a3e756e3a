"""Contests from Python: the same settings, trainings and numbers as by the command line."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hyperbounty
from hyperbounty import Connection, Contest, Spec, connect
from hyperbounty.api.result import Odds, Result
from hyperbounty.errors import AccountError, ChainError, InvalidInput, SpecError
from hyperbounty.training import kept
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import spec_file

LITTLE = Spec(cell="GRU", recurrent_units=(8,), learning_rate=0.01, batch_size=128, epochs=2)
"""That of `spec_file`."""


def modules_after(statement: str) -> set[str]:
    """The modules that a statement loads, beside Python's own."""
    script = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name for name in done.stdout.split() if name.partition(".")[0] not in sys.stdlib_module_names}


def test_importing_the_package_loads_nothing_else() -> None:
    assert modules_after("import hyperbounty") == {"hyperbounty"}


def test_a_name_loads_what_it_needs_and_a_connection_asks_nobody() -> None:
    heavy = {"numpy", "pandas", "web3", "keras", "tensorflow", "click", "requests", "eth_account", "pydantic"}
    spec = {name.partition(".")[0] for name in modules_after("from hyperbounty import Spec; Spec()")}
    assert not spec & heavy
    made = {name.partition(".")[0] for name in modules_after("import hyperbounty; hyperbounty.connect()")}
    assert not made & heavy


def test_every_public_name_is_there_and_says_what_it_is() -> None:
    for name in hyperbounty.__all__:
        assert name in dir(hyperbounty)
        assert getattr(hyperbounty, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'contest'"):
        _ = hyperbounty.contest


def test_a_connection_reads_the_configuration_as_the_command_line_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HYPERBOUNTY_HOME", str(tmp_path / "elsewhere"))
    Path("hyperbounty.toml").write_text(
        'profile = "mine"\naccount = "ada"\n[profiles.mine]\nrpc = "http://127.0.0.1:9"\n'
    )
    session = connect().session
    assert (session.home, session.settings.profile) == (tmp_path / "elsewhere", "mine")
    assert (session.settings.account, session.settings.rpc) == ("ada", "http://127.0.0.1:9")
    monkeypatch.setenv("HYPERBOUNTY_ACCOUNT", "ben")
    assert connect().session.settings.account == "ben"
    named = connect("anvil", home=tmp_path, account="cem").session
    assert (named.home, named.settings.profile, named.settings.account) == (tmp_path, "anvil", "cem")
    with pytest.raises(InvalidInput, match="did you mean devnet"):
        _ = connect("devnte").session.settings
    with pytest.raises(AccountError, match="ada"):
        _ = connect(account="ada").session.account


def test_a_contest_is_found_and_one_of_the_same_number_elsewhere_is_not_taken_for_it(connection: Connection) -> None:
    [contest] = connection.contests()
    assert contest.terms == connection.contest(1).terms
    assert connection.contest(1, manifest=contest.manifest_cid).number == 1
    with pytest.raises(ChainError, match=r"contest 1 of 0x.* is another one"):
        connection.contest(1, manifest="bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")
    with pytest.raises(InvalidInput, match="there is no contest 2"):
        connection.contest(2)


def test_data_are_the_prices_that_were_published(contest: Contest) -> None:
    data = contest.data()
    frame = data.frame()
    assert len(data) == len(frame) == contest.manifest.training.rows
    assert (pd.DatetimeIndex(frame.index).as_unit("s").asi8 == data.prices.times).all()
    assert (frame["LTC.close"].to_numpy() == data.prices.column("LTC.close")).all()
    frame.iloc[0, 0] = -1.0
    assert data.prices.values[0, 0] > 0, "a frame is a copy"
    assert [fold.number for fold in data.folds(3)] == [1, 2, 3]


def test_a_spec_that_the_contest_refuses_is_not_trained(contest: Contest) -> None:
    with pytest.raises(SpecError, match=r"LSTM 512 · .* 1000 epochs: a run of this spec takes"):
        contest.train(Spec(recurrent_units=(512,), epochs=1000))


@pytest.mark.training
def test_what_python_trains_the_command_line_shows_and_does_not_train_again(
    shell: Shell, contest: Contest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[int] = []
    result = contest.train(LITTLE, folds=2, seeds=2, on_epochs=heard.append)
    assert heard[-1] == 2 * 2 * LITTLE.epochs

    def refuse(*_: object) -> None:
        raise AssertionError("it trains again")

    monkeypatch.setattr(kept.KeptTrainings, "put", refuse)
    little = ("--spec", spec_file(tmp_path, "little"), "--folds", 2, "--jobs", 1)
    [shown] = shell("participant", "train", 1, *little)["specs"]
    assert shown["spec"] == "0x" + result.spec.word.hex()
    assert shown["mean_ppm"] == int(1e6 * result.mean)
    trained = [run["score_ppm"] for run in shown["trainings"]]
    assert trained == np.round(1e6 * result.scores).ravel().tolist()

    odds = contest.odds(result, tried=5)
    said = shell("participant", "odds", 1, *little, "--tried", 5)
    assert (odds.tried, round(1e6 * odds.coin)) == (said["tried"], said["coin_chance_ppm"])
    assert round(1e6 * odds.chance) == said["specs"][0]["chance_ppm"]
    assert round(1e6 * odds.expected) == said["specs"][0]["expected_ppm"]


@pytest.mark.training
def test_results_are_compared_where_they_can_be_and_show_themselves(contest: Contest) -> None:
    result = contest.train(LITTLE, folds=2, seeds=1)
    other = contest.train(replace(LITTLE, epochs=1), folds=2, seeds=1)
    assert contest.odds(result, other).tried == 2
    assert contest.odds(result, other).spec == LITTLE
    with pytest.raises(InvalidInput, match="cannot be compared"):
        contest.odds(result, contest.train(LITTLE, folds=1, seeds=1))

    assert result.scores.shape == (2, 1)
    assert result.mean == pytest.approx(result.scores.mean())
    assert (result.noise[:, 0] < 0.5).all()
    assert result.frame()["seed 0"].to_list() == result.scores[:, 0].tolist()
    assert "mean of 2 folds × 1 seed (minimum 50%)" in repr(result)
    html = result._repr_html_()
    assert "<th>1</th>" in html
    assert "<th>2</th>" in html


def test_names_are_at_one_place() -> None:
    for name, place in hyperbounty._PLACES.items():
        assert getattr(import_module(place), name) is getattr(hyperbounty, name)
    assert {Odds.__name__, Result.__name__} <= set(hyperbounty.__all__)
