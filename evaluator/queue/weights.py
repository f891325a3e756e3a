"""Where the weights of finished trainings go: out of memory, as soon as a training is done."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from hyperbounty.errors import StoreError, TrainingError
from hyperbounty.files import write_atomic
from hyperbounty.store import Cid, ContentStore
from hyperbounty.store.unixfs import build


class Weights(Protocol):
    """Keeps archives of weights (`to_npz`) by their CID."""

    def keep(self, archive: bytes) -> Cid:
        """Keep `archive`; it is safe when this returns."""
        ...

    def has(self, cid: Cid) -> bool:
        """Whether the archive `cid` is kept."""
        ...


class PinnedWeights:
    """Archives pinned in the content store, by way of a folder while the store is away.

    Evaluators that share a queue share a store too: whoever writes the report links what the others trained.

    Args:
        store: where they are pinned.
        outbox: folder of what waits for the store.
    """

    def __init__(self, store: ContentStore, outbox: Path) -> None:
        self._store = store
        self._outbox = outbox

    def keep(self, archive: bytes) -> Cid:
        """Pin `archive`, or keep it in the outbox until `flush`.

        Raises:
            TrainingError: neither can be done, for one where the disk is full.
        """
        try:
            return self._store.add(archive)
        except StoreError as away:
            cid = _cid(archive)
            try:
                write_atomic(self._outbox / str(cid), archive)
            except OSError as error:
                raise TrainingError(
                    f"cannot keep the weights of a training: {away.what}; {self._outbox}: {error.strerror}",
                    "make room there, then run again: finished trainings are kept",
                ) from error
            return cid

    def has(self, cid: Cid) -> bool:
        """Whether the archive `cid` is in the store or waits for it."""
        return (self._outbox / str(cid)).is_file() or self._store.has(cid)

    def flush(self) -> None:
        """Pin what waits in the outbox.

        Raises:
            StoreError: the store is still away. What it did not take stays in the outbox.
        """
        if not self._outbox.is_dir():
            return
        for path in sorted(path for path in self._outbox.iterdir() if not path.name.startswith(".")):
            archive = path.read_bytes()
            # A file that was damaged here is trained again once somebody misses it.
            if str(_cid(archive)) == path.name:
                self._store.add(archive)
            path.unlink()


class HashedWeights:
    """Only the names of archives, for a verification: it compares, and nobody asks for its models."""

    def keep(self, archive: bytes) -> Cid:
        """The CID that `archive` would have."""
        return _cid(archive)

    def has(self, cid: Cid) -> bool:
        """Always: nothing but the name is needed."""
        return True


def _cid(archive: bytes) -> Cid:
    root = Cid.raw(b"")
    for root, _ in build(archive):  # noqa: B007 - the last one is the root
        pass
    return root
