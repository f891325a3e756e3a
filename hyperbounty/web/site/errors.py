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


class AddressTaken(HyperbountyError):
    """Nobody can listen at this address and port: another program does, or they are not this machine's to use."""

    error_code = "address-taken"
    is_unavailable = True
