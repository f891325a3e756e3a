"""Models as lines and rows for people: what they must know before they stake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hyperbounty.cli.receipts import asset_amount, asset_lines
from hyperbounty.cli.wording import worded
from hyperbounty.format import duration, moment, percent
from hyperbounty.models.show.model import PRICED
from hyperbounty.models.show.next_steps import next_steps
from hyperbounty.models.show.own import Fate, OwnPart, OwnSample
from hyperbounty.models.types import Stage
from hyperbounty.texts import drawn_width

if TYPE_CHECKING:
    from hyperbounty.models.class_names import ClassNames
    from hyperbounty.models.show.happened import Happened
    from hyperbounty.models.show.listing import ListedModel
    from hyperbounty.models.show.model import ModelFacts
    from hyperbounty.models.types import SharedModel

UNCHECKED: Final = "Names are what the creators say; nobody has checked them."

# Columns of a terminal.
_NAME_IN_LIST: Final = 20
NAME_IN_TITLE: Final = 60

LIST_COLUMNS: Final = ("model", "stage", "name", "kind", "a sample now", "back after", "valid")
"""What stands above `model_row`."""

_TAKES: Final = {
    "vocabulary": "a text; words that are not in its list are passed over",
    "murmur3-words": "a text",
    "scale": "a number for each feature",
    "onnx": "numbers, which a program of the creator's encodes",
}

_FATES: Final = {
    Fate.WAITING: "it agrees; back from {refund}",
    Fate.DUE: "it agrees: due now",
    Fate.CONTRADICTED: "it says {says}",
    Fate.REFUNDED: "came back",
    Fate.TAKEN: "was taken",
}


def model_row(listed: ListedModel) -> tuple[str, ...]:
    """A model, cell by cell."""
    model = listed.model
    return (
        str(model.number),
        "rests" if model.rests else model.stage.label,
        cut(listed.name, _NAME_IN_LIST) or "?",
        model.shape.facts.name,
        _about(model, listed.price) if listed.is_open else "-",
        duration(model.terms.refund_wait),
        f"{model.valid_total:,} of {model.members:,}" if model.members else "none",
    )


def model_lines(facts: ModelFacts) -> list[str]:
    """A model, a line each: first what it is, then what it costs and who may take what, last what to do next."""
    model = facts.model
    return [
        f"Model {model.number}: {cut(facts.name, NAME_IN_TITLE) or 'no name is known'}",
        _row("stage", _stage(model)),
        *_manifest_lines(facts),
        _row("kind", f"{model.shape.facts.name}, {_counted(model.shape.features, 'feature')}"),
        _row("decides", model.shape.facts.decides),
        _row("learns", model.shape.facts.learns),
        _row("classes", _classes(facts)),
        _row("creator", model.creator),
        *([_row("", UNCHECKED)] if facts.manifest is not None else []),
        *(_row("asset", line) for line in asset_lines(model.asset)),
        *_price_lines(facts),
        "Waits",
        *(_row("", line) for line in facts.waits),
        "Samples",
        *_activity_lines(facts),
        *(_row("CAUTION", caution) for caution in facts.cautions),
        *(_row("next", worded(step)) for step in next_steps(model, encodes=facts.manifest is not None)),
    ]


def part_lines(part: OwnPart, shown: int) -> Iterator[str]:
    """What an account has in a model, but its samples: these are rows.

    Args:
        part: of the account.
        shown: how many of its samples are shown.
    """
    model = part.model
    count = len(part.samples)
    role = "its creator" if part.account == model.creator else "a member" if part.valid else "no member yet"
    yield _row("you", f"{role}, {_counted(part.valid, 'valid sample')}")
    if not model.terms.in_points:
        yield _row("at stake", model.asset.about(part.left))
        yield _row("taken", f"{model.asset.about(part.earned)} so far, own stakes included")
    for what, found, amount in (
        ("to refund", part.refunds, sum(each.left for each in part.refunds)),
        ("to report", part.reports, part.reports_bring),
        ("to claim", part.claims, sum(each.left for each in part.claims)),
    ):
        if found:
            money = "" if model.terms.in_points else f", {model.asset.about(amount)}"
            yield _row(what, f"{_counted(len(found), 'sample')} now{money}")
    if part.next_at is not None:
        yield _row("next due", f"{moment(part.next_at)} (in {duration(part.next_at - part.standings.now)})")
    if count > shown:
        yield _row("samples", f"the latest {shown:,} of {count:,}")


SAMPLE_COLUMNS: Final = ("sample", "label", "left", "the model", "others may take it from")
"""What stands above `sample_row`."""


def sample_row(sample: OwnSample, names: ClassNames, model: SharedModel) -> tuple[str, ...]:
    """An own sample, cell by cell."""
    standing = sample.standing
    is_open = sample.fate in (Fate.WAITING, Fate.DUE, Fate.CONTRADICTED)
    says = "" if standing.prediction is None else names.shown(standing.prediction)
    return (
        str(standing.number),
        names.shown(standing.entry.label),
        _about(model, standing.left) if is_open else "-",
        _FATES[sample.fate].format(refund=moment(sample.refund_at), says=says),
        moment(sample.lost_from) if is_open and not model.terms.in_points else "",
    )


HISTORY_COLUMNS: Final = ("when", "what", "sample", "class", "amount", "who")
"""What stands above `happened_row`."""


def happened_row(happened: Happened, model: SharedModel) -> tuple[str, ...]:
    """One thing that happened to a model, cell by cell."""
    return (
        moment(happened.time),
        happened.what,
        "" if happened.sample is None else str(happened.sample),
        happened.text,
        "" if happened.amount is None else model.asset.about(happened.amount),
        _recognizable(happened.account),
    )


def stake_lines(model: SharedModel, staked: int, count: int, now: int) -> list[str]:
    """What somebody stakes, and what becomes of it."""
    terms = model.terms
    samples = _counted(count, "sample")
    back = moment(now + terms.refund_wait)
    lines = [
        f"You stake {asset_amount(staked, model.asset)} on {samples} of model {model.number}.",
        f"From {back} on you have it back where the model says the same then. Where it does not, members share it.",
    ]
    others = "the creator and anybody else" if terms.owner_wait == terms.any_wait else "the creator"
    lines.append(f"What you have not taken by {moment(now + terms.owner_wait)}, {others} may take.")
    return lines


# ------------------------------------------------------------------------------------------------------------- inside


def cut(text: str, columns: int) -> str:
    """A name, no wider than that: who chooses it does not choose how the others are shown."""
    if drawn_width(text) <= columns:
        return text
    while drawn_width(text) >= columns:
        text = text[:-1]
    return f"{text}…"


def _recognizable(address: str) -> str:
    """An address to recognize, not to copy."""
    return f"{address[:6]}…{address[-4:]}"


def _row(name: str, text: str) -> str:
    return f"  {name:11}{text}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _about(model: SharedModel, amount: int) -> str:
    return "points" if model.terms.in_points else model.asset.about(amount)


def _stage(model: SharedModel) -> str:
    if model.rests and model.stage is Stage.LIVE:
        return "it rests: a market is held on it, and until that has ended it takes no samples; claims go on"
    if model.stage is Stage.LIVE:
        return "live: it takes samples"
    if model.stage is Stage.CLOSED:
        return "closed: it takes no more samples; claims go on"
    return "draft: its creator has not published it"


def _manifest_lines(facts: ModelFacts) -> Iterator[str]:
    manifest = facts.manifest
    if manifest is None:
        yield _row("manifest", "none that can be read, see below")
        return
    if manifest.about:
        yield _row("about", manifest.about)
    kind = manifest.encoder.kind
    own = "the features that it has" if facts.model.shape.facts.sparse else "a whole number for each feature"
    yield _row("takes", _TAKES.get(kind, own))
    if manifest.baseline is not None:
        said = manifest.baseline
        yield _row("baseline", f"{percent(said.accuracy_ppm)} of {said.samples:,} right at the start, says the creator")
        yield _row("", f"on {said.source}")


def _classes(facts: ModelFacts) -> str:
    shape = facts.model.shape
    said = ", ".join(f"#{label} {name}".rstrip() for label, name in enumerate(facts.names.names))
    room = shape.capacity - shape.classes
    return f"{said}{f'; room for {room} more' if room else ''}"


def _price_lines(facts: ModelFacts) -> Iterator[str]:
    model = facts.model
    if not facts.is_open:
        return
    yield "Price of a sample"
    if model.terms.in_points:
        yield _row("", "nothing: this model counts valid samples, and no money moves")
        if model.terms.min_interval:
            yield _row("", f"one a call, and the next after {duration(model.terms.min_interval)}")
        return
    for count in PRICED:
        together = model.asset.about(facts.price(count))
        yield _row(f"{count:,} now", together if count == 1 else f"{together} together, in one call")
    yield _row("lowest", asset_amount(model.terms.floor, model.asset))
    yield _row("", "it falls with the time since the last sample, and rises with each")


def _activity_lines(facts: ModelFacts) -> Iterator[str]:
    activity, asset = facts.activity, facts.model.asset
    money = not facts.model.terms.in_points
    yield _row("added", f"{activity.samples:,}, by {_counted(activity.authors, 'account')}")
    open_ = f"{activity.open:,}"
    yield _row("open", f"{open_}, with {asset.about(activity.left)} at stake" if money else open_)
    if activity.open:
        against = f"the model contradicts {activity.contradicted:,} of these now"
        yield _row("", f"{against}, with {asset.about(activity.at_risk)}" if money else against)
    yield _row("valid", f"{activity.valid:,}, of {_counted(activity.members, 'member')}")
