"""The examples in docstrings give what they say. Each has `tmp_path`, an empty folder of its own, and runs in it."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("hyperbounty", "organizer", "participant", "evaluator", "showcase")
# Their examples are about a contest that is open: tests/api/test_api_examples.py runs them.
WITH_A_CONTEST = {"hyperbounty.api.contest", "hyperbounty.api.data", "hyperbounty.api.result", "participant.api"}
# Which modules have examples is seen without loading any, so that no other test waits for TensorFlow.
FOUND = (
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)
MODULES = sorted(set(FOUND) - WITH_A_CONTEST)


TRAINING = {"hyperbounty.training.engine"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.training] if name in TRAINING else []) for name in MODULES]
)
def test_the_examples_of_a_module_hold(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for number, example in enumerate(doctest.DocTestFinder().find(import_module(name), name)):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        example.globs["tmp_path"] = folder
        runner.run(example)
    assert runner.tries
    assert not runner.failures, "the differences are in the output below"
