"""Contests that the operator of a site hides: lists leave them out, and whoever asks for one is told."""

from __future__ import annotations

from hyperbounty.web.bounty.facts import IndexedContest, contest_at
from hyperbounty.web.site.errors import Hidden
from hyperbounty.web.site.site import Site, Snapshot

_PATH = "/contests/"


def hidden_contests(site: Site) -> frozenset[int]:
    """Their numbers."""
    ends = (path.removeprefix(_PATH) for path in site.settings.hidden if path.startswith(_PATH))
    return frozenset(int(end) for end in ends if end.isdecimal())


def shown_contest(site: Site, snapshot: Snapshot, number: int) -> IndexedContest:
    """The contest of this number.

    Raises:
        NotHere: the index has none.
        Hidden: the operator hides it.
    """
    require_shown(site, number)
    return contest_at(snapshot, number)


def require_shown(site: Site, number: int) -> None:
    """Refuse a contest that is hidden.

    Raises:
        Hidden: it is.
    """
    if number in hidden_contests(site):
        raise Hidden(
            f"the operator of this site hides contest {number}",
            "use the command line or another site: the contest goes on all the same, and so do its deadlines",
        )
