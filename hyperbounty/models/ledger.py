"""Who has staked what on which sample, and who gets it: the contract's book, call by call.

A `Ledger` knows no model: whoever calls it says what the model predicts. It is what the tests compare the contract and
the fast simulation with.

>>> from hyperbounty.models.rules import DAY
>>> book = Ledger(Terms(weight=6_000, floor_shift=6, refund_wait=DAY, owner_wait=9 * DAY, any_wait=9 * DAY), now=0)
>>> ada, = book.add("ada", now=600, staked=250, labels=[1])
>>> bob, = book.add("bob", now=1_200, staked=250, labels=[0])
>>> book.refund(ada, "ada", now=2 * DAY, prediction=1)
250
>>> book.report(bob, "ada", now=2 * DAY, prediction=1)
250
>>> book.left, book.valid
(0, {'ada': 1})
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from hyperbounty.errors import InvalidInput
from hyperbounty.models.rules import Terms, deposits, price, reported

A = TypeVar("A", bound=Hashable)
"""What names an account: an address, or a number in a simulation."""


class Refused(InvalidInput):
    """A call that the contract refuses.

    Attributes:
        contract_error: the error with which it does.
        values: the error's arguments, in order, but for accounts and the place in the call.
    """

    error_code = "refused-by-rules"
    contract_error: ClassVar[str] = ""

    def __init__(self, what: str, next_step: str, *values: int) -> None:
        super().__init__(what, next_step)
        self.values = values


class PriceIs(Refused):
    """Less was staked than the samples cost."""

    contract_error = "PriceIs"

    def __init__(self, price: int, sent: int) -> None:
        super().__init__(f"the samples cost {price:,}, and {sent:,} was staked", "stake the price", price, sent)


class WrongAmount(Refused):
    """Something was staked in a points model."""

    contract_error = "WrongAmount"

    def __init__(self, due: int, sent: int) -> None:
        super().__init__(f"{due:,} is due, and {sent:,} was sent", "send what is due", due, sent)


class TooSoon(Refused):
    """The author of a points model added a sample not long ago."""

    contract_error = "TooSoon"

    def __init__(self, until: int) -> None:
        super().__init__(f"the author's next sample is taken from time {until} on", "add it alone, then", until)


class TooEarly(Refused):
    """The contribution is younger than the claim asks for."""

    contract_error = "TooEarly"

    def __init__(self, until: int) -> None:
        super().__init__(f"this can be claimed from time {until} on", "wait until then", until)


class ModelDisagrees(Refused):
    """The author asks for a refund of what the model contradicts."""

    contract_error = "ModelDisagrees"

    def __init__(self, prediction: int) -> None:
        super().__init__(f"the model says class {prediction}", "try again when the model has learned more", prediction)


class ModelAgrees(Refused):
    """A report of a sample that the model agrees with."""

    contract_error = "ModelAgrees"

    def __init__(self, prediction: int) -> None:
        super().__init__(f"the model says class {prediction}, too", "report what the model contradicts", prediction)


class NothingLeft(Refused):
    """All of the deposit is gone."""

    contract_error = "NothingLeft"

    def __init__(self) -> None:
        super().__init__("nothing is left of this deposit", "claim another one")


class AlreadyClaimed(Refused):
    """A member reports a contribution again, or an author has its point already."""

    contract_error = "AlreadyClaimed"

    def __init__(self) -> None:
        super().__init__("this account has claimed this contribution before", "claim another one")


class OwnContribution(Refused):
    """An author reports its own sample."""

    contract_error = "OwnContribution"

    def __init__(self) -> None:
        super().__init__("an author cannot report its own sample", "ask for a refund instead")


class NotMember(Refused):
    """A report by who has no valid sample."""

    contract_error = "NotMember"

    def __init__(self) -> None:
        super().__init__("only who has a valid sample can report", "add a sample and have it refunded first")


class NotAuthor(Refused):
    """A refund is asked for by somebody else."""

    contract_error = "NotAuthor"

    def __init__(self) -> None:
        super().__init__("only the author can have a sample refunded", "report it instead")


@dataclass
class Contribution(Generic[A]):
    """One sample that was added.

    Attributes:
        number: in the order in which they were added, from 0.
        author: who added it.
        time: when.
        label: that it was given.
        deposit: what was staked on it.
        left: what nobody has taken yet.
        claimed: members who have had a share of it; of a points model, the author once it is refunded.
    """

    number: int
    author: A
    time: int
    label: int
    deposit: int
    left: int
    claimed: set[A] = field(default_factory=set)


class Ledger(Generic[A]):
    """The book of one model.

    Args:
        terms: of the model.
        now: when it went live.
        creator: who claims after the owner's wait; None where nobody does.

    Attributes:
        last: when samples were last added.
        contributions: all, in order.
        valid: valid samples of each member.
        total: of all members.
    """

    def __init__(self, terms: Terms, now: int, creator: A | None = None) -> None:
        self.terms = terms
        self.creator = creator
        self.last = now
        self.contributions: list[Contribution[A]] = []
        self.valid: dict[A, int] = {}
        self.total = 0
        self._last_of: dict[A, int] = {}

    @property
    def left(self) -> int:
        """What the contract holds for all contributions."""
        return sum(each.left for each in self.contributions)

    def price(self, now: int, samples: int = 1) -> int:
        """What each of so many samples costs, added in one call at this time."""
        return price(self.terms.weight, self.terms.floor_shift, now - self.last, samples)

    def add(self, author: A, now: int, staked: int, labels: Sequence[int]) -> list[Contribution[A]]:
        """Take samples with these labels.

        Raises:
            PriceIs: less is staked than they cost.
            WrongAmount, TooSoon: in a points model something is staked, or the author has to wait.
        """
        if self.terms.in_points:
            if staked:
                raise WrongAmount(0, staked)
            self._pace(author, now, len(labels))
        cost = self.price(now, len(labels)) * len(labels)
        if staked < cost:
            raise PriceIs(cost, staked)
        first = len(self.contributions)
        added = [
            Contribution(first + place, author, now, label, deposit, deposit)
            for place, (label, deposit) in enumerate(zip(labels, deposits(staked, len(labels)), strict=True))
        ]
        self.contributions += added
        self.last = now
        return added

    def refund(self, contribution: Contribution[A], author: A, now: int, prediction: int) -> int:
        """Give what is left back to the author, and a point.

        Raises:
            NotAuthor, TooEarly, AlreadyClaimed, NothingLeft, ModelDisagrees: see there.
        """
        if author != contribution.author:
            raise NotAuthor
        _check_age(contribution, self.terms.refund_wait, now)
        if self.terms.in_points:
            if author in contribution.claimed:
                raise AlreadyClaimed
        elif not contribution.left:
            raise NothingLeft
        if prediction != contribution.label:
            raise ModelDisagrees(prediction)
        if self.terms.in_points:
            contribution.claimed.add(author)
        self.valid[author] = self.valid.get(author, 0) + 1
        self.total += 1
        return _paid(contribution, contribution.left)

    def report(self, contribution: Contribution[A], member: A, now: int, prediction: int) -> int:
        """Give a member its share of what the model contradicts.

        Raises:
            NotMember, OwnContribution, TooEarly, NothingLeft, AlreadyClaimed, ModelAgrees: see there.
        """
        if member not in self.valid:
            raise NotMember
        if member == contribution.author:
            raise OwnContribution
        _check_age(contribution, self.terms.refund_wait, now)
        if not contribution.left:
            raise NothingLeft
        if member in contribution.claimed:
            raise AlreadyClaimed
        if prediction == contribution.label:
            raise ModelAgrees(prediction)
        contribution.claimed.add(member)
        return _paid(contribution, self.share(contribution, member))

    def share(self, contribution: Contribution[A], member: A) -> int:
        """What a member gets if it reports the contribution now."""
        return reported(contribution.deposit, contribution.left, self.valid[member], self.total)

    def claim(self, contribution: Contribution[A], account: A, now: int) -> int:
        """Give all that is left to the creator, after its wait, or to whoever comes first after the wait for all.

        Raises:
            TooEarly, NothingLeft: see there.
        """
        is_creator = self.creator is not None and account == self.creator
        _check_age(contribution, self.terms.owner_wait if is_creator else self.terms.any_wait, now)
        if not contribution.left:
            raise NothingLeft
        return _paid(contribution, contribution.left)

    def _pace(self, author: A, now: int, samples: int) -> None:
        interval = self.terms.min_interval
        if not interval:
            return
        until = self._last_of[author] + interval if author in self._last_of else 0
        if now < until:
            raise TooSoon(until)
        if samples > 1:
            raise TooSoon(now + interval)
        self._last_of[author] = now


def _check_age(contribution: Contribution[A], wait: int, now: int) -> None:
    if now < contribution.time + wait:
        raise TooEarly(contribution.time + wait)


def _paid(contribution: Contribution[A], amount: int) -> int:
    contribution.left -= amount
    return amount
