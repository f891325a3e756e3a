"""Section i: the whole mix against `fit` and PyTorch, and what the evaluator gains where programs were kept."""

from __future__ import annotations

import resource
from statistics import median
from typing import Any, Final

from benchmarks.evaluator.sections import Settings, run, say

_EVALUATOR: Final = "evaluator, nothing kept"
_KEPT: Final = "evaluator, programs kept"


def against_pytorch(settings: Settings) -> list[str]:
    """Seconds by the clock and of the processor of each side, in turns, each in processes of its own."""
    kept = {"HYPERBOUNTY_COMPILED": str(settings.folder / "compiled")}
    sides: dict[str, tuple[str, dict[str, Any], dict[str, str]]] = {
        _EVALUATOR: ("engine", settings.task, {}),
        _KEPT: ("engine", settings.task, kept),
        "PyTorch, a process a core": ("torching", settings.task, {}),
        "`fit`, one process": ("fitting", settings.task | {"weights": None}, {}),
    }
    run("engine", settings.task, environment=kept)
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    missing: dict[str, str] = {}
    for _ in range(settings.repeats):
        for name, (module, task, environment) in sides.items():
            before = _processor_seconds()
            answer = run(module, task, environment=environment)
            if "missing" in answer:
                missing[name] = answer["missing"]
                continue
            seconds[name].append((answer["wall"], _processor_seconds() - before))
            say(f"{name}: {seconds[name][-1][0]:.0f} s, {seconds[name][-1][1]:.0f} s of the processor")
    lines = [
        "| | seconds | of the processor | times the evaluator's |",
        "|---|---|---|---|",
    ]
    _, ours = _medians(seconds[_EVALUATOR])
    for name, found in seconds.items():
        if name in missing:
            lines.append(f"| {name} | skipped: {missing[name]} is not installed | | |")
            continue
        wall, processor = _medians(found)
        lines.append(f"| {name} | {wall:.0f} | {processor:.0f} | {processor / ours:.2f} |")
    return lines


def _medians(found: list[tuple[float, float]]) -> tuple[float, float]:
    return median(wall for wall, _ in found), median(processor for _, processor in found)


def _processor_seconds() -> float:
    """Of all processes that were started here and have ended, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
