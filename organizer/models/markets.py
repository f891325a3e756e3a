"""The provider's part of a market: pieces hidden in a file before anything is sent, the opening, and every reveal.

Each step has a name in the journal of transactions, so that what was interrupted goes on, and nothing is sent twice. An
opening is named by its terms, with the hashes of its pieces; the pieces lie on disk under a name that follows from the
samples, so the same samples are hidden once, with one salt.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.chain.client import ContractCall
from hyperbounty.errors import InvalidInput
from hyperbounty.locks import locked
from hyperbounty.models.batches import decode_batch
from hyperbounty.models.hidden_pieces import HiddenPiecesError, read_pieces, write_pieces
from hyperbounty.models.market import MOST_PIECES, PIECE
from hyperbounty.models.market_types import MarketOffer, ModelMarket, Phase
from hyperbounty.models.pieces import Piece
from hyperbounty.models.samples import decode_sparse
from hyperbounty.next_steps import Action, NextStep, Parameter
from organizer.models.openings import require_creator

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.chain.connection import Receipt
    from hyperbounty.chain.sending.quote import Quote
    from hyperbounty.models.contract import ModelsContract
    from hyperbounty.models.history import History
    from hyperbounty.models.types import SharedModel

Labelled = tuple[int, tuple[int, ...]]
"""A label and the features that it is of."""


# ------------------------------------------------------------------------------------------------------- what is hidden


@dataclass(frozen=True)
class Hidden:
    """The pieces of a market, and where they are kept.

    Attributes:
        pieces: in order.
        path: of their file.
        kept: whether it is there already.
    """

    pieces: tuple[Piece, ...]
    path: Path
    kept: bool


def piece_count(samples: int, wanted: int | None) -> int:
    """How many pieces so many samples give.

    Args:
        samples: that there are.
        wanted: pieces; None for as many as there can be.

    Raises:
        InvalidInput: there are too few.

    >>> piece_count(700, None), piece_count(5_000, None), piece_count(700, 1)
    (2, 4, 1)
    """
    needed = PIECE * (wanted or 1)
    if samples < needed:
        raise InvalidInput(
            f"there are {samples:,} samples, and {'a piece has' if needed == PIECE else f'{wanted} pieces have'} "
            f"{needed:,}",
            f"give {needed:,} samples or more, which the model has not learned and nobody knows",
        )
    return wanted or min(MOST_PIECES, samples // PIECE)


def hide(folder: Path, owner: Sequence[object], samples: Sequence[Labelled], count: int, features: int) -> Hidden:
    """The pieces of these samples: those that were hidden before, or new ones, which are not written yet.

    Which samples are hidden, and which are in one piece, is drawn: so the piece that is shown first is like the others.

    Args:
        folder: that pieces are kept in.
        owner: whose they are: chain, contract, account, model.
        samples: that there are to hide.
        count: of the pieces.
        features: of the model.

    Raises:
        HiddenPiecesError: the file is there, and is none.
        SampleError: one is no sample of the model.
    """
    named = json.dumps([*owner, count, samples]).encode()
    path = folder / f"{hashlib.sha256(named).hexdigest()[:32]}.json"
    if path.exists():
        return Hidden(read_pieces(path), path, kept=True)
    drawn = secrets.SystemRandom().sample(list(samples), count * PIECE)
    parts = [drawn[start : start + PIECE] for start in range(0, len(drawn), PIECE)]
    return Hidden(tuple(Piece.of(part, features, secrets.token_bytes(32)) for part in parts), path, kept=False)


def find_hidden(folder: Path, market: ModelMarket) -> tuple[Piece, ...]:
    """The pieces of a market, from a folder in which pieces are kept.

    Raises:
        InvalidInput: they are in no file there.
    """
    for path in sorted(folder.glob("*.json")):
        try:
            pieces = read_pieces(path)
        except HiddenPiecesError:
            # One that is damaged hides no other.
            continue
        if fits(pieces, market):
            return pieces
    raise InvalidInput(
        f"the hidden pieces of market {market.number} on model {market.model} are in no file in {folder}",
        NextStep(
            "name the file, or a copy of it, with {}; who cannot reveal them loses money", Parameter("pieces_file")
        ),
    )


def read_hidden(path: Path, market: ModelMarket) -> tuple[Piece, ...]:
    """The pieces of a market, from the file that somebody names.

    Raises:
        HiddenPiecesError: the file holds none, or those of another market.
    """
    pieces = read_pieces(path)
    if not fits(pieces, market):
        raise HiddenPiecesError(
            f"{path} holds the pieces of another market than market {market.number} on model {market.model}",
            "name the file that was written before this market was opened",
        )
    return pieces


def fits(pieces: Sequence[Piece], market: ModelMarket) -> bool:
    """Whether they are those whose hashes the market has."""
    return tuple(piece.hash for piece in pieces) == market.offer.pieces


def known_samples(model: SharedModel, history: History) -> set[tuple[int, ...]]:
    """The features of all samples that anybody can read on the chain: those that were added, handed in or revealed."""
    features = model.shape.features
    found = {decode_sparse(event.entry.features, features) for event in history.named("Added")}
    for event in history.named("Contributed"):
        found |= {sample for _, sample in decode_batch(bytes(event.args["samples"]), features)}
    for event in history.named("Revealed"):
        found |= {sample for _, sample in Piece.from_bytes(bytes(event.args["data"])).samples()}
    return found


# ---------------------------------------------------------------------------------------------------------- the opening


@dataclass(frozen=True)
class OpenedMarket:
    """A market that was opened.

    Attributes:
        number: among the model's, from 1.
        before: whether an earlier run has sent the opening.
        receipt: of it; None where it was sent from another home.
    """

    number: int
    before: bool
    receipt: Receipt | None


def open_market_once(
    contract: ModelsContract,
    provider: LocalAccount,
    model: SharedModel,
    offer: MarketOffer,
    hidden: Hidden,
    agree: Callable[[Quote | None], None],
) -> OpenedMarket:
    """Open a market with these pieces; where that was done, or begun, the market that it is.

    Args:
        offer: with the hashes of the pieces.
        hidden: the pieces; written before anything is sent.
        agree: says what would be sent, and raises unless somebody agrees; not asked about what was sent before.

    Raises:
        InvalidInput: the model is another's, or the pieces were used in another market.
        TransactionReverted: the contract would refuse it; nothing was sent.
        InsufficientFunds, InsufficientTokens: the account cannot pay; nothing was sent.
    """
    require_creator(model, provider.address)
    with locked(hidden.path.with_suffix(".lock"), exclusive=True):
        unused, same = _earlier(contract, model, offer)
        digest = hashlib.sha256(json.dumps(offer.encoded(), default=bytes.hex).encode()).hexdigest()
        step = f"market/{model.number}/open/{digest}/{unused}"
        receipt = contract.resume(provider, step)
        if same is not None:
            return OpenedMarket(same, before=True, receipt=receipt)
        if receipt is not None:
            return OpenedMarket(contract.market_opened(receipt), before=True, receipt=receipt)
        call = contract.calls.openMarket(model.number, offer.encoded())
        agree(contract.check(provider, ContractCall(call, offer.terms.escrow, model.asset)))
        if not hidden.kept:
            write_pieces(hidden.path, hidden.pieces)
        number, receipt = contract.open_market(provider, model, offer, key=step)
        return OpenedMarket(number, before=False, receipt=receipt)


def _earlier(contract: ModelsContract, model: SharedModel, offer: MarketOffer) -> tuple[int, int | None]:
    """How many earlier markets ended with all of these pieces hidden; the one that is this very market, or None.

    Raises:
        InvalidInput: the pieces are in another market, or were shown in one.
    """
    unused = 0
    for event in contract.history(model).named("MarketOpened"):
        found = MarketOffer.decoded(event.args["terms"])
        if not set(found.pieces) & set(offer.pieces):
            continue
        market = contract.market(model, int(event.args["market"]))
        if market.ended and not market.revealed:
            unused += 1
        elif found == offer:
            return unused, market.number
        else:
            raise InvalidInput(
                f"these samples are hidden in market {market.number} on model {model.number} already, on other terms",
                NextStep(
                    "hide samples that nobody has seen in another one; see that one: {}",
                    Action("model.market.show", (model.number, Parameter("market", str(market.number)))),
                ),
            )
    return unused, None


# ---------------------------------------------------------------------------------------------------------- the reveals


@dataclass
class Revealing:
    """What a provider did of what was due.

    Attributes:
        drawn: the piece that was drawn by this, from 0; None where none was.
        revealed: the pieces that were revealed by this.
        receipts: of all that was sent.
    """

    drawn: int | None = None
    revealed: list[int] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)


def reveal_due(
    contract: ModelsContract, provider: LocalAccount, model: SharedModel, market: ModelMarket, pieces: Sequence[Piece]
) -> Revealing:
    """Draw a piece where none is, reveal the drawn one to begin, and the others after the contributions.

    Args:
        market: as it stands.
        pieces: all of it, in order.

    Raises:
        InvalidInput: no piece can be drawn yet.
        TransactionReverted: the contract refuses a step; what was sent before counts.
    """
    done = Revealing()
    step = f"market/{market.model}/{market.number}"
    if market.phase is Phase.OPENED:
        head = contract.chain.confirmed_block()
        if head <= market.drawn_by:
            raise InvalidInput(
                f"block {market.drawn_by:,} draws the piece that is revealed first, and this is block {head:,}",
                NextStep(
                    "give the command again from block {} on, and before block {}: else the bond is lost",
                    str(market.drawn_by + 1),
                    str(market.draw_until),
                ),
            )
        done.drawn, receipt = contract.draw(provider, market, key=f"{step}/draw")
        done.receipts.append(receipt)
        market = contract.market(model, market.number)
    if market.phase is Phase.DRAWN:
        assert market.drawn is not None
        wanted = [market.drawn]
    elif market.phase is Phase.REVEALING:
        wanted = [index for index in range(len(pieces)) if index not in market.revealed]
    else:
        return done
    for index in wanted:
        done.receipts.append(contract.reveal(provider, market, index, pieces[index], key=f"{step}/reveal/{index}"))
        done.revealed.append(index)
    return done
