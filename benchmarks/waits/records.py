"""The outcomes that are kept, a file each: what came out, when, on what, and by which command."""

from __future__ import annotations

import datetime
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.waits.outcome import Outcome
from hyperbounty.training.machine import describe_machine

RECORDED: Final = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class Record:
    """An outcome as it was kept.

    Attributes:
        date: of the day, as YYYY-MM-DD.
        command: that measured it.
        machine: its cores and processor, the system, and Python.
        load: of the machine, over the five minutes before it was kept.
    """

    outcome: Outcome
    date: str
    command: str
    machine: str
    load: float


def record(outcomes: Iterable[Outcome], folder: Path = RECORDED) -> None:
    """Keep what the command that runs has measured, in place of what was kept before under these names."""
    about = {
        "date": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}",
        "command": _command(),
        "machine": _machine(),
        "load": round(os.getloadavg()[1], 1),
    }
    for outcome in outcomes:
        text = json.dumps(about | {"outcome": outcome.to_json()}, indent=1, ensure_ascii=False)
        (folder / f"{outcome.name}.json").write_text(text + "\n", encoding="utf-8")


def recorded(folder: Path = RECORDED) -> Mapping[str, Record]:
    """What is kept, by the name of the outcome."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        outcome = Outcome.from_json(document.pop("outcome"))
        found[outcome.name] = Record(outcome, **document)
    return found


def _machine() -> str:
    found = describe_machine()
    return f"{found['cores']} cores of {found['cpu']}, {platform.system()}, Python {platform.python_version()}"


def _command() -> str:
    spec = sys.modules["__main__"].__spec__
    program = spec.name.removesuffix(".__main__") if spec else Path(sys.argv[0]).name
    return shlex.join(["python", *(("-m",) if spec else ()), program, *sys.argv[1:]])
