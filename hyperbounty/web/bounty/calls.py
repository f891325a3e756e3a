"""Calls about contests for who signs elsewhere: see `hyperbounty.web.site.calls`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Phase
from hyperbounty.chain.client import ContractCall
from hyperbounty.web.bounty.hiding import require_shown
from hyperbounty.web.bounty.index.family import BountyFamily
from hyperbounty.web.site.calls import Calls, CheckedCall
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.site import Site

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress

Make = Callable[[BountyContract, Contest], ContractCall]
"""Makes a call for a contest as it stands."""


class BountyCalls(Calls[BountyContract]):
    """Calls of the bounty's contract.

    Args:
        site: with its node.
    """

    def __init__(self, site: Site) -> None:
        super().__init__(site, BountyContract, BountyFamily.NAME)

    def check(self, account: ChecksumAddress, number: int, what: str, make: Make) -> CheckedCall:
        """A call about a contest.

        Args:
            account: that would send it.
            number: of the contest.
            what: it does, for people.
            make: the call.

        Raises:
            NotHere: there is no such contest.
            Hidden: the operator hides it.
            Refused: it would fail as things stand.
            NotYet: there is no node that could be asked now.
        """
        require_shown(self._site, number)

        def about(contract: BountyContract) -> ContractCall:
            if Phase(contract.chain.read(contract.calls.phaseOf(number))) is Phase.NONE:
                raise NotHere(f"there is no contest {number}", "choose one of the list of contests")
            return make(contract, contract.contest(number))

        return self.checked(account, what, about)
