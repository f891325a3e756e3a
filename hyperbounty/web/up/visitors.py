"""The contest of `up` that waits for visitors: whoever enters it with a wallet can win it.

It takes entries for a day. Once somebody has entered, a rival of the cast does too; a moment after the last entry, the
clock hurries to the time in which entries are opened. Visitors open theirs themselves, so there the clock waits for
them. Then it is trained, scored and paid as any other, and the next one is offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from hyperbounty.bounty.types import Contest, Outcome
from hyperbounty.web.up.cast import RIVAL
from hyperbounty.web.up.staged import LOOK_S, Staged, is_over

LINGER_S: Final = 120
"""Of the chain's time, between the last entry and the clock's hurry: others may want to enter too."""

_IDLE_LOOK_S: Final = 2.0


class VisitorsContest(Staged):
    """See the module; one after another, until it is stopped."""

    submit_seconds: ClassVar[int] = 86_400
    # What one person's machine has: whatever a visitor enters can be trained in time.
    throughput: ClassVar[str] = "1"

    _seen: tuple[int, int, int] = (0, 0, 0)

    def run(self) -> None:
        """Keep one open until stopped."""
        ended = self.latest()
        while not self._stopped.is_set():
            contest = self.latest()
            if contest is None or is_over(contest):
                if contest is not None and (ended is None or contest.number != ended.number):
                    self._tell_end(contest)
                    ended = contest
                number = self._open()
                self._say(f"Contest {number} is offered for you.")
                continue
            self._go_on(contest)
            self._pause(LOOK_S if contest.standing else _IDLE_LOOK_S)

    def _terms(self) -> Sequence[str]:
        return (
            *("--title", "Yours to win: does SHADOW stand higher a quarter of an hour later?", "--shares", "60,40"),
            *("--max-submissions", "8", "--max-per-address", "3", "--run-time", "60 s", "--reveal-time", "30m"),
        )

    def _submit(self, contest: Contest) -> None:
        if contest.standing == 0:
            self._once(contest, f"Contest {contest.number} takes entries, and waits for yours.")
            return
        if self._enter(contest, RIVAL):
            return
        now = self._contract.chain.timestamp()
        if self._seen[:2] != (contest.number, contest.standing):
            self._seen = (contest.number, contest.standing, now)
            self._say(
                f"Contest {contest.number} has {contest.standing} entries. {LINGER_S // 60} minutes after the last one "
                "the clock hurries on, and entries are to be opened: look at its page then."
            )
        if now >= self._seen[2] + LINGER_S:
            self._hurry(contest, contest.submit_seconds, contest.submit_ends)

    def _tell_end(self, contest: Contest) -> None:
        if contest.outcome is Outcome.WON:
            self._say(f"Contest {contest.number} is settled, and its {len(contest.winners)} winners are paid.")
        else:
            self._say(f"Contest {contest.number} is over: {contest.outcome.name.lower()}.")
