"""The loop of a watch: look, do what is due, say what happened, wait.

It keeps nothing on the disk. What was sent stands in the journal of transactions under the duty's own key, and what is
to be done follows from the chain, so a watch that was killed anywhere goes on as a new one does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hyperbounty.chain.refusals import FeeAboveCap, TransactionUnconfirmed
from hyperbounty.errors import ChainUnavailable, TransactionReverted
from hyperbounty.format import duration, moment
from hyperbounty.money import format_amount
from hyperbounty.watching.bench import Bench
from hyperbounty.watching.duties import Duty, Notice, Roster, Subject
from hyperbounty.watching.events import Event, Kind
from hyperbounty.watching.limits import policy_for, rises_at
from hyperbounty.watching.records import Round, Seen, State, explained

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Chain, Receipt

__all__ = ["POLL_SECONDS", "Round", "Watch"]

POLL_SECONDS: Final = 12.0
"""The longest time between two looks at the chain: about a block of Ethereum."""

DEVELOPMENT_POLL_SECONDS: Final = 2.0
"""The same of a development chain."""

_SOON_SECONDS: Final = 2.0
_FIRST_RETRY_SECONDS: Final = 12
_LONGEST_RETRY_SECONDS: Final = 600
# No retry comes later than this part of the time that is left.
_RETRY_PART: Final = 8
_FIRST_OUTAGE_SECONDS: Final = 1.0
_LONGEST_OUTAGE_SECONDS: Final = 30.0
_WORK_SAID_SECONDS: Final = 300.0
_STALLED_SECONDS: Final = 900.0
_UNMINED_SECONDS: Final = 180.0


_Key = tuple[str, str]


class Watch:
    """Watches for accounts on one chain.

    Args:
        chain: that they act on; for this thread alone.
        roster: what there is to do, as the family knows it.
        accounts: that sign, by how they are called.
        say: is told every event.
        may_act: whether this process may act for an account now; another one on this machine may do so already.
        bench: of long work.
        sleep, monotonic: of waiting. No deadline is judged by them.
    """

    def __init__(
        self,
        chain: Chain,
        roster: Roster,
        accounts: dict[str, LocalAccount],
        say: Callable[[Event], None],
        *,
        may_act: Callable[[LocalAccount], bool] = lambda _: True,
        bench: Bench | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._chain = chain
        self._roster = roster
        self._accounts = list(accounts.values())
        self._names = {account.address: name for name, account in accounts.items()}
        self._tell = say
        self._may_act = may_act
        self._bench = bench or Bench()
        self._sleep = sleep
        self._monotonic = monotonic
        self._now: int | None = None
        self._moved_at = monotonic()
        self._is_stalled = self._is_out = False
        self._seen: dict[_Key, Seen] = {}
        self._told: set[_Key] = set()
        self._troubles: dict[_Key, str] = {}
        self._idle: set[str] = set()
        self._planned: tuple[int | None, str] | None = None
        self._soon = _SOON_SECONDS
        # Whether this round has a duty that waits for its work, also where that has ended meanwhile.
        self._did = self._works = False

    # ---------------------------------------------------------------------------------------------------- the loop

    def run(self) -> None:
        """Watch until the process ends. A node that does not answer is asked again, as long as it takes."""
        pause = _FIRST_OUTAGE_SECONDS
        while True:
            try:
                found = self.look()
            except Exception as error:  # noqa: BLE001 - whatever it is, deadlines are ahead: it is said, and tried again
                if not self._is_out:
                    what, next_step = explained(error)
                    self._say(Kind.OUTAGE, f"{what}; asked again until it answers", next_step=next_step)
                self._is_out = True
                self._sleep(pause)
                pause = min(2 * pause, _LONGEST_OUTAGE_SECONDS)
                continue
            pause = _FIRST_OUTAGE_SECONDS
            self._say_planned(found)
            self._pause(found)

    def once(self) -> Round:
        """Do all that is due now, wait until it is done, and say when the next thing is.

        Raises:
            ChainUnavailable: the node does not answer.
        """
        since = self._monotonic()
        while True:
            found = self.look()
            if found.did:
                since = self._monotonic()
            elif not found.unfinished:
                break
            elif self._works:
                since = self._monotonic()
                # What is over by now is taken up at once.
                if self._bench.is_busy:
                    self._bench.wait(_SOON_SECONDS)
            elif self._monotonic() - since >= _UNMINED_SECONDS:
                break
            else:
                self._sleep(_SOON_SECONDS)
        self._say_planned(found)
        return found

    def look(self) -> Round:
        """Look at everything once, and do what is due.

        Raises:
            ChainUnavailable: the node does not answer; nothing is lost by it.
        """
        now = self._read_clock()
        listed, unreadable = self._find()
        # Some are listed still when their time has passed.
        found = {key: each for key, each in listed.items() if each[1].ends_at is None or now < each[1].ends_at}
        if self._is_out:
            self._is_out = False
            self._say(Kind.BACK, "the node answers again")
        self._did = self._works = False
        for key, seen in list(self._seen.items()):
            if key not in found and (seen.account.address, seen.duty.subject) not in unreadable:
                self._vanished(key, seen, now)
        failed = bool(unreadable)
        for key, (account, duty) in sorted(found.items(), key=lambda each: _urgency(each[1][1])):
            seen = self._seen.setdefault(key, Seen(duty, account))
            seen.duty = duty
            if duty.is_open(now):
                failed = self._attempt(key, seen, now) or failed
        next_at, what = self._next(now)
        unfinished = self._works or any(seen.state is State.SENT for seen in self._seen.values())
        return Round(now, next_at, what, unfinished, self._did, failed)

    # ------------------------------------------------------------------------------------------------ what there is

    def _read_clock(self) -> int:
        now = self._chain.timestamp()
        if now != self._now:
            self._moved_at = self._monotonic()
            if self._is_stalled:
                self._is_stalled = False
                self._now = now
                self._say(Kind.BACK, "the chain has new blocks again")
        elif not self._is_stalled and self._monotonic() - self._moved_at > _STALLED_SECONDS:
            self._is_stalled = True
            self._say(Kind.OUTAGE, f"the node has had no new block since {moment(now)}", next_step="check the node")
        self._now = now
        return now

    def _find(self) -> tuple[dict[_Key, tuple[LocalAccount, Duty]], set[_Key]]:
        """What there is to do, and the subjects of which nobody could say."""
        found: dict[_Key, tuple[LocalAccount, Duty]] = {}
        unreadable: set[_Key] = set()
        accounts = [account for account in self._accounts if self._acts_for(account)]
        for subject in self._roster.read(accounts):
            try:
                items = subject.find()
            except Exception as error:  # noqa: BLE001 - one contest keeps no other from being watched
                self._require_node(error)
                unreadable.add((subject.account.address, subject.name))
                self._trouble(subject, error)
                continue
            self._troubles.pop((subject.account.address, subject.name), None)
            for item in items:
                if isinstance(item, Notice):
                    self._notice(subject.account, item)
                else:
                    found[subject.account.address, item.name] = subject.account, item
        return found, unreadable

    def _require_node(self, error: Exception) -> None:
        """End the round where `error` is one of the node, and it answers nothing else either.

        One that cannot show a single contest, for example since it keeps no older events, shows the others.
        """
        if isinstance(error, ChainUnavailable):
            self._chain.timestamp()

    def _acts_for(self, account: LocalAccount) -> bool:
        if self._may_act(account):
            if account.address in self._idle:
                self._idle.discard(account.address)
                self._say(Kind.TOLD, "the other watch has ended; this one goes on for it", account)
            return True
        if account.address not in self._idle:
            self._idle.add(account.address)
            self._say(Kind.TOLD, "another watch acts for this account here; this one only stands by", account)
        return False

    def _notice(self, account: LocalAccount, notice: Notice) -> None:
        key = (account.address, notice.name)
        if key in self._seen:
            # It says why there is nothing to be done about it any more.
            self._forget(key)
        if key not in self._told:
            self._told.add(key)
            what = f"WARNING: {notice.what}" if notice.is_warning else notice.what
            self._say(Kind.TOLD, what, account, notice.subject, next_step=notice.next_step)

    def _trouble(self, subject: Subject, error: Exception) -> None:
        key = (subject.account.address, subject.name)
        what, next_step = explained(error)
        if self._troubles.get(key) != what:
            self._troubles[key] = what
            self._say(Kind.FAILED, f"it cannot be looked at: {what}", subject.account, subject.name, next_step)

    def _vanished(self, key: _Key, seen: Seen, now: int) -> None:
        """A duty that is none any more: it is done, its time has passed, or what it was for is gone."""
        duty = seen.duty
        if seen.state is State.SENT and self._ended(seen, now):
            return
        if seen.state is State.DONE:
            # It stays known: a reorganization may bring it back.
            return
        if duty.opens_at <= now:
            if duty.ends_at is not None and now >= duty.ends_at:
                self._about(seen, Kind.MISSED, f"{duty.what}: its time has passed{_because(duty.missed)}")
            else:
                self._about(seen, Kind.ELSEWHERE, f"{duty.done}, not by this watch")
        self._forget(key)

    def _ended(self, seen: Seen, now: int) -> bool:
        """Look what became of a transaction whose duty is none any more; whether it is still on its way."""
        try:
            with self._chain.sending(policy_for(self._chain.policy, seen.duty, now), 0):
                receipts = tuple(seen.duty.act())
        except TransactionUnconfirmed:
            return True
        except Exception as error:  # noqa: BLE001 - it failed, and there is nothing left to do: what the chain shows is said
            self._require_node(error)
            seen.state = State.TRIED
        else:
            self._finished(seen, receipts)
        return False

    def _next(self, now: int) -> tuple[int | None, str]:
        """The next moment at which something can be done that cannot be now."""
        moments: list[tuple[int, str]] = []
        for seen in self._seen.values():
            who = f"{self._names[seen.account.address]}, {seen.duty.subject}"
            if seen.duty.opens_at > now:
                moments.append((seen.duty.opens_at, f"{who}: {seen.duty.what}"))
            elif seen.said and (rise := rises_at(self._chain.policy, seen.duty)) is not None and rise > now:
                moments.append((rise, f"{who}: {seen.duty.what}, at a higher fee"))
        return min(moments, default=(None, ""), key=lambda each: each[0] or 0)

    # --------------------------------------------------------------------------------------------------- doing it

    def _attempt(self, key: _Key, seen: Seen, now: int) -> bool:
        """Do what is due, as far as it can be done now; whether it could not be."""
        duty = seen.duty
        if now < seen.retry_at:
            return True
        if duty.work is not None and not self._worked(key, seen, now):
            return seen.failures > 0
        if seen.state is State.PLANNED:
            seen.state = State.TRIED
        return self._settle(seen, now)

    def _worked(self, key: _Key, seen: Seen, now: int) -> bool:
        """Whether the long work before a duty is done; begun where it is not."""
        assert seen.duty.work is not None
        piece = self._bench.piece(key, seen.duty.work)
        if piece.is_done:
            return True
        if piece.error is not None:
            self._bench.forget(key)
            self._require_node(piece.error)
            self._failed(seen, piece.error, now)
            return False
        if self._monotonic() - seen.working_since >= _WORK_SAID_SECONDS or not seen.working_since:
            seen.working_since = self._monotonic()
            self._about(seen, Kind.WORKING, f"{seen.duty.what}: {piece.says or 'work for it has begun'}")
        self._works = True
        return False

    def _settle(self, seen: Seen, now: int) -> bool:
        """Call `act`, and say what comes of it; whether it failed."""
        duty = seen.duty
        policy = policy_for(self._chain.policy, duty, now)
        try:
            # Nothing is waited for: others are due as well. What is on its way is looked at again in the next round.
            with self._chain.sending(policy, 0):
                receipts = tuple(duty.act())
        except TransactionUnconfirmed as error:
            self._require_node(error)
            self._on_its_way(seen, error)
            return False
        except FeeAboveCap as error:
            self._too_dear(seen, error, now)
            return False
        except TransactionReverted as error:
            if error.error in duty.already:
                self._end(seen, Kind.ELSEWHERE, f"{duty.done}, not by this watch")
                return False
            return self._failed(seen, error, now)
        except Exception as error:  # noqa: BLE001 - one duty keeps no other from being done
            self._require_node(error)
            return self._failed(seen, error, now)
        self._finished(seen, receipts)
        return False

    def _finished(self, seen: Seen, receipts: tuple[Receipt, ...]) -> None:
        before, seen.receipts = {receipt.hash: receipt.block for receipt in seen.receipts}, receipts
        now = {receipt.hash: receipt.block for receipt in receipts}
        if now == before and seen.state is State.DONE:
            # A view lags, and lists it still.
            return
        seen.state = State.TRIED
        if now and now.keys() <= before.keys():
            self._end(seen, Kind.AGAIN, f"{seen.duty.done} again: a reorganization had undone it", receipts)
        else:
            self._end(seen, Kind.DONE, seen.duty.done, receipts)

    def _end(self, seen: Seen, kind: Kind, what: str, receipts: tuple[Receipt, ...] = ()) -> None:
        if seen.state is not State.DONE:
            seen.state, self._did = State.DONE, True
            self._about(seen, kind, what, receipts)
        seen.said, seen.failures, seen.retry_at = "", 0, 0

    def _on_its_way(self, seen: Seen, error: TransactionUnconfirmed) -> None:
        if seen.state is not State.SENT:
            seen.state = State.SENT
            self._about(seen, Kind.SENT, f"{seen.duty.what}: transaction {error.hash} is on its way")
        seen.said = ""

    def _too_dear(self, seen: Seen, error: FeeAboveCap, now: int) -> None:
        seen.state = State.TRIED
        rise = rises_at(self._chain.policy, seen.duty)
        limit, price = format_amount(error.cap_wei), format_amount(error.price_wei)
        if rise is not None and rise > now:
            then, stage = f"; it rises from {moment(rise)} on", "fee, before it rises"
        elif rise is not None:
            then, stage = "; it rises up to what is at stake", "fee, as it rises"
        else:
            then, stage = "; it does not rise", "fee"
        if seen.said != stage:
            seen.said = stage
            what = f"{seen.duty.what}: a unit of gas costs {price} now, the limit is {limit}{then}"
            self._about(seen, Kind.WAITING, what)

    def _failed(self, seen: Seen, error: Exception, now: int) -> bool:
        what, next_step = explained(error)
        seen.state = State.TRIED
        seen.failures += 1
        pause = min(_FIRST_RETRY_SECONDS * 2 ** (seen.failures - 1), _LONGEST_RETRY_SECONDS)
        if seen.duty.ends_at is not None:
            pause = min(pause, max(0, seen.duty.ends_at - now) // _RETRY_PART)
        seen.retry_at = now + pause
        if seen.said != what:
            seen.said = what
            self._about(seen, Kind.FAILED, f"{seen.duty.what}: {what}", next_step=next_step)
        return True

    # ----------------------------------------------------------------------------------------- saying and waiting

    def _about(
        self, seen: Seen, kind: Kind, what: str, receipts: tuple[Receipt, ...] = (), next_step: str = ""
    ) -> None:
        self._say(kind, what, seen.account, seen.duty.subject, next_step, receipts)

    def _say(
        self,
        kind: Kind,
        what: str,
        account: LocalAccount | None = None,
        subject: str = "",
        next_step: str = "",
        receipts: tuple[Receipt, ...] = (),
        due_at: int | None = None,
    ) -> None:
        name = "" if account is None else self._names[account.address]
        self._tell(Event(kind, what, self._now, name, subject, next_step, due_at, receipts))

    def _say_planned(self, found: Round) -> None:
        planned = found.next_at, found.next_what
        if self._planned == planned:
            return
        self._planned = planned
        if found.next_at is None:
            what = "nothing is planned; what comes up is done when it does"
        else:
            left = duration(found.next_at - found.now)
            what = f"next, at {moment(found.next_at)} (in {left}): {found.next_what}"
        self._say(Kind.PLANNED, what, due_at=found.next_at)

    def _pause(self, found: Round) -> None:
        """Wait until something may have changed: by the chain's time, and no longer than between two looks."""
        # Of a development chain somebody moves the clock, and waits for what comes of it.
        longest = DEVELOPMENT_POLL_SECONDS if self._chain.is_development else POLL_SECONDS
        seconds = longest if found.next_at is None else min(longest, max(1.0, found.next_at - found.now))
        is_soon = found.unfinished or found.did
        self._soon = min(1.5 * self._soon, longest) if is_soon and not found.did else _SOON_SECONDS
        self._sleep(min(seconds, self._soon) if is_soon else seconds)

    def _forget(self, key: _Key) -> None:
        del self._seen[key]
        self._bench.forget(key)


def _urgency(duty: Duty) -> tuple[bool, int, str]:
    return duty.ends_at is None, duty.ends_at or duty.opens_at, duty.name


def _because(missed: str) -> str:
    return f", {missed}" if missed else ""
