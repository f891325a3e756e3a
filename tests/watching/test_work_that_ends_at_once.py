"""Work that ends between two looks of one round."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from hyperbounty.watching.bench import Bench, Piece
from hyperbounty.watching.duties import Duty, Say, Subject
from hyperbounty.watching.events import Kind
from hyperbounty.watching.loop import Watch
from tests.watching.played import Ears, World

pytestmark = pytest.mark.heavy


class Prompt(Bench):
    """Each piece is over before its watch looks at anything else, and was not yet when it looked at the piece."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[Hashable] = set()

    def piece(self, name: Hashable, work: Callable[[Say], None]) -> Piece:
        piece = super().piece(name, work)
        if name in self.known:
            return piece
        self.known.add(name)
        while not piece.is_over:
            self.wait(0.01)
        return Piece(work)


class OneDuty:
    """Work, and then nothing to send."""

    def __init__(self, work: Callable[[Say], None]) -> None:
        self.work = work

    def read(self, accounts: Sequence[LocalAccount]) -> Sequence[Subject]:
        duty = Duty("1/score", "contest 1", "score it", "it is scored", list, 0, work=self.work)
        return [Subject(account, "contest 1", lambda: [duty]) for account in accounts]


def fails(_: Say) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("work", "kind", "said"),
    [
        (lambda _: None, Kind.DONE, "it is scored"),
        (fails, Kind.FAILED, "score it: No space left on device"),
    ],
    ids=["done", "failed"],
)
def test_it_is_taken_up_in_the_same_call(tmp_path: Path, work: Callable[[Say], None], kind: Kind, said: str) -> None:
    world, ears = World(tmp_path), Ears()
    ben = world.account(3)
    client = world.client(ben)
    watch = Watch(client.chain, OneDuty(work), {"ben": ben}, ears, bench=Prompt(), sleep=lambda _: None)
    assert watch.once().failed is (kind is Kind.FAILED)
    assert ears.of(kind) == [said]
