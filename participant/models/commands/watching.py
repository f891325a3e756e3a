"""`hyperbounty model watch`: what is due for samples is done in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.cli.watching import WatchChoice, watch_options
from hyperbounty.cli.watching import watch as watch_accounts
from hyperbounty.models.access import contract_of

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.watching.duties import Roster


@click.argument("numbers", metavar="[MODEL]…", nargs=-1, type=click.IntRange(1))
@watch_options
def watch(session: Session, numbers: tuple[int, ...], choice: WatchChoice) -> Result:
    """Do in time what is due for you in every MODEL: refund, report, claim, withdraw. Left out, all that you are in.

    Own stakes that the model agrees with come back before others may take them; then shares of what it contradicts;
    then what is left by time, as the creator or as the first of all. It goes by the chain's time. Ended anywhere, the
    same command goes on.
    """
    # Brings in the chain.
    from participant.models.watching import WATCHED

    def roster(accounts: Sequence[LocalAccount]) -> Roster:
        from participant.models.watching import ModelsRoster

        contract = contract_of(session)
        for number in numbers:
            contract.model(number)
        return ModelsRoster(contract, numbers)

    return watch_accounts(session, choice, WATCHED, roster)
