"""Markets on the embedded chain: their steps, and whole markets that are drawn."""

from __future__ import annotations

import random
from typing import Any, Final

from hyperbounty.models.batches import batch_digest, encode_batch
from hyperbounty.models.kinds import Kind, Shape
from hyperbounty.models.kinds.sparse_perceptron import SparsePerceptron
from hyperbounty.models.pieces import Piece
from tests.contracts.chain_world import BURN, NATIVE
from tests.contracts.models_world import DAY, ModelsWorld
from tests.contracts.models_world import Kind as ChainKind

HOUR: Final = 3_600
DRAW_AFTER: Final = 8
HASHES_KNOWN: Final = 256


class MarketWorld(ModelsWorld):
    """The contract, and the steps of a market. Who provides is the creator; money is a token that all have enough of,
    or the native coin."""

    def __init__(self, *, native: bool = False) -> None:
        super().__init__()
        self.native = native
        self.token = self.deploy("PlainToken")
        for person in self.people[:4]:
            self.send(self.token.functions.mint(person, 2**104), self.stranger)
            self.send(self.token.functions.approve(self.contract.address, 2**256 - 1), person)

    def perceptron(self, shape: Shape, model: SparsePerceptron, **changes: Any) -> int:
        state = model.state()
        return self.open(
            ChainKind.SPARSE_PERCEPTRON,
            shape.features,
            state.words,
            step=shape.step,
            bias=state.bias,
            asset=NATIVE if self.native else self.token.address,
            **changes,
        )

    def open_market(self, model: int, pieces: list[Piece], **changes: Any) -> int:
        """A market on these pieces."""
        terms: dict[str, Any] = {
            "bounty": 10**18,
            "bond": 10**17,
            "stake": 10**16,
            "batchSize": 1,
            "startWait": HOUR,
            "contributeWait": 2 * DAY,
            "revealWait": HOUR,
            "scoreWait": DAY,
            "pieces": [piece.hash for piece in pieces],
        }
        assert changes.keys() <= terms.keys()
        terms |= changes
        call = self.call("openMarket", model, tuple(terms.values()))
        receipt = self.send(call, self.creator, self.coins(terms["bounty"] + terms["bond"]))
        return int(self.events(receipt, "MarketOpened")[0]["market"])

    def mine(self, blocks: int) -> None:
        self.tester.mine_blocks(blocks)

    def drawn(self, model: int, market: int) -> int:
        """Draw; the piece."""
        self.mine(DRAW_AFTER)
        receipt = self.send(self.call("draw", model, market), self.stranger)
        return int(self.events(receipt, "Drawn")[0]["piece"])

    def reveal(self, model: int, market: int, index: int, piece: Piece) -> dict[str, Any]:
        return self.send(self.call("reveal", model, market, index, piece.to_bytes()), self.creator)

    def view_of(self, model: int, market: int) -> dict[str, Any]:
        call = self.call("marketOf", model, market)
        names = [part["name"] for part in call.abi["outputs"][0]["components"]]
        return dict(zip(names, call.call(block_identifier="pending"), strict=True))

    def started(self, model: int, market: int, pieces: list[Piece]) -> int:
        """Draw, and reveal the drawn piece, which is returned."""
        index = self.drawn(model, market)
        self.reveal(model, market, index, pieces[index])
        return index

    def coins(self, amount: int) -> int:
        """What goes along of an amount."""
        return amount if self.native else 0

    def contribute(self, model: int, market: int, author: str, data: bytes) -> dict[str, Any]:
        stake = self.view_of(model, market)["stake"]
        return self.send(self.call("contribute", model, market, data), author, self.coins(stake))

    def score(
        self, model: int, market: int, first: int, pieces: list[Piece], batches: list[tuple[str, bytes]]
    ) -> dict[str, Any]:
        call = self.call("score", model, market, first, [piece.to_bytes() for piece in pieces], batches)
        return self.send(call, self.stranger)

    def end(self, model: int, market: int) -> dict[str, Any]:
        """End the market; what its event says."""
        receipt = self.send(self.call("endMarket", model, market), self.stranger)
        return self.events(receipt, "MarketEnded")[0]

    def wealth(self) -> dict[str, int]:
        """What everybody has of the token, and what is burned."""
        return {who: self.balance(who, self.token) for who in (*self.people[:4], self.contract.address, BURN)}

    def key(self, index: int, author: str, data: bytes) -> tuple[int, str, bytes]:
        return index, author, batch_digest(data)


def drawn_piece(draw: random.Random, features: int, density: float) -> Piece:
    columns = tuple(sum((draw.random() < density) << place for place in range(256)) for _ in range(features))
    return Piece(draw.randbytes(32), draw.getrandbits(256), columns)


def drawn_batch(draw: random.Random, features: int, size: int) -> bytes:
    return encode_batch(
        [
            (draw.randrange(2), sorted(draw.sample(range(features), draw.randint(1, min(features, 12)))))
            for _ in range(size)
        ]
    )


def drawn_perceptron(draw: random.Random) -> SparsePerceptron:
    """Weights near an end of their range, small ones, or any."""
    shape = Shape(Kind.SPARSE_PERCEPTRON, draw.choice((1, 7, 16, 17, 40, 90)), step=draw.choice((1, 3, 128, 255)))
    scale = draw.choice((5, 400, 2**15))
    ends = draw.random() < 0.3

    def weight() -> int:
        if ends and draw.random() < 0.5:
            return draw.choice((-(2**15), -(2**15) + 1, 2**15 - 1, 2**15 - 2))
        return draw.randint(-scale, scale - 1)

    bias = draw.choice((0, draw.randint(-scale, scale), 2**31 - 1, -(2**31), 2**25, -(2**25), 2**25 + 1, -(2**25) - 1))
    return SparsePerceptron(shape, [weight() for _ in range(shape.features)], bias)
