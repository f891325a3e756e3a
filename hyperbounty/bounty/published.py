"""What a contest has published: from digests on chain to documents and arrays, each verified on the way."""

from __future__ import annotations

from collections.abc import Iterable

from hyperbounty.bounty.holdout import HoldoutKey, decrypt
from hyperbounty.bounty.manifest import Manifest, PricePart, SealedHoldout
from hyperbounty.bounty.report import Report, SpecDetails
from hyperbounty.errors import ManifestError
from hyperbounty.prices.table import PriceTable
from hyperbounty.store import Cid, ContentStore


def fetch_manifest(store: ContentStore, digest: bytes) -> Manifest:
    """The manifest whose SHA-256 is `digest`."""
    return Manifest.parse(store.get(Cid.from_digest(digest)))


def fetch_report(store: ContentStore, digest: bytes) -> Report:
    """The evaluation report whose SHA-256 is `digest`."""
    return Report.parse(store.get(Cid.from_digest(digest)))


def documents(store: ContentStore, manifest: bytes, reports: Iterable[bytes]) -> list[Cid]:
    """The CID of everything that a contest has published so far: what a copy of it has to hold.

    Documents name their parts as text, so what is below the manifest's CID alone is not all.

    Args:
        manifest: its digest.
        reports: digests of the evaluator's and the panel's reports; one that cannot be had is an error.
    """
    task = fetch_manifest(store, manifest)
    found = [Cid.from_digest(manifest), Cid.parse(task.training.cid)]
    if isinstance(task.holdout, SealedHoldout):
        found.append(Cid.parse(task.holdout.cid))
    for digest in reports:
        report = fetch_report(store, digest)
        found += [Cid.from_digest(digest), Cid.parse(report.holdout.prices.cid)]
        for details in (Cid.parse(spec.details) for spec in report.specs if spec.details):
            found.append(details)
            found += [Cid.parse(run.weights) for run in SpecDetails.parse(store.get(details)).runs]
    return list(dict.fromkeys(found))


def fetch_prices(store: ContentStore, part: PricePart, manifest: Manifest) -> PriceTable:
    """A table of prices that the manifest or the report names."""
    return _table(store.get(Cid.parse(part.cid)), part.rows, manifest, f"the prices {part.cid}")


def open_holdout(store: ContentStore, manifest: Manifest, key: HoldoutKey) -> PriceTable:
    """The sealed holdout of `manifest`, opened with its published key.

    Raises:
        HoldoutKeyError: the key does not open it.
        ManifestError: what is inside is not the table that the manifest announced.
    """
    if not isinstance(manifest.holdout, SealedHoldout):
        raise ManifestError("this contest has no sealed holdout", "its test window is fetched after revealEnds")
    plain = decrypt(store.get(Cid.parse(manifest.holdout.cid)), key)
    return _table(plain, manifest.holdout.rows, manifest, "the sealed holdout")


def _table(data: bytes, rows: int, manifest: Manifest, name: str) -> PriceTable:
    table = PriceTable.from_csv(data, manifest.interval)
    if len(table) != rows or table.columns != manifest.columns:
        raise ManifestError(
            f"{name} has {len(table)} rows of {len(table.columns)} columns, the manifest says {rows} of "
            f"{len(manifest.columns)}",
            "the organizer published something else than it announced: do not take part",
        )
    return table
