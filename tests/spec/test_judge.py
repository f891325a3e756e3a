"""Whether a contest takes a spec: limits first, then its budget, then the bound on memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hyperbounty.durations import format_duration
from hyperbounty.errors import SpecError
from hyperbounty.spec.cost import parameters, seconds
from hyperbounty.spec.judge import judge
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack

TASK = TaskShape(features=8, rows=100_000, sequence_length=60)
SPEC = Spec(recurrent_units=(32,), epochs=10)
AMPLE = 10**30


def limits(**highest: int) -> bytes:
    """Of a contest that allows everything but for these fields."""
    return pack(unpack(SPEC_MAXIMA) | highest)


def test_a_spec_within_everything_is_accepted_with_its_figures() -> None:
    judged = judge(SPEC.word, SPEC_MAXIMA, TASK, seconds(SPEC, TASK))
    assert judged.accepted() == SPEC
    assert judged.refusal is None
    assert judged.reason == ""
    assert judged.parameters == parameters(SPEC, 8)
    assert judged.seconds == seconds(SPEC, TASK)


def test_what_is_above_the_limits_is_refused_and_still_a_spec() -> None:
    judged = judge(SPEC.word, limits(epochs=9), TASK, AMPLE)
    assert judged.spec == SPEC
    assert str(judged.refusal) == "epochs is 10; this contest allows 1 to 9"
    with pytest.raises(SpecError, match="epochs is 10"):
        judged.accepted()


def test_what_is_above_the_budget_is_refused_with_its_seconds() -> None:
    judged = judge(SPEC.word, SPEC_MAXIMA, TASK, seconds(SPEC, TASK) - 1)
    needed = judged.seconds
    assert judged.reason == (
        f"a run of this spec takes {format_duration(needed)} of the reference core, and it may take "
        f"{format_duration(needed - 1)}"
    )


def test_what_needs_too_much_memory_is_refused_whatever_the_budget() -> None:
    bomb = Spec(recurrent_units=(1024,) * 4, batch_size=8192, epochs=1, bidirectional=True)
    assert "GiB of memory" in judge(bomb.word, SPEC_MAXIMA, TASK, AMPLE).reason


def test_of_several_reasons_the_first_is_given() -> None:
    bomb = Spec(recurrent_units=(1024,) * 4, batch_size=8192, epochs=10, bidirectional=True)
    assert "epochs is 10" in judge(bomb.word, limits(epochs=9), TASK, 1).reason
    assert "takes" in judge(bomb.word, SPEC_MAXIMA, TASK, 1).reason


def test_a_word_that_is_no_model_anywhere_is_an_error_that_names_the_limit() -> None:
    no_model = pack(unpack(SPEC.word) | {"epochs": 0})
    with pytest.raises(SpecError, match="epochs is 0; this contest allows 1 to 9"):
        judge(no_model, limits(epochs=9), TASK, AMPLE)
    assert judge(replace(SPEC, epochs=9).word, limits(epochs=9), TASK, AMPLE).refusal is None
