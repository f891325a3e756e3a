"""Run Slither on the contracts and hold its findings to those that were explained.

    python -m contracts.tools.slither_findings [--slither PROGRAM]

`slither.triage.json` has every finding with the reason why it stays. A finding without one fails, and so does a reason
for what is no longer found. Slither is no dependency of the project: it is installed beside it (docs/analysis.md).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

from contracts.build import BuildError, deployed_contracts

_HOME: Final = Path(__file__).resolve().parents[1]
TRIAGE: Final = _HOME / "slither.triage.json"

# Slither has Foundry build everything anew; apart, so that what Foundry itself has built stays.
APART: Final = {"FOUNDRY_OUT": "out/slither", "FOUNDRY_CACHE_PATH": "cache/slither"}

Finding = tuple[str, str]


class SlitherError(Exception):
    """Slither could not be run; the message is one line for people."""


def run_slither(program: str, unit: str, home: Path = _HOME) -> list[dict[str, Any]]:
    """What the detectors found in a contract and in all that it imports, as Slither's JSON has it.

    Raises:
        SlitherError: the program is not there, or it failed.
    """
    if shutil.which("forge") is None:  # Slither compiles with it, and says nothing at all where it is missing
        raise SlitherError("there is no forge on the PATH; install Foundry (docs/analysis.md)")
    command = [program, unit, "--config-file", "slither.config.json", "--fail-none", "--json", "-"]
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=home, env=os.environ | APART, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise SlitherError(
            f"cannot run {program}: {error.strerror}; install slither-analyzer, name it with --slither"
        ) from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"success": False, "error": (done.stderr.strip() or "no answer").splitlines()[-1]}
    if not answer["success"]:
        raise SlitherError(f"slither failed: {answer['error']}")
    found: list[dict[str, Any]] = answer["results"].get("detectors", [])
    return found


def name_of(finding: dict[str, Any]) -> Finding:
    """The detector, and what it says; the configuration leaves out the lines, which move with every edit."""
    return finding["check"], " | ".join(part.strip(" -\t") for part in finding["description"].strip().splitlines())


def compare(found: list[Finding], triage: list[dict[str, Any]]) -> list[str]:
    """One line for each finding without a reason, and for each reason without a finding."""
    explained = Counter((entry["detector"], text) for entry in triage if entry["reason"] for text in entry["findings"])
    new, gone = Counter(found) - explained, explained - Counter(found)
    lines = [f"{detector}: {text}; fix it, or explain it in {TRIAGE.name}" for detector, text in sorted(new.elements())]
    return lines + [
        f"no longer found: {detector}: {text}; take it out of {TRIAGE.name}"
        for detector, text in sorted(gone.elements())
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Hold Slither's findings to slither.triage.json.")
    parser.add_argument("--slither", default="slither", help="the program, if it is not on the PATH")
    program = parser.parse_args(arguments).slither
    found: Counter[Finding] = Counter()
    try:
        for contract in deployed_contracts(_HOME):
            # What several contracts share is found with each of them, and counts once.
            found |= Counter(name_of(finding) for finding in run_slither(program, contract.unit))
    except (BuildError, SlitherError) as error:
        sys.stderr.write(f"slither_findings: {error}\n")
        return 1
    lines = compare(list(found.elements()), json.loads(TRIAGE.read_text(encoding="utf-8")))
    sys.stderr.writelines(f"slither_findings: {line}\n" for line in lines)
    if not lines:
        sys.stdout.write(f"{found.total()} findings, each explained in contracts/{TRIAGE.name}\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
