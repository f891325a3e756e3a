"""What events of markets on models say, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hyperbounty.format import count_of
from hyperbounty.models.market import PIECE
from hyperbounty.models.market_types import MarketOffer, Phase
from hyperbounty.web.models.news.telling import Row, Said, Told


def _opened(of: Told, args: Row) -> Said:
    terms, provider = MarketOffer.decoded(args["terms"]).terms, args["provider"]
    text = f"{of.money(terms.bounty)} for all of {terms.hidden:,} hidden samples right, from none, by {provider}. "
    return (
        "model.market-opened",
        f"{_market(of, args)} was opened",
        text + "The model takes no samples until it has ended.",
        (provider,),
    )


def _drawn(of: Told, args: Row) -> Said:
    provider = of.market(args["market"])["provider"]
    title = f"{_market(of, args)}: hidden piece {args['piece'] + 1} was drawn"
    return "model.market-drawn", title, "The provider must reveal it in time, or loses its bond.", (provider,)


def _revealed(of: Told, args: Row) -> Said:
    row = of.market(args["market"])
    said = f"The model has {args['right']:,} of its {PIECE} samples right."
    if row["drawn"] == args["piece"]:
        stake, size = of.money(row["stake"]), count_of(row["batch_size"], "sample")
        title = f"{_market(of, args)} takes batches of {size} for a stake of {stake}"
        return "model.market-started", title, f"Hidden piece {args['piece'] + 1} is public. {said}", ()
    title = f"{_market(of, args)}: hidden piece {args['piece'] + 1} was revealed"
    return "model.market-revealed", title, said, ()


def _contributed(of: Told, args: Row) -> Said:
    author, stake = args["author"], of.money(of.market(args["market"])["stake"])
    title = f"{author} handed in {_batch(args)} to {_market(of, args).lower()}"
    return "model.batch-handed-in", title, f"Its stake: {stake}.", (author,)


def _scored(of: Told, args: Row) -> Said:
    row, author = of.market(args["market"]), args["author"]
    right = f"With it, {args['right']:,} of {row['pieces'] * PIECE:,} hidden samples were right"
    if args["undone"]:
        text = f"{right}: fewer than before, so the model forgot it again and it lost a part of its stake."
    else:
        text = f"{right}, so the model keeps it."
    title = f"Batch {args['index'] + 1} of {author} got {of.money(args['paid'])} in {_market(of, args).lower()}"
    return "model.batch-scored", title, text, (author,)


_OUTCOMES: Final = {
    Phase.SCORED: "All batches were scored.",
    Phase.NOT_BEGUN: "No drawn piece was revealed in time, so it never took batches.",
    Phase.SILENT: "The provider did not reveal all hidden samples in time, so it gets nothing.",
    Phase.UNSCORED: "Not all batches were scored in time; those that were not get their stakes.",
}


def _ended(of: Told, args: Row) -> Said:
    got = f"The provider got {of.money(args['toProvider'])}"
    burned = f", and {of.money(args['burned'])} were burned" if args["burned"] else ""
    text = f"{_OUTCOMES[Phase(args['outcome'])]} {got}{burned}."
    provider = of.market(args["market"])["provider"]
    return "model.market-ended", f"{_market(of, args)} has ended", text, (provider,)


def _repaid(of: Told, args: Row) -> Said:
    author = args["author"]
    title = f"{author} got {of.money(args['amount'])} for {_batch(args)} in {_market(of, args).lower()}"
    return "model.batch-repaid", title, "It was not scored.", (author,)


def _market(of: Told, args: Row) -> str:
    return f"Market {args['market']} on model {of.number}"


def _batch(args: Row) -> str:
    return f"batch {args['index'] + 1}"


WORDS: Final[Mapping[str, Callable[[Told, Row], Said]]] = {
    "MarketOpened": _opened,
    "Drawn": _drawn,
    "Revealed": _revealed,
    "Contributed": _contributed,
    "Scored": _scored,
    "MarketEnded": _ended,
    "Repaid": _repaid,
}
"""What each event of a market says."""

NEWS: Final = ("MarketOpened", "Revealed", "MarketEnded")
"""Those that are told to who follows all models."""
