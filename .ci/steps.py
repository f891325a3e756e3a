"""The whole check, as .ci/run starts it: lint and types, the tests, then everything that needs more than Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from schedule import Schedule, Step

_DAY_SECONDS: Final = 24 * 60 * 60
# What Foundry, Slither and Halmos compile is put there, and a campaign of mutations copies it.
_OUT: Final = frozenset({"contracts/out"})


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603, S607


def base() -> str:
    """The commit since which a change counts as new.

    HYPERBOUNTY_CI_BASE names it. Otherwise it is the last one that is a day older than HEAD, by the commits' own dates,
    so that a commit is always compared with the same one; in a clone that reaches less far back, its oldest.
    """
    given = os.environ.get("HYPERBOUNTY_CI_BASE")
    if given:
        return given
    before = int(_git("show", "--no-patch", "--format=%ct", "HEAD")) - _DAY_SECONDS
    found = _git("rev-list", "--max-count=1", "--first-parent", f"--before={before}", "HEAD")
    return found or _git("rev-list", "--first-parent", "HEAD").splitlines()[-1]


def seed() -> int:
    """What draws the samples: every commit draws others, and a commit that is tried again the same."""
    return int(_git("rev-parse", "HEAD")[:8], 16)


def steps() -> list[Step]:
    """The table. A step stands before those that may wait for it."""
    changed = f"--changed-since {base()}"
    tools = "source .ci/environment; "
    extras = tools + '"$extras/bin/python" -m pytest '
    return [
        # Lint and types first, beside what comes by the network.
        Step("install: Python", "make venv"),
        Step("install: compiler", ".ci/install compiler", cores=0),
        Step("install: Foundry", ".ci/install forge anvil", cores=0),
        Step("install: Slither, Halmos", ".ci/install slither halmos", cores=0),
        Step("install: PostgreSQL", ".ci/install postgresql", cores=0),
        # Of one package manager: the second waits for the first.
        Step("install: Chromium", ".ci/install chromium", ("install: PostgreSQL",), cores=0),
        Step("install: viem", ".ci/install viem", cores=0),
        Step("install: axe", ".ci/install axe", cores=0),
        Step("install: snarkjs", ".ci/install snarkjs", cores=0),
        Step("vendored: as npm has it", ".ci/vendored", cores=0),
        # Minutes of work for one core: what the others leave of it.
        Step("build: Geth, Kubo", "nice -n 19 .ci/install geth kubo", cores=0),
        Step("ruff, import-linter", "make lint", ("install: Python",)),
        Step("mypy --strict", "make types", ("install: Python",)),
        Step(
            "contract artifacts and page",
            ".venv/bin/python contracts/build.py --check && .venv/bin/python -m contracts.tools.page --check",
            ("install: Python", "install: compiler"),
        ),
        Step(
            "make test",
            "make test",
            ("ruff, import-linter", "mypy --strict", "install: compiler"),
            cores=2,
        ),
        Step("Geth, Anvil and Kubo", ".ci/nodes", ("make test", "build: Geth, Kubo", "install: Foundry")),
        Step("install: extras", ".ci/install extras", ("make test",), cores=0),
        Step(
            "contracts: format, fuzzing, invariants",
            tools + "cd contracts && forge fmt --check && forge test",
            ("make test", "install: Foundry"),
            holds=_OUT,
        ),
        Step(
            "Slither: no finding without its reason",
            tools + '.venv/bin/python -m contracts.tools.slither_findings --slither "$slither/bin/slither"',
            ("contracts: format, fuzzing, invariants", "install: Slither, Halmos"),
            holds=_OUT,
        ),
        Step(
            "mutation: what changed, and a sample",
            tools + '.venv/bin/python -m contracts.tools.mutation.run --slither-python "$slither/bin/python" '
            # Its draw is the same every time. Some mutants are equal to the contract in all that they do, and whoever
            # meets a new one of these must explain it: that is for who changes the contract, not for luck.
            f"{changed} --sample 2 --minutes 8",
            ("Slither: no finding without its reason",),
            holds=_OUT,
        ),
        Step(
            "Halmos: what changed, and a sample",
            tools + f".venv/bin/python -m contracts.tools.proofs {changed} --seed {seed()} --sample 6 --seconds 450",
            ("Slither: no finding without its reason",),
            holds=_OUT,
        ),
        Step(
            "PostgreSQL, Ray, notebook, scikit-learn, ONNX",
            extras + "-m 'postgresql or ray or notebook or sklearn or onnx'",
            ("install: extras", "install: PostgreSQL"),
        ),
        Step(
            "Chromium, viem",
            tools + "HYPERBOUNTY_TEST_VIEM=$viem HYPERBOUNTY_TEST_AXE=$axe "
            "\"$extras/bin/python\" -m pytest -m 'chromium or viem'",
            ("install: extras", "install: Chromium", "install: viem", "install: axe"),
        ),
        Step(
            "prover: format, lint, tests, against reference and snarkjs",
            tools + "cd prover && cargo fmt --check && cargo clippy --quiet --release --all-targets -- -D warnings"
            " && cargo test --quiet --release && cargo build --quiet --release && cd .."
            " && HYPERBOUNTY_PROVER=$CARGO_TARGET_DIR/release/hyperbounty-prover HYPERBOUNTY_TEST_SNARKJS=$snarkjs"
            " .venv/bin/python -m pytest -m 'prover or snarkjs' tests/market",
            ("make test", "install: snarkjs"),
        ),
        # Without numba and lifelines the same tests ran among all others.
        Step("numba, lifelines", extras + "tests/models/simulation tests/study tests/statistics", ("install: extras",)),
        Step(
            "JAX",
            extras + "tests/training/test_on_jax.py tests/compute/test_choice.py tests/evaluator/queue/test_lanes.py",
            ("install: extras",),
        ),
    ]


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[1])
    sys.exit(Schedule(steps(), cores=os.cpu_count() or 1).run())
