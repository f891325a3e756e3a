"""Why an index cannot go on."""

from __future__ import annotations

from hyperbounty.errors import ChainError, HyperbountyError


class IndexStopped(HyperbountyError):
    """The index would have to guess: the chain or the database is not what it was."""

    error_code = "index-stopped"


class IndexTaken(HyperbountyError):
    """Another process keeps this index."""

    error_code = "index-taken"
    is_unavailable = True


class NodeContradictsItself(ChainError):
    """A node lacks a block that it names, or logs that the header of their block announces."""

    error_code = "node-contradicts-itself"
    is_unavailable = True
