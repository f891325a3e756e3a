"""People who do whatever comes to their minds with the bounty's contract: histories for what reads its events."""

from __future__ import annotations

import hashlib
import random
from typing import Final

from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Panel, Phase, Verdict
from hyperbounty.chain.connection import Chain
from hyperbounty.spec.spec import Spec
from tests.bounty.usual_terms import KEY, usual_terms
from tests.web.random_play import RandomPlay

WINDOW: Final = 600
REPORTS: Final = [hashlib.sha256(b"report %d" % number).digest() for number in range(3)]
SALT: Final = b"s" * 32
_MOODS: Final = 2  # of the wallet: it accepts, or it rejects


class Play(RandomPlay):
    """People with contests."""

    contract: BountyContract
    gas = 8_000_000

    def __init__(self, chance: random.Random, chain: Chain | None = None) -> None:
        super().__init__(chance, chain)
        self.contract, _ = BountyContract.deploy(self.chain, self.accounts[0])

    def act(self) -> None:
        """Do one thing: on a contest that is there, what belongs to its phase, mostly; or let time pass."""
        contests = self.contract.contests()
        live = [contest for contest in contests if contest.phase not in (Phase.SETTLED, Phase.CANCELLED)]
        if not live or (len(live) < 2 and self.chance.random() < 0.1):
            self._open()
            return
        contest = self.chance.choice(live if self.chance.random() < 0.85 else contests)
        acts = _ACTS[contest.phase] if self.chance.random() < 0.93 else [a for each in _ACTS.values() for a in each]
        name = self.chance.choice(acts)
        if getattr(self, f"_{name}")(contest):
            self.done.append(name)

    def dispute(self) -> Verdict:
        """Play a contest with a panel to its end; what the panel found."""
        self._open(self.chance.choice([1, 3, 3]))
        number = int(self.chain.read(self.contract.calls.contestCount()))

        def to(phase: Phase) -> Contest:
            while (contest := self.contract.contest(number)).phase < phase:
                self._pass(contest)
            return contest

        self._accept(to(Phase.OFFER))
        for _ in range(self.chance.randint(3, 6)):
            self._submit(to(Phase.SUBMIT))
        for _ in range(3):
            self._reveal(to(Phase.REVEAL))
        self._key(to(Phase.SCORE))
        if self.chance.random() < 0.8:
            self._record(to(Phase.SCORE))
        self._challenge(to(Phase.CHALLENGE))
        self._dispute(to(Phase.PANEL_SEAL))
        contest = to(Phase.SETTLE)
        self._resolve(contest)
        self._settle(contest)
        return self.contract.dispute(number).verdict

    def _somebody(self) -> int | None:
        return self.chance.choice([7, 8, 9, None])

    def _address(self, who: int | None) -> str:
        return str(self.wallet.address if who is None else self.accounts[who].address)

    def _open(self, members_count: int | None = None) -> None:
        chance = self.chance
        count = chance.choice([0, 0, 1, 3]) if members_count is None else members_count
        members = sorted((account.address for account in self.accounts[4 : 4 + count]), key=str.lower)
        slots = chance.choice([2, 5, 16])
        panel = Panel(tuple(members), 30, 60, 5, chance.choice([0, 50_000]), WINDOW, WINDOW) if members else Panel()
        terms = usual_terms(
            self.chain.timestamp(),
            self.accounts[3].address,
            reward=chance.choice([1_000, 10**18]),
            entry_fee=chance.choice([0, 10]),
            shares=chance.choice([(10_000,), (7_000, 3_000), (5_000, 3_000, 2_000)]),
            minimum_score=chance.choice([0, 400_000]),
            accept_ends=self.chain.timestamp() + chance.choice([700, 5_000]),
            submit_seconds=2_000,
            reveal_seconds=WINDOW,
            score_seconds=2_400,
            challenge_seconds=WINDOW if members else chance.choice([0, WINDOW]),
            max_submissions=slots,
            max_per_address=min(slots, 4),
            holdout_commitment=hashlib.sha256(KEY).digest() if chance.random() < 0.7 else bytes(32),
            manifest=hashlib.sha256(b"manifest %d" % chance.randrange(3)).digest(),
            panel=panel,
        )
        if self.send(self.contract.calls.open(terms.encoded()), chance.choice([1, 2]), terms.escrow):
            self.done.append("open")

    def _pass(self, contest: Contest) -> bool:
        """Time goes on, a little or to the next window."""
        now = self.chain.timestamp()
        ends = contest.submit_ends, contest.reveal_ends, contest.score_ends, contest.challenge_ends
        following = next((end for end in ends if end is not None and end > now), now + WINDOW)
        self.chain.advance_to(following if self.chance.random() < 0.8 else now + 60)
        return True

    def _accept(self, contest: Contest) -> bool:
        done = self.send(self.contract.calls.accept(contest.number, 10**6), 3, contest.evaluator_bond)
        for seat in range(len(self.contract.dispute(contest.number).panel.members)):
            done = self._accept_seat(contest, seat) or done
        return done

    def _accept_seat(self, contest: Contest, seat: int) -> bool:
        call = self.contract.calls.acceptSeat(contest.number, seat)
        return self.send(call, self._member(contest, seat), 30)

    def _member(self, contest: Contest, seat: int) -> int:
        return self._number_of(self.contract.dispute(contest.number).panel.members[seat])

    def _number_of(self, address: str) -> int:
        return next(number for number, account in enumerate(self.accounts) if account.address == address)

    def _sponsor(self, contest: Contest) -> bool:
        amount = self.chance.randint(1, 500)
        return self.send(self.contract.calls.sponsor(contest.number, amount), self._somebody(), amount)

    def _submit(self, contest: Contest) -> bool:
        who, slot = self._somebody(), self.chance.randrange(contest.max_per_address)
        arguments = contest.number, self._address(who), self._spec(slot), SALT
        commitment = self.chain.read(self.contract.calls.commitmentOf(*arguments))
        value = self.contract.price(contest.number).total + self.chance.choice([0, 0, 7])
        return self.send(self.contract.calls.submit(contest.number, slot, commitment), who, value)

    def _withdraw(self, contest: Contest) -> bool:
        call = self.contract.calls.withdrawSubmission(contest.number, self.chance.randrange(contest.max_per_address))
        return self.send(call, self._somebody())

    def _extend(self, contest: Contest) -> bool:
        return self.send(
            self.contract.calls.extend(contest.number, self.chance.randint(1, 500)), self._organizer(contest)
        )

    def _cancel(self, contest: Contest) -> bool:
        return self.send(self.contract.calls.cancel(contest.number), self._organizer(contest))

    def _organizer(self, contest: Contest) -> int:
        return self._number_of(contest.organizer)

    def _reveal(self, contest: Contest) -> bool:
        done = False
        for who in (7, 8, 9, None):
            for slot in range(contest.max_per_address):
                if self.contract.submission(contest.number, self._address(who), slot).state == 1 and (
                    self.chance.random() < 0.7
                ):
                    call = self.contract.calls.reveal(contest.number, slot, self._spec(slot), SALT)
                    done = self.send(call, who) or done
        return done

    @staticmethod
    def _spec(slot: int) -> bytes:
        return Spec(epochs=slot + 1).word

    def _key(self, contest: Contest) -> bool:
        return self.send(self.contract.calls.publishHoldoutKey(contest.number, KEY), self._organizer(contest))

    def _scores(self, contest: Contest) -> list[int]:
        if self.chance.random() < 0.15:
            return []
        return [self.chance.choice([300_000, 500_000, 520_000, 900_000]) for _ in range(contest.revealed)]

    def _record(self, contest: Contest) -> bool:
        call = self.contract.calls.recordScores(contest.number, self.chance.choice(REPORTS), self._scores(contest))
        return self.send(call, 3)

    def _challenge(self, contest: Contest) -> bool:
        return self.send(self.contract.calls.challenge(contest.number), self._somebody(), 60)

    def _dispute(self, contest: Contest) -> bool:
        """All members, or some of them, seal, and open; mostly they think alike."""
        calls = self.contract.calls
        members = self.contract.dispute(contest.number).panel.members
        common = self._scores(contest)
        found = [common if self.chance.random() < 0.8 else self._scores(contest) for _ in members]
        for seat, scores in enumerate(found):
            member = self._member(contest, seat)
            seal = self.chain.read(calls.sealOf(contest.number, members[seat], REPORTS[0], SALT, scores))
            self.send(calls.sealScores(contest.number, seat, seal), member)
        submit_ends = contest.submit_ends or 0
        opens = submit_ends + contest.reveal_seconds + contest.score_seconds + contest.challenge_seconds + WINDOW
        if self.chain.timestamp() < opens:
            self.chain.advance_to(opens)
        done = False
        for seat, scores in enumerate(found):
            if self.chance.random() < 0.9:
                call = calls.openScores(contest.number, seat, REPORTS[0], SALT, scores)
                done = self.send(call, self._member(contest, seat)) or done
        return done

    def _resolve(self, contest: Contest) -> bool:
        return self.send(self.contract.calls.resolve(contest.number), 0)

    def _settle(self, contest: Contest) -> bool:
        return self.send(self.contract.calls.settle(contest.number), 0)

    def _claim(self, contest: Contest) -> bool:
        done = False
        for index in range(contest.revealed):
            done = self.send(self.contract.calls.claim(contest.number, [index]), 0) or done
        return done

    def _reclaim(self, contest: Contest) -> bool:
        return self.send(self.contract.calls.reclaim(contest.number, self._address(self._somebody())), 0)

    def _mood(self, contest: Contest) -> bool:
        self.send(self.wallet.functions.behave(self.chance.randrange(_MOODS)), 0)
        return True

    def _take(self, contest: Contest) -> bool:
        """The wallet's credits go to somebody else."""
        call = self.contract.calls.withdraw(contest.asset.address, self.accounts[6].address)
        return self.send(call, None)


_ACTS: Final = {
    Phase.OFFER: ["accept", "accept", "accept", "cancel", "pass"],
    Phase.LAPSED: ["settle"],
    Phase.SUBMIT: [*["submit"] * 8, "sponsor", "withdraw", "extend", "cancel", "mood", "pass"],
    Phase.REVEAL: ["reveal", "reveal", "reveal", "pass"],
    Phase.SCORE: ["key", "key", "record", "record", "record", "pass"],
    Phase.CHALLENGE: ["challenge", "challenge", "challenge", "pass"],
    Phase.PANEL_SEAL: ["dispute"],
    Phase.PANEL_OPEN: ["pass"],
    Phase.SETTLE: ["resolve", "resolve", "settle"],
    Phase.SETTLED: ["claim", "reclaim", "take", "mood"],
    Phase.CANCELLED: ["reclaim", "take"],
}
