"""A contest that somebody thinks of: the contest file (docs/contest-file.md) out of a form, and what it would come to.

Without prices, nobody can say what only they tell: whether the bar can be reached, and how long the scoring waits for
prices to come. `organizer check` says it, with the file that is made here. Where a manifest is published already, it
decides the task, and the contest can be opened by it alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hyperbounty.bounty.capacity import capacity_refusal
from hyperbounty.bounty.manifest import Manifest, SealedHoldout
from hyperbounty.bounty.price import surcharge_at
from hyperbounty.bounty.show.cautions import cautions
from hyperbounty.bounty.types import THROUGHPUT_UNIT, Panel, Terms
from hyperbounty.bounty.usual import (
    usual_bond,
    usual_entry_fee,
    usual_member_fee,
    usual_score_seconds,
    usual_seal_seconds,
)
from hyperbounty.chain.development import DEVELOPMENT_CHAIN_ID
from hyperbounty.money import COIN, Asset
from hyperbounty.spec.word import SPEC_MAXIMA
from hyperbounty.statistics.luck import Lottery
from hyperbounty.statistics.ppm import PPM
from hyperbounty.web.bounty.draft_keys import BARE, KEYS, OF_PANEL, REQUIRED, YES_OR_NO
from hyperbounty.web.site.forms import Filled, filled, literal, toml_file

_DAY: Final = 86_400
_OF_MANIFEST: Final = ("prices", "task", "bar")
_LEAST_SECONDS: Final = 600
_LEAST_SECONDS_ELSEWHERE: Final = 3_600


@dataclass(frozen=True)
class Draft(Filled):
    """A contest that somebody thinks of.

    Attributes:
        now: the chain's time, in unix seconds.
        chain_id: of the chain.
        manifest: that is published already; None where the prices are still the organizer's.
        asset: that all amounts are of.
    """

    now: int
    chain_id: int
    manifest: Manifest | None = None
    asset: Asset = COIN

    @property
    def throughput(self) -> int:
        """What the times are made for, in thousandths of the reference core."""
        cores: float = self.values["cores"]
        return round(cores * THROUGHPUT_UNIT)

    @property
    def panel(self) -> Panel:
        """Who decides where scores are challenged."""
        members = self.values.get("panel", ())
        if not members:
            return Panel()
        fee = usual_member_fee(self.stake("evaluator_bond"), self.stake("challenge_bond"), len(members))
        return Panel(
            members,
            self.stake("member_bond"),
            self.stake("challenge_bond"),
            self.values.get("panel_fee", fee),
            0 if self.manifest is None else self.manifest.tolerance_ppm,
            self.values.get("seal_time", self._usual_seal_seconds),
            self.values["open_time"],
        )

    @property
    def terms(self) -> Terms:
        """As the contract would take them; what follows from the prices has a stand-in."""
        values = self.values
        return Terms(
            asset=self.asset,
            reward=values["reward"],
            bond=self.stake("bond"),
            evaluator_bond=self.stake("evaluator_bond"),
            evaluator_fee=values.get("evaluator_fee", 0),
            entry_fee=values.get("entry_fee", usual_entry_fee(values["reward"], values["max_submissions"])),
            minimum_score=self.bar_ppm or 0,
            shares=values["shares"],
            accept_ends=self.now + values["accept_time"],
            submit_seconds=values["submit_time"],
            reveal_seconds=values["reveal_time"],
            score_seconds=values.get("score_time", self._usual_score_seconds),
            challenge_seconds=values["challenge_time"] if values.get("panel") else 0,
            evaluator=values["evaluator"],
            limits=SPEC_MAXIMA,
            max_submissions=values["max_submissions"],
            max_per_address=min(values["max_per_address"], values["max_submissions"]),
            entry_seconds=1 if self.manifest is None else self.manifest.entry_seconds,
            manifest=bytes(32) if self.manifest is None else self.manifest.digest(),
            holdout_commitment=self._holdout_commitment,
            panel=self.panel,
        )

    @property
    def _usual_score_seconds(self) -> int:
        if self.manifest is None:
            return _DAY
        return usual_score_seconds(self.manifest, self.values["max_submissions"], self.throughput)

    @property
    def _usual_seal_seconds(self) -> int:
        if self.manifest is None:
            return 3 * _DAY
        return usual_seal_seconds(self.manifest, self.values["max_submissions"], self.throughput)

    @property
    def _holdout_commitment(self) -> bytes:
        holdout = None if self.manifest is None else self.manifest.holdout
        return bytes.fromhex(holdout.key_commitment[2:]) if isinstance(holdout, SealedHoldout) else bytes(32)

    def stake(self, name: str) -> int:
        """A bond: the one that was written, or the usual one."""
        return int(self.values.get(name, usual_bond(self.values["reward"])))

    @property
    def lottery(self) -> Lottery | None:
        """The contest for those who know nothing; without a manifest, as if prices rose as often as they fell.

        None where no window can be scored, or nobody can tell.
        """
        values = self.values
        if self.manifest is not None:
            said = self.manifest.estimates
            return Lottery(
                self.manifest.metric,
                self.manifest.holdout_windows,
                said.training_windows,
                self.manifest.task.future_periods,
                said.rise_rate_ppm,
                values["max_submissions"],
            )
        windows = values.get("future_rows", 0) - values["sequence_length"] - values["future_periods"]
        if values["holdout"] != "future" or windows < 1:
            return None
        return Lottery(
            values["metric"], windows, windows, values["future_periods"], PPM // 2, values["max_submissions"]
        )

    @property
    def metric(self) -> str:
        """What a score is, in words."""
        name: str = self.values["metric"] if self.manifest is None else self.manifest.metric
        return name.replace("_", " ")

    @property
    def is_allowed_to_pay_for_luck(self) -> bool:
        """Whether the organizer insists on a bar that luck alone reaches."""
        return bool(self.values.get("allow_luck"))

    @property
    def bar_ppm(self) -> int | None:
        """The bar; None where only the prices tell."""
        if self.manifest is not None:
            return self.manifest.minimum_score_ppm
        if "minimum" in self.values:
            return int(self.values["minimum"])
        return None if self.lottery is None else min(PPM, self.lottery.bar_ppm(self.values["luck"] / PPM))

    @property
    def luck_ppm(self) -> int | None:
        """The chance with which luck alone is paid; None where only the prices tell."""
        if self.lottery is None or self.bar_ppm is None:
            return None
        return math.ceil(PPM * self.lottery.chance_of_any(self.bar_ppm))

    @property
    def deadlines(self) -> list[tuple[str, int]]:
        """The end of each phase that is known without the prices, if everybody named accepts at once; unix seconds."""
        values = self.values
        windows = [("submit", values["submit_time"]), ("reveal", values["reveal_time"])]
        if "score_time" in values or self.manifest is not None:
            windows.append(("score", self.terms.score_seconds))
            if self.panel.members:
                windows.append(("challenge", values["challenge_time"]))
        found, at = [("accept", self.now + values["accept_time"])], self.now
        for name, seconds in windows:
            at += seconds
            found.append((name, at))
        return found

    @property
    def prices_of_entries(self) -> tuple[int, int, int]:
        """What the first entry costs, what the last, and what all together."""
        terms = self.terms
        costs = [
            terms.entry_fee + surcharge_at(terms.reward, terms.max_submissions, taken)
            for taken in range(terms.max_submissions)
        ]
        return costs[0], costs[-1], sum(costs)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is odd about the terms, and allowed all the same; without what only the prices tell."""
        return cautions(
            self.terms,
            "",  # nobody says who will open it
            self.panel,
            self.manifest,
            self.throughput,
            luck_ppm=self.luck_ppm or 0,
            development=self.chain_id == DEVELOPMENT_CHAIN_ID,
        )

    def file(self) -> str:
        """The contest file.

        Raises:
            InvalidInput: something is wrong with it.
        """
        return toml_file(KEYS, self, self._is_idle, self._literal)

    def _is_idle(self, name: str) -> bool:
        """Whether a key would say nothing beside the others."""
        values = self.values
        return (
            (name == "luck" and "minimum" in values)
            or (name == "future_rows" and values["holdout"] != "future")
            or (name in ("private_data", "holdout_fraction") and values["holdout"] != "sealed")
            or (name == "lanes" and values["backend"] != "jax")
            or (name in YES_OR_NO and not values[name])
            or (name in (*OF_PANEL, "panel") and not values.get("panel"))
        )

    def _literal(self, name: str) -> str:
        value = self.values[name]
        if name in BARE:
            return str(value)
        if name in YES_OR_NO:
            return "true" if value else "false"
        if name == "shares":
            return literal([f"{share / 100:g}%" for share in value])
        return literal(value if name in ("evaluator", "asset", "panel") else self.written[name])


def draft(
    written: Mapping[str, str], now: int, chain_id: int, manifest: Manifest | None = None, asset: Asset = COIN
) -> Draft:
    """What a form comes to.

    Args:
        written: by key; what is missing is as it is usual.
        now: the chain's time, in unix seconds.
        chain_id: of the chain.
        manifest: that is published already, and decides what the keys of the task would.
        asset: that the key `asset` names.
    """
    of_manifest = {key.name for key in KEYS if key.section in _OF_MANIFEST} | {"run_time"}
    form = filled(KEYS, written, REQUIRED, asset, without=() if manifest is None else of_manifest)
    made = Draft(form.written, form.values, form.faults, now, chain_id, manifest, asset)
    return made if made.faults else replace(made, faults=dict(_together(made)))


def _together(made: Draft) -> Iterator[tuple[str, str]]:
    """What is wrong with values that are right each by itself: what the contract would refuse."""
    values, panel, terms = made.values, made.panel, made.terms
    if terms.reward == 0:
        yield "reward", "it is 0; put up a reward"
    least = _LEAST_SECONDS if made.chain_id == DEVELOPMENT_CHAIN_ID else _LEAST_SECONDS_ELSEWHERE
    for name, seconds in values.items():
        if name.endswith("_time") and name != "run_time" and not made._is_idle(name) and seconds < least:
            yield name, f"{seconds} s is too short; give {least} s or more"
    if made.manifest is None and values["holdout"] == "future" and made.lottery is None:
        yield (
            "future_rows",
            "they leave no window; give more than sequence_length and future_periods together",
        )
    if made.manifest is None and values["holdout"] == "sealed" and not values["private_data"]:
        what = "a sealed holdout is for prices that nobody else has, as far as you know"
        yield "private_data", f"{what}; say yes, or choose a holdout of the future"
    if made.manifest is None and values["backend"] != "jax" and values["lanes"] > 1:
        yield "lanes", "tensorflow trains one spec at a time; give 1, or choose jax"
    if values["evaluator"] in panel.members:
        yield "panel", "the evaluator cannot sit on it; name somebody else"
    if made.manifest is not None:
        refusal = capacity_refusal(
            made.manifest,
            max_submissions=terms.max_submissions,
            score_seconds=terms.score_seconds,
            throughput=made.throughput,
        )
        if refusal is not None:
            yield "score_time", refusal.what
    fees = panel.fee * len(panel.members)
    if panel.members and min(terms.evaluator_bond, panel.challenge_bond) // 2 < fees:
        yield (
            "panel_fee",
            f"half of each of the two bonds must cover {made.asset.shown(fees)}, the fees of the whole panel",
        )
