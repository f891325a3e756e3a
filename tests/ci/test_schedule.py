"""The schedule that .ci/run and `make quick` run by: what waits for what, what runs beside what, what is shown last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci"
# Both of them end only if they run at the same time.
MEET = "touch {0}; until [ -e {1} ]; do :; done"


def run(folder: Path, steps: str, cores: int = 2, *, stop: bool = True) -> tuple[int, str]:
    """The exit status and the output of a schedule, whose steps run in `folder`."""
    script = f"""
import sys
from schedule import Schedule, Step
sys.exit(Schedule([{steps}], cores={cores}, stop_at_failure={stop}).run())
"""
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(CI)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_step_begins_when_those_it_needs_are_done(tmp_path: Path) -> None:
    code, shown = run(
        tmp_path, "Step('b', 'cat made'), Step('c', 'rm made', ('b',)), Step('a', 'echo well > made')", cores=1
    )
    assert code == 1  # `b` needs what `a` makes, and does not say so
    code, shown = run(tmp_path, "Step('b', 'cat made', ('a',)), Step('a', 'echo well > made')", cores=1)
    assert code == 0
    assert shown.index("a: passed") < shown.index("b: started") < shown.index("well")


@pytest.mark.parametrize(("each", "cores"), [(1, 2), (0, 1)])
def test_steps_run_beside_each_other_while_there_are_cores(tmp_path: Path, each: int, cores: int) -> None:
    first, second = MEET.format("a", "b"), MEET.format("b", "a")
    code, _ = run(tmp_path, f"Step('a', '{first}'), Step('b', '{second}', cores={each})", cores)
    assert code == 0


@pytest.mark.parametrize(
    ("how", "cores"), [("cores=2", 2), ("cores=9", 2), ("holds=frozenset({'the room'})", 8)], ids=["two", "all", "held"]
)
def test_steps_that_need_the_same_take_turns(tmp_path: Path, how: str, cores: int) -> None:
    alone = "mkdir room && echo in && rmdir room"
    code, shown = run(tmp_path, ", ".join(f"Step('{name}', '{alone}', {how})" for name in "abcd"), cores)
    assert code == 0
    assert shown.count("\nin\n") == 4


def test_a_failure_ends_the_others_and_is_shown_last(tmp_path: Path) -> None:
    steps = (
        "Step('long', 'echo begun; touch here; sleep 1000'),"
        "Step('bad', 'until [ -e here ]; do :; done; echo wrong; exit 3'), Step('late', 'echo never', ('bad',))"
    )
    code, shown = run(tmp_path, steps)
    assert code == 1
    assert "never" not in shown
    assert shown.index("begun") < shown.index("== bad: FAILED") < shown.index("wrong") < shown.index("CPU s")
    table = shown[shown.index("CPU s") :]
    assert [line.split()[0] for line in table.splitlines() if line.endswith(("stopped", "FAILED", "not run"))] == [
        "long",
        "bad",
        "late",
    ]


def test_where_all_are_to_be_heard_a_failure_ends_nothing(tmp_path: Path) -> None:
    code, shown = run(tmp_path, "Step('bad', 'exit 3'), Step('good', 'echo well', cores=2)", stop=False)
    assert code == 1
    assert "well" in shown
