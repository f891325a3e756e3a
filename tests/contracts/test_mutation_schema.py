"""Many mutants in one contract: the sources that hold them, the code that is each, and what a campaign keeps."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from eth_utils.crypto import keccak

from contracts.tools.mutation import run
from contracts.tools.mutation.campaign import KILLED, SURVIVED, Draw, Fate, Journal
from contracts.tools.mutation.mutants import Mutant, MutationError, shuffled
from contracts.tools.mutation.run import interval, report
from contracts.tools.mutation.schema import MAGIC, Function, choose, combine, functions, place
from contracts.tools.mutation.workshop import Code

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"
UNIT: Final = "src/Sums.sol"
SOURCE: Final = """\
// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

contract Sums {
    uint256 private constant BASE = 5;
    uint256 public last;

    function sum(uint256 a, uint256 b) external pure returns (uint256 c) {
        c = a + b;
    }

    function keep(uint256 a) external {
        last = a * BASE;
    }
}
"""
needs_compiler = pytest.mark.skipif(
    not (CONTRACTS / "node_modules" / "solc").is_dir() or shutil.which("node") is None,
    reason="no compiler here: run `npm ci --ignore-scripts` in contracts/",
)


def mutant(old: str, new: str, function: str) -> Mutant:
    start = SOURCE.index(old)
    return Mutant("AOR", UNIT, function, SOURCE.count("\n", 0, start) + 1, start, start + len(old), old, new)


def ask(source: str) -> dict[str, Any]:
    """The compiler's answer, by the program that the campaign keeps warm."""
    request = {
        "language": "Solidity",
        "sources": {UNIT: {"content": source}},
        "settings": {
            "viaIR": True,
            "optimizer": {"enabled": False},
            "outputSelection": {"*": {"": ["ast"], "*": ["evm.deployedBytecode.object"]}},
        },
    }
    done = subprocess.run(
        ["node", str(CONTRACTS / "tools" / "mutation" / "compiler.cjs")],  # noqa: S607
        input=json.dumps(request) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert not [e for e in answer.get("errors", []) if e["severity"] == "error"], answer["errors"]
    return answer


def by_hand() -> list[Function]:
    """What `functions` finds in the source, without a compiler."""
    found = []
    for name, header, returns in (
        ("sum", "(uint256 a, uint256 b) private pure returns (uint256 c)", True),
        ("keep", "(uint256 a) private ", False),
    ):
        body = SOURCE.index("{", SOURCE.index(f"function {name}"))
        arguments = "a, b" if name == "sum" else "a"
        found.append(Function(UNIT, name, SOURCE.index("}", body) + 1, body, header, arguments, returns))
    return found


@needs_compiler
def test_the_compilers_trees_give_every_function_with_its_header() -> None:
    assert functions({UNIT: ask(SOURCE)["sources"][UNIT]["ast"]}, {UNIT: SOURCE}) == by_hand()


@pytest.mark.heavy
@needs_compiler
def test_the_code_of_a_batch_holds_each_mutant_and_the_number_chooses() -> None:
    changes = {1: mutant("a + b", "a - b", "sum"), 2: mutant("a * BASE", "a", "keep"), 3: mutant("a + b", "a", "sum")}
    batch = combine(changes, by_hand(), {UNIT: SOURCE})
    code = ask(batch.sources[UNIT])["contracts"][UNIT]["Sums"]["evm"]["deployedBytecode"]["object"]
    # Each of the three comparisons, or the one function that all of them call, reads the number.
    assert MAGIC in code
    chosen = {choose(code, number) for number in range(4)}
    assert len(chosen) == 4
    assert not any(MAGIC in one for one in chosen)


def test_a_mutant_finds_what_it_creates_by_the_mutants_code() -> None:
    pinned, creation = "5a" * 32, f"60{MAGIC}"
    code = Code(f"73{pinned}{creation}", f"7f{pinned}", created=((pinned, creation),))
    for number in (0, 7):
        made = f"60{number:064x}"
        expected = keccak(hexstr=made).hex()
        assert code.chosen(number).pinned() == Code(f"73{expected}{made}", f"7f{expected}")


def test_a_copy_is_where_the_batch_says_and_has_the_change() -> None:
    changes = {1: mutant("a + b", "a - b", "sum"), 2: mutant("a * BASE", "a", "keep"), 3: mutant("a + b", "a", "sum")}
    batch = combine(changes, by_hand(), {UNIT: SOURCE})
    text = batch.sources[UNIT]
    for number, expected in ((1, "c = a - b;"), (2, "last = a;"), (3, "c = a;")):
        file, start, end = batch.copies[number]
        assert file == UNIT
        assert expected in text[start:end]
        assert batch.mutant_at(UNIT, start) == number
    assert batch.mutant_at(UNIT, text.index("c = a + b")) is None
    assert "if (MUTANT == 1) return sum__1(a, b); if (MUTANT == 3) return sum__3(a, b);" in text
    assert "if (MUTANT == 2) { keep__2(a); return; }" in text


def test_a_change_outside_every_body_is_not_batched() -> None:
    constant = mutant("BASE = 5", "BASE = 6", "")
    assert place(constant, by_hand()) is None
    with pytest.raises(MutationError, match="no function's body"):
        combine({1: constant}, by_hand(), {UNIT: SOURCE})


def test_a_seed_gives_one_order_of_all() -> None:
    mutants = [mutant("a + b", f"a {sign} b", "sum") for sign in "-*/%"]
    assert shuffled(mutants, 1) == shuffled(mutants, 1)
    assert set(shuffled(mutants, 1)) == set(mutants)


def test_a_draw_gives_three_times_what_is_still_to_be_tested() -> None:
    order = [mutant("a + b", f"a {sign} b", "sum") for sign in "-*/%&|^"]
    draw = Draw(list(order), most=2)
    assert draw.take() == order[:6]
    assert not draw.done
    draw.tested = 2
    assert draw.done
    assert draw.take() == []
    assert Draw(list(order)).take() == order


def test_a_journal_goes_on_and_refuses_another_campaign(tmp_path: Path) -> None:
    path, fate = tmp_path / "journal.jsonl", Fate(mutant("a + b", "a - b", "sum"), KILLED, "test_sums", 1.5)
    Journal(path, {"seed": 1}).add(fate)
    assert Journal(path, {"seed": 1}).fates == [fate]
    with pytest.raises(MutationError, match="another seed"):
        Journal(path, {"seed": 2})


def test_the_report_counts_and_lists_what_survived() -> None:
    fates = [Fate(mutant("a + b", "a - b", "sum"), KILLED, "t"), Fate(mutant("a * BASE", "a", "keep"), SURVIVED)]
    result = report(fates, [fate.mutant for fate in fates], {"seed": 1})
    assert (result["tested"], result["killed"], result["killed_percent"]) == (2, 1, 50.0)
    assert [(s["function"], s["new"], s["reason"]) for s in result["survivors"]] == [("keep", "a", "")]
    assert result["counts"]["AOR"] == {
        "does not compile": 0,
        "compiles to the same code": 0,
        "killed": 1,
        "survived": 1,
    }


def test_an_explanation_is_kept_while_its_mutant_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, waiting, gone = (mutant("a + b", f"a {sign} b", "sum") for sign in "-*/")
    named = ("operator", "file", "function", "line", "old", "new")
    known = [
        {name: getattr(m, name) for name in named} | {"reason": f"because {m.new}"} for m in (drawn, waiting, gone)
    ]
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"Sums": {"survivors": known[:1], "explained_before": known[1:]}}), encoding="utf-8")
    monkeypatch.setattr(run, "RESULTS", path)
    result = report([Fate(drawn, SURVIVED)], [drawn, waiting], {"seed": 1})
    assert result["survivors"] == known[:1]
    assert result["explained_before"] == known[1:2]


def test_the_interval_is_wilsons() -> None:
    # Wilson's interval of 8 in 10, as textbooks have it.
    assert interval(8, 10) == [49.02, 94.33]
    low, high = interval(600, 600)
    assert high == 100.0
    assert low > 99.0
