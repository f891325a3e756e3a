"""What a watch does for who contributes to models, and for who opened them: it takes what is due, before others can."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from hyperbounty.errors import TransactionReverted
from hyperbounty.format import moment
from hyperbounty.models.own_models import OwnModels
from hyperbounty.models.standing import Standing, Standings, StandingsReader
from hyperbounty.models.takeable import Way, brings, takeable
from hyperbounty.models.taking import Taker
from hyperbounty.models.types import Stage
from hyperbounty.watching.credits import credit_subject
from hyperbounty.watching.duties import Duty, Notice, Stake, Subject

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.models.contract import ModelsContract
    from hyperbounty.money import Asset

WATCHED: Final = "models"
"""What `Turns` calls a watch of an account's part in models."""

_NOTHING: Final = "TakenByOthers"
"""No error of the contract: nothing was sent, since there was nothing left to take."""

# What is to be done, and what is said once it is.
_WORDS: Final = {
    Way.REFUND: ("have the stake on {} back", "the stake on {} came back"),
    Way.REPORT: ("report {} that the model contradicts", "{} that the model contradicts: reported"),
    Way.CLAIM: ("take what is left of {}", "what was left of {} is taken"),
}
_IN_POINTS: Final = ("have {} found valid", "{} found valid")


class ModelsRoster:
    """The models in which accounts have a part.

    Args:
        contract: that holds them.
        numbers: of the models to watch; none for all in which an account has a part.
    """

    def __init__(self, contract: ModelsContract, numbers: Sequence[int] = ()) -> None:
        self._contract = contract
        self._numbers = tuple(numbers)
        self._own = OwnModels(contract)
        self._reader = StandingsReader(contract)
        self._taker = Taker(contract, self._reader)
        self._assets: dict[int, Asset] = {}
        self._over: set[int] = set()

    def read(self, accounts: Sequence[LocalAccount]) -> list[Subject]:
        """Each model with a part of an account in it, and the account's credits."""
        subjects = []
        self._taker.friends = frozenset(account.address for account in accounts)
        for account in accounts:
            numbers = self._numbers or self._own.of(account.address)
            self._learn_assets(numbers)
            living = [number for number in numbers if number not in self._over]
            subjects += [
                Subject(account, f"model {number}", partial(self._find_all, account, number)) for number in living
            ]
            if numbers:
                assets = {self._assets[number] for number in numbers if number in self._assets}
                subjects.append(credit_subject(self._contract, account, assets))
        return subjects

    def _learn_assets(self, numbers: Sequence[int]) -> None:
        missing = [number for number in numbers if number not in self._assets]
        if missing:
            self._assets.update({model.number: model.asset for model in self._contract.models(missing)})

    def _find_all(self, account: LocalAccount, number: int) -> list[Duty | Notice]:
        return list(self._find(account, number))

    def _find(self, account: LocalAccount, number: int) -> Iterator[Duty | Notice]:
        standings = self._reader.read(number)
        if standings.model.stage is Stage.CLOSED and not standings.open:
            self._over.add(number)
        yield from self._earned(standings, account.address)
        yield from self._contradicted(standings, account.address)
        for way in Way:
            found = takeable(standings, account.address, way, self._taker.friends)
            if found:
                yield self._duty(standings, account, way, found)

    def _duty(
        self, standings: Standings, account: LocalAccount, way: Way, found: Sequence[tuple[int, Standing]]
    ) -> Duty:
        """All that is due now in this way; where nothing is, what will be next."""
        number, asset = standings.model.number, standings.model.asset
        first = min(moment for moment, _ in found)
        together = [each for moment, each in found if moment <= max(first, standings.now)]
        amount = sum(brings(standings, account.address, way, each) for each in together)
        count = f"{len(together):,} samples" if len(together) > 1 else "a sample"
        in_points = standings.model.terms.in_points
        money = "" if in_points else f", {asset.shown(amount)}"
        todo, done = _IN_POINTS if in_points else _WORDS[way]
        return Duty(
            name=f"{number}/{way}",
            subject=f"model {number}",
            what=f"{todo.format(count)}{money}",
            done=f"{done.format(count)}{money}",
            act=partial(self._act, account, number, way),
            opens_at=first,
            ends_at=_deadline(standings, account.address, way, together, first),
            stake=Stake(amount, asset) if amount else None,
            already=frozenset({_NOTHING}),
        )

    def _act(self, account: LocalAccount, number: int, way: Way) -> list[Receipt]:
        taking = self._taker.take(account, number, way)
        if taking.receipts:
            return taking.receipts
        if taking.passed_over:
            raise taking.passed_over[0].reason
        raise TransactionReverted("somebody else was first", error=_NOTHING)

    # --------------------------------------------------------------------------------------------- what there is to say

    def _earned(self, standings: Standings, account: str) -> Iterator[Notice]:
        """What the account has taken so far, each time that it is more."""
        taken = standings.taken.get(account)
        if not taken:
            return
        number, asset = standings.model.number, standings.model.asset
        times = sum(each.times for each in taken.values())
        parts = [f"{each.times:,} {way}{'s' if each.times > 1 else ''}" for way, each in sorted(taken.items())]
        amount = sum(each.amount for each in taken.values())
        brought = "" if standings.model.terms.in_points else f" brought in {asset.shown(amount)}"
        yield Notice(f"{number}/earned/{times}", f"model {number}", f"so far, {', '.join(parts)}{brought}")

    def _contradicted(self, standings: Standings, account: str) -> Iterator[Notice]:
        """Own stakes that cannot be had back as the model stands."""
        number, asset = standings.model.number, standings.model.asset
        for each in standings.contradicted:
            if each.entry.author != account:
                continue
            what = (
                f"the model says class {each.prediction} of your sample {each.number}, not {each.entry.label} as you do"
            )
            if not standings.model.terms.in_points:
                what += (
                    f": from {moment(standings.refund_at(each))} on members may share its stake of "
                    f"{asset.shown(each.left)}, unless the model changes its mind"
                )
            yield Notice(f"{number}/contradicted/{each.number}/{each.prediction}", f"model {number}", what)


def _deadline(standings: Standings, account: str, way: Way, together: Sequence[Standing], opens_at: int) -> int | None:
    """By when others may take it; None where that has come already, so that it is done as soon as it can be."""
    if way is Way.CLAIM and account != standings.model.creator:
        return None
    first = min(standings.lost_from(each, account) for each in together)
    return first if first > max(standings.now, opens_at) else None
