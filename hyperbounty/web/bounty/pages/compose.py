"""The page where a spec is composed and submitted, sealed: all of it happens in the browser.

The page brings what the browser judges a spec by (`hyperbounty.spec.portable`), so that no spec is sent here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.types import Contest, Phase
from hyperbounty.cli.wording import command_line
from hyperbounty.durations import format_duration
from hyperbounty.errors import SpecError
from hyperbounty.faults import plain
from hyperbounty.format import about
from hyperbounty.next_steps import Action, Parameter
from hyperbounty.spec.portable import portable_spec, portable_tables, portable_task
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.suggestions import suggest
from hyperbounty.spec.table import TABLE, Choice, Entry, Flag, Layers
from hyperbounty.spec.template import range_of
from hyperbounty.spec.word import unpack
from hyperbounty.web.bounty.facts import contest_at
from hyperbounty.web.bounty.hiding import require_shown
from hyperbounty.web.bounty.pages.showing import Showing
from hyperbounty.web.bounty.topics import shows_contest
from hyperbounty.web.site.site import Snapshot


@dataclass(frozen=True)
class FormField:
    """A field of the form.

    Attributes:
        name: of the attribute of a spec.
        label: for people.
        kind: `choice`, `flag`, or `text`.
        options: of a choice, those that the contest allows.
        value: that stands there first.
        hint: how far it goes in this contest.
    """

    name: str
    label: str
    kind: str
    options: tuple[str, ...]
    value: str
    hint: str


def compose_page(showing: Showing) -> APIRouter:
    """The route."""
    router = APIRouter()

    @router.get("/contests/{number}/compose")
    def compose(number: int) -> Response:
        def work(snapshot: Snapshot) -> Response:
            require_shown(showing.site, number)
            each = contest_at(snapshot, number)
            shows_contest(snapshot, each)
            closed = _why_closed(each.contest, each.manifest)
            told = None if closed or each.manifest is None else _told(each.contest, each.manifest)
            return showing.page(
                "compose.html",
                snapshot.state,
                each=each,
                contest=each.contest,
                closed=closed,
                told=None if told is None else json.dumps(told),
                fields=[] if told is None else _fields(each.contest, told["starts"]),
                starts=[] if told is None else list(told["starts"]),
                chance=None if each.manifest is None else about(each.manifest.estimates.chance_of_one_ppm),
                run=None if each.manifest is None else format_duration(each.manifest.run_seconds),
                command=command_line(Action("participant.submit", (number, Parameter("spec", "FILE")))),
            )

        return showing.site.read(work)

    return router


def _why_closed(contest: Contest, manifest: Manifest | None) -> str:
    if contest.phase is not Phase.SUBMIT:
        return f"Contest {contest.number} takes no specs now: it is in the phase {contest.phase.label}."
    if manifest is None:
        return (
            "The contest's manifest is not here, so nobody can say what a spec may take. The contest's page says what "
            "became of it."
        )
    return ""


def _told(contest: Contest, manifest: Manifest) -> dict[str, Any]:
    try:
        starts = suggest(contest.limits, manifest.shape, manifest.run_seconds)
        specs = {name: judged.spec for name, judged in starts.items()}
    except SpecError:
        # The budget pays for no usual network. Whoever composes one by hand may still find one.
        specs = {"plain": Spec()}
    return {
        "tables": portable_tables(),
        "task": portable_task(contest.limits, manifest.shape, manifest.run_seconds),
        "starts": {name: portable_spec(spec) for name, spec in specs.items()},
    }


def _fields(contest: Contest, starts: Mapping[str, Mapping[str, Any]]) -> list[FormField]:
    first = starts.get("middle") or next(iter(starts.values()))
    highest = unpack(contest.limits)
    return [_field(entry, first[entry.name], highest) for entry in TABLE]


def _field(entry: Entry, value: Any, highest: Mapping[str, int]) -> FormField:
    label = entry.name.replace("_", " ")
    hint = range_of(entry, highest)
    match entry:
        case Choice():
            return FormField(entry.name, label, "choice", entry.options[: highest[entry.name] + 1], str(value), "")
        case Flag():
            return FormField(entry.name, label, "flag", (), "on" if value else "", "" if highest[entry.name] else hint)
        case Layers():
            shown = ", ".join(map(str, value))
            return FormField(
                entry.name, label, "text", (), shown, hint if "no layer" in hint else f"{hint}, as in 32, 16"
            )
        case _:
            return FormField(entry.name, label, "text", (), plain(value), hint)
