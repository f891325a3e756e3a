"""Mutation testing of the contracts: change one in one place, and see whether a test notices.

    python -m contracts.tools.mutation.run --slither-python PYTHON [--contract NAME] [--sample N] [--changed-since REF]
        [--seed S] [--minutes M] [--journal FILE] [--write]

slither-mutate's operators make the mutants. One that does not compile, or that compiles to the same code, is none. The
others meet the tests of the contract's family until one fails. They are tried in an order drawn from the seed, all of
them, or until `--sample` of them were tested or `--minutes` are over. With `--changed-since`, mutants of the files that
changed since that commit come first, as many as of the rest. A journal lets a campaign that was stopped go on, and
`--again` has what survived meet the tests anew. `--write` puts the outcome into `results.json`, and keeps the
explanations that stand there as long as their mutants can be made. Exits with 1 if a mutant survives that has none.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from contracts.build import BuildError, Deployed, deployed_contracts
from contracts.tools.changes import ChangesError, changed_since
from contracts.tools.mutation.campaign import (
    KILLED,
    SAME,
    STILLBORN,
    SURVIVED,
    WAITING,
    Draw,
    Fate,
    Journal,
    fingerprint,
    try_again,
    try_out,
)
from contracts.tools.mutation.mutants import Mutant, MutationError, list_mutants, shuffled
from contracts.tools.mutation.workshop import Workshop

RESULTS: Final = Path(__file__).with_name("results.json")
_OUTCOMES: Final = (STILLBORN, SAME, KILLED, SURVIVED)


def results() -> dict[str, Any]:
    """What was found of each contract, by its name."""
    read: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    return read


def explanations() -> dict[tuple[str, ...], str]:
    """Why a survivor is no hole in the tests, by the mutant's key."""
    found = results().values()
    known = [survivor for result in found for survivor in [*result["survivors"], *result.get("explained_before", [])]]
    return {tuple(s[name] for name in ("operator", "file", "function", "old", "new")): s["reason"] for s in known}


def interval(part: int, whole: int) -> list[float]:
    """Where a share lies with a confidence of 95 %, in percent (Wilson's interval)."""
    z = 1.959964
    middle, spread = part + z * z / 2, z * math.sqrt(part * (whole - part) / whole + z * z / 4)
    return [round(100 * (middle + sign * spread) / (whole + z * z), 2) for sign in (-1, 1)]


def report(fates: list[Fate], mutants: list[Mutant], about: dict[str, Any]) -> dict[str, Any]:
    """What `results.json` holds of one contract, of whose `mutants` some were tried."""
    reasons = explanations()
    total = Counter(f.outcome for f in fates)
    tested = total[KILLED] + total[SURVIVED]
    counts: dict[str, dict[str, int]] = {}
    for fate in fates:
        for name in (fate.mutant.operator, fate.mutant.file):
            counts.setdefault(name, dict.fromkeys(_OUTCOMES, 0))[fate.outcome] += 1
    survivors = [f.mutant for f in fates if f.outcome == SURVIVED]
    tried = {f.mutant for f in fates}
    before = [m for m in mutants if m not in tried and reasons.get(m.key)]
    return about | {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "tried": len(fates),
        **{outcome.replace(" ", "_"): total[outcome] for outcome in _OUTCOMES},
        "out_of_time": sum(f.test == "(out of time)" for f in fates),
        "tested": tested,
        "killed_percent": round(100 * total[KILLED] / tested, 2) if tested else None,
        "killed_percent_95_confidence": interval(total[KILLED], tested) if tested else None,
        "counts": dict(sorted(counts.items())),
        "survivors": [_described(m, reasons) for m in survivors],
        "explained_before": [_described(m, reasons) for m in before],
    }


def campaign(options: argparse.Namespace, contract: Deployed, folder: Path, known_files: set[str]) -> dict[str, Any]:
    """Try the mutants of a contract, saying what becomes of each; the report.

    `known_files` are those that another contract's campaign has had; the ones of this are added.
    """
    started = time.monotonic()
    changed = changed_since(options.changed_since) if options.changed_since else set()
    slither, crashes, mutants = list_mutants(options.slither_python, contract.unit)
    mutants = [m for m in mutants if m.file not in known_files]
    reasons = explanations()
    with Workshop(folder, contract) as workshop:
        about = {
            "tool": f"operators of slither-mutate {slither}",
            "sources_sha256": fingerprint(workshop.sources),
            "listed": len(mutants),
            "crashes_of_the_tool": crashes,
            "seed": options.seed,
        }
        journal = Journal(options.journal or folder / f"{contract.name}.jsonl", about)
        known = {f.mutant: f for f in journal.fates}  # of one tried again, the last line counts
        order = shuffled(mutants, options.seed)

        def add(fate: Fate) -> float:
            journal.add(fate)
            known[fate.mutant] = fate
            seconds = time.monotonic() - started
            where = f"{fate.mutant.file}:{fate.mutant.line}"
            sys.stdout.write(f"{seconds:7.0f} s  {fate.mutant.operator:5}{where:40}{fate.outcome} {fate.test}\n")
            sys.stdout.flush()
            return seconds

        def draw(chosen: list[Mutant]) -> Draw:
            tested = sum(m in known and known[m].outcome in (KILLED, SURVIVED, WAITING) for m in chosen)
            return Draw([m for m in chosen if m not in known], options.sample, tested)

        if not options.again:
            draws = [draw([m for m in order if m.file in changed]), draw([m for m in order if m.file not in changed])]
            for fate in try_out(workshop, draws):
                if add(fate) > 60 * options.minutes:
                    break
        last = (WAITING, SURVIVED) if options.again else (WAITING,)
        for mutant in [m for m in order if m in known and known[m].outcome in last]:
            # What is known to be equivalent needs the slow tests only where the figures are to be written anew.
            explained = reasons.get(mutant.key) and not options.write
            add(Fate(mutant, SURVIVED) if explained else try_again(workshop, mutant))
        known_files |= set(workshop.sources)
        return report([known[m] for m in order if m in known], mutants, about)


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m contracts.mutation.run", description="Test the tests.")
    parser.add_argument("--slither-python", required=True, help="the Python that has slither-analyzer")
    parser.add_argument("--contract", metavar="NAME", help="of this contract only")
    parser.add_argument("--sample", type=int, metavar="N", help="test N mutants instead of all")
    parser.add_argument("--changed-since", metavar="REF", help="those of files changed since that commit first")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no other mutant after that long")
    parser.add_argument("--seed", type=int, default=2026, help="of the order in which they are drawn")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="go on from there, and keep there what is done")
    parser.add_argument("--again", action="store_true", help="try what survived by the journal again, and nothing else")
    parser.add_argument("--write", action="store_true", help="write results.json")
    options = parser.parse_args(arguments)
    if options.journal and options.contract is None:
        parser.error("--journal needs --contract: it is of one contract")
    found: dict[str, Any] = {}
    known_files: set[str] = set()
    try:
        for contract in deployed_contracts():
            if options.contract in (None, contract.name):
                with tempfile.TemporaryDirectory() as folder:
                    found[contract.name] = campaign(options, contract, Path(folder), known_files)
    except (BuildError, ChangesError, MutationError) as error:
        sys.stderr.write(f"mutation: {error}\n")
        return 1
    if not found:
        sys.stderr.write(f"mutation: there is no contract {options.contract} in contracts.toml\n")
        return 1
    if options.write:
        text = json.dumps(results() | found, indent=1, ensure_ascii=False)
        RESULTS.write_text(text + "\n", encoding="utf-8")
    for name, result in found.items():
        sys.stdout.write(
            f"{name}: {result['killed']} of {result['tested']} mutants killed, {result['killed_percent']} %, "
            f"with 95 % confidence {result['killed_percent_95_confidence']}\n"
        )
    holes = [s for result in found.values() for s in result["survivors"] if not s["reason"]]
    for hole in holes:
        sys.stderr.write(
            f"mutation: {hole['file']}:{hole['line']} survived as {hole['new']!r}; "
            f"write the test that is missing, or say in {RESULTS.name} why none can be\n"
        )
    return 1 if holes else 0


def _described(mutant: Mutant, reasons: dict[tuple[str, ...], str]) -> dict[str, Any]:
    return {
        "operator": mutant.operator,
        "file": mutant.file,
        "function": mutant.function,
        "line": mutant.line,
        "old": mutant.old,
        "new": mutant.new,
        "reason": reasons.get(mutant.key, ""),
    }


if __name__ == "__main__":
    sys.exit(main())
