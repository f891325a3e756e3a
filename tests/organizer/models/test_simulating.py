"""`hyperbounty model simulate …`: a design in, results and a page out; faults are explained, of programs too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hyperbounty.cli.main import run
from hyperbounty.models.simulation.documents import read_run
from hyperbounty.models.simulation.labelled import Labelled
from tests.documents import check

DESIGN = """
title = "Tried <b>out</b>"
[data]
set = "own"
file = "samples.npz"
test = 256
[model]
kind = "sparse-perceptron"
pretrain = 20
[terms]
weight = "60 gwei"
refund_wait = "1h"
owner_wait = "2h"
any_wait = "3h"
[run]
measure = "1h"
[market]
bounty = "100 gwei"
bond = "10 gwei"
stake = "5 gwei"
batch_size = 16
contribute = "10d"
[[agents]]
name = "ada"
like = "good"
watch = "1h"
[[agents]]
name = "eve\\u001b[31m"
like = "bad"
count = 2
mistakes = "5%"
willing = "always"
"""
PROGRAM = """
from dataclasses import dataclass

@dataclass
class Thrifty:
    turns: int = 0

    def act(self, turn):
        self.turns += 1
        if turn.label is not None and turn.price <= 9 * 10**9:
            turn.contribute(turn.label)
        turn.claim()
        return 600

class Broken:
    def act(self, turn):
        if turn.now > 5_000:
            return 1 // 0
        return 600

class Greedy:
    def act(self, turn):
        turn.contribute(1, stake=0)
        return 600

class Mute:
    pass

class Looker:
    def act(self, turn):
        from pathlib import Path
        folder = Path(__file__).parent
        folder.joinpath("seen.html").write_text(folder.joinpath("out", "page.html").read_text())
        return 10_000
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(5)
    samples = [sorted(random.permutation(12)[:4].tolist()) for _ in range(400)]
    labels = [sum(feature % 2 for feature in sample) // 3 for sample in samples]
    Labelled.of(samples, labels).write(tmp_path / "samples.npz")
    (tmp_path / "design.toml").write_text(DESIGN)
    (tmp_path / "agents.py").write_text(PROGRAM)
    return tmp_path


Simulate = Callable[..., tuple[str, str]]


@pytest.fixture
def simulate(folder: Path, capsys: pytest.CaptureFixture[str]) -> Simulate:
    def execute(*arguments: object, code: int = 0) -> tuple[str, str]:
        capsys.readouterr()
        given = ["model", "simulate", *map(str, arguments)]
        assert run([*given, "--home", str(folder / "home")]) == code, capsys.readouterr().err
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert "\x1b" not in out + err
        if "--json" in arguments:
            check(given, json.loads(out))
        return out, err

    return execute


def with_agent(folder: Path, behaviour: str) -> Path:
    path = folder / f"{behaviour}.toml"
    path.write_text(f'{DESIGN}[[agents]]\nname = "own"\nbalance = "900 gwei"\nbehaviour = "{behaviour}"\n')
    return path


def test_a_run_leaves_its_result_and_its_page(folder: Path, simulate: Simulate) -> None:
    said, _ = simulate("run", folder / "design.toml", "--out", folder / "out")
    page = (folder / "out" / "page.html").read_text()
    found = read_run(folder / "out" / "run-1.json")
    assert sum(int(agent.balance) for agent in found.agents) == 3 * 10_000 * 10**9
    assert found.agents[0].name == "ada"
    assert "Tried &lt;b&gt;out&lt;/b&gt;" in page
    assert 'http-equiv="refresh"' not in page
    assert "Right on 256 test samples" in said
    assert "Next: open " in said


def test_the_same_design_makes_the_same_result_however_it_is_run(folder: Path, simulate: Simulate) -> None:
    simulate("run", folder / "design.toml", "--out", folder / "one", "--json")
    simulate("run", folder / "design.toml", "--seeds", 3, "--workers", 1, "--out", folder / "three", "--json")
    assert (folder / "one" / "run-1.json").read_bytes() == (folder / "three" / "run-1.json").read_bytes()
    assert (folder / "three" / "run-2.json").read_bytes() != (folder / "three" / "run-3.json").read_bytes()


def test_results_are_combined_to_the_page_that_their_runs_made(folder: Path, simulate: Simulate) -> None:
    simulate("run", folder / "design.toml", "--seeds", 2, "--workers", 1, "--out", folder / "two")
    results = sorted((folder / "two").glob("run-*.json"))
    simulate("combine", *results, "--title", "Tried <b>out</b>", "--out", folder / "both.html", "--json")
    assert (folder / "both.html").read_text() == (folder / "two" / "page.html").read_text()
    assert "exists already" in simulate("combine", *results, "--out", folder / "both.html", code=4)[1]
    assert "there is no file" in simulate("combine", folder / "none.json", "--out", folder / "b.html", code=4)[1]
    simulate("market", folder / "design.toml", "--out", folder / "market")
    said = simulate("combine", folder / "market" / "market.json", "--out", folder / "c.html", code=4)[1]
    assert "is no run" in said


@pytest.mark.parametrize("rule", ["records", "records-kept", "rounds", "silent"])
def test_a_market_is_played_by_each_rule(rule: str, folder: Path, simulate: Simulate) -> None:
    out, _ = simulate("market", folder / "design.toml", "--rule", rule, "--out", folder / "market", "--json")
    found = json.loads(out)["simulated_market"]
    parts = [each["end"] for each in found["agents"]] + [found["provider_got"], found["nobody_got"]]
    assert sum(int(part["amount"]) for part in parts) == (3 * 10_000 + 110) * 10**9
    assert found["batches"] == 8
    assert (folder / "market" / "page.html").read_text().startswith("<!DOCTYPE html>")


def test_agents_that_somebody_wrote_take_part(folder: Path, simulate: Simulate) -> None:
    design = with_agent(folder, "Thrifty")
    out, _ = simulate("run", design, "--agents", folder / "agents.py", "--out", folder / "out", "--json", "--seeds", 2)
    runs = json.loads(out)["simulations"]
    assert all(each["agents"][3]["name"] == "own" and each["agents"][3]["added"] > 0 for each in runs)
    said = simulate("market", design, "--out", folder / "market", code=4)[1]
    assert "Thrifty" in said


def test_the_page_follows_a_run_while_it_goes_on(folder: Path, simulate: Simulate) -> None:
    simulate("run", with_agent(folder, "Looker"), "--agents", folder / "agents.py", "--out", folder / "out")
    seen, last = (folder / "seen.html").read_text(), (folder / "out" / "page.html").read_text()
    assert 'http-equiv="refresh"' in seen
    assert "<svg" in seen
    assert 'http-equiv="refresh"' not in last


def test_a_design_alone_runs_no_program(folder: Path, simulate: Simulate) -> None:
    said = simulate("run", with_agent(folder, "Thrifty"), "--out", folder / "out", code=4)[1]
    assert "--agents" in said
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("behaviour", "parts"),
    [
        ("Broken", ["'own' failed at second", "(line 18): ZeroDivisionError"]),
        ("Greedy", ["(line 23): the samples cost", "0 was staked"]),
        ("Mute", ["no behaviour 'Mute'", "known are Broken, Greedy, Looker, Thrifty"]),
        ("Thrify", ["did you mean Thrifty?"]),
    ],
)
def test_what_fails_in_a_program_is_said_with_its_line(
    behaviour: str, parts: list[str], folder: Path, simulate: Simulate
) -> None:
    design = with_agent(folder, behaviour)
    said = simulate("run", design, "--agents", folder / "agents.py", "--out", folder / "out", code=4)[1]
    assert all(part in said for part in parts), said


@pytest.mark.parametrize(
    ("text", "part"), [("def", "(line 1): SyntaxError"), ("x = 1\nx.y", "(line 2): AttributeError"), ("", "no class")]
)
def test_a_program_that_cannot_be_read(text: str, part: str, folder: Path, simulate: Simulate) -> None:
    (folder / "agents.py").write_text(text)
    design = with_agent(folder, "Thrifty")
    assert part in simulate("run", design, "--agents", folder / "agents.py", "--out", folder / "out", code=4)[1]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('weight = "60 gwei"', "weight = 60", "an amount is a text with its unit"),
        ('weight = "60 gwei"', 'weight = "60 gwai"', "is not a unit of ETH"),
        ('refund_wait = "1h"', 'refund_wait = "soon"', "is no duration"),
        ('refund_wait = "1h"', 'refund_wait = "4h"', "is shorter than the refund wait"),
        ('kind = "sparse-perceptron"', 'kind = "forest"', "must be one of sparse-perceptron"),
        ('set = "own"', 'set = "mine"', "must be one of mail"),
        ('file = "samples.npz"', "", "name its file"),
        ('file = "samples.npz"', 'file = "none.npz"', "there is no file"),
        ("test = 256", "test = 400", "there are 400 samples"),
        ('mistakes = "5%"', 'mistakes = "105%"', "is not between 0% and 100%"),
        ('mistakes = "5%"', 'mistaks = "5%"', "mistaks is no field of it"),
        ('like = "bad"', 'behaviour = "Thrifty"', "an agent with a behaviour needs a balance"),
        ('like = "bad"', "", "an agent is like another one"),
        ("count = 2", "count = 0", "must be at least 1"),
        ("title", "title = 1\ntitle", "is not TOML"),
        ('measure = "1h"', 'measure = "0.5s"', "whole seconds"),
    ],
)
def test_faults_of_a_design_are_named(old: str, new: str, part: str, folder: Path, simulate: Simulate) -> None:
    (folder / "design.toml").write_text(DESIGN.replace(old, new))
    said = simulate("run", folder / "design.toml", "--out", folder / "out", code=4)[1]
    assert part in said, said
    assert not (folder / "out").exists()


def test_a_market_needs_its_table_and_enough_to_hide(folder: Path, simulate: Simulate) -> None:
    (folder / "design.toml").write_text(DESIGN.replace("test = 256", "test = 200"))
    assert "256 samples are to be hidden" in simulate("market", folder / "design.toml", code=4)[1]
    start, end = DESIGN.index("[market]"), DESIGN.index("[[agents]]")
    (folder / "design.toml").write_text(DESIGN[:start] + DESIGN[end:])
    assert "no table [market]" in simulate("market", folder / "design.toml", code=4)[1]


def test_nothing_of_the_user_is_overwritten(folder: Path, simulate: Simulate) -> None:
    assert "exists already" in simulate("init", folder / "design.toml", code=4)[1]
    assert "not empty" in simulate("run", folder / "design.toml", "--out", folder, code=4)[1]
    assert "not empty" in simulate("market", folder / "design.toml", "--out", folder, code=4)[1]
    assert "there is no design" in (said := simulate("run", folder / "none.toml", code=4)[1])
    assert "hyperbounty model simulate init" in said


@pytest.mark.heavy
def test_the_design_that_somebody_begins_with_runs_as_it_stands(folder: Path, simulate: Simulate) -> None:
    simulate("init", folder / "mine.toml", "--json")
    simulate("run", folder / "mine.toml", "--out", folder / "run", "--events", "--json")
    simulate("market", folder / "mine.toml", "--out", folder / "market", "--json")
    assert len(json.loads((folder / "run" / "run-1.json").read_text())["events"]) > 1_000


@pytest.mark.parametrize(("name", "kind"), [("tic-tac-toe", "dense-centroid"), ("tic-tac-toe", "dense-perceptron")])
def test_numbers_are_learned_too(name: str, kind: str, folder: Path, simulate: Simulate) -> None:
    changed = DESIGN.replace('"own"', f'"{name}"').replace('file = "samples.npz"', "samples = 60")
    (folder / "design.toml").write_text(changed.replace("sparse-perceptron", kind))
    out, _ = simulate("run", folder / "design.toml", "--out", folder / "out", "--json")
    assert json.loads(out)["simulations"][0]["accuracy_ppm"] > 500_000
    (folder / "design.toml").write_text(changed)
    said = simulate("run", folder / "design.toml", "--out", folder / "texts", code=4)[1]
    assert "has numbers, which no sparse-perceptron takes" in said


@pytest.mark.heavy
def test_runs_in_several_processes_are_those_of_one(folder: Path, simulate: Simulate) -> None:
    for workers in (1, 2):
        arguments = ("--seeds", 3, "--workers", workers, "--out", folder / str(workers))
        simulate("run", folder / "design.toml", *arguments)
    for one in (folder / "1").iterdir():
        assert one.read_bytes() == (folder / "2" / one.name).read_bytes()
