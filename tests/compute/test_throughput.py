"""How many reference cores a machine is worth: measured by a training, and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.compute import throughput as module
from hyperbounty.compute.choice import ExecutorChoice
from hyperbounty.compute.throughput import kept_throughput, throughput

ALONE = ExecutorChoice("in-process")


@pytest.mark.training
def test_one_process_is_worth_something_and_not_a_thousand_cores() -> None:
    assert 1 <= throughput(ALONE) < 1_000_000


def test_what_was_measured_is_kept_for_the_same_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = iter((900, 1_700, 950))
    monkeypatch.setattr(module, "throughput", lambda *_: next(measured))
    assert kept_throughput(tmp_path, ALONE) == 900
    assert kept_throughput(tmp_path, ALONE) == 900
    assert kept_throughput(tmp_path, ExecutorChoice("local", workers=2)) == 1_700
    assert kept_throughput(tmp_path, ALONE, again=True) == 950
    assert kept_throughput(tmp_path, ALONE) == 950
