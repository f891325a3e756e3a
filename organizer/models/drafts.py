"""What is to be uploaded, kept on disk before anything is sent: a draft goes on from there, whatever it was made of.

An estimator's file may be gone, or the examples changed. What the chain has begun to store must be finished with the
same words.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from hyperbounty.errors import InvalidInput, ManifestError
from hyperbounty.files import write_atomic
from hyperbounty.models.exported import ExportedModel
from hyperbounty.models.manifest import ModelManifest
from hyperbounty.models.rules import Terms
from hyperbounty.models.types import Offer
from hyperbounty.money import Asset

_MEND: Final = "bring it back from a copy of the home, or move it away"


@dataclass(frozen=True)
class Draft:
    """A model that is to be opened, and where.

    Attributes:
        chain: its identity; a development chain that began anew is another one.
        contract, creator: addresses.
        offer: what the contract is told.
        manifest: what it is not told.
        copy: tells apart models that are equal on purpose.
    """

    chain: str
    contract: str
    creator: str
    offer: Offer
    manifest: ModelManifest
    copy: int = 1

    @property
    def name(self) -> str:
        """Its digest, 64 hexadecimal digits: all of it decides."""
        return hashlib.sha256(self.written()).hexdigest()

    def written(self) -> bytes:
        """As a file; `Drafts.read` reads it."""
        offer = self.offer
        model = ExportedModel.of(offer.shape, offer.state, self.manifest.classes, self.manifest)
        fields = {
            "chain": self.chain,
            "contract": self.contract,
            "creator": self.creator,
            "copy": self.copy,
            "asset": asdict(offer.asset),
            "terms": asdict(offer.terms),
            "model": model.canonical().decode(),
        }
        return json.dumps(fields, sort_keys=True).encode() + b"\n"


class Drafts:
    """The drafts that were begun under one home.

    Args:
        folder: that they are kept in; it comes into being with the first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, draft: Draft) -> None:
        """Keep it, before anything is sent."""
        write_atomic(self._path(draft.name), draft.written())

    def lock(self, name: str) -> Path:
        """The file that is locked while a draft is worked on."""
        return self.folder / f"{name}.lock"

    def of(self, chain: str, contract: str, creator: str) -> list[Draft]:
        """Those that this account has begun at this contract, by name.

        Raises:
            InvalidInput: a file is damaged.
        """
        found = [self.read(path.stem) for path in sorted(self.folder.glob("*.json"))]
        return [each for each in found if (each.chain, each.contract, each.creator) == (chain, contract, creator)]

    def read(self, name: str) -> Draft:
        """The draft of this name.

        Raises:
            InvalidInput: its file is damaged.
        """
        path = self._path(name)
        try:
            fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            model = ExportedModel.parse(fields["model"].encode())
            assert model.manifest is not None
            offer = Offer(model.shape, Terms(**fields["terms"]), model.state, Asset(**fields["asset"]))
            draft = Draft(fields["chain"], fields["contract"], fields["creator"], offer, model.manifest, fields["copy"])
        except (ValueError, KeyError, TypeError, AttributeError, AssertionError, ManifestError) as error:
            raise InvalidInput(f"{path} is damaged", _MEND) from error
        if draft.name != name:
            raise InvalidInput(f"{path} was changed", _MEND)
        return draft

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"
