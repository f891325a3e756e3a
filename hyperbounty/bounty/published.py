"""What a contest has published: from digests on chain to documents and arrays, each verified on the way.

Whoever published it may have put anything there. So nothing is fetched or unpacked beyond what the manifest, and the
specs on chain, say that there can be: `largest_report`, `largest_details`, `PriceTable.largest_csv`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from hyperbounty.bounty.holdout import SEALING_BYTES, HoldoutKey, decrypt
from hyperbounty.bounty.manifest import Manifest, PricePart, SealedHoldout
from hyperbounty.bounty.report import Report, RunDetails, SpecDetails, SpecScore
from hyperbounty.bounty.unscorable import MAX_BYTES, fetch_reason
from hyperbounty.errors import ContentMismatch, ContentNotFound, ContentTooLarge, ManifestError, SpecError
from hyperbounty.prices.table import PriceTable
from hyperbounty.spec.cost import parameters
from hyperbounty.spec.spec import Spec
from hyperbounty.store import MAX_FILE_BYTES, MAX_SINGLE_BLOCK_BYTES, Cid, ContentStore
from hyperbounty.store.content import bring
from hyperbounty.store.documents import read_document

MAX_MANIFEST_BYTES: Final = 256 * 1024
# What a report says apart from its specs, of each spec, and of each of its runs.
_REPORT_BYTES: Final = 64 * 1024
_SPEC_BYTES: Final = 4 * 1024
_RUN_BYTES: Final = 64
# What the details say of a run, of an epoch (three numbers, and a hash of 64 digits), and of a window (a prediction of
# 32 bits in base64).
_DETAILS_RUN_BYTES: Final = 8 * 1024
_EPOCH_BYTES: Final = 192
_PREDICTION_BYTES: Final = 6
# A weight is a 32-bit float. Their archive names each array, and says its shape; a file has a block around it.
_WEIGHT_BYTES: Final = 4
_WEIGHTS_BYTES: Final = 64 * 1024
_FILE_BYTES: Final = 4 * 1024
# A member of a panel trains each spec once more.
_OWN_RUNS: Final = 1

_ASK_NOBODY: Final = "the organizer published something else than it announced: do not take part"


def fetch_manifest(store: ContentStore, digest: bytes) -> Manifest:
    """The manifest whose SHA-256 is `digest`.

    Raises:
        ManifestError: no manifest, or one that is larger than any needs to be.
    """
    return read_document(Manifest, store, Cid.from_digest(digest), MAX_MANIFEST_BYTES)


def largest_report(specs: int, runs: int) -> int:
    """The most bytes that a report of so many specs can need, each trained so many times.

    >>> largest_report(specs=20, runs=3)
    152576
    """
    return min(MAX_SINGLE_BLOCK_BYTES, _REPORT_BYTES + specs * (_SPEC_BYTES + (runs + _OWN_RUNS) * _RUN_BYTES))


def largest_details(spec: bytes, runs: int, windows: int) -> int:
    """The most bytes that the details of a spec can need, trained so many times and scored on so many windows."""
    curves = Spec.from_word(spec).epochs * _EPOCH_BYTES
    return (runs + _OWN_RUNS) * (_DETAILS_RUN_BYTES + curves + windows * _PREDICTION_BYTES)


def fetch_report(store: ContentStore, digest: bytes, manifest: Manifest, specs: int) -> Report:
    """The report whose SHA-256 is `digest`.

    Args:
        store: where it is read.
        digest: as on chain.
        manifest: of its contest.
        specs: how many were revealed.

    Raises:
        ManifestError: no report, one of more or fewer specs, or larger than it can need.
    """
    report = read_document(Report, store, Cid.from_digest(digest), largest_report(specs, manifest.runs))
    if len(report.specs) != specs:
        raise ManifestError(
            f"the report has {len(report.specs)} specs, and {specs} were revealed", "do not trust its author"
        )
    return report


def fetch_details(store: ContentStore, scored: SpecScore, manifest: Manifest) -> SpecDetails | None:
    """The runs of a spec of a report; None where the report links none.

    Raises:
        ContentNotFound: nobody has them.
        ManifestError: larger than they can need, not readable, or of another spec or number of runs.
    """
    if scored.details is None:
        return None
    spec = bytes.fromhex(scored.spec[2:])
    most = largest_details(spec, manifest.runs, manifest.holdout_windows)
    details = read_document(SpecDetails, store, _cid(scored.details, "the report"), most)
    if details.spec != scored.spec or len(details.runs) != manifest.runs:
        raise ManifestError(
            f"the details of spec {scored.index} are of another spec, or of {len(details.runs)} runs where the "
            f"manifest has {manifest.runs}",
            "do not trust its author",
        )
    longest = max((len(curve) for run in details.runs for curve in _curves(run)), default=0)
    if longest > Spec.from_word(spec).epochs:
        raise ManifestError(
            f"the details of spec {scored.index} tell of {longest:,} epochs, more than the spec has",
            "do not trust its author",
        )
    return details


def bring_details(store: ContentStore, report: Report, indexes: Collection[int]) -> None:
    """Have the details of the specs with these `indexes` asked for at once; see `bring`."""
    linked = [scored.details for scored in report.specs if scored.index in indexes and scored.details is not None]
    found = []
    for text in linked:
        # Who reads them says what is wrong with it.
        with suppress(ManifestError):
            found.append(_cid(text, "the report"))
    bring(store, found)


def _curves(run: RunDetails) -> tuple[Sequence[object], ...]:
    return run.losses, run.accuracies, run.holdout_scores_ppm, run.checkpoints


@dataclass(frozen=True)
class Published:
    """Everything that a contest has published so far: what a copy of it has to hold.

    Attributes:
        sizes: the CIDs of documents, prices and weights, and the most bytes that each can need.
        left_out: reports that cannot be read, each with the reason. A report is its author's word, and must not keep
            the rest from being kept.
    """

    sizes: Mapping[Cid, int]
    left_out: Mapping[Cid, str]

    @property
    def cids(self) -> tuple[Cid, ...]:
        """All of it."""
        return tuple(self.sizes)

    @property
    def largest(self) -> int:
        """The most bytes that all of it can need, blocks around it included."""
        # The blocks that join a file's parts, where somebody has cut it into small ones, are never more than the parts.
        return sum(2 * most + _FILE_BYTES for most in self.sizes.values())


def documents(store: ContentStore, manifest: bytes, reports: Iterable[bytes], specs: int) -> Published:
    """The CID of everything that a contest has published so far.

    Documents name their parts as text, so what is below the manifest's CID alone is not all.

    Args:
        store: where they are read.
        manifest: its digest.
        reports: digests of the evaluator's and the panel's reports.
        specs: how many were revealed.

    Raises:
        ManifestError: the manifest is none.
        ContentNotFound: nobody has it.
    """
    task = fetch_manifest(store, manifest)
    found = {Cid.from_digest(manifest): MAX_MANIFEST_BYTES}
    found[_cid(task.training.cid, "the manifest")] = PriceTable.largest_csv(task.training.rows, task.columns)
    if isinstance(task.holdout, SealedHoldout):
        sealed = SEALING_BYTES + PriceTable.largest_csv(task.holdout.rows, task.columns)
        found[_cid(task.holdout.cid, "the manifest")] = sealed
    left_out: dict[Cid, str] = {}
    for digest in reports:
        root = Cid.from_digest(digest)
        try:
            found |= _of_report(store, root, task, specs)
        except (ManifestError, SpecError, ContentNotFound, ContentMismatch) as error:
            left_out[root] = str(error)
    return Published(found, left_out)


def _of_report(store: ContentStore, root: Cid, manifest: Manifest, specs: int) -> dict[Cid, int]:
    """A report and what it links, with the most bytes that each can need."""
    with suppress(ManifestError):
        fetch_reason(store, root.digest)
        return {root: MAX_BYTES}
    report = fetch_report(store, root.digest, manifest, specs)
    prices = report.holdout.prices
    found = {
        root: largest_report(specs, manifest.runs),
        _cid(prices.cid, "the report"): PriceTable.largest_csv(manifest.holdout.rows, manifest.columns),
    }
    bring_details(store, report, range(len(report.specs)))
    for scored in report.specs:
        details = fetch_details(store, scored, manifest)
        if details is None or scored.details is None:
            continue
        word = bytes.fromhex(scored.spec[2:])
        found[_cid(scored.details, "the report")] = largest_details(word, manifest.runs, manifest.holdout_windows)
        weights = _WEIGHT_BYTES * parameters(Spec.from_word(word), len(manifest.columns)) + _WEIGHTS_BYTES
        found |= {_cid(run.weights, "the details of the report"): weights for run in details.runs}
    return found


def fetch_prices(store: ContentStore, part: PricePart, manifest: Manifest, author: str = "the manifest") -> PriceTable:
    """A table of prices that the manifest or the report names.

    Args:
        store: where it is read.
        part: where it is, and how many rows it has.
        manifest: of the contest.
        author: who names it, for the message of an error.

    Raises:
        ManifestError: it is not what was announced; a larger one is not fetched.
    """
    return fetch_prices_csv(store, part, manifest, author)[0]


def fetch_prices_csv(
    store: ContentStore, part: PricePart, manifest: Manifest, author: str = "the manifest"
) -> tuple[PriceTable, bytes]:
    """What `fetch_prices` gives, and the bytes that it was read from, which are those that the table is written as."""
    largest = PriceTable.largest_csv(part.rows, manifest.columns)
    name = f"the table of prices {part.cid}"
    data = _content(store, _cid(part.cid, author), largest, name)
    return _table(data, part.rows, manifest, name), data


def open_holdout(store: ContentStore, manifest: Manifest, key: HoldoutKey) -> PriceTable:
    """The sealed holdout of `manifest`, opened with its published key.

    Raises:
        HoldoutKeyError: the key does not open it.
        ManifestError: what is inside is not the table that the manifest announced.
    """
    holdout = manifest.holdout
    if not isinstance(holdout, SealedHoldout):
        raise ManifestError("this contest has no sealed holdout", "its test window is fetched after revealEnds")
    largest = SEALING_BYTES + PriceTable.largest_csv(holdout.rows, manifest.columns)
    sealed = _content(store, _cid(holdout.cid, "the manifest"), largest, "the sealed holdout")
    return _table(decrypt(sealed, key), holdout.rows, manifest, "the sealed holdout")


def _content(store: ContentStore, cid: Cid, largest: int, name: str) -> bytes:
    try:
        return store.get(cid, max_bytes=min(largest, MAX_FILE_BYTES))
    except ContentTooLarge as error:
        raise ManifestError(
            f"{name} is larger than the {largest:,} bytes that its rows and columns can need", _ASK_NOBODY
        ) from error


def _table(data: bytes, rows: int, manifest: Manifest, name: str) -> PriceTable:
    # Counted before anything is made of it.
    header, found = data[: data.find(b"\n") + 1], data.count(b"\n") - 1
    columns = header.count(b",")
    if found != rows or header != f"{','.join(('time', *manifest.columns))}\n".encode("ascii", "replace"):
        raise ManifestError(
            f"{name} has {found:,} rows of {columns} columns, the manifest says {rows:,} of {len(manifest.columns)}: "
            f"{', '.join(manifest.columns)}"[:500],
            _ASK_NOBODY,
        )
    return PriceTable.from_csv(data, manifest.interval)


def _cid(text: str, author: str) -> Cid:
    try:
        return Cid.parse(text)
    except ValueError as error:
        raise ManifestError(
            f"{author} names content by {text[:80]!r}, which is no CID used here", "ask its author"
        ) from error
