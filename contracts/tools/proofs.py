"""Run Halmos' proofs: all of them, or those of what changed and a drawn sample of the rest.

    python -m contracts.tools.proofs [--halmos PROGRAM] [--changed-since REF] [--sample N] [--seconds S]
        [--seed S] [--list]

Without options, all proofs. With `--changed-since`, those whose sources changed since that commit; with `--sample`, as
many of the others, drawn from the seed. `--seconds` bounds what they take together, by what each took when it was
measured (`test/<family>/proofs/seconds.toml`); what does not fit is named, to be run by hand. `--list` only says which.
Halmos is no dependency of the project: it is installed beside it (docs/analysis.md), and needs `forge` on the PATH.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contracts.build import BuildError, read_sources
from contracts.tools.changes import ChangesError, changed_since

_HOME: Final = Path(__file__).resolve().parents[1]
_CONFIG: Final = "test/shared/proofs/halmos.toml"
_CONTRACT: Final = re.compile(r"^contract (\w+Proof)\b", re.MULTILINE)
_CHECK: Final = re.compile(r"^    function (check_\w+)\(", re.MULTILINE)


class ProofError(Exception):
    """Proofs that cannot be run; the message is one line for people."""


@dataclass(frozen=True)
class Proof:
    """One property that Halmos proves: where it stands, what it took, and the options that it needs."""

    unit: str
    contract: str
    name: str
    seconds: float
    options: tuple[str, ...] = ()


def find_proofs(home: Path = _HOME) -> list[Proof]:
    """Every proof of every family.

    Raises:
        ProofError: nobody has measured what one takes.
    """
    found = []
    for path in sorted((home / "test").glob("*/proofs/*.t.sol")):
        text = path.read_text(encoding="utf-8")
        named = _CONTRACT.search(text)
        if named is None:
            raise ProofError(f"{path.name}: no contract is named …Proof")
        measured = tomllib.loads(path.with_name("seconds.toml").read_text(encoding="utf-8")).get(named[1], {})
        for name in _CHECK.findall(text):
            if name not in measured:
                raise ProofError(f"{path.name}: seconds.toml does not say what {named[1]}.{name} takes; measure it")
            seconds, *options = str(measured[name]).split()
            found.append(Proof(path.relative_to(home).as_posix(), named[1], name, float(seconds), tuple(options)))
    return found


def choose(
    proofs: list[Proof], concerned: set[Proof], sample: int | None, budget: float, seed: int
) -> tuple[list[Proof], list[Proof]]:
    """The proofs to run, and the concerned ones that do not fit into `budget` seconds.

    First those that a change concerns, the quick ones first; then, in an order drawn from the seed, `sample` of the
    others, or all where that is None.
    """
    rest = [proof for proof in proofs if proof not in concerned]
    random.Random(seed).shuffle(rest)
    chosen: list[Proof] = []
    left_out: list[Proof] = []
    spent = 0.0
    for proof in sorted(concerned, key=lambda one: (one.seconds, one.name)):
        if spent + proof.seconds > budget:
            left_out.append(proof)
        else:
            chosen.append(proof)
            spent += proof.seconds
    drawn = 0
    for proof in rest:
        if drawn != sample and spent + proof.seconds <= budget:
            chosen.append(proof)
            spent += proof.seconds
            drawn += 1
    return chosen, left_out


def concerned_by(proofs: Iterable[Proof], changed: set[str], home: Path = _HOME) -> set[Proof]:
    """The proofs that one of the changed files is a part of, as a source that they import or as their own.

    Raises:
        BuildError: a source is not there.
    """
    return {proof for proof in proofs if changed & read_sources(home, [proof.unit]).keys()}


def prove(program: str, proofs: list[Proof], home: Path = _HOME) -> bool:
    """Run Halmos once for each contract and its options; whether all was proved.

    Raises:
        ProofError: Halmos is not there.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for proof in proofs:
        groups.setdefault((proof.contract, proof.options), []).append(proof.name)
    # Beside Halmos lies the Python that has its solver.
    path = os.pathsep.join([str(Path(program).parent), os.environ.get("PATH", os.defpath)])
    proved = True
    for (contract, options), names in groups.items():
        tests = f"^({'|'.join(names)})\\("
        command = [program, "--config", _CONFIG, "--no-status", *options]
        command += ["--match-contract", f"^{contract}$", "--match-test", tests]
        try:
            done = subprocess.run(  # noqa: S603
                command, cwd=home, env=os.environ | {"FOUNDRY_PROFILE": "proofs", "PATH": path}, check=False
            )
        except OSError as error:
            raise ProofError(f"cannot run {program}: {error.strerror}; install halmos, name it with --halmos") from None
        proved = proved and done.returncode == 0
    return proved


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m contracts.tools.proofs", description="Run Halmos' proofs.")
    parser.add_argument("--halmos", default="halmos", help="the program, if it is not on the PATH")
    parser.add_argument("--changed-since", metavar="REF", help="those whose sources changed since that commit")
    parser.add_argument("--sample", type=int, metavar="N", help="and N others, instead of all")
    parser.add_argument("--seconds", type=float, default=math.inf, help="what they may take together, as measured")
    parser.add_argument("--seed", type=int, default=2026, help="of the order in which they are drawn")
    parser.add_argument("--list", action="store_true", help="say which, and run none")
    options = parser.parse_args(arguments)
    try:
        proofs = find_proofs()
        changed = changed_since(options.changed_since) if options.changed_since else set()
        concerned = concerned_by(proofs, changed)
        chosen, left_out = choose(proofs, concerned, options.sample, options.seconds, options.seed)
        for proof in chosen:
            why = "changed" if proof in concerned else "drawn"
            sys.stdout.write(f"{why:8} {proof.contract}.{proof.name}, {proof.seconds:g} s\n")
        for proof in left_out:
            sys.stdout.write(f"left out {proof.contract}.{proof.name}, {proof.seconds:g} s: run it by hand\n")
        sys.stdout.flush()
        return 0 if options.list or prove(options.halmos, chosen) else 1
    except (BuildError, ChangesError, ProofError) as error:
        sys.stderr.write(f"proofs: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
