"""Offering a contest once: the same `open` again goes on with what was begun, and offers no second contest.

A request is all that decides a contest: chain, contract, organizer, prices, task, offer. The first time, its manifest
is published, and the manifest's digest is written to a file named by the request, before anything is sent. The journal
knows the transaction by the request's digest. The same request again finds both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hyperbounty.bounty.manifest import Manifest
from hyperbounty.bounty.published import fetch_manifest
from hyperbounty.bounty.types import Terms
from hyperbounty.errors import InvalidInput
from hyperbounty.files import write_atomic
from hyperbounty.locks import locked
from hyperbounty.store import Cid, ContentStore
from organizer.bounty.contest_file import normalized
from organizer.bounty.keys import KeyFolder
from organizer.bounty.offer import Offer
from organizer.bounty.publishing import Publication
from organizer.bounty.task import TaskSettings
from organizer.bounty.windows import check_windows

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.prices.fetched import FetchedPrices


Agree = Callable[[Manifest, Terms], None]
"""Says what is offered, and raises unless somebody agrees."""


@dataclass(frozen=True)
class Request:
    """What decides a contest.

    Attributes:
        chain: its identity; a development chain that began anew is another one.
        prices: SHA-256 of the table and its origin, hexadecimal.
        copy: tells apart contests that are equal on purpose.
    """

    chain: str
    contract: str
    organizer: str
    prices: str
    settings: TaskSettings
    offer: Offer
    copy: int = 1

    @property
    def name(self) -> str:
        """Its digest, 64 hexadecimal digits: of the contest's normalized file, and of what no file says."""
        fields = {
            "chain": self.chain,
            "contract": self.contract,
            "organizer": self.organizer,
            "prices": self.prices,
            "copy": self.copy,
            "file": normalized(self.settings, self.offer),
            "limits": self.offer.limits.hex(),
            "tolerance_ppm": self.settings.tolerance_ppm,
        }
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def prices_digest(prices: FetchedPrices) -> str:
    """What a table of prices and its origin come to, for a `Request`."""
    origin = f"{prices.source}\n{prices.synthetic}\n{prices.table.interval}\n".encode()
    digest = hashlib.sha256(origin)
    digest.update(prices.csv)
    return digest.hexdigest()


@dataclass(frozen=True)
class Opened:
    """A contest that is offered.

    Attributes:
        number: of the contest.
        receipt: of the transaction that opened it.
        before: whether that transaction was sent by an earlier run.
    """

    number: int
    receipt: Receipt
    before: bool


def open_contest(
    contract: BountyContract,
    organizer: LocalAccount,
    publication: Publication,
    offer: Offer,
    keys: KeyFolder,
    *,
    key: str | None = None,
    agree: Agree | None = None,
) -> tuple[int, Receipt]:
    """Offer a contest on `publication`, reward, bond and the evaluator's fee going into escrow in the same transaction.

    The key is on disk before anything is sent: a contest whose key is lost costs reward and bond.

    Raises:
        InvalidInput: a window that is too short to be in time for, or to score every entry in.

    Args:
        keys: keeps the key of `publication`, where that still has it.
        key: names this one opening in the journal of transactions.
        agree: is told the terms before anything is sent, and raises where they are not to be offered.

    Returns:
        The contest's number, and the receipt.
    """
    if publication.key is not None:
        keys.keep(publication.key)
    check_windows(offer.windows(), development=contract.chain.is_development)
    if agree is not None:
        agree(publication.manifest, offer.terms(publication, contract.chain.timestamp()))
    # Counted from now: somebody may have thought about it for long.
    return contract.open(organizer, offer.terms(publication, contract.chain.timestamp()), key=key)


def open_once(
    contract: BountyContract,
    organizer: LocalAccount,
    request: Request,
    publish: Callable[[], Publication],
    store: ContentStore,
    keys: KeyFolder,
    folder: Path,
    agree: Agree | None = None,
) -> Opened:
    """The contest that `request` asks for: opened now, or carried on from an earlier run that was interrupted anywhere.

    Deadlines count from the time of the run that sends the transaction.

    Args:
        publish: makes a publication; called where there is none, or it can no longer be used.
        store: that publications are in.
        folder: where requests are kept.
        agree: see `open_contest`; not asked about what an earlier run has sent.

    Raises:
        TransactionReverted: the contract would refuse such an offer; nothing was published or sent.
        InsufficientFunds: the account cannot pay the escrow and the fee; nothing was published or sent.
    """
    step = f"open/{request.name}"
    with locked(folder / f"{request.name}.lock", exclusive=True):
        receipt = contract.resume(organizer, step)
        if receipt is not None:
            return Opened(contract.opened(receipt), receipt, before=True)
        # Before anything is published.
        contract.check(organizer, contract.opening(request.offer.draft(contract.chain.timestamp())))
        publication = _publication(folder / f"{request.name}.json", publish, store, keys)
        number, receipt = open_contest(contract, organizer, publication, request.offer, keys, key=step, agree=agree)
        return Opened(number, receipt, before=False)


def _publication(path: Path, publish: Callable[[], Publication], store: ContentStore, keys: KeyFolder) -> Publication:
    """What an earlier run has published for the request kept at `path`; else a new publication, kept there."""
    digest = _read(path)
    if digest is not None and store.has(Cid.from_digest(digest)):
        return Publication(fetch_manifest(store, digest), digest, None)
    made = publish()
    # The key before the digest: what is found here has its key.
    if made.key is not None:
        keys.keep(made.key)
    write_atomic(path, json.dumps({"manifest": made.digest.hex()}).encode() + b"\n")
    return Publication(made.manifest, made.digest, None)


def _read(path: Path) -> bytes | None:
    try:
        return bytes.fromhex(json.loads(path.read_text(encoding="utf-8"))["manifest"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path} is damaged", "remove it: nothing was sent for it yet") from error
