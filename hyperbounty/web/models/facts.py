"""Models out of the index, as the types that the contract's client has, with what was published about them.

So whatever the command line shows of a model, pages and answers show of it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, func, select

from hyperbounty.chain.development import DEVELOPMENT_CHAIN_IDS
from hyperbounty.errors import HyperbountyError, ManifestError
from hyperbounty.models.class_names import ClassNames, class_names
from hyperbounty.models.manifest import MAX_BYTES, ModelManifest
from hyperbounty.models.published import Published
from hyperbounty.models.rules import Terms
from hyperbounty.models.show.activity import Activity
from hyperbounty.models.show.model import ModelFacts, price_now
from hyperbounty.models.standing import Taken
from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.money import Asset
from hyperbounty.web.index.assets import assets_at
from hyperbounty.web.index.documents import DocumentState
from hyperbounty.web.index.tables import CONTRACTS, DOCUMENTS
from hyperbounty.web.models.index.learned import shape_of, word_count
from hyperbounty.web.models.index.tables import ACCOUNTS, CLAIMS, MODELS
from hyperbounty.web.models.predicting import Contradicted, contradicted
from hyperbounty.web.site.errors import Hidden, NotHere
from hyperbounty.web.site.parsed import ParsedDocuments
from hyperbounty.web.site.site import Site, Snapshot

Row = Mapping[str, Any]

_PARSED: Final = ParsedDocuments({ModelManifest: MAX_BYTES})
_PATH: Final = "/models/"
_NEXT: Final = "choose one of the list of models"


class _NoManifest(HyperbountyError):
    """The index has no manifest that it believes."""

    error_code = "manifest"


@dataclass(frozen=True)
class ListedModel:
    """A model in a list.

    Attributes:
        row: of `MODELS`.
        model: as the contract shows it.
        published: its manifest, or why there is none.
        now: the chain's time at the block of the index, in unix seconds.
    """

    row: Row
    model: SharedModel
    published: Published
    now: int

    @property
    def name(self) -> str:
        """What its creator calls it, which nobody has checked; empty where that is not known."""
        return "" if self.published.manifest is None else self.published.manifest.name

    @property
    def names(self) -> ClassNames:
        """Of its classes."""
        return class_names(self.model.shape.classes, self.published.manifest, self.row["added_classes"])

    @property
    def is_open(self) -> bool:
        """Whether it takes samples: it takes none while a market is held on it."""
        return self.model.stage is Stage.LIVE and not self.model.rests

    @property
    def price(self) -> int:
        """What a sample costs now, in the smallest unit of the asset."""
        return price_now(self.model, self.now)


@dataclass(frozen=True)
class IndexedModel(ListedModel):
    """One model with all that the index has of it.

    Attributes:
        chain_id, address: where its contract is.
        document: what became of the manifest.
        since: since when, in unix seconds.
        facts: what the command line has of it.
        contradicted: what it says now of the samples that are open.
    """

    chain_id: int
    address: str
    document: DocumentState
    since: float
    facts: ModelFacts
    contradicted: Contradicted

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is odd about it, and allowed all the same."""
        return self.facts.cautions


def require_shown(site: Site, number: int) -> None:
    """Refuse a model that the operator hides.

    Raises:
        Hidden: it is.
    """
    if f"{_PATH}{number}" in site.settings.hidden:
        raise Hidden(
            f"the operator of this site hides model {number}",
            "use the command line or another site: the model goes on all the same, and so do its waits",
        )


def hidden_models(site: Site) -> frozenset[int]:
    """The numbers of the models that the operator hides."""
    ends = (path.removeprefix(_PATH) for path in site.settings.hidden if path.startswith(_PATH))
    return frozenset(int(end) for end in ends if end.isdecimal())


def row_at(snapshot: Snapshot, number: int) -> Row:
    """The row of the model of this number.

    Raises:
        NotHere: the index has none.
    """
    found = snapshot.connection.execute(select(MODELS).where(MODELS.c.number == number)).mappings().first()
    if found is None:
        raise NotHere(f"there is no model {number}", _NEXT)
    return dict(found)


def models_at(snapshot: Snapshot, wanted: Select[Any]) -> list[ListedModel]:
    """The models that a selection of `MODELS` finds, in its order."""
    rows = snapshot.connection
    found: list[Row] = [dict(row) for row in rows.execute(wanted).mappings()]
    assets = assets_at(rows, {row["asset"] for row in found})
    digests = {row["manifest"] for row in found if row["manifest"] is not None}
    manifests = _PARSED.read(rows, ModelManifest, digests)
    return [
        ListedModel(
            row, model_of(row, assets[row["asset"]]), _published(row, manifests.get(row["manifest"])), snapshot.now
        )
        for row in found
    ]


def model_at(snapshot: Snapshot, number: int) -> IndexedModel:
    """The model of this number with all that the index has of it.

    Raises:
        NotHere: the index has none.
    """
    listed = models_at(snapshot, select(MODELS).where(MODELS.c.number == number))
    if not listed:
        raise NotHere(f"there is no model {number}", _NEXT)
    [found] = listed[:1]
    row, rows = found.row, snapshot.connection
    address = rows.execute(select(CONTRACTS.c.address).where(CONTRACTS.c.id == row["contract"])).scalar_one()
    state, reason, since = DocumentState.WAITING, "", 0.0
    kept = rows.execute(
        select(DOCUMENTS.c.state, DOCUMENTS.c.reason, DOCUMENTS.c.since).where(DOCUMENTS.c.digest == row["manifest"])
    ).first()
    if kept is not None:
        state, reason, since = DocumentState(kept.state), kept.reason, kept.since
    published = found.published
    if published.manifest is None and state in (DocumentState.WRONG, DocumentState.TOO_LARGE) and reason:
        published = Published(None, _NoManifest(reason, "ask who published the model"))
    looked = contradicted(rows, row)
    is_development = snapshot.state.chain_id in DEVELOPMENT_CHAIN_IDS
    activity = _activity(snapshot, row, looked)
    facts = ModelFacts(found.model, published, found.names, activity, snapshot.now, is_development)
    return IndexedModel(
        row, found.model, published, snapshot.now, snapshot.state.chain_id, address, state, since, facts, looked
    )


def model_of(row: Row, asset: Asset) -> SharedModel:
    """A row of `MODELS` as the contract shows it."""
    shape = shape_of(row)
    return SharedModel(
        number=row["number"],
        stage=Stage(row["stage"]),
        shape=shape,
        terms=Terms(
            row["weight"],
            row["floor_shift"],
            row["refund_wait"],
            row["owner_wait"],
            row["any_wait"],
            row["min_interval"],
        ),
        asset=asset,
        creator=row["creator"],
        bias=row["bias"],
        opened_at=row["opened_at"],
        last_time=row["last_time"],
        valid_total=row["valid_total"],
        members=row["members"],
        manifest=row["manifest"] or bytes(32),
        word_count=word_count(shape),
        markets=row["markets"],
        rests=row["rests"],
    )


def _published(row: Row, manifest: ModelManifest | None) -> Published:
    """The manifest, where there is one that fits the model."""
    if row["manifest"] is None:
        return Published(None, _NoManifest("it is a draft, so nothing is published yet", "wait until it is"))
    if manifest is None:
        return Published(None, _NoManifest("nobody has it, as far as this site has looked", "look again later"))
    try:
        manifest.check(shape_of(row), row["classes"] - len(row["added_classes"]))
    except ManifestError as error:
        return Published(None, error)
    return Published(manifest)


def _activity(snapshot: Snapshot, row: Row, looked: Contradicted) -> Activity:
    rows = snapshot.connection
    own = (ACCOUNTS.c.contract == row["contract"], ACCOUNTS.c.subject == row["subject"])
    authors = rows.execute(select(func.count()).select_from(ACCOUNTS).where(*own, ACCOUNTS.c.samples > 0)).scalar_one()
    creator = rows.execute(select(ACCOUNTS).where(*own, ACCOUNTS.c.account == row["creator"])).mappings().one()
    of_creator = (
        CLAIMS.c.contract == row["contract"],
        CLAIMS.c.subject == row["subject"],
        CLAIMS.c.account == row["creator"],
        CLAIMS.c.kind == "claim",
    )
    times = rows.execute(select(func.count()).select_from(CLAIMS).where(*of_creator)).scalar_one()
    return Activity(
        samples=row["samples"],
        authors=authors,
        open=open_count(row),
        left=row["left"],
        contradicted=looked.count if looked.is_whole else 0,
        at_risk=looked.left if looked.is_whole else 0,
        members=row["members"],
        valid=row["valid_total"],
        valid_of_creator=creator["valid"],
        claimed_by_creator=Taken(times, creator["claimed"]),
    )


def open_count(row: Row) -> int:
    """How many samples somebody can still claim: those with a stake left, of a points model those not found valid."""
    return int(row["open"] if row["weight"] else row["samples"] - row["valid_total"])
