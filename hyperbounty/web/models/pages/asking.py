"""What somebody asks a model on its page, in a form that needs no script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from hyperbounty.models.encoders import HashedWords, OnnxEncoder, Raw, Vocabulary
from hyperbounty.models.manifest import ModelManifest
from hyperbounty.models.samples import SampleError
from hyperbounty.web.models.facts import ListedModel
from hyperbounty.web.models.predicting import encoded, predict

MOST_LETTERS: Final = 2_000
"""Of what is asked in the address of a page; programs and scripts may ask more."""

_NUMBER: Final = re.compile(r"[^\s,;]+")
_DIGITS: Final = 400


@dataclass(frozen=True)
class Asked:
    """What somebody asked, and what the model says.

    Attributes:
        text: as it was written.
        label: the class; None where there is none.
        features: of the sample.
        fault: why there is no class; empty where there is one.
    """

    text: str
    label: int | None = None
    features: int = 0
    fault: str = ""


def ask(rows: Connection, listed: ListedModel, text: str) -> Asked:
    """What the model says of what somebody wrote."""
    manifest = listed.published.manifest
    try:
        sample = encoded(listed.row, manifest, text if takes_text(manifest) else _numbers(text))
        return Asked(text, predict(rows, listed.row, sample), len(sample))
    except SampleError as error:
        return Asked(text, fault=error.what)


def takes_text(manifest: ModelManifest | None) -> bool:
    """Whether samples are made of texts."""
    return manifest is not None and isinstance(manifest.encoder, Vocabulary | HashedWords)


def what_it_takes(listed: ListedModel) -> str:
    """What a sample is made of, for people; empty where this site cannot make one."""
    manifest, shape = listed.published.manifest, listed.model.shape
    if takes_text(manifest):
        return "A text"
    if manifest is not None and isinstance(manifest.encoder, OnnxEncoder):
        return ""
    if shape.facts.sparse:
        return f"Numbers of its features, from 0 to {shape.features - 1:,}, with commas between them"
    return f"{shape.features:,} numbers with commas between them"


def _numbers(text: str) -> Raw:
    found = []
    for word in _NUMBER.findall(text):
        try:
            found.append(int(word) if word.lstrip("-").isdecimal() and len(word) < _DIGITS else float(word))
        except ValueError:
            raise SampleError(f"{word[:30]!r} is no number", "write numbers with commas between them") from None
    return found
