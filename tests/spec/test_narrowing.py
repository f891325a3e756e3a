"""The table [search]: it narrows what a contest allows, and what is wrong in it is named with its line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput, SpecError
from hyperbounty.spec.file import read_spec
from hyperbounty.spec.narrowing import read_narrowed
from hyperbounty.spec.ranges import Names, Numbers, Range, Ranges, allowed, usual
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.template import search_template, spec_template
from hyperbounty.spec.word import SPEC_MAXIMA
from tests.spec.test_spec import specs
from tests.spec.test_suggestions import SHAPE, limit_words

WHOLE = allowed(SPEC_MAXIMA)


def is_within(inner: Range, outer: Range) -> bool:
    if isinstance(inner, Names):
        return isinstance(outer, Names) and outer.holds(inner)
    return isinstance(outer, Numbers) and outer.holds(inner)


@given(specs(), limit_words(), st.integers(1, 7_200))
def test_a_template_is_read_back_as_what_is_usual_within_any_limits(
    spec: Spec, limits: bytes, run_seconds: int
) -> None:
    within = allowed(limits)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "spec.toml"
        text = spec_template(spec, limits, SHAPE, run_seconds) + search_template(spec, limits, SHAPE, run_seconds)
        path.write_text(text, encoding="utf-8")
        found = read_narrowed(path, within, run_seconds)
        assert read_spec(str(path)) == spec, "who reads the spec passes over the table"
    assert found.ranges == usual(within)
    assert 1 <= found.run_seconds <= run_seconds
    assert all(is_within(found.ranges[name], within[name]) for name in within)


@given(limit_words(), specs())
def test_a_spec_within_the_limits_is_within_the_ranges(limits: bytes, spec: Spec) -> None:
    from hyperbounty.spec.word import refusal

    if refusal(spec.word, limits) is None:
        within = allowed(limits)
        for name, value in (("cell", spec.cell), ("bidirectional", spec.bidirectional), ("loss", spec.loss)):
            found = within[name]
            assert isinstance(found, Names)
            assert value in found.options
        for name, number in (("epochs", spec.epochs), ("recurrent_layers", len(spec.recurrent_units))):
            numbers = within[name]
            assert isinstance(numbers, Numbers)
            assert numbers.lowest <= number <= numbers.highest


def narrowed(tmp_path: Path, *lines: str) -> Ranges:
    path = tmp_path / "spec.toml"
    path.write_text("\n".join(["epochs = 10", "[search]", *lines]), encoding="utf-8")
    return read_narrowed(path, WHOLE, 100).ranges


def test_what_is_named_is_narrowed_and_the_rest_stays(tmp_path: Path) -> None:
    found = narrowed(
        tmp_path,
        'cell = ["GRU", "LSTM"]',
        "epochs = 7",
        "dropout = [0.1, 0.2]",
        "recurrent_units = [32]",
        "loss = 'hinge'",
    )
    assert found["cell"] == Names(("LSTM", "GRU"))
    assert (found["epochs"], found["recurrent_units"]) == (Numbers(7, 7), Numbers(32, 32))
    assert found["dropout"] == Numbers(10, 20, 100)
    assert found["loss"] == Names(("hinge",))
    assert {name for name in found if found[name] != WHOLE[name]} == {
        *("cell", "epochs", "recurrent_units", "dropout", "loss")
    }
    path = tmp_path / "other.toml"
    path.write_text("epochs = 10")
    assert read_narrowed(path, WHOLE, 100).ranges == WHOLE


def test_a_run_time_is_a_duration_within_the_budget(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    for written, seconds in (('"12s"', 12), ("30", 30), ('"1m 30s"', 90)):
        path.write_text(f"[search]\nrun_time = {written}")
        assert read_narrowed(path, WHOLE, 100).run_seconds == seconds
    for wrong in ('"2m"', "0", '"fast"', "true", "1.5", '"0.5s"'):
        path.write_text(f"[search]\nrun_time = {wrong}")
        with pytest.raises(InvalidInput, match=r"line 2: .search. run_time must be a duration .* from 1s to 1m 40s"):
            read_narrowed(path, WHOLE, 100)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('lr = "fast"', r"line 3: \[search\] has no field 'lr': did you mean learning_rate\? It must be a number from"),
        ("wd = 0.1", r"did you mean weight_decay\?;"),
        ("units = 3", r"did you mean recurrent_units or dense_units\?"),
        ("epoch = 3", r"did you mean epochs\?"),
        ("xyz = 3", r"known are activation, .*, run_time"),
        (
            'learning_rate = "fast"',
            r"line 3: \[search\] learning_rate must be a number from 0.000001 to 1, or .*not 'fast'",
        ),
        ("learning_rate = [0.1, 0.01]", r"the lowest and the highest"),
        ("learning_rate = [0.1, 0.2, 0.3]", r"the lowest and the highest"),
        ("learning_rate = 1e-7", r"from 0.000001 to 1"),
        ("learning_rate = []", r"from 0.000001 to 1"),
        ("epochs = 2000", r"a whole number from 1 to 1000"),
        ("epochs = 1.5", r"a whole number"),
        ("epochs = true", r"a whole number"),
        ('cell = "gru"', r'one of "SimpleRNN", "LSTM", "GRU"'),
        ('cell = ["GRU", 3]', r"or a list of some of them"),
        ("bidirectional = 0", r"one of false, true"),
        ('learning_rate = "fast"\nepochs = "many"', r"2 faults: \(1\) line 3: .* \(2\) line 4: "),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_was_meant(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as error:
        narrowed(tmp_path, line)
    assert "\n" not in str(error.value)
    assert str(tmp_path / "spec.toml") in str(error.value)


def test_a_search_that_is_no_table_is_refused_by_whoever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text('search = 3\ncell = "GRU"')
    with pytest.raises(InvalidInput, match="line 1: search is 3, and a table"):
        read_narrowed(path, WHOLE, 100)
    with pytest.raises(SpecError, match="there is no field 'search'"):
        read_spec(str(path))
