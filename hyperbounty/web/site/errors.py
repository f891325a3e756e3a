"""What a site answers where it cannot do what was asked."""

from __future__ import annotations

from hyperbounty.errors import HyperbountyError, InvalidInput


class IndexNotReady(HyperbountyError):
    """There is nothing to show yet: no index was begun, or its history is not read."""

    error_code = "index-not-ready"
    is_unavailable = True


class NotHere(InvalidInput):
    """What was asked for is not in the index."""

    error_code = "not-here"


class NotYet(HyperbountyError):
    """What was asked for is being fetched, or who has it does not answer: the same may work in a moment.

    Args:
        what, next_step: see `HyperbountyError`.
        retry_after_s: when to ask again.
    """

    error_code = "not-yet"
    is_unavailable = True

    def __init__(self, what: str, next_step: str = "ask again in a moment", *, retry_after_s: int = 2) -> None:
        super().__init__(what, next_step)
        self.retry_after_s = retry_after_s


class NotUsable(NotHere):
    """What somebody published is not what it should be, so there is nothing to show of it."""

    error_code = "not-usable"


class Hidden(NotHere):
    """The operator of the site does not show it."""

    error_code = "hidden"


class AddressTaken(HyperbountyError):
    """Nobody can listen at this address and port: another program does, or they are not this machine's to use."""

    error_code = "address-taken"
    is_unavailable = True


class Refused(HyperbountyError):
    """What was to be checked would fail on the chain as things stand.

    Args:
        what, next_step: see `HyperbountyError`.
        reason: the contract's name for it; empty where somebody else refuses.
    """

    error_code = "refused"

    def __init__(self, what: str, next_step: str = "", *, reason: str = "") -> None:
        super().__init__(what, next_step)
        self.reason = reason
