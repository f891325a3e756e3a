"""`make quick`: what a colleague runs after each edit. Types and style are checked beside the fast tests."""

from __future__ import annotations

import sys

from schedule import Schedule, Step

STEPS = [
    Step("types", ".venv/bin/mypy"),
    Step("style", ".venv/bin/ruff check . && .venv/bin/ruff format --check ."),
    Step("imports", ".venv/bin/lint-imports --no-logo"),
    Step("tests", ".venv/bin/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal -m 'not heavy'"),
]

if __name__ == "__main__":
    # All at once: the first three are short, and a failure of one is no reason not to hear of the others.
    sys.exit(Schedule(STEPS, cores=len(STEPS), stop_at_failure=False).run())
