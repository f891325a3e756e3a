"""Many random steps of the contract of shared models on Anvil, each held against the reference: by hand, or a test.

    python -m tests.contracts.models_at_scale --steps 100000 --kind naive-bayes

A step is one prediction, one sample that is learned, one claim that is paid, or one call that is refused, with its
error and the values of it. After every round the whole state is compared, and what the contract holds.
"""

from __future__ import annotations

import argparse
import copy
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from hyperbounty.models.kinds import KINDS, Kind, Model, Shape, State, uploaded
from hyperbounty.models.ledger import Contribution, Ledger, Refused
from hyperbounty.models.rules import DAY, Terms
from hyperbounty.models.samples import SampleError, check_label
from hyperbounty.models.types import Entry, Offer
from tests.contracts.models_on_anvil import Anvil
from tests.contracts.test_models_differential import drawn_numbers, drawn_sample, drawn_shape, fault

ROUNDS: Final = 12
"""Of a model, before the next one is drawn."""

ASKED: Final = 120
ADDED: Final = 24
CLAIMED: Final = 40
_REFUSALS: Final = (SampleError, Refused)
_CLAIMS: Final = ("refund", "report", "claim")


@dataclass
class Steps:
    """How many steps of which kind were the same, and how often which error was."""

    done: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All steps."""
        return self.done.total()


class Played:
    """One model on the chain, and the reference and the ledger that it is held against."""

    def __init__(self, anvil: Anvil, kind: Kind, draw: random.Random, steps: Steps) -> None:
        self._anvil, self._draw, self._steps = anvil, draw, steps
        shape = drawn_shape(draw, kind)
        words, samples = drawn_numbers(draw, shape)
        bias = draw.choice((0, -5, 2**31 - 1, -(2**31))) if KINDS[kind].two_classes else 0
        self.model: Model = uploaded(shape, words, bias, samples)
        self.terms = _drawn_terms(draw)
        self._creator = anvil.people[0]
        self.now = int(anvil.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        offer = Offer(shape, self.terms, State(tuple(words), self.model.state().totals, bias))
        self._send("open", offer.encoded(), sender=self._creator)
        self.number = int(anvil.view("modelCount"))
        for first in range(0, len(words), 300):
            self._send("upload", self.number, first, words[first : first + 300], sender=self._creator)
        self._send("publish", self.number, b"m" * 32, sender=self._creator)
        self.ledger: Ledger[str] = Ledger(self.terms, self.now, self._creator)
        self._before = anvil.balance()
        self.entries: list[tuple[Entry, Contribution[str]]] = []

    @property
    def shape(self) -> Shape:
        """Of the model."""
        return self.model.shape

    def play(self) -> None:
        """One round."""
        self._predict()
        self._add()
        self._claim()
        self._compare()

    # ------------------------------------------------------------------------------------------- samples

    def _predict(self) -> None:
        asked = [_drawn_sample(self._draw, self.shape) for _ in range(ASKED)]
        good = [data for data in asked if fault(self.model, data) is None]
        bad = [data for data in asked if fault(self.model, data) is not None]
        anvil, number = self._anvil, self.number
        parts = [good, *([one] for one in bad)]
        whole, *each = anvil.ask_all([anvil.question(anvil.data("predict", number, some)) for some in parts])
        assert list(anvil.decoded("predict", whole["result"])) == [
            self.model.predict(self.shape.decode(data)) for data in good
        ]
        self._steps.done["predicted"] += len(good)
        for data, answer in zip(bad, each, strict=True):
            self._refused(fault(self.model, data), answer)

    def _add(self) -> None:
        """A call of many samples; and calls that are refused for one of theirs, or for too low a stake."""
        draw, anvil = self._draw, self._anvil
        author = draw.choice(anvil.people[1:])
        self._tick()
        most = 2 if self.terms.min_interval else ADDED
        samples = [self._drawn() for _ in range(draw.randint(1, most))]
        faulty = [self._drawn(faulty=True) for _ in range(4)]
        # With an interval, a call may be refused for that first.
        calls = [] if self.terms.min_interval else [[*samples[:2], each] for each in faulty]
        tries = [(some, self._fault_of(some)) for some in calls]
        due = self.ledger.price(self.now, len(samples)) * len(samples)
        answers = anvil.ask_all(
            [anvil.question(self._adding(some, stake := self._due(some)), author, stake) for some, _ in tries]
            + ([] if self.terms.in_points else [anvil.question(self._adding(samples, due - 1), author, due - 1)])
        )
        for (_, wrong), answer in zip(tries, answers, strict=False):
            self._refused(wrong, answer)
        if not self.terms.in_points:
            assert anvil.refusal(answers[-1]) == ("PriceIs", (due, due - 1))
            self._note("PriceIs")
        elif self._pace(author, samples):
            return
        wrong = self._fault_of(samples)
        if wrong is not None:
            self._refused(wrong, anvil.ask_all([anvil.question(self._adding(samples, due), author, due)])[0])
            return
        self._take(author, samples, due + draw.choice((0, 0, 7)) * (not self.terms.in_points))

    def _pace(self, author: str, samples: list[tuple[int, bytes]]) -> bool:
        """Of a model of points: a stake is refused, and a second sample within the interval; whether this call is."""
        anvil = self._anvil
        questions = [
            anvil.question(self._adding(samples, 1), author, 1),
            anvil.question(self._adding(samples, 0), author),
        ]
        for stake, answer in zip((1, 0), anvil.ask_all(questions), strict=True):
            tried = copy.deepcopy(self.ledger)
            try:
                tried.add(author, self.now, stake, [label for label, _ in samples])
            except Refused as refused:
                self._refused(refused, answer)
                if not stake:
                    return True
        return False

    def _take(self, author: str, samples: list[tuple[int, bytes]], stake: int) -> None:
        # A block later the price has fallen or stayed, so what was due is enough.
        self.now += 1
        self._anvil.send(self._adding(samples, stake), author, self.now, stake)
        added = self.ledger.add(author, self.now, stake, [label for label, _ in samples])
        for place, ((label, data), contribution) in enumerate(zip(samples, added, strict=True)):
            self.model.learn(self.shape.decode(data), label)
            self.entries.append((Entry(author, self.now, place, label, data), contribution))
        self._steps.done["learned"] += len(samples)

    def _drawn(self, *, faulty: bool = False) -> tuple[int, bytes]:
        """A sample with a label, without fault unless one may be there."""
        while True:
            data = _drawn_sample(self._draw, self.shape)
            label = self._draw.randrange(self.shape.classes + 2 * faulty)
            if faulty or fault(self.model, data) is None:
                return label, data

    def _fault_of(self, samples: Iterable[tuple[int, bytes]]) -> SampleError | None:
        """With which error the contract refuses a call of these samples."""
        # Of the other kinds none refuses to learn.
        tried = copy.deepcopy(self.model) if self.shape.kind is Kind.DENSE_CENTROID else None
        try:
            for label, data in samples:
                check_label(label, self.shape.classes)
                sample = self.shape.decode(data)
                if tried is not None:
                    tried.learn(sample, label)
        except SampleError as error:
            return error
        return None

    def _due(self, samples: Sequence[object]) -> int:
        return self.ledger.price(self.now, len(samples)) * len(samples)

    def _adding(self, samples: Sequence[tuple[int, bytes]], stake: int) -> str:
        return self._anvil.data("add", self.number, stake, list(samples))

    # ------------------------------------------------------------------------------------------- claims

    def _claim(self) -> None:
        """Claims of all kinds, by anybody and at any age: first tried, then some of those taken that are taken."""
        draw, anvil = self._draw, self._anvil
        if not self.entries:
            return
        self._tick()
        tries = [
            (draw.choice(_CLAIMS), draw.choice(self.entries[-120:]), draw.choice(anvil.people)) for _ in range(CLAIMED)
        ]
        # Most people ask for a refund of their own samples.
        tries = [
            (way, pair, pair[0].author if way == "refund" and draw.random() < 0.8 else who) for way, pair, who in tries
        ]
        self._claim_unknown(*tries[0])
        expected = [self._outcome(way, pair, who, keep=False) for way, pair, who in tries]
        answers = anvil.ask_all(
            [anvil.question(anvil.data(way, self.number, [entry.encoded()]), who) for way, (entry, _), who in tries]
        )
        for outcome, answer in zip(expected, answers, strict=True):
            if isinstance(outcome, Refused):
                self._refused(outcome, answer)
            else:
                assert anvil.refusal(answer) is None, answer
        for (way, pair, who), outcome in zip(tries, expected, strict=True):
            if isinstance(outcome, Refused):
                continue
            self.now += 1
            # What was taken meanwhile may have changed what there is to have.
            if isinstance(self._outcome(way, pair, who, keep=True), Refused):
                continue
            anvil.send(anvil.data(way, self.number, [pair[0].encoded()]), who, self.now)
            self._steps.done[way] += 1

    def _claim_unknown(self, way: str, pair: tuple[Entry, Contribution[str]], who: str) -> None:
        """A claim of a sample that nobody added: another label, in the place of one that somebody did."""
        entry = replace(pair[0], label=pair[0].label ^ 1)
        anvil = self._anvil
        [answer] = anvil.ask_all([anvil.question(anvil.data(way, self.number, [entry.encoded()]), who)])
        refusal = anvil.refusal(answer)
        expected = "NotMember" if way == "report" and who not in self.ledger.valid else "UnknownContribution"
        assert refusal == (expected, ())
        self._note(expected)

    def _outcome(self, way: str, pair: tuple[Entry, Contribution[str]], who: str, *, keep: bool) -> int | Refused:
        """What the ledger says of a claim; unless `keep`, it is then as it was."""
        entry, contribution = pair
        ledger = self.ledger
        before = contribution.left, set(contribution.claimed), dict(ledger.valid), ledger.total
        try:
            if way == "claim":
                return ledger.claim(contribution, who, self.now)
            prediction = self.model.predict(self.shape.decode(entry.features))
            act = ledger.refund if way == "refund" else ledger.report
            return act(contribution, who, self.now, prediction)
        except Refused as refused:
            return refused
        finally:
            if not keep:
                contribution.left, contribution.claimed, ledger.valid, ledger.total = before

    # ------------------------------------------------------------------------------------------- inside

    def _compare(self) -> None:
        """Every word, and what the contract holds for the last samples."""
        anvil, number = self._anvil, self.number
        recent = self.entries[-60:]
        questions = [anvil.data("wordsOf", number, 0, 2**16), anvil.data("modelOf", number)]
        questions += [anvil.data("totalsOf", number)] * (not KINDS[self.shape.kind].two_classes)
        questions += [anvil.data("contributionOf", number, entry.encoded()) for entry, _ in recent]
        answers = [each["result"] for each in anvil.ask_all([anvil.question(data) for data in questions])]
        words = tuple(anvil.decoded("wordsOf", answers[0]))
        assert anvil.balance() - self._before == self.ledger.left
        state = self.model.state()
        assert words == state.words
        rest = answers[2:]
        if not KINDS[self.shape.kind].two_classes:
            totals = anvil.decoded("totalsOf", rest.pop(0))
            assert tuple(n | t << 64 | q << 128 for n, t, q in totals) == state.totals
        for (_, contribution), answer in zip(recent, rest, strict=True):
            _, deposit, left, *_ = anvil.decoded("contributionOf", answer)
            assert (deposit, left) == (contribution.deposit, contribution.left)

    def _refused(self, wrong: SampleError | Refused | None, answer: dict[str, Any]) -> None:
        found = self._anvil.refusal(answer)
        if wrong is None:
            assert found is None, found
            self._steps.done["taken"] += 1
            return
        assert found == (wrong.contract_error, tuple(wrong.values)), (found, wrong)
        self._note(wrong.contract_error)

    def _note(self, error: str) -> None:
        self._steps.done["refused"] += 1
        self._steps.errors[error] += 1

    def _tick(self) -> None:
        """Let time pass, and mine a block at that time: calls see it."""
        self.now += self._draw.choice((1, 60, 3_600, DAY, 4 * DAY))
        self._anvil.ask("evm_setNextBlockTimestamp", self.now)
        self._anvil.ask("evm_mine")

    def _send(self, name: str, *arguments: object, sender: str) -> None:
        self.now += 1
        self._anvil.send(self._anvil.data(name, *arguments), sender, self.now)


def play(url: str, kind: Kind, steps: int, seed: int = 1) -> Steps:
    """Play models of a kind until so many steps were the same.

    Args:
        url: of an Anvil that nobody else uses meanwhile.
        kind: of the models.
        steps: at least.
        seed: of everything that is drawn.
    """
    anvil = Anvil(url)
    draw = random.Random(f"{kind} {seed}")
    done = Steps()
    while done.total < steps:
        played = Played(anvil, kind, draw, done)
        for _ in range(ROUNDS):
            played.play()
    return done


def _drawn_sample(draw: random.Random, shape: Shape) -> bytes:
    """Mostly a good one; of the bad ones, more are empty or out of order than chance alone would make."""
    data, chance = drawn_sample(draw, shape), draw.random()
    if chance < 0.02:
        return b""
    return data[:2] + data if chance < 0.04 else data


def _drawn_terms(draw: random.Random) -> Terms:
    if draw.random() < 0.1:
        return Terms(0, 0, DAY, 3 * DAY, 6 * DAY, min_interval=draw.choice((0, 3_600)))
    weight = draw.choice((1, 1_000, 10**15))
    waits = sorted(draw.choice((1, 3_600, DAY, 3 * DAY, 9 * DAY)) for _ in range(3))
    return Terms(weight, draw.randrange(min(weight.bit_length(), 20)), *waits)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rpc", default="http://127.0.0.1:8545", help="an Anvil that nobody else uses")
    parser.add_argument("--kind", choices=[facts.name for facts in KINDS.values()], action="append")
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for kind, facts in KINDS.items():
        if given.kind and facts.name not in given.kind:
            continue
        began, busy = time.monotonic(), time.process_time()
        done = play(given.rpc, kind, given.steps, given.seed)
        taken = time.monotonic() - began
        sys.stdout.write(
            f"{facts.name}: {done.total:,} steps in {taken:.0f} s ({time.process_time() - busy:.0f} s of CPU here), "
            f"{done.total / taken:,.0f} a second\n  {dict(done.done)}\n  {dict(done.errors)}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
