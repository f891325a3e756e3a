"""What every command that watches has in common: its options, how it unlocks, what it prints, and how it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.help import ACCOUNT, grouped
from hyperbounty.cli.notifying import notify_option, senders_of
from hyperbounty.cli.output import Result, Shown, note, say_json, say_lines
from hyperbounty.cli.receipts import receipt_json
from hyperbounty.cli.redaction import redacted
from hyperbounty.cli.wording import worded
from hyperbounty.errors import AccountError, ChainUnavailable
from hyperbounty.termination import terminable

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.cli.session import Session
    from hyperbounty.watching.duties import Roster
    from hyperbounty.watching.events import Event
    from hyperbounty.watching.notifying import Notifier

_LAST_MESSAGES_SECONDS: Final = 10.0
_UNREACHED_SECONDS: Final = 10.0


@dataclass(frozen=True)
class WatchChoice:
    """What the options of a watch say.

    Attributes:
        accounts: to watch for, by name; empty for that of the settings.
        once: do what is due now, and end.
        notify: addresses for notifications.
    """

    accounts: tuple[str, ...]
    once: bool
    notify: tuple[str, ...]


def watch_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the function gets a `choice: WatchChoice`."""

    @wraps(function)
    def run(*args: Any, accounts: tuple[str, ...], once: bool, notify: tuple[str, ...], **kwargs: Any) -> Any:
        return function(*args, choice=WatchChoice(accounts, once, notify), **kwargs)

    options = (
        grouped(
            ACCOUNT,
            "--account",
            "accounts",
            multiple=True,
            help="Keystore name; again for each further account. devnet-0 … devnet-9 on a devnet.",
        ),
        click.option("--once", is_flag=True, help="Do all that is due now, say when the next thing is, and end."),
        notify_option,
    )
    made: Callable[..., Any] = run
    for option in reversed(options):
        made = option(made)
    return made


def watch(
    session: Session, choice: WatchChoice, what: str, roster: Callable[[Sequence[LocalAccount]], Roster]
) -> Result:
    """Watch until somebody ends it, or once.

    Args:
        what: is watched, such as `bounty-participant`; of each, one process at a time acts for an account of a home.
        roster: makes what there is to do for the accounts, once the chain is there.

    Returns:
        With `--once` how it ended; what it says is printed as it happens, a line each.
    """
    notifier = _notifier(choice.notify)
    speaker = _Speaker(session.as_json, notifier)
    session.is_quiet = True
    with terminable():
        try:
            _reach(session, speaker, patient=not choice.once)
            return _watched(session, choice, what, roster, speaker)
        finally:
            if notifier is not None:
                notifier.close(_LAST_MESSAGES_SECONDS)


@contextmanager
def beside(session: Session) -> Iterator[Session]:
    """The same settings with connections of their own, for long work: the loop goes on using its own meanwhile."""
    other = replace(session, is_quiet=True)
    try:
        yield other
    finally:
        other.close()


def _watched(
    session: Session,
    choice: WatchChoice,
    what: str,
    roster: Callable[[Sequence[LocalAccount]], Roster],
    speaker: _Speaker,
) -> Result:
    from hyperbounty.watching.loop import Watch
    from hyperbounty.watching.turns import Turns

    accounts = _accounts(session, choice.accounts)
    # Events say it.
    session.chain.tell_when_sent(lambda _: None)
    with Turns(session.home / "watching", what) as turns:
        found = Watch(session.chain, roster(list(accounts.values())), accounts, speaker.say, may_act=turns.take)
        _say_start(session, choice, accounts, speaker)
        if not choice.once:
            found.run()
        end = found.once()
    return Result({}, exit_code=ExitCode.REFUSED if end.failed else ExitCode.DONE, is_shown=True)


def _accounts(session: Session, names: Sequence[str]) -> dict[str, LocalAccount]:
    """The accounts by name, unlocked."""
    if not names:
        account = session.account
        return {session.settings.account or account.address: account}
    accounts: dict[str, LocalAccount] = {}
    for name in dict.fromkeys(names):
        account = session.unlocked(name)
        if account.address in {each.address for each in accounts.values()}:
            raise AccountError(f"{name} is an account that was named before", "name each account once")
        accounts[name] = account
    return accounts


def _say_start(session: Session, choice: WatchChoice, accounts: dict[str, LocalAccount], speaker: _Speaker) -> None:
    from hyperbounty.watching.events import Event, Kind

    policy = session.chain.policy
    who = ", ".join(accounts)
    cap = (
        "no max_fee is set, so gas may cost as much as is at stake"
        if policy.max_fee_wei is None
        else f"gas within max_fee, {policy.max_fee_wei / 10**9:g} gwei, and more only where time runs out"
    )
    until = "once" if choice.once else "until Ctrl-C"
    what = f"watching for {who} at {session.chain.name}, {until}; {cap}"
    speaker.say(Event(Kind.STARTED, what, session.chain.timestamp()))


def _reach(session: Session, speaker: _Speaker, *, patient: bool) -> None:
    """Have the chain; a watch that is started while the node is away waits for it."""
    from hyperbounty.watching.events import Event, Kind

    is_told = False
    while True:
        try:
            session.chain.timestamp()
        except ChainUnavailable as error:
            if not patient:
                raise
            if not is_told:
                speaker.say(Event(Kind.OUTAGE, f"{error.what}; asked again until it answers", None))
            is_told = True
            time.sleep(_UNREACHED_SECONDS)
        else:
            return


def _notifier(addresses: Sequence[str]) -> Notifier | None:
    """What sends notifications; None where nobody asked for any."""
    senders = senders_of(addresses)
    if not senders:
        return None
    from hyperbounty.watching.notifying import Notifier

    return Notifier(senders, note)


class _Speaker:
    """Prints each event as one line, or as one document a line, and has it sent."""

    def __init__(self, as_json: bool, notifier: Notifier | None) -> None:
        self._as_json = as_json
        self._notifier = notifier

    def say(self, event: Event) -> None:
        """Print and send."""
        next_step = redacted(worded(event.next_step))
        line = redacted(event.line(next_step))
        if self._as_json:
            transactions = [receipt_json(receipt) for receipt in event.receipts]
            data = event.json()
            said = redacted(data["says"])
            say_json({**data, "says": said, "next_step": next_step, "transactions": transactions})
            context = click.get_current_context(silent=True)
            shown = context.find_object(Shown) if context else None
            if shown is not None:
                # What ends the command later prints no second document.
                shown.document = True
        else:
            say_lines([line])
        sys.stdout.flush()
        if self._notifier is not None and event.is_news:
            self._notifier.say(line)
