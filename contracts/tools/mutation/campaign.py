"""A mutation campaign: what becomes of each mutant, in order, and the file that a campaign goes on from."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from contracts.build import SETTINGS
from contracts.tools.mutation.mutants import Mutant, MutationError
from contracts.tools.mutation.schema import combine, place
from contracts.tools.mutation.workshop import PLAIN, Code, Workshop

# What became of a mutant.
STILLBORN = "does not compile"
SAME = "compiles to the same code"
KILLED = "killed"
SURVIVED = "survived"
WAITING = "waiting"  # passed the unit and attack tests; the others, which take long, come last

_CHUNK = 300


@dataclass(frozen=True)
class Fate:
    """A mutant, what became of it, the test that noticed, and the seconds that its tests took."""

    mutant: Mutant
    outcome: str
    test: str = ""
    seconds: float = 0.0


class Journal:
    """The fates so far, a line each, behind a line that says of what: a campaign that was stopped goes on from it."""

    def __init__(self, path: Path, about: dict[str, object]) -> None:
        self.path = path
        self.fates: list[Fate] = []
        if path.exists():
            first, *rest = path.read_text(encoding="utf-8").splitlines()
            if json.loads(first) != about:
                raise MutationError(f"{path} is of other sources, mutants or another seed: delete it, or name another")
            for line in rest:
                entry = json.loads(line)
                self.fates.append(Fate(Mutant(**entry.pop("mutant")), **entry))
        else:
            path.write_text(json.dumps(about) + "\n", encoding="utf-8")

    def add(self, fate: Fate) -> None:
        """Keep one more."""
        self.fates.append(fate)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(fate)) + "\n")


def fingerprint(sources: dict[str, str]) -> str:
    """What names the project's own sources."""
    text = "".join(text for unit, text in sorted(sources.items()) if unit.startswith("src/"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Draw:
    """Mutants in the order in which they are tried, and how many of them are to be tested; None for all."""

    mutants: list[Mutant]
    most: int | None = None
    tested: int = 0

    @property
    def done(self) -> bool:
        """Whether as many were tested as there should be."""
        return self.most is not None and self.tested >= self.most

    def take(self) -> list[Mutant]:
        """The next ones; of three mutants that are listed, some two can be tested."""
        size = _CHUNK if self.most is None else min(_CHUNK, 3 * (self.most - self.tested))
        taken, self.mutants = self.mutants[:size], self.mutants[size:]
        return taken


def try_out(workshop: Workshop, draws: list[Draw]) -> Iterator[Fate]:
    """What becomes of each mutant of each draw, in order, until as many were tested as there should be."""
    while True:
        chunk = [(draw, mutant) for draw in draws for mutant in draw.take()]
        if not chunk:
            return
        codes = _batches(workshop, [mutant for _, mutant in chunk])
        for number, (draw, mutant) in enumerate(chunk, 1):
            if draw.done:
                continue
            fate = _try(workshop, mutant, number, codes)
            draw.tested += fate.outcome in (KILLED, WAITING)
            yield fate


def try_again(workshop: Workshop, mutant: Mutant) -> Fate:
    """What becomes of a mutant that waits, as it would be deployed: all tests, its own with all inputs."""
    started = time.monotonic()
    code = workshop.compile(mutant.apply(workshop.sources), SETTINGS)
    if code == workshop.as_deployed:
        return Fate(mutant, SAME)
    tests = workshop.tests
    stages = [tests.own(mutant), tests.own(mutant, {}), tests.calls, tests.gas, tests.snapshot, tests.invariants]
    # What compiles without the optimizer only can never be deployed.
    failed = "(compiler)" if code.errors else workshop.first_failure(code, stages)
    return Fate(mutant, KILLED if failed else SURVIVED, failed, round(time.monotonic() - started, 1))


def _try(workshop: Workshop, mutant: Mutant, number: int, codes: dict[int, Code | None]) -> Fate:
    code = codes.get(number)
    if code is None and number in codes:
        return Fate(mutant, STILLBORN)
    if code is None:
        # In no function's body, or in one that is too large with others beside it.
        changed = mutant.apply(workshop.sources)
        code = Code("", "", workshop.errors(changed))
        if code.errors:
            return Fate(mutant, STILLBORN)
        code = workshop.compile(changed, PLAIN)
        # Without the optimizer, a function can have more variables than the stack takes.
        code = code if not code.errors else workshop.compile(changed, SETTINGS)
        if code.errors:
            return Fate(mutant, STILLBORN)
        if code == workshop.plain:
            return Fate(mutant, SAME)
        if not any(codes.values()):
            workshop.check(workshop.plain, [workshop.tests.calls])
    started = time.monotonic()
    failed = workshop.first_failure(code.chosen(number), [workshop.tests.own(mutant), workshop.tests.calls])
    seconds = round(time.monotonic() - started, 1)
    return Fate(mutant, KILLED if failed else WAITING, failed, seconds)


def _batches(workshop: Workshop, chunk: list[Mutant]) -> dict[int, Code | None]:
    """The code that has each mutant, by its number in the chunk from 1; None for one that does not compile.

    Left out are those that need a compilation of their own.
    """
    inside = {n: m for n, m in enumerate(chunk, 1) if place(m, workshop.functions)}
    # The compiler says all that is wrong with names and types at once, but of a file's syntax only the first fault.
    texts = {f"{n}.sol": m.apply(workshop.sources)[m.file] for n, m in inside.items()}
    found: dict[int, Code | None] = {int(Path(unit).stem): None for unit in workshop.unreadable(texts)}
    inside = {n: m for n, m in inside.items() if n not in found}
    while inside:
        batch = combine(inside, workshop.functions, workshop.sources)
        errors = workshop.errors(batch.sources)
        wrong = {batch.mutant_at(file, start) for _, file, start in errors}
        if not errors:
            break
        if None in wrong:
            # An error that shows elsewhere, as a parenthesis too few does: ask for each.
            wrong = {n for n, m in inside.items() if workshop.errors(m.apply(workshop.sources))} or set(inside)
        for number in wrong - {None}:
            assert number is not None
            found[number] = None
            del inside[number]
    waiting = [list(inside)] if inside else []
    while waiting:
        numbers = waiting.pop()
        batch = combine({n: inside[n] for n in numbers}, workshop.functions, workshop.sources)
        code = workshop.compile(batch.sources, PLAIN)
        if not code.errors:
            workshop.check(code.chosen(0), [workshop.tests.calls])
            found |= dict.fromkeys(numbers, code)
        elif len(numbers) > 1:
            half = len(numbers) // 2
            waiting += [numbers[:half], numbers[half:]]
    return found
