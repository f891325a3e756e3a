"""The organizer's command that watches: what is due for contests is done in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.bounty.access import contract_of
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.cli.watching import WatchChoice, watch_options
from hyperbounty.cli.watching import watch as watch_accounts

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.watching.duties import Roster


@watch_options
def watch(session: Session, choice: WatchChoice) -> Result:
    """Do in time what is due for every contest of yours: publish the holdout's key, settle, cancel what is empty.

    A key that is forgotten costs reward and bond. It goes by the chain's time. Gas stays within max_fee for the first
    half of a window; after that it may rise, and never above what is at stake. Ended anywhere, the same command goes
    on.
    """

    def roster(accounts: Sequence[LocalAccount]) -> Roster:
        from organizer.bounty.keys import KeyFolder
        from organizer.bounty.watching import OrganizerRoster

        return OrganizerRoster(contract_of(session), KeyFolder(session.home / "keys"))

    return watch_accounts(session, choice, "bounty-organizer", roster)
