"""The examples in the docstrings of what works on a contest give what they say, on a contest."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from hyperbounty import Contest, Spec
from tests.test_examples import WITH_A_CONTEST


@pytest.mark.training
def test_the_examples_hold_on_a_contest(contest: Contest) -> None:
    result = contest.train(Spec(cell="GRU", recurrent_units=(8,), epochs=1), folds=2, seeds=1)
    given = {"contest": contest, "data": contest.data(), "result": result, "Spec": Spec}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for name in sorted(WITH_A_CONTEST):
        for example in doctest.DocTestFinder().find(import_module(name), name, extraglobs=given):
            runner.run(example)
    assert runner.tries > 15
    assert not runner.failures, "the differences are in the output below"
