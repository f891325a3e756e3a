"""What answers about models are made of."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import Field

from hyperbounty.models.published import manifest_cid
from hyperbounty.models.show.model import PRICED, price_now
from hyperbounty.web.models.facts import IndexedModel, ListedModel, open_count
from hyperbounty.web.models.samples import ListedSample, Row
from hyperbounty.web.site.answers import Answer, Block, Described
from hyperbounty.web.site.values import Address, Amount, Hex, Hex32, Ppm, Timestamp

StageName = Literal["draft", "live", "closed"]
KindName = Literal["sparse-perceptron", "dense-perceptron", "naive-bayes", "sparse-centroid", "dense-centroid"]
_AMOUNTS: Final = ("staked", "left", "refunded", "reported", "claimed", "batches_staked", "batches_got")
Next = Annotated[str | None, Field(description="the cursor of the rows that follow; null where none do")]


class ModelRow(Described):
    """A model in a list."""

    model: int
    stage: StageName
    creator: Address
    model_kind: KindName
    features: int
    classes: int
    model_name: Annotated[str | None, Field(description="its creator's word; null where the manifest is not here")]
    in_points: bool
    rests: Annotated[
        bool, Field(description="whether a market is held on it: it takes no samples until that has ended")
    ]
    market_count: Annotated[int, Field(description="markets that were held on it")]
    sample_price: Annotated[
        Amount | None, Field(description="of one sample now; it falls with time, and is null while the model rests")
    ]
    samples: int
    open_samples: Annotated[int, Field(description="that somebody can still claim")]
    at_stake: Amount
    member_count: int
    opened_at: Timestamp
    last_sample_at: Timestamp | None

    @classmethod
    def of(cls, each: ListedModel) -> ModelRow:
        """The row of a model."""
        return cls(**_row(each))


class ModelList(Answer):
    """Models, in the order that was asked for."""

    models: list[ModelRow]
    next: Next


class SamplePrice(Described):
    """What so many samples cost together, added in one call."""

    samples: int
    price: Amount


class Looked(Described):
    """What the model says now of samples that are open."""

    looked_at: Annotated[int, Field(description="so many, the latest")]
    contradicted: Annotated[int, Field(description="of these, those of which it says another class than their label")]
    at_stake: Amount
    all_open: Annotated[bool, Field(description="whether all that are open were looked at")]


class DocumentFacts(Described):
    """The manifest, and what became of it."""

    cid: str
    state: str
    reason: str | None


class ModelAnswer(Answer, ModelRow):
    """One model with all that the index has of it."""

    capacity: Annotated[int, Field(description="classes that there is room for")]
    step: int
    alpha_sixteenths: int
    weight: str
    floor_shift: int
    lowest_price: Amount
    sample_prices: Annotated[list[SamplePrice], Field(description="none while the model rests")]
    refund_wait_seconds: int
    owner_wait_seconds: int
    any_wait_seconds: int
    min_interval_seconds: int
    waits_in_words: list[str]
    cautions: list[str]
    class_names: Annotated[list[str], Field(description="their creator's words; empty where there is none")]
    about: str | None
    encoder: Annotated[str | None, Field(description="kind of the manifest's encoder")]
    document: DocumentFacts | None
    manifest_fault: str | None
    valid_total: int
    right: Annotated[int, Field(description="samples that it said right just before it learned them")]
    authors: int
    staked: Annotated[Amount, Field(description="all that was ever staked")]
    open: Looked
    published_at: Timestamp | None
    closed_at: Timestamp | None

    @classmethod
    def about_model(cls, each: IndexedModel, block: Block) -> ModelAnswer:
        """All of a model."""
        model, terms, shape, row = each.model, each.model.terms, each.model.shape, each.row
        manifest, cid, looked = each.published.manifest, manifest_cid(each.model), each.contradicted
        return cls(
            chain_id=each.chain_id,
            block=block,
            **_row(each),
            capacity=shape.capacity,
            step=shape.step,
            alpha_sixteenths=shape.alpha,
            weight=str(terms.weight),
            floor_shift=terms.floor_shift,
            lowest_price=Amount.of(terms.floor, model.asset),
            sample_prices=[
                SamplePrice(samples=count, price=Amount.of(price_now(model, each.now, count), model.asset))
                for count in PRICED
                if not model.rests
            ],
            refund_wait_seconds=terms.refund_wait,
            owner_wait_seconds=terms.owner_wait,
            any_wait_seconds=terms.any_wait,
            min_interval_seconds=terms.min_interval,
            waits_in_words=list(each.facts.waits),
            cautions=list(each.cautions),
            class_names=list(each.names.names),
            about=None if manifest is None else manifest.about,
            encoder=None if manifest is None else manifest.encoder.kind,
            document=None
            if cid is None
            else DocumentFacts(cid=str(cid), state=each.document.value, reason=each.published.reason or None),
            manifest_fault=each.published.reason or None,
            valid_total=row["valid_total"],
            right=row["right"],
            authors=each.facts.activity.authors,
            staked=Amount.of(row["staked"], model.asset),
            open=Looked(
                looked_at=looked.looked,
                contradicted=looked.count,
                at_stake=Amount.of(looked.left, model.asset),
                all_open=looked.is_whole,
            ),
            published_at=row["published_at"],
            closed_at=row["closed_at"],
        )


class SampleFacts(Described):
    """A sample that was added, as it stands."""

    number: Annotated[int, Field(description="in the order in which they were added, from 0")]
    contribution: Annotated[Hex32, Field(description="by which events of the contract name it")]
    author: Address
    at: Timestamp
    position: int
    label: int
    features: Hex
    deposit: Amount
    left: Annotated[Amount, Field(description="what nobody has taken yet")]
    predicted: Annotated[int, Field(description="what the model said of it just before it learned it")]
    says_now: Annotated[int, Field(description="what the model says of it now")]
    valid: Annotated[bool, Field(description="whether its author had it refunded")]
    reporters: list[Address]
    refund_at: Annotated[Timestamp, Field(description="from when its author and members may claim")]
    owner_at: Annotated[Timestamp, Field(description="from when the creator may take what is left")]
    any_at: Annotated[Timestamp, Field(description="from when anybody may")]
    transaction: Hex32

    @classmethod
    def of(cls, each: ListedSample, listed: ListedModel) -> SampleFacts:
        """A sample of a model."""
        row, terms, asset = each.row, listed.model.terms, listed.model.asset
        return cls(
            number=row["number"],
            contribution="0x" + row["identifier"].hex(),
            author=row["author"],
            at=row["at"],
            position=row["position"],
            label=row["label"],
            features="0x" + row["features"].hex(),
            deposit=Amount.of(row["deposit"], asset),
            left=Amount.of(row["left"], asset),
            predicted=row["predicted"],
            says_now=each.says,
            valid=row["refunded_at"] is not None,
            reporters=list(each.reporters),
            refund_at=row["at"] + terms.refund_wait,
            owner_at=row["at"] + terms.owner_wait,
            any_at=row["at"] + terms.any_wait,
            transaction="0x" + row["transaction"].hex(),
        )


class SampleList(Answer):
    """Samples of a model, the latest first."""

    model: int
    samples: list[SampleFacts]
    next: Next


class AccountFacts(Described):
    """What an account has to do with a model."""

    account: Address
    samples: int
    valid: Annotated[int, Field(description="of its samples; who has one is a member")]
    member: Annotated[int | None, Field(description="its number among the members, from 1")]
    staked: Amount
    left: Annotated[Amount, Field(description="of its own stakes, what nobody has taken yet")]
    refunded: Annotated[Amount, Field(description="what it got back")]
    reported: Annotated[Amount, Field(description="its shares of what the model contradicted")]
    claimed: Annotated[Amount, Field(description="what it took by time")]
    batches: Annotated[int, Field(description="that it handed in to markets")]
    batches_staked: Annotated[Amount, Field(description="on these")]
    batches_got: Annotated[Amount, Field(description="of these, the stakes that came back included")]

    @classmethod
    def of(cls, row: Row, listed: ListedModel) -> AccountFacts:
        """A row of `ACCOUNTS`."""
        asset = listed.model.asset
        return cls(
            account=row["account"],
            samples=row["samples"],
            valid=row["valid"],
            member=row["member"] or None,
            batches=row["batches"],
            **{name: Amount.of(row[name], asset) for name in _AMOUNTS},
        )


class MemberList(Answer):
    """Members of a model, in the order in which they became it."""

    model: int
    members: list[AccountFacts]
    next: Next


class ClaimFacts(Described):
    """What was taken of a stake."""

    kind: Literal["refund", "report", "claim"]
    sample: int
    account: Address
    amount: Amount
    at: Timestamp
    transaction: Hex32

    @classmethod
    def of(cls, row: Row, listed: ListedModel) -> ClaimFacts:
        """A row of `CLAIMS`."""
        return cls(
            kind=row["kind"],
            sample=row["sample"],
            account=row["account"],
            amount=Amount.of(row["amount"], listed.model.asset),
            at=row["at"],
            transaction="0x" + row["transaction"].hex(),
        )


class ClaimList(Answer):
    """What was taken of stakes in a model, the latest first."""

    model: int
    claims: list[ClaimFacts]
    next: Next


class AccuracyPoint(Described):
    """A stretch of samples."""

    last_sample: Annotated[int, Field(description="counted from 1")]
    samples: int
    right: int
    accuracy_ppm: Ppm


class AccuracyAnswer(Answer):
    """How often a model was right about samples that it had not learned yet, stretch by stretch."""

    model: int
    points: list[AccuracyPoint]


class PredictionAnswer(Answer):
    """What a model says of a sample."""

    model: int
    label: int
    class_name: Annotated[str | None, Field(description="its creator's word for it")]
    features: Annotated[list[int], Field(description="the sample: active features, or values")]
    data: Annotated[Hex, Field(description="the sample as the contract takes it")]


class OwnModel(Described):
    """A model that an account has to do with."""

    model: ModelRow
    own: AccountFacts
    is_creator: bool


class OwnModels(Answer):
    """The models that an account has to do with, the latest first."""

    address: Address
    models: list[OwnModel]
    next: Next


def _row(each: ListedModel) -> dict[str, Any]:
    model = each.model
    return {
        "model": model.number,
        "stage": model.stage.label,
        "creator": model.creator,
        "model_kind": model.shape.facts.name,
        "features": model.shape.features,
        "classes": model.shape.classes,
        "model_name": each.name or None,
        "in_points": model.terms.in_points,
        "rests": model.rests,
        "market_count": model.markets,
        "sample_price": None if model.rests else Amount.of(each.price, model.asset),
        "samples": each.row["samples"],
        "open_samples": open_count(each.row),
        "at_stake": Amount.of(each.row["left"], model.asset),
        "member_count": model.members,
        "opened_at": model.opened_at,
        "last_sample_at": model.last_time or None,
    }
