"""Mutation testing of the contract: change it in one place, and see whether a test notices.

    python -m contracts.mutation.run --slither-python PYTHON [--sample N] [--seed S] [--journal FILE] [--write]

slither-mutate's operators make the mutants. One that does not compile, or that compiles to the same code, is none. The
others meet the Foundry suite until a test fails. They are tried in an order drawn from the seed, all of them, or until
`--sample` of them were tested or `--minutes` are over; a journal lets a campaign that was stopped go on, and
`--again` has what survived meet the tests anew. `--write` puts the outcome into `results.json`, and keeps the
explanations that stand there. Exits with 1 if a mutant survives that has none.
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

from contracts.mutation.campaign import (
    KILLED,
    SAME,
    STILLBORN,
    SURVIVED,
    WAITING,
    Fate,
    Journal,
    fingerprint,
    try_again,
    try_out,
)
from contracts.mutation.mutants import MutationError, list_mutants, shuffled
from contracts.mutation.workshop import Workshop

RESULTS: Final = Path(__file__).with_name("results.json")
_OUTCOMES: Final = (STILLBORN, SAME, KILLED, SURVIVED)


def explanations() -> dict[tuple[str, ...], str]:
    """Why a survivor is no hole in the tests, by the mutant's key."""
    if not RESULTS.exists():
        return {}
    survivors = json.loads(RESULTS.read_text(encoding="utf-8"))["survivors"]
    return {tuple(s[name] for name in ("operator", "file", "function", "old", "new")): s["reason"] for s in survivors}


def interval(part: int, whole: int) -> list[float]:
    """Where a share lies with a confidence of 95 %, in percent (Wilson's interval)."""
    z = 1.959964
    middle, spread = part + z * z / 2, z * math.sqrt(part * (whole - part) / whole + z * z / 4)
    return [round(100 * (middle + sign * spread) / (whole + z * z), 2) for sign in (-1, 1)]


def report(fates: list[Fate], about: dict[str, Any]) -> dict[str, Any]:
    """What `results.json` holds."""
    reasons = explanations()
    total = Counter(f.outcome for f in fates)
    tested = total[KILLED] + total[SURVIVED]
    counts: dict[str, dict[str, int]] = {}
    for fate in fates:
        for name in (fate.mutant.operator, fate.mutant.file):
            counts.setdefault(name, dict.fromkeys(_OUTCOMES, 0))[fate.outcome] += 1
    survivors = [f.mutant for f in fates if f.outcome == SURVIVED]
    return about | {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "tried": len(fates),
        **{outcome.replace(" ", "_"): total[outcome] for outcome in _OUTCOMES},
        "out_of_time": sum(f.test == "(out of time)" for f in fates),
        "tested": tested,
        "killed_percent": round(100 * total[KILLED] / tested, 2) if tested else None,
        "killed_percent_95_confidence": interval(total[KILLED], tested) if tested else None,
        "counts": dict(sorted(counts.items())),
        "survivors": [
            {
                "operator": m.operator,
                "file": m.file,
                "function": m.function,
                "line": m.line,
                "old": m.old,
                "new": m.new,
                "reason": reasons.get(m.key, ""),
            }
            for m in survivors
        ],
    }


def campaign(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Try the mutants, saying what becomes of each; the report."""
    started = time.monotonic()
    slither, crashes, mutants = list_mutants(options.slither_python)
    with Workshop(folder) as workshop:
        about = {
            "tool": f"operators of slither-mutate {slither}",
            "sources_sha256": fingerprint(workshop.sources),
            "listed": len(mutants),
            "crashes_of_the_tool": crashes,
            "seed": options.seed,
        }
        journal = Journal(options.journal or folder / "journal.jsonl", about)
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

        most = None
        if options.sample is not None:
            tested = sum(f.outcome in (KILLED, SURVIVED, WAITING) for f in known.values())
            most = max(0, options.sample - tested)
        if not options.again:
            for fate in try_out(workshop, [m for m in order if m not in known], most):
                if add(fate) > 60 * options.minutes:
                    break
        last = (WAITING, SURVIVED) if options.again else (WAITING,)
        for mutant in [m for m in order if m in known and known[m].outcome in last]:
            add(try_again(workshop, mutant))
        return report([known[m] for m in order if m in known], about)


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m contracts.mutation.run", description="Test the tests.")
    parser.add_argument("--slither-python", required=True, help="the Python that has slither-analyzer")
    parser.add_argument("--sample", type=int, metavar="N", help="test N mutants instead of all")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no other mutant after that long")
    parser.add_argument("--seed", type=int, default=2026, help="of the order in which they are drawn")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="go on from there, and keep there what is done")
    parser.add_argument("--again", action="store_true", help="try what survived by the journal again, and nothing else")
    parser.add_argument("--write", action="store_true", help="write results.json")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            result = campaign(options, Path(folder))
    except MutationError as error:
        sys.stderr.write(f"mutation: {error}\n")
        return 1
    if options.write:
        RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(
        f"{result['killed']} of {result['tested']} mutants killed, {result['killed_percent']} %, "
        f"with 95 % confidence {result['killed_percent_95_confidence']}\n"
    )
    holes = [s for s in result["survivors"] if not s["reason"]]
    for hole in holes:
        sys.stderr.write(
            f"mutation: {hole['file']}:{hole['line']} survived as {hole['new']!r}; "
            f"write the test that is missing, or say in {RESULTS.name} why none can be\n"
        )
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
