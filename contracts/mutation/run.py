"""Mutation testing of the contract: change it in one place, and see whether a test notices.

    python -m contracts.mutation.run --slither-python PYTHON [--sample N] [--seed S] [--write]

slither-mutate's operators make the mutants. Each is compiled as the contract is deployed; one that does not compile, or
that compiles to the same code, is none. The others meet the Foundry suite until a test fails. Without `--sample` all are
tried; with it, mutants in an order drawn from the seed until N of them were tested. `--write` puts the outcome into
`results.json`, keeping the explanations that stand there. Exits with 1 if a mutant survives that has none.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from contracts.mutation.mutants import Mutant, MutationError, list_mutants, shuffled
from contracts.mutation.workshop import Workshop

RESULTS: Final = Path(__file__).with_name("results.json")
# What became of a mutant.
STILLBORN: Final = "does not compile"
SAME: Final = "compiles to the same code"
KILLED: Final = "killed"
SURVIVED: Final = "survived"


@dataclass(frozen=True)
class Fate:
    """A mutant, what became of it, and the test that noticed."""

    mutant: Mutant
    outcome: str
    test: str


def try_out(workshop: Workshop, mutants: list[Mutant], most: int) -> Iterator[Fate]:
    """Meet each mutant, until `most` of them were tested."""
    tested = 0
    codes: dict[str, Fate] = {}
    for mutant in mutants:
        if tested == most:
            return
        code = workshop.compile(mutant.apply(workshop.sources))
        if code["error"]:
            yield Fate(mutant, STILLBORN, "")
            continue
        if code["creation"] == workshop.code["creation"]:
            yield Fate(mutant, SAME, "")
            continue
        tested += 1
        known = codes.get(code["creation"])  # another operator came to the same code
        failed = known.test if known else workshop.first_failure(code, mutant)
        failed = failed or workshop.first_failure_from_sources(mutant)
        fate = Fate(mutant, KILLED if failed else SURVIVED, failed)
        codes.setdefault(code["creation"], fate)
        yield fate


def explanations() -> dict[tuple[str, ...], str]:
    """Why a survivor is no hole in the tests, by the mutant's key."""
    if not RESULTS.exists():
        return {}
    survivors = json.loads(RESULTS.read_text(encoding="utf-8"))["survivors"]
    return {tuple(s[name] for name in ("operator", "file", "function", "old", "new")): s["reason"] for s in survivors}


def report(fates: list[Fate], listed: int, slither: str, seed: int, sources: dict[str, str]) -> dict[str, Any]:
    """What `results.json` holds."""
    reasons = explanations()
    outcomes = (STILLBORN, SAME, KILLED, SURVIVED)
    counts = {
        name: {outcome: sum(f.outcome == outcome and of(f) == name for f in fates) for outcome in outcomes}
        for of in (lambda f: f.mutant.operator, lambda f: f.mutant.file)
        for name in sorted({of(f) for f in fates})
    }
    total = Counter(f.outcome for f in fates)
    tested = total[KILLED] + total[SURVIVED]
    own = "".join(text for unit, text in sorted(sources.items()) if unit.startswith("src/"))
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "tool": f"operators of slither-mutate {slither}",
        "sources_sha256": hashlib.sha256(own.encode()).hexdigest(),
        "mutants": listed,
        "tried": len(fates),
        "seed": seed,
        "tested": tested,
        "killed": total[KILLED],
        "killed_percent": round(100 * total[KILLED] / tested, 2) if tested else None,
        "counts": counts,
        "survivors": [
            {
                "operator": f.mutant.operator,
                "file": f.mutant.file,
                "function": f.mutant.function,
                "line": f.mutant.line,
                "old": f.mutant.old,
                "new": f.mutant.new,
                "reason": reasons.get(f.mutant.key, ""),
            }
            for f in fates
            if f.outcome == SURVIVED
        ],
    }


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m contracts.mutation.run", description="Test the tests.")
    parser.add_argument("--slither-python", required=True, help="the Python that has slither-analyzer")
    parser.add_argument("--sample", type=int, default=-1, metavar="N", help="test N mutants instead of all")
    parser.add_argument("--seed", type=int, default=2026, help="of the order in which they are drawn")
    parser.add_argument("--write", action="store_true", help="write results.json")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    fates: list[Fate] = []
    try:
        slither, mutants = list_mutants(options.slither_python)
        with tempfile.TemporaryDirectory() as folder, Workshop(Path(folder)) as workshop:
            for fate in try_out(workshop, shuffled(mutants, options.seed), options.sample):
                fates.append(fate)
                where = f"{fate.mutant.file}:{fate.mutant.line}"
                sys.stdout.write(
                    f"{time.monotonic() - started:7.0f} s  {fate.mutant.operator:5}{where:45}{fate.outcome} {fate.test}\n"
                )
                sys.stdout.flush()
            result = report(fates, len(mutants), slither, options.seed, workshop.sources)
    except MutationError as error:
        sys.stderr.write(f"mutation: {error}\n")
        return 1
    if options.write:
        RESULTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(f"{result['killed']} of {result['tested']} mutants killed\n")
    holes = [s for s in result["survivors"] if not s["reason"]]
    for hole in holes:
        sys.stderr.write(
            f"mutation: {hole['file']}:{hole['line']} survived as {hole['new']!r}; "
            f"write the test that is missing, or say in {RESULTS.name} why none can be\n"
        )
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
