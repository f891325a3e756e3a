"""What a model says, computed from the state that the index has of it: no node is asked, and nothing is sent.

The fold cannot keep what a model says of each sample, since each new sample may change all of it. So that is computed
when somebody looks, of the latest samples and within bounds.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Connection, select

from hyperbounty.models.encoders import NoEncoder, OnnxEncoder, Raw
from hyperbounty.models.kinds import Model
from hyperbounty.models.manifest import ModelManifest
from hyperbounty.models.samples import Sample, SampleError
from hyperbounty.web.models.index.learned import model_of, shape_of
from hyperbounty.web.models.index.tables import SAMPLES, STATES

MOST_FEATURES: Final = 4_096
"""A sparse sample of more is not predicted here: a naive Bayes would hold up everybody else."""

if TYPE_CHECKING:
    from hyperbounty.store import ContentStore

_LOOKED_AT: Final = 1_000
_FEATURES_LOOKED_AT: Final = 100_000
_KEPT: Final = 8

Row = Mapping[str, Any]

# Of the encoders only an ONNX file reads one, and that is a program of a stranger's: it never runs here.
_NO_STORE: Final = cast("ContentStore", None)


@dataclass(frozen=True)
class Contradicted:
    """What a model says now of the samples that are open.

    Attributes:
        looked: at so many, the latest.
        count: of these, those of which it says another class than they were given.
        left: what is at stake on those.
        is_whole: whether all that are open were looked at.
    """

    looked: int = 0
    count: int = 0
    left: int = 0
    is_whole: bool = True


class _Learned:
    """The models that were asked lately, ready to predict; every thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[bytes, Model] = OrderedDict()

    def of(self, rows: Connection, row: Row) -> Model:
        """The model of a row of `MODELS`, by its state."""
        own = (STATES.c.contract == row["contract"], STATES.c.subject == row["subject"])
        state: Row = dict(rows.execute(select(STATES).where(*own)).mappings().one())
        said = f"{shape_of(row)} {row['bias']} {row['stage']} {len(state['words'])} "
        key = hashlib.sha256(said.encode() + state["words"] + state["totals"]).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = model_of(row, state)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


_LEARNED: Final = _Learned()


def learned(rows: Connection, row: Row) -> Model:
    """A model as it stands, for its row of `MODELS`. It is shared: whoever has it only asks it."""
    return _LEARNED.of(rows, row)


def predict(rows: Connection, row: Row, sample: Sample) -> int:
    """The class that a model gives a sample.

    Raises:
        SampleError: the model takes no such sample, or this site predicts none so long.
    """
    shape = shape_of(row)
    shape.encode(sample)
    if shape.facts.sparse and len(sample) > MOST_FEATURES:
        raise SampleError(
            f"the sample has {len(sample):,} features, and this site predicts samples of {MOST_FEATURES:,} at most",
            "ask the contract itself, by the command line",
        )
    return learned(rows, row).predict(sample)


def encoded(row: Row, manifest: ModelManifest | None, raw: Raw) -> tuple[int, ...]:
    """The sample that the manifest's encoder makes of what somebody has; without a manifest, features as they are.

    Raises:
        SampleError: it makes none of it, or does not run here.
    """
    encoder = NoEncoder() if manifest is None else manifest.encoder
    if isinstance(encoder, OnnxEncoder):
        raise SampleError(
            "the encoder of this model is a program of its creator, which this site does not run",
            "encode it on your own machine, where you trust the creator",
        )
    return encoder.ready(shape_of(row), _NO_STORE)(raw)


def said_of(rows: Connection, row: Row, samples: list[Row]) -> list[int]:
    """What a model says now of samples of its own, as rows of `SAMPLES`."""
    model, shape = learned(rows, row), shape_of(row)
    return [model.predict(shape.decode(sample["features"])) for sample in samples]


def contradicted(rows: Connection, row: Row) -> Contradicted:
    """What a model says now of its open samples, as far as can be looked at at once."""
    is_open = SAMPLES.c.left > 0 if row["weight"] else SAMPLES.c.refunded_at.is_(None)
    own = (SAMPLES.c.contract == row["contract"], SAMPLES.c.subject == row["subject"], is_open)
    columns = (SAMPLES.c.label, SAMPLES.c.features, SAMPLES.c.left)
    wanted = select(*columns).where(*own).order_by(SAMPLES.c.number.desc()).limit(_LOOKED_AT + 1)
    looked = count = left = features = 0
    model, shape = None, shape_of(row)
    for label, data, rest in rows.execute(wanted):
        features += len(data) // 2
        if looked == _LOOKED_AT or (looked and features > _FEATURES_LOOKED_AT):
            return Contradicted(looked, count, left, is_whole=False)
        model = model or learned(rows, row)
        looked += 1
        if model.predict(shape.decode(data)) != label:
            count += 1
            left += rest
    return Contradicted(looked, count, left)
