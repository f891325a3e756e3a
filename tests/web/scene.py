"""Contests in every phase, with their documents, and an index of them: what pages and answers are tried on.

One chain has one time, so each contest has windows of its own: at `NOW` one is offered, one takes entries, and so on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from eth_account.signers.local import LocalAccount

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.holdout import HoldoutKey
from hyperbounty.bounty.manifest import Manifest, PricePart
from hyperbounty.bounty.published import fetch_manifest, open_holdout
from hyperbounty.bounty.report import HoldoutFacts, Report, RunDetails, SpecDetails, SpecScore
from hyperbounty.bounty.types import Contest, Panel
from hyperbounty.bounty.unscorable import Unscorable
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.embedded.provider import EmbeddedProvider
from hyperbounty.errors import ContentNotFound
from hyperbounty.prices.fetched import FetchedPrices
from hyperbounty.spec.spec import Spec
from hyperbounty.store import Cid, ContentStore, open_store
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index
from organizer.bounty.publishing import publish
from organizer.bounty.task import TaskSettings
from participant.bounty.entering import new_entry
from participant.bounty.entries import Entry
from tests.bounty.usual_terms import KEY, usual_terms
from tests.evaluator.bounty.small_contest import walk
from tests.web.indexing import where_is

HOUR: Final = 3_600
ETHER: Final = 10**18
SPECS: Final = (
    Spec(cell="GRU", recurrent_units=(24,), epochs=12),
    Spec(recurrent_units=(16,), epochs=10),
    Spec(recurrent_units=(8, 8), dropout=0.2, epochs=8),
    Spec(cell="GRU", recurrent_units=(8,), epochs=6),
)
MINIMUM_PPM: Final = 560_000
ENTRIES: Final = 16
FIRST_ROW: Final = 5_900_000
"""Of prices every five minutes: in January 2026."""
NAMELESS: Final = hashlib.sha256(b"nobody has it").digest()
"""Of a manifest that nobody has."""

SCORES: Final = (640_000, 611_000, 583_000, 0)
INTERVAL: Final = 27_000


@dataclass
class Scene:
    """A chain, a store, and what was played on it.

    Attributes:
        numbers: of the contests, by what they show: `offer`, `submit`, `reveal`, `score`, `challenge`, `disputed`,
            `won`, `refunded`, `void`, `unscorable`, `cancelled`, `nameless` (whose manifest nobody has).
        entries: what was sealed, by number of the contest, participant and slot.
    """

    folder: Path
    chain: Chain
    contract: BountyContract
    store: ContentStore
    accounts: Sequence[LocalAccount]
    numbers: dict[str, int] = field(default_factory=dict)
    entries: dict[tuple[int, str, int], Entry] = field(default_factory=dict)

    @property
    def organizer(self) -> LocalAccount:
        """Of all contests."""
        return self.accounts[1]

    @property
    def evaluator(self) -> LocalAccount:
        """Of all contests."""
        return self.accounts[2]

    @property
    def members(self) -> list[LocalAccount]:
        """Of the panels."""
        return sorted(self.accounts[3:6], key=lambda account: str(account.address).lower())

    @property
    def participants(self) -> Sequence[LocalAccount]:
        """Those who enter, each with one spec of `SPECS`."""
        return self.accounts[6:10]

    @property
    def database(self) -> Path:
        """Of the index."""
        return self.folder / "index.sqlite"

    def contest(self, name: str) -> Contest:
        """As the contract has it now."""
        return self.contract.contest(self.numbers[name])

    def index(self) -> None:
        """Bring the index up to the chain, with all documents that there are."""
        known = families()
        with open_index(self.database, known) as database:
            wanted = Wanted(known, where_is(self.contract), 0, store=self.store)
            process = IndexProcess(self.chain, database, wanted)
            with process.opened():
                process.catch_up()


def new_scene(folder: Path, chain: Chain | None = None, address: str | None = None) -> Scene:
    """A chain with the contract, and nothing played yet.

    Args:
        folder: of the store and the index.
        chain: a development chain; left out, a new embedded one.
        address: of the contract, where it is deployed.
    """
    chain = chain or Chain(EmbeddedProvider(DevelopmentNode()))
    accounts = [devnet_account(number, chain) for number in range(10)]
    contract = BountyContract(chain, address) if address is not None else BountyContract.deploy(chain, accounts[0])[0]
    return Scene(folder, chain, contract, open_store(None, folder / "store"), accounts)


def play(scene: Scene) -> None:
    """Open contests and play each so far that the scene has one in every phase."""
    manifest = published(scene, "Does LTC rise within three steps?")
    panel = Panel(tuple(m.address for m in scene.members), ETHER // 20, ETHER // 10, ETHER // 100, 5_000, HOUR, HOUR)
    # The longer its windows are, the earlier a contest stands when time has passed.
    for name, submit_hours, changes in (
        ("submit", 40, {}),
        ("reveal", 10, {"reveal_seconds": 30 * HOUR}),
        ("score", 9, {"score_seconds": 30 * HOUR}),
        ("challenge", 3, {"challenge_seconds": 30 * HOUR, "panel": panel}),
        ("disputed", 3, {"challenge_seconds": 4 * HOUR, "panel": _longer(panel, 30 * HOUR)}),
        ("won", 3, {"sponsor": ETHER // 5}),
        ("refunded", 3, {"manifest": published(scene, "Does LTC rise within the hour?", 700_000)}),
        ("void", 3, {}),
        ("unscorable", 3, {}),
    ):
        terms: dict[str, Any] = {"manifest": manifest, "submit_seconds": submit_hours * HOUR, **changes}
        open_contest(scene, name, **terms)
        enter(scene, name)
    open_contest(scene, "offer", manifest, is_accepted=False, accept_ends=scene.chain.timestamp() + 40 * HOUR)
    open_contest(scene, "cancelled", manifest, is_accepted=False)
    scene.contract.cancel(scene.organizer, scene.numbers["cancelled"])
    open_contest(scene, "nameless", NAMELESS, submit_seconds=40 * HOUR)

    scored = ("challenge", "disputed", "won", "refunded", "void", "unscorable")
    scene.chain.advance_to(_at(scene, "unscorable", "submit_ends"))
    for name in scored:
        reveal(scene, name)
    scene.chain.advance_to(_at(scene, "unscorable", "reveal_ends"))
    for name in scored:
        if name != "void":
            scene.contract.publish_holdout_key(scene.organizer, scene.numbers[name], KEY)
        if name == "unscorable":
            cannot = Unscorable(
                chain_id=scene.chain.chain_id,
                contract=scene.contract.address,
                contest=scene.numbers[name],
                manifest=str(scene.store.add_block(fetch_manifest(scene.store, manifest).canonical())),
                reason="the prices behind the key are not those that the manifest names",
            )
            scene.store.add_block(cannot.canonical())
            scene.contract.record_scores(scene.evaluator, scene.numbers[name], cannot.digest(), [])
        elif name != "void":
            record(scene, name)
    scene.chain.advance_to(_at(scene, "unscorable", "score_ends"))
    scene.contract.challenge(scene.participants[2], scene.contest("disputed"))
    for name in ("won", "refunded", "void", "unscorable"):
        scene.contract.settle(scene.organizer, scene.numbers[name])
    scene.chain.advance_to(_at(scene, "disputed", "challenge_ends"))
    member = scene.members[0]
    seal = scene.contract.chain.read(
        scene.contract.calls.sealOf(scene.numbers["disputed"], member.address, b"r" * 32, b"s" * 32, list(SCORES))
    )
    scene.contract.seal_scores(member, scene.numbers["disputed"], 0, seal)
    scene.chain.advance_to(_at(scene, "score", "submit_ends"))
    reveal(scene, "score")
    scene.chain.advance_to(_at(scene, "reveal", "submit_ends"))
    reveal(scene, "reveal", some=2)
    scene.chain.advance_to(_at(scene, "score", "reveal_ends"))


def published(scene: Scene, title: str, minimum_ppm: int = MINIMUM_PPM) -> bytes:
    """Put a contest's documents into the store, its holdout under `KEY`; the digest of its manifest."""
    prices = FetchedPrices(walk(FIRST_ROW, 6_000, 0), "a walk", synthetic=True, cleaning=(), name="csv")
    settings = TaskSettings(
        coin="LTC",
        sequence_length=8,
        holdout="sealed",
        private_data=True,
        title=title,
        minimum_score_ppm=minimum_ppm,
        allow_luck=True,
    )
    return publish(prices, settings, scene.store, {}, entries=ENTRIES, make_key=lambda: HoldoutKey(KEY)).digest


def open_contest(
    scene: Scene, name: str, manifest: bytes, *, is_accepted: bool = True, sponsor: int = 0, **changes: Any
) -> None:
    """Open a contest with a reward of an ether for two places, and have everybody accept it."""
    said: Manifest | None = None
    with suppress(ContentNotFound):
        said = fetch_manifest(scene.store, manifest)
    terms = usual_terms(
        scene.chain.timestamp(),
        scene.evaluator.address,
        **{
            "reward": ETHER,
            "bond": ETHER // 10,
            "evaluator_bond": ETHER // 10,
            "entry_fee": ETHER // 1000,
            "minimum_score": said.minimum_score_ppm if said else MINIMUM_PPM,
            "entry_seconds": said.entry_seconds if said else 180,
            "max_submissions": ENTRIES,
            "shares": (7_000, 3_000),
            "submit_seconds": 3 * HOUR,
            "reveal_seconds": HOUR,
            "score_seconds": HOUR,
            "manifest": manifest,
            **changes,
        },
    )
    scene.numbers[name], _ = scene.contract.open(scene.organizer, terms)
    if not is_accepted:
        return
    offered = scene.contest(name)
    scene.contract.accept(scene.evaluator, offered, offered.needed_throughput)
    for seat, member in enumerate(scene.members if terms.panel.members else ()):
        scene.contract.accept_seat(member, scene.contest(name), seat)
    if sponsor:
        scene.contract.sponsor(scene.accounts[0], scene.contest(name), sponsor)


def enter(scene: Scene, name: str) -> None:
    """Have each participant seal its spec."""
    for participant, spec in zip(scene.participants, SPECS, strict=True):
        contest = scene.contest(name)
        entry = new_entry(scene.contract, contest, participant.address, 0, spec.word)
        scene.contract.submit(participant, contest, 0, entry.commitment)
        scene.entries[contest.number, participant.address, 0] = entry


def reveal(scene: Scene, name: str, some: int | None = None) -> None:
    """Have participants open what they sealed, `some` of them or all."""
    number = scene.numbers[name]
    for participant in scene.participants[:some]:
        entry = scene.entries[number, participant.address, 0]
        scene.contract.reveal(participant, number, 0, entry.spec, entry.salt)


def record(scene: Scene, name: str) -> None:
    """Have the evaluator record `SCORES`, with a report."""
    made = report(scene, scene.contest(name))
    scene.store.add_block(made.canonical())
    scene.contract.record_scores(scene.evaluator, scene.numbers[name], made.digest(), made.scores)


def report(scene: Scene, contest: Contest) -> Report:
    """A report of a contest whose four participants have revealed: the first two share a place, the last diverged."""
    manifest: Manifest = fetch_manifest(scene.store, contest.manifest)
    specs = scene.contract.revealed_specs(contest)
    opened = open_holdout(scene.store, manifest, HoldoutKey(KEY))
    return Report(
        chain_id=scene.chain.chain_id,
        contract=scene.contract.address,
        contest=contest.number,
        manifest=str(scene.store.add_block(manifest.canonical())),
        seed="0x" + "5e" * 32,
        metric=manifest.metric,
        holdout=HoldoutFacts(
            prices=PricePart(cid=str(scene.store.add(opened.to_csv())), rows=len(opened)),
            windows=manifest.holdout_windows,
            rises=manifest.holdout_windows * 52 // 100,
        ),
        specs=tuple(
            SpecScore(
                index=spec.index,
                participant=spec.participant,
                spec="0x" + spec.spec.hex(),
                score_ppm=score,
                run_scores_ppm=tuple(max(score + shift, 0) for shift in (-9_000, 2_000, 7_000)),
                interval_ppm=(score - INTERVAL, score + INTERVAL) if score else None,
                p_value_ppm=9_000 if score > 600_000 else 310_000,
                place=1 + sum(other > score + INTERVAL + 5_000 for other in SCORES),
                parameters=2_801,
                run_seconds=9,
                note="" if score else "diverged",
                details=str(scene.store.add_block(_details(spec.spec, score).canonical())),
            )
            for spec, score in zip(specs, SCORES, strict=True)
        ),
        machine={"cpu": "two cores"},
        versions={"keras": "3.15.1"},
    )


def _details(spec: bytes, score: int) -> SpecDetails:
    epochs = Spec.from_word(spec).epochs
    return SpecDetails(
        spec="0x" + spec.hex(),
        runs=tuple(
            RunDetails(
                run=run,
                seed=11 + run,
                score_ppm=score,
                diverged_at=None if score else 2,
                seconds=3.5,
                losses=tuple(0.69 - 0.01 * epoch - 0.003 * run for epoch in range(epochs)) if score else (0.7, None),
                accuracies=tuple(0.52 + 0.01 * epoch for epoch in range(epochs)) if score else (0.5, None),
                holdout_scores_ppm=tuple(score - 4_000 * abs(epochs - 3 - epoch) + 900 * run for epoch in range(epochs))
                if score
                else (500_000, 0),
                predictions="",
                checkpoints=(),
                weights=str(Cid.raw(b"weights")),
                machine={"cpu": "two cores"},
            )
            for run in range(3)
        ),
    )


def _longer(panel: Panel, seconds: int) -> Panel:
    return Panel(panel.members, panel.member_bond, panel.challenge_bond, panel.fee, panel.tolerance, seconds, seconds)


def _at(scene: Scene, name: str, deadline: str) -> int:
    found = getattr(scene.contract.dispute(scene.numbers[name]), deadline, None)
    return int(found or getattr(scene.contest(name), deadline))
