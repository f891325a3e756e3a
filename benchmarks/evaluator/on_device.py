"""Section d: what an accelerator makes of many specs of one shape. A person with a card runs it alone.

It checks what docs/engine.md promises of lanes, of memory and of tolerance, and counts specs an hour against `fit` of
Keras-JAX on the same card. With the CPU as the device it shows that the section itself works, and no more.
"""

from __future__ import annotations

from statistics import median
from typing import Any, Final

from benchmarks.evaluator.sections import Settings, run, say
from hyperbounty.spec.memory import lane_bytes
from hyperbounty.spec.shape import TaskShape
from hyperbounty.spec.spec import Spec
from hyperbounty.training.machine import MOST_LANES
from organizer.bounty.task import TaskSettings

MEMBERS: Final = {"accelerator": MOST_LANES, "cpu": 8}
"""Specs of the shape that are trained, in as many lanes; more than a few make lanes on the CPU no better known."""

_FITS: Final = 2
"""Trainings by `fit`: of two, the second shows what each further one takes, as it compiles anew every time."""


class Missing(Exception):
    """What the section needs is not here; the text says what."""


def require_device(settings: Settings, device: str) -> None:
    """Start JAX on `device` once, before anything is measured.

    Raises:
        Missing: see `on_a_device`.
    """
    task = {"folder": str(settings.folder), "spec": Spec().word.hex(), "members": 0, "device": device, "lanes": []}
    _lanes(task, device)


def on_a_device(settings: Settings, device: str) -> list[str]:
    """The section, with all members trained on `device` and the same on one lane of the CPU to compare with.

    Raises:
        Missing: there is no such device, it is too small, or JAX is not installed.
    """
    spec = Spec(recurrent_units=(32,), epochs=settings.epochs)
    members = MEMBERS[device]
    task = {"folder": str(settings.folder), "spec": spec.word.hex(), "members": members}
    # Each in a process of its own: the most that was held counts from its start.
    lanes = [task | {"device": device, "lanes": [each]} for each in (members, 1)]
    answers: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for _ in range(settings.repeats):
        fused, unfused = (_lanes(each, device) for each in lanes)
        answers.append((fused, unfused))
        say(f"{members} specs: fused {_seconds(fused):.0f} s, one after the other {_seconds(unfused):.0f} s")
    fit_task = settings.task_of([spec] * _FITS) | {"weights": None}
    jax = {"KERAS_BACKEND": "jax"} | ({"JAX_PLATFORMS": "cpu"} if device == "cpu" else {})
    fits = [
        run("fitting", fit_task, accelerator=device != "cpu", environment=jax)["seconds"] / _FITS
        for _ in range(settings.repeats)
    ]
    reference = answers[-1][1] if device == "cpu" else _lanes(task | {"device": "cpu", "lanes": [1]}, "cpu")
    each = {
        "in lanes": median(_seconds(fused) for fused, _ in answers) / members,
        "one after the other": median(_seconds(unfused) for _, unfused in answers) / members,
        "`fit` of Keras-JAX": median(fits),
    }
    fit = each["`fit` of Keras-JAX"]
    lines = [
        f"{members} times {spec.describe()} on {answers[0][0]['kind']}.",
        "",
        "| | specs an hour | times `fit` |",
        "|---|---|---|",
        *(f"| {name} | {3600 / seconds:.0f} | {fit / seconds:.1f} |" for name, seconds in each.items()),
        "",
        "| checked | found | held |",
        "|---|---|---|",
        *_checks(answers[-1], reference, lane_bytes(spec, _shape(settings))),
    ]
    if device == "cpu":
        lines += ["", "The device was the CPU: this says nothing of an accelerator."]
    return lines


def _checks(answer: tuple[dict[str, Any], dict[str, Any]], reference: dict[str, Any], each_bytes: int) -> list[str]:
    """Rows of what docs/engine.md promises: lanes, memory, tolerance."""
    fused, unfused = (side["runs"][0] for side in answer)
    lanes = fused["lanes"]
    same = fused["same_alone"]
    rows: list[tuple[str, str, bool | None]] = [
        ("lanes side by side", str(lanes), lanes == len(fused["scores_ppm"])),
        ("a spec alone and in company", "every bit the same" if same else "other bits", same),
    ]
    held = fused["held_bytes"]
    bound = lanes * each_bytes
    found = "the device does not say" if held is None else f"{held / 2**20:,.0f} of {bound / 2**20:,.0f} MiB"
    rows.append(("memory, of what the formula allows the lanes", found, None if held is None else held <= bound))
    tolerance = TaskSettings.tolerance_ppm
    for name, side in (("in lanes", fused), ("one lane", unfused)):
        apart = apart_ppm(side["scores_ppm"], reference["runs"][0]["scores_ppm"])
        found = f"{median(apart):,.0f} ppm in the median, {max(apart):,.0f} at most; usual tolerance {tolerance:,}"
        rows.append((f"scores from those of one lane on the CPU, {name}", found, max(apart) <= tolerance))
    words = {True: "yes", False: "**no**", None: "not known"}
    return [f"| {name} | {found} | {words[is_held]} |" for name, found, is_held in rows]


def apart_ppm(scores: list[int], others: list[int]) -> list[int]:
    """How far each of `scores` is from its twin of `others`, in ppm.

    >>> apart_ppm([500_000, 610_000], [500_000, 609_000])
    [0, 1000]
    """
    return [abs(score - other) for score, other in zip(scores, others, strict=True)]


def _lanes(task: dict[str, Any], device: str) -> dict[str, Any]:
    answer = run("lanes", task, accelerator=device != "cpu")
    if "missing" in answer:
        raise Missing(answer["missing"])
    return answer


def _seconds(answer: dict[str, Any]) -> float:
    return float(answer["runs"][0]["seconds"])


def _shape(settings: Settings) -> TaskShape:
    return TaskShape(settings.features, settings.windows, settings.sequence_length)
