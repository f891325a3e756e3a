"""The errors a user can meet, each with the value that was wrong and the next step to take.

Every error the project raises on purpose derives from `HyperbountyError`. The command line prints it as one line and
ends with an exit code of its kind; anything else that escapes is a bug. Where a next step speaks of an option or a
command, it is a `next_steps.NextStep`, because each program says that in its own way.
"""

from collections.abc import Mapping
from typing import ClassVar


class HyperbountyError(Exception):
    """Something a user can act on.

    Args:
        what: what went wrong, naming the offending value; no trailing full stop.
        next_step: what to do about it, as an imperative; no trailing full stop.

    Attributes:
        error_code: names the kind of error to programs, and stays the same whatever the words become.
        is_unavailable: something that is needed did not answer, was busy or was not there, so that the same may work
            later. Else what was asked is refused, and has to be asked in another way.

    >>> from hyperbounty.next_steps import Action, NextStep
    >>> error = HyperbountyError("there is no account 'ada'", NextStep("make it with {}", Action("account.new")))
    >>> print(error)
    there is no account 'ada'; make it with “account new”
    """

    error_code: ClassVar[str] = "error"
    is_unavailable: ClassVar[bool] = False

    def __init__(self, what: str, next_step: str = "") -> None:
        self.what = what
        self.next_step = next_step
        super().__init__(f"{what}; {next_step}" if next_step else what)


class InvalidInput(HyperbountyError, ValueError):
    """A file, an option or an argument that cannot be used as it is."""

    error_code = "invalid-input"


class MissingExtra(InvalidInput):
    """Libraries that only some commands need, and that are not installed."""

    error_code = "missing-extra"


class PriceDataError(InvalidInput):
    """Prices that cannot be read, or that leave too little once they are cleaned."""

    error_code = "prices"


class PricesUnavailable(PriceDataError):
    """A source of prices does not answer, or asks for more patience than a command has."""

    error_code = "prices-unavailable"
    is_unavailable = True


class SpecError(InvalidInput):
    """A hyperparameter spec outside the table, the contest's limits or its compute budget."""

    error_code = "spec"


class ManifestError(InvalidInput):
    """A manifest or a report that does not say what it must, or not in canonical form."""

    error_code = "document"


class HoldoutKeyError(InvalidInput):
    """A holdout key that does not match its commitment, or does not open the ciphertext."""

    error_code = "holdout-key"


class SecretsError(InvalidInput):
    """What opens a submission is damaged, belongs elsewhere, or is encrypted under another passphrase or key."""

    error_code = "secrets"


class StoreError(HyperbountyError):
    """The content store could not do what was asked."""

    error_code = "store"


class ContentNotFound(StoreError, LookupError):
    """No block with this CID is in the store."""

    error_code = "content-not-found"
    is_unavailable = True


class ContentMismatch(StoreError):
    """Content whose hash is not that of the CID it was asked for."""

    error_code = "content-mismatch"


class ContentTooLarge(StoreError):
    """Content of more bytes than were wanted; what was read of it is dropped."""

    error_code = "content-too-large"


class StoreUnavailable(StoreError, ConnectionError):
    """No IPFS node or gateway answers at the address given, or it is busy for too long."""

    error_code = "store-unavailable"
    is_unavailable = True


class StoreAccessRefused(StoreError, PermissionError):
    """An IPFS node or a gateway wants credentials, or other ones."""

    error_code = "store-access-refused"


class DiskFailed(StoreError):
    """The disk did not take what was to be written."""

    error_code = "disk"
    is_unavailable = True


class ChainError(HyperbountyError):
    """The chain could not do what was asked."""

    error_code = "chain"


class ChainUnavailable(ChainError, ConnectionError):
    """No node answers at the RPC address given, or it stopped answering."""

    error_code = "chain-unavailable"
    is_unavailable = True


class TransactionReverted(ChainError):
    """A call the contract or the node refused.

    Attributes:
        error: name of the contract's custom error, empty where there is none.
        arguments: its arguments by name.
    """

    error_code = "reverted"

    def __init__(
        self, what: str, next_step: str = "", *, error: str = "", arguments: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(what, next_step)
        self.error = error
        self.arguments = dict(arguments or {})


class AccountError(HyperbountyError):
    """A keystore, a password or a key that cannot be used."""

    error_code = "account"


class TrainingError(HyperbountyError):
    """Training could not be carried out, through no fault of the spec."""

    error_code = "training"


class DatabaseError(HyperbountyError):
    """A database that is away, damaged or full, or whose tables were made by another version."""

    error_code = "database"
    is_unavailable = True


class ProverError(HyperbountyError):
    """A proof that cannot be made, or does not hold."""

    error_code = "proof"


class ProverMissing(ProverError):
    """The program that makes proofs is not here."""

    error_code = "prover-missing"
    is_unavailable = True
