"""What a check finds, and how an error becomes a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from hyperbounty.cli.redaction import redacted
from hyperbounty.cli.wording import worded
from hyperbounty.errors import HyperbountyError


class State(StrEnum):
    """How it is: as it should be, as somebody should know, or so that a command would fail."""

    WELL = "well"
    REMARK = "remark"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Finding:
    """One line of the answer.

    Attributes:
        check: what was looked at.
        state: how it is.
        what: was found.
        next_step: what to do about it; empty where nothing is to be done.
    """

    check: str
    state: State
    what: str
    next_step: str = ""


def well(check: str, what: str) -> Finding:
    """All is as it should be."""
    return Finding(check, State.WELL, what)


def remark(check: str, what: str, next_step: str = "") -> Finding:
    """Something to know."""
    return Finding(check, State.REMARK, what, next_step)


def fault(check: str, what: str, next_step: str) -> Finding:
    """Something that a command would fail on."""
    return Finding(check, State.FAULT, what, next_step)


def fault_of(check: str, error: HyperbountyError | OSError) -> Finding:
    """The fault that an error tells of."""
    if isinstance(error, HyperbountyError):
        return fault(check, redacted(error.what), redacted(worded(error.next_step)))
    return fault(
        check,
        redacted(f"{error.strerror or error} ({error.filename})"),
        "check the disk, its space and its permissions",
    )


def found_by(check: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What `look` finds; an error that ends it is the last finding, under the name `check`."""
    try:
        yield from look()
    except (HyperbountyError, OSError) as error:
        yield fault_of(check, error)
