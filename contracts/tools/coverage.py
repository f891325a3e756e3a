"""Which lines and branches of `contracts/src` the Foundry tests run; exits with 1 below 98 %.

    python -m contracts.tools.coverage             run the tests and report
    python -m contracts.tools.coverage LCOV        report what an earlier run left

Needs `forge` on the PATH. What `forge coverage` says of these sources as they are is too low in two ways, so:

- It cannot tell the two ways through `require(condition, Error())` apart. The tests run on a copy of the sources in
  which each is written `if (!(condition)) revert Error()`, on the same lines, and each `assert` likewise. A contract
  that finds another by the hash of its code finds the copy's there.
- It never counts statements of inline assembly. No block here branches (one that did would be refused), so all of a
  block ran if the statement before it did.

What counts as a branch is what LCOV counts: whether the body of each `if` ran, and of each `else`; so for `require` and
`assert`, whether each has refused something. The code that is measured is not optimized as what is deployed, and some
instructions belong to several lines: take a count as "ran" or "did not run", and see the mutation tests for more.

Lines and branches that no test can reach, or that the tool misses, stand in `coverage.toml` with their reasons. An
entry that hides nothing is an error, so the list cannot outlive them.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from contracts.tools.pins import unpin

LEAST: Final = 0.98

_HOME: Final = Path(__file__).resolve().parents[1]
EXCLUDED: Final[dict[tuple[str, str], str]] = {
    (entry["source"], entry["line"]): entry["reason"]
    for entry in tomllib.loads((_HOME / "coverage.toml").read_text(encoding="utf-8"))["excluded"]
}
# Tests look up the contract's functions among the artifacts, and `forge coverage` writes none.
_BUILD: Final = ("build", "src")
# Left out: harnesses, and what is too slow without the optimizer.
_COVERAGE: Final = ("coverage", "--ir-minimum", "--no-match-path", "test/*/{mocks,invariants,exhaustive,proofs}/**")
_REPORT: Final = ("--report", "lcov", "--report-file", "lcov.info")
_CALL: Final = re.compile(r"\b(require|assert)\(")
_RUNS: Final = re.compile(r"^(abstract contract|contract|library) ", re.MULTILINE)
_YUL_BRANCH: Final = re.compile(r"\b(if|for|switch|leave|break|continue)\b")


class CoverageError(Exception):
    """Coverage that cannot be measured; the message is one line for people."""


@dataclass
class Source:
    """What the tests ran of one file, by line; a branch is named by its line, number and way."""

    path: str
    lines: dict[int, int] = field(default_factory=dict)
    branches: dict[tuple[int, int, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """A line that did not run, or a way that was not taken."""

    path: str
    line: int
    text: str
    branch: bool


def blank(source: str) -> str:
    """The source with comments and strings made of spaces, each character where it was."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)


def spell_out(source: str) -> str:
    """The source with every `require` and `assert` written as an `if` that reverts, on the same lines.

    Raises:
        CoverageError: one is not a statement of its own, or a `require` gives no error.
    """
    code, pieces, done = blank(source), [], 0
    for call in _CALL.finditer(code):
        commas, end = _arguments(code, call.end())
        if not re.match(r"\s*;", code[end + 1 :]) or len(commas) != (call[1] == "require"):
            line = source.count("\n", 0, call.start()) + 1
            raise CoverageError(f"line {line}: expected `{call[1]}` with a condition and an error, as a statement")
        cut = commas[0] if commas else end
        pieces += [source[done : call.start()], "if (!(", source[call.end() : cut], ")) revert "]
        pieces += [source[cut + 1 : end] if commas else '("")']
        done = end + 1
    return "".join(pieces) + source[done:]


def assembly_lines(source: str) -> set[int]:
    """The lines inside blocks of inline assembly, from 1.

    Raises:
        CoverageError: a block branches, so that its statements need not run together.
    """
    code, found = blank(source), set()
    for block in re.finditer(r"\bassembly\b", code):
        # The string that says "memory-safe" is blank here.
        start = code.index("{", block.end())
        end = _closing(code, start + 1, "{", "}")
        first = source.count("\n", 0, start) + 1
        if _YUL_BRANCH.search(code, start, end):
            raise CoverageError(f"line {first}: this assembly branches; its statements cannot be counted as one")
        found |= set(range(first + 1, source.count("\n", 0, end) + 1))
    return found


def read_lcov(text: str, sources: dict[str, str]) -> list[Source]:
    """What an LCOV report says of `sources`, by path, each statement of assembly counted as the one before it."""
    read: list[Source] = []
    current: Source | None = None
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "SF":
            current = Source(value) if value in sources else None
            read += [current] if current else []
        elif current and name == "DA":
            number, hits = value.split(",")[:2]
            current.lines[int(number)] = int(hits)
        elif current and name == "BRDA":
            at, block, way, taken = value.split(",")
            current.branches[int(at), int(block), int(way)] = 0 if taken == "-" else int(taken)
    for one in read:
        inside = assembly_lines(sources[one.path])
        before = 0
        for line_number in sorted(one.lines):
            if line_number in inside:
                one.lines[line_number] = before
            before = one.lines[line_number]
    return read


def gaps(report: list[Source], sources: dict[str, str]) -> Iterator[Gap]:
    """Every line and branch that no test ran."""
    for one in report:
        texts = sources[one.path].splitlines()
        for number in sorted(n for n, hits in one.lines.items() if not hits):
            yield Gap(one.path, number, texts[number - 1].strip(), False)
        for at, _, _ in sorted(branch for branch, taken in one.branches.items() if not taken):
            yield Gap(one.path, at, texts[at - 1].strip(), True)


def judge(report: list[Source], sources: dict[str, str]) -> tuple[list[str], bool]:
    """The report, a line each, and whether it is good enough."""
    missing = set(sources) - {one.path for one in report}
    found = list(gaps(report, sources))
    hidden = {gap for gap in found if (gap.path, gap.text) in EXCLUDED}
    stale = EXCLUDED.keys() - {(gap.path, gap.text) for gap in found}
    lines = [f"{'':46}{'lines':>16}{'branches':>20}"]
    totals = [0, 0, 0, 0]
    for one in [*report, None]:
        if one:
            counts = []
            for records, branch in ((one.lines, False), (one.branches, True)):
                mine = [gap for gap in found if gap.path == one.path and gap.branch == branch]
                # What is excluded counts neither for nor against.
                whole = len(records) - sum(gap in hidden for gap in mine)
                counts += [whole - sum(gap not in hidden for gap in mine), whole]
            totals = [total + count for total, count in zip(totals, counts, strict=True)]
        else:
            counts = totals
        shares = (f"{counts[k]}/{counts[k + 1]} {_share(counts[k], counts[k + 1]):7.2%}" for k in (0, 2))
        lines.append(f"{one.path if one else 'all':46}" + "".join(f"{share:>18}" for share in shares))
    lines += [f"not run: {g.path}:{g.line} {'(a way) ' if g.branch else ''}{g.text}" for g in found if g not in hidden]
    lines += [f"excluded: {g.path}:{g.line} {g.text}: {EXCLUDED[g.path, g.text]}" for g in found if g in hidden]
    lines += [f"the exclusion hides nothing: {path}: {text}" for path, text in sorted(stale)]
    lines += [f"the report leaves out {path}" for path in sorted(missing)]
    good = min(_share(totals[0], totals[1]), _share(totals[2], totals[3])) >= LEAST
    return lines, good and not stale and not missing


def measure(home: Path) -> str:
    """Run the tests on a copy with everything spelled out; the LCOV report.

    Raises:
        CoverageError: there is no `forge`, or a test fails.
    """
    if not shutil.which("forge"):
        raise CoverageError("no forge here; install the npm package @foundry-rs/forge and put its folder on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("src", "test"):
            shutil.copytree(home / name, copy / name)
        for name in ("foundry.toml", "solc"):
            shutil.copy2(home / name, copy / name)
        (copy / "node_modules").symlink_to(home / "node_modules")
        for path in (copy / "src").rglob("*.sol"):
            path.write_text(spell_out(unpin(path.read_text(encoding="utf-8"))), encoding="utf-8")
        _forge(copy, *_BUILD)
        said = _forge(copy, *_COVERAGE, *_REPORT, profile="coverage")
        # It answers 0 even if tests fail, or none ran.
        if re.search(r", [1-9]\d* failed", said) or not (copy / "lcov.info").exists():
            sys.stderr.write(said)
            raise CoverageError("not all tests pass; see above")
        return (copy / "lcov.info").read_text(encoding="utf-8")


def read_sources(home: Path) -> dict[str, str]:
    """The sources that have anything to run, by path from `contracts/`."""
    texts = {
        path.relative_to(home).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((home / "src").rglob("*.sol"))
    }
    return {path: text for path, text in texts.items() if _RUNS.search(text)}  # interfaces and types do not


def main(arguments: list[str] | None = None, home: Path = _HOME) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Measure what the Foundry tests run of contracts/src.")
    parser.add_argument("lcov", nargs="?", type=Path, help="the report of an earlier run, instead of a new one")
    parser.add_argument("--keep", type=Path, metavar="LCOV", help="also write the report there")
    options = parser.parse_args(arguments)
    try:
        text = options.lcov.read_text(encoding="utf-8") if options.lcov else measure(home)
        if options.keep:
            options.keep.write_text(text, encoding="utf-8")
        sources = read_sources(home)
        lines, good = judge(read_lcov(text, sources), sources)
    except (CoverageError, OSError) as error:
        sys.stderr.write(f"coverage: {error}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if good else 1


def _forge(folder: Path, *arguments: str, profile: str = "default") -> str:
    """Run Foundry in a folder; what it says.

    Raises:
        CoverageError: it fails.
    """
    run = subprocess.run(  # noqa: S603 - fixed commands
        ["forge", *arguments],  # noqa: S607 - where the user has it
        cwd=folder,
        env=os.environ | {"FOUNDRY_PROFILE": profile},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.stderr.write(run.stdout)
        raise CoverageError(f"`forge {arguments[0]}` fails; see above")
    return run.stdout


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _arguments(code: str, start: int) -> tuple[list[int], int]:
    """Where the commas between the arguments of a call are, and its closing parenthesis."""
    end = _closing(code, start, "(", ")")
    commas, depth = [], 0
    for place in range(start, end):
        depth += (code[place] in "([{") - (code[place] in ")]}")
        if code[place] == "," and not depth:
            commas.append(place)
    return commas, end


def _closing(code: str, start: int, opening: str, closing: str) -> int:
    depth = 1
    for place in range(start, len(code)):
        depth += (code[place] == opening) - (code[place] == closing)
        if not depth:
            return place
    raise CoverageError(f"a {opening} that is never closed")


if __name__ == "__main__":
    sys.exit(main())
