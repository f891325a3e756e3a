"""In which models an account has a part: those that it opened, and those that it has added a sample to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hyperbounty.models.types import SharedModel
    from hyperbounty.models.views import ModelsViews

_READ_AGAIN_BLOCKS: Final = 64


class OwnModels:
    """Finds the models of accounts, and asks for no block twice that is deep enough.

    Args:
        contract: that holds them.
    """

    def __init__(self, contract: ModelsViews) -> None:
        self._contract = contract
        self._found: dict[str, set[int]] = {}
        self._read_to: dict[str, int] = {}
        self._asked = 0
        self._models: list[SharedModel] = []

    def of(self, account: str) -> list[int]:
        """The numbers of the models in which `account` has a part, lowest first."""
        found = self._found.setdefault(account, set())
        self._look_for_new_models()
        found.update(model.number for model in self._models if model.creator == account)
        if self._models:
            found.update(self._added_to(account, self._models))
        return sorted(found)

    def _look_for_new_models(self) -> None:
        count = self._contract.count()
        if count > self._asked:
            self._models += self._contract.models(range(self._asked + 1, count + 1))
            self._asked = count

    def _added_to(self, account: str, models: Sequence[SharedModel]) -> set[int]:
        chain = self._contract.chain
        head = chain.confirmed_header()
        start = self._read_to.get(account)
        if start is None:
            start = chain.block_before(models[0].opened_at, head, chain.range_blocks)
        # The last blocks are read again: a reorganization may put a sample there.
        self._read_to[account] = max(start, head.number - _READ_AGAIN_BLOCKS)
        return self._contract.added_to(account, start, head.number)
