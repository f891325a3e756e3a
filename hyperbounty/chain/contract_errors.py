"""The custom errors of a contract in words for people, each with what to do next.

A family has a table of its contract's errors. Those that every contract with payments has are in `OF_PAYMENTS`.

>>> told = ContractErrors({"TooLate": ("contest {contest} ended at {end}", "choose another one")}, subject="contest")
>>> told.explain(TransactionReverted("reverted", error="TooLate", arguments={"contest": 7, "end": 100})).what
'the contract refused (TooLate): contest 7 ended at 100'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from hyperbounty.errors import TransactionReverted
from hyperbounty.next_steps import Action, NextStep, Parameter

OF_PAYMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "NotAToken": (
        "{asset} has no code: it is not a token",
        NextStep("name the token's contract, or leave {} out", Parameter("asset")),
    ),
    "UnsupportedToken": (
        "the token moved {received} where {expected} were due",
        "tokens that take a fee on transfer cannot be escrowed: choose another",
    ),
    "NothingToWithdraw": ("{owner} has no credit in {asset}", "there is nothing to do"),
    "InvalidRecipient": ("{to} cannot receive a credit", NextStep("name another address with {}", Parameter("to"))),
    "TransferFailed": ("{to} did not take the payment", NextStep("name another address with {}", Parameter("to"))),
    "InsufficientGas": ("{available} gas were left where {required} are needed", "raise the gas limit"),
    "SafeERC20FailedOperation": (
        "the token {token} did not move what is due",
        "see that the account has enough of it, and try again: what is due may have risen",
    ),
    "ReentrancyGuardReentrantCall": ("the contract was called from within a call of its own", "call it by itself"),
}
"""What `Payments` and `PaymentLib` refuse with, and the libraries that they stand on."""


class ContractErrors:
    """Explains the errors of one contract.

    Args:
        messages: by error, what happened and what to do next, both with the error's arguments in braces.
        subject: the argument that names what the call was about. A next step's actions are done to it.
        show: an argument of an error in words, given error, name and value; None where it is shown as it is.
    """

    def __init__(
        self,
        messages: Mapping[str, tuple[str, str]],
        subject: str,
        show: Callable[[str, str, object], str | None] = lambda _error, _name, _value: None,
    ) -> None:
        self._messages = {**OF_PAYMENTS, **messages}
        self._subject = subject
        self._show = show

    @property
    def names(self) -> frozenset[str]:
        """Of the errors that there are words for."""
        return frozenset(self._messages)

    def explain(self, reverted: TransactionReverted) -> TransactionReverted:
        """The same error with words and a next step; one that has none comes back as it is."""
        if reverted.error not in self._messages:
            return reverted
        shown = {name: self._shown(reverted.error, name, value) for name, value in reverted.arguments.items()}
        what, next_step = self._messages[reverted.error]
        return TransactionReverted(
            f"the contract refused ({reverted.error}): {what.format_map(shown)}",
            self._done_to(next_step, reverted) if isinstance(next_step, NextStep) else next_step.format_map(shown),
            error=reverted.error,
            arguments=reverted.arguments,
        )

    def _shown(self, error: str, name: str, value: object) -> str:
        said = self._show(error, name, value)
        if said is not None:
            return said
        return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)

    def _done_to(self, step: NextStep, reverted: TransactionReverted) -> NextStep:
        """`step` with its actions done to what the error names, so that they can be typed as they stand."""
        number = reverted.arguments.get(self._subject)
        if not isinstance(number, int):
            return step
        parts = (
            replace(part, arguments=(number,)) if isinstance(part, Action) and not part.arguments else part
            for part in step.parts
        )
        return NextStep(step.text, *parts)
