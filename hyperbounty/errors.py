"""The errors a user can meet, each with the value that was wrong and the next step to take.

Every error the project raises on purpose derives from `HyperbountyError`. The command line prints it as one line and
exits with 1; anything else that escapes is a bug. Where a next step speaks of an option or a command, it is a
`next_steps.NextStep`, because each program says that in its own way.
"""

from collections.abc import Mapping


class HyperbountyError(Exception):
    """Something a user can act on.

    Args:
        what: what went wrong, naming the offending value; no trailing full stop.
        next_step: what to do about it, as an imperative; no trailing full stop.

    >>> from hyperbounty.next_steps import Action, NextStep
    >>> error = HyperbountyError("there is no account 'ada'", NextStep("make it with {}", Action("account.new")))
    >>> print(error)
    there is no account 'ada'; make it with “account new”
    """

    def __init__(self, what: str, next_step: str = "") -> None:
        self.what = what
        self.next_step = next_step
        super().__init__(f"{what}; {next_step}" if next_step else what)


class InvalidInput(HyperbountyError, ValueError):
    """A file, an option or an argument that cannot be used as it is."""


class MissingExtra(InvalidInput):
    """Libraries that only some commands need, and that are not installed."""


class PriceDataError(InvalidInput):
    """Prices that cannot be read, or that leave too little once they are cleaned."""


class SpecError(InvalidInput):
    """A hyperparameter spec outside the table, the contest's limits or its compute budget."""


class ManifestError(InvalidInput):
    """A manifest or a report that does not say what it must, or not in canonical form."""


class HoldoutKeyError(InvalidInput):
    """A holdout key that does not match its commitment, or does not open the ciphertext."""


class StoreError(HyperbountyError):
    """The content store could not do what was asked."""


class ContentNotFound(StoreError, LookupError):
    """No block with this CID is in the store."""


class ContentMismatch(StoreError):
    """Content whose hash is not that of the CID it was asked for."""


class ContentTooLarge(StoreError):
    """Content of more bytes than were wanted; what was read of it is dropped."""


class StoreUnavailable(StoreError, ConnectionError):
    """No IPFS node or gateway answers at the address given, or it is busy for too long."""


class StoreAccessRefused(StoreError, PermissionError):
    """An IPFS node or a gateway wants credentials, or other ones."""


class ChainError(HyperbountyError):
    """The chain could not do what was asked."""


class ChainUnavailable(ChainError, ConnectionError):
    """No node answers at the RPC address given, or it stopped answering."""


class TransactionReverted(ChainError):
    """A call the contract or the node refused.

    Attributes:
        error: name of the contract's custom error, empty where there is none.
        arguments: its arguments by name.
    """

    def __init__(
        self, what: str, next_step: str = "", *, error: str = "", arguments: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(what, next_step)
        self.error = error
        self.arguments = dict(arguments or {})


class AccountError(HyperbountyError):
    """A keystore, a password or a key that cannot be used."""


class TrainingError(HyperbountyError):
    """Training could not be carried out, through no fault of the spec."""


class DatabaseError(HyperbountyError):
    """A database that is away, damaged or full, or whose tables were made by another version."""
