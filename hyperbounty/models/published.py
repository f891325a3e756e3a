"""The manifest that a model's creator published: fetched by its digest, and held against the model.

Whoever published it may have put anything there, or nothing. Money does not depend on it: without a manifest a model
still predicts, takes samples as numbers, and pays. So readers go on without one, and say why.
"""

from __future__ import annotations

from dataclasses import dataclass

from hyperbounty.errors import HyperbountyError, ManifestError, StoreError
from hyperbounty.models.manifest import ModelManifest, fetch_manifest
from hyperbounty.models.types import SharedModel, Stage
from hyperbounty.store import Cid, ContentStore


@dataclass(frozen=True)
class Published:
    """What became of the manifest of a model.

    Attributes:
        manifest: that fits the model; None where there is none to read.
        fault: why there is none; None where there is one.
    """

    manifest: ModelManifest | None
    fault: HyperbountyError | None = None

    @property
    def reason(self) -> str:
        """Why there is no manifest, for people; empty where there is one."""
        return "" if self.fault is None else self.fault.what

    def required(self) -> ModelManifest:
        """The manifest.

        Raises:
            ManifestError, StoreError: there is none.
        """
        if self.manifest is None:
            assert self.fault is not None
            raise self.fault
        return self.manifest


def manifest_cid(model: SharedModel) -> Cid | None:
    """The CID of a model's manifest; None of a draft, which has none yet."""
    return Cid.from_digest(model.manifest) if any(model.manifest) else None


def fetch_published(store: ContentStore, model: SharedModel, added_classes: int = 0) -> ModelManifest:
    """The manifest of a model, which fits it.

    Args:
        store: where it is read.
        model: as it stands.
        added_classes: how many classes its creator has added since it published it: so many `ClassAdded` events.

    Raises:
        ContentNotFound: nobody has it.
        StoreError: the store does not answer.
        ManifestError: there is none yet, it is no manifest of a model, or one of another model.
    """
    if model.stage in (Stage.NONE, Stage.DRAFT) or not any(model.manifest):
        raise ManifestError(
            f"model {model.number} is a draft: no manifest is published yet", "wait until its creator publishes it"
        )
    manifest = fetch_manifest(store, model.manifest)
    manifest.check(model.shape, model.shape.classes - added_classes)
    return manifest


def read_published(store: ContentStore, model: SharedModel, added_classes: int = 0) -> Published:
    """What became of the manifest of a model, for who goes on without one; see `fetch_published`."""
    try:
        return Published(fetch_published(store, model, added_classes))
    except (ManifestError, StoreError) as error:
        return Published(None, error)
