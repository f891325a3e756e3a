"""A model as lines for its creator, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hyperbounty.cli.receipts import asset_amount, asset_lines
from hyperbounty.format import about
from hyperbounty.models.rules import DAY, price
from hyperbounty.models.show.opening import OpeningCost, cautions_of_opening
from hyperbounty.models.show.waits import waits
from hyperbounty.money import COIN

if TYPE_CHECKING:
    from hyperbounty.models.encoders import AnyEncoder
    from hyperbounty.models.types import Offer
    from organizer.models.preparing import Prepared

_HOUR = 3_600


def model_lines(prepared: Prepared, cost: OpeningCost, *, publish: bool, development: bool) -> list[str]:
    """What is opened, what it costs to open, what others will stake on it, and what is odd about it."""
    offer, manifest = prepared.offer, prepared.manifest
    shape = offer.shape
    room = f" (room for {shape.capacity})" if shape.capacity > shape.classes else ""
    fee = "" if cost.fee is None else f", up to {COIN.about(cost.fee)} now"
    words = sum(1 for word in offer.state.words if word)
    return [
        f"You open: {manifest.name}",
        f"  model      {shape.facts.name} of {shape.features:,} features; classes {', '.join(manifest.classes)}{room}",
        f"  encoder    {_encoder(manifest.encoder)}",
        *_under("start", _start(prepared)),
        *_under("price", _price(offer)),
        *_under("asset", asset_lines(offer.asset)),
        *_under("waits", waits(offer.terms)),
        f"  cost       {cost.transactions} transactions with {words:,} words, about {cost.gas:,} gas{fee}",
        f"  for good   {'all of this' if publish else 'kind, price, waits and words'}, once it is sent; you can only "
        "end the taking of samples",
        *(f"  CAUTION    {caution}" for caution in cautions_of_opening(offer, manifest, cost, development=development)),
    ]


def _under(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"  {heading if not place else '':11}{line}" for place, line in enumerate(lines)]


def _start(prepared: Prepared) -> list[str]:
    lines = []
    if prepared.learned:
        lines.append(f"it has learned from {prepared.learned:,} examples")
    if prepared.rounding is not None:
        lines.append(f"from scikit-learn: {prepared.rounding}")
    baseline = prepared.manifest.baseline
    if baseline is not None:
        lines.append(
            f"right on {about(baseline.accuracy_ppm)} of {baseline.samples:,} example"
            f"{'s' if baseline.samples != 1 else ''}, as the manifest will say ({baseline.source})"
        )
    return lines or ["nobody has measured it"]


def _encoder(encoder: AnyEncoder) -> str:
    match encoder.kind:
        case "vocabulary":
            return f"texts, by a vocabulary of {len(encoder.words):,} words"
        case "murmur3-words":
            return f"texts, by the hashes of their words modulo {encoder.modulus:,}"
        case "scale":
            return "numbers, each scaled to 16 bits"
        case "onnx":
            return f"numbers, through the network {encoder.file}"
    return "none: whoever adds a sample gives its features"


def _price(offer: Offer) -> list[str]:
    terms, asset = offer.terms, offer.asset
    if terms.in_points:
        interval = f"; an account adds one sample every {terms.min_interval:,} s" if terms.min_interval else ""
        return [f"none: samples earn points{interval}"]

    def after(seconds: int) -> str:
        return asset.about(price(terms.weight, terms.floor_shift, seconds))

    most, least = asset_amount(terms.weight, asset), asset.about(terms.floor)
    return [
        f"{most} for a sample right after another, {after(_HOUR)} an hour later, {after(DAY)} a day later; "
        f"never less than {least}",
    ]
