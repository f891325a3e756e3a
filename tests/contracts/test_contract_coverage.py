"""How `contracts/tools/coverage.py` reads sources and reports; measuring itself needs Foundry and takes minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from contracts.tools import coverage

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"

SOURCE: Final = """\
function f(uint256 a) pure {
    // require(this is a comment, "of course")
    require(
        a != g(1, 2), // why
        Wrong(a, "a, b)")
    );
    assert(a < 9);
    assembly ("memory-safe") {
        a := add(a, 1)
    }
    a += 1;
}
"""
SPELLED: Final = """\
function f(uint256 a) pure {
    // require(this is a comment, "of course")
    if (!(
        a != g(1, 2))) revert  // why
        Wrong(a, "a, b)")
    ;
    if (!(a < 9)) revert ("");
    assembly ("memory-safe") {
        a := add(a, 1)
    }
    a += 1;
}
"""
LCOV: Final = """\
TN:
SF:test/elsewhere.sol
DA:1,0
SF:src/f.sol
DA:1,5
DA:3,5
BRDA:3,0,0,2
DA:7,4
BRDA:7,1,0,-
DA:9,0
DA:11,0
"""


def test_requirements_are_spelled_out_on_the_same_lines() -> None:
    assert coverage.spell_out(SOURCE) == SPELLED


def test_every_source_can_be_spelled_out() -> None:
    for source in coverage.read_sources(CONTRACTS).values():
        spelled = coverage.spell_out(source)
        assert spelled.count("\n") == source.count("\n")
        assert "require(" not in coverage.blank(spelled)
        coverage.assembly_lines(source)


@pytest.mark.parametrize("statement", ["require(a);", "require(a, b, c);", "x = require(a, b) + 1;"])
def test_a_requirement_of_another_form_is_refused(statement: str) -> None:
    with pytest.raises(coverage.CoverageError, match="line 2"):
        coverage.spell_out(f"\n{statement}")


def test_assembly_that_branches_is_refused() -> None:
    with pytest.raises(coverage.CoverageError, match="line 1"):
        coverage.assembly_lines("assembly { if a { b := 1 } }")


def test_assembly_counts_as_the_statement_before_it() -> None:
    (report,) = coverage.read_lcov(LCOV, {"src/f.sol": SOURCE})
    assert report.lines == {1: 5, 3: 5, 7: 4, 9: 4, 11: 0}


def test_what_did_not_run_is_named_and_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "EXCLUDED", {})
    sources = {"src/f.sol": SOURCE}
    lines, good = coverage.judge(coverage.read_lcov(LCOV, sources), sources)
    assert not good
    assert [line for line in lines if line.startswith("not run")] == [
        "not run: src/f.sol:11 a += 1;",
        "not run: src/f.sol:7 (a way) assert(a < 9);",
    ]
    assert any("4/5" in line and "1/2" in line for line in lines)


def test_what_is_excluded_is_shown_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = {("src/f.sol", "a += 1;"): "a reason", ("src/f.sol", "assert(a < 9);"): "another"}
    monkeypatch.setattr(coverage, "EXCLUDED", reasons)
    sources = {"src/f.sol": SOURCE}
    lines, good = coverage.judge(coverage.read_lcov(LCOV, sources), sources)
    assert good
    assert [line for line in lines if line.startswith("excluded")] == [
        "excluded: src/f.sol:11 a += 1;: a reason",
        "excluded: src/f.sol:7 assert(a < 9);: another",
    ]


def test_an_exclusion_that_hides_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "EXCLUDED", {("src/f.sol", "gone();"): "a reason"})
    sources = {"src/f.sol": SOURCE}
    full = LCOV.replace(",-", ",1").replace("DA:11,0", "DA:11,1")
    lines, good = coverage.judge(coverage.read_lcov(full, sources), sources)
    assert not good
    assert "the exclusion hides nothing: src/f.sol: gone();" in lines


def test_a_source_that_the_report_leaves_out_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "EXCLUDED", {})
    sources = {"src/f.sol": SOURCE, "src/g.sol": SOURCE}
    full = LCOV.replace(",-", ",1").replace("DA:11,0", "DA:11,1")
    lines, good = coverage.judge(coverage.read_lcov(full, sources), sources)
    assert not good
    assert "the report leaves out src/g.sol" in lines
