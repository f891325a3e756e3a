"""What to do next when the contract refuses a call: its custom errors, for people."""

from __future__ import annotations

from typing import Final

from hyperbounty.bounty.types import Outcome, Phase, Verdict
from hyperbounty.chain.contract_errors import ContractErrors
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.spec.table import FIELDS

_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "WrongPhase": (
        "this needs the {expected} phase, the contest is in {actual}",
        NextStep("{} has the deadlines", Action("participant.show")),
    ),
    "NotOpen": ("the contest is {actual}, there is nothing to cancel", "choose another contest"),
    "NotOrganizer": (
        "{actual} is not the organizer, {expected} is",
        NextStep("use the organizer's {}", Parameter("account")),
    ),
    "NotEvaluator": (
        "{actual} is not the evaluator, {expected} is",
        NextStep("use the evaluator's {}", Parameter("account")),
    ),
    "NotOrganizerOrEvaluator": (
        "{actual} is neither organizer ({organizer}) nor evaluator ({evaluator})",
        "use one of their accounts",
    ),
    "WrongAmount": (
        "{actual} wei were sent where {expected} are due",
        "try again with what is due; the price of an entry rises as slots fill",
    ),
    "ZeroReward": ("the reward is 0", "put up a reward"),
    "ZeroEvaluator": ("no evaluator is named", NextStep("name one with {}", Parameter("evaluator"))),
    "ZeroManifest": ("the manifest's digest is zero", "publish the manifest first"),
    "ZeroReport": ("the report's digest is zero", "publish the report first"),
    "ZeroExtension": ("an extension by 0 seconds was asked for", "give at least one second"),
    "MinimumScoreOutOfRange": ("a minimum of {actual} ppm was asked for", "choose 0 to {maximum}"),
    "WrongShareCount": ("{actual} prize shares were given", "give 1 to {maximum}"),
    "ZeroShare": ("prize share {index} is 0", "leave it out, or give it something"),
    "WrongShareSum": ("the prize shares sum to {actual} basis points", "make them sum to {expected}"),
    "SubmissionCapOutOfRange": ("a cap of {actual} submissions was asked for", "choose {minimum} to {maximum}"),
    "PerAddressCapOutOfRange": ("a cap of {actual} per address was asked for", "choose 1 to {maximum}"),
    "ZeroEntrySeconds": ("the compute budget of an entry is 0 seconds", "give it at least one second"),
    "ExtensionTooLong": (
        "extensions by {actual} s in all were asked for",
        "the time to submit can at most double: extend by {maximum} s in all",
    ),
    "AcceptEndsTooSoon": (
        "the offer would end at {actual}, which leaves too little time to accept it",
        "let it end at {earliest} or later",
    ),
    "WindowTooShort": (
        "a window of {actual} s was asked for",
        "give every window {minimum} s at least, better a day, and four times that to score where a key is awaited",
    ),
    "AlreadyAccepted": ("{account} has accepted contest {contest} already", "wait until everybody has"),
    "ThroughputTooLow": (
        "a throughput of {actual} thousandths of the reference core does not train every entry in time",
        "accept with {needed} or more if the machines can do that; otherwise do not accept",
    ),
    "ZeroAmount": ("the amount is 0", "give more than 0"),
    "TooFullToSponsor": (
        "{standing} submissions stand, and sponsors may add to the reward only while {freeSlots} or fewer do",
        "sponsor another contest",
    ),
    "NotReturned": (
        "contest {contest} is {outcome}; sponsors get their money back from a contest that ended without a winner",
        "wait until the contest is settled, if it is not",
    ),
    "NothingToReclaim": ("contest {contest} holds nothing of {sponsor}", "there is nothing to do"),
    "DeadlineTooFar": ("the last deadline, {actual}, is after {latest}", "choose earlier deadlines"),
    "EntryOutOfRange": ("slot {entry} is not one of {maxPerAddress}", "count your slots from 0"),
    "TooManySubmissions": (
        "{maxSubmissions} submissions stand already, the most here",
        "try again if one is withdrawn",
    ),
    "NoSubmission": ("no submission of {participant} stands in slot {entry}", "submit one, or name the right slot"),
    "AlreadyRevealed": ("slot {entry} of {participant} is revealed already", "there is nothing left to do for it"),
    "CommitmentMismatch": (
        "spec and salt are not what this account committed to",
        "reveal from the account, and with the files, that submitted; a copied commitment cannot be opened",
    ),
    "NoSuchReveal": ("there is no revealed spec {index}, only {revealed}", "count from 0"),
    "SubmissionsStand": ("{count} submissions stand", "a contest can be cancelled only while none does"),
    "NoHoldoutKey": ("the contest has no sealed holdout", "there is no key to publish"),
    "KeyMismatch": ("the key does not match the commitment made at open", "publish the key that opened this contest"),
    "KeyNotPublished": (
        "the holdout key is not published",
        NextStep("publish it first: {}; once its time is over, the contest ends void", Action("organizer.publish-key")),
    ),
    "KeyTooLate": (
        "the holdout key was due before {keyEnds}, and it is {blockTime}",
        "settle the contest after its last deadline: it ends void, at the organizer's cost",
    ),
    "KeyAlreadyPublished": ("the holdout key is published already", "go on with the scoring"),
    "NothingRevealed": (
        "nobody revealed a spec",
        "there is nothing to score, or to challenge: settle after the last deadline",
    ),
    "WrongScoreCount": (
        "{actual} scores for {expected} revealed specs",
        "give one score for each, in index order, or none where the contest cannot be scored",
    ),
    "ScoreOutOfRange": ("score {score} of spec {index} is above 1,000,000 ppm", "give parts per million"),
    "AlreadyClaimed": ("the share of spec {index} is paid already", "there is nothing left to do for it"),
    "NothingToClaim": (
        "contest {contest} owes nothing to those who revealed, or is not settled yet",
        "settle it first, if it is not settled",
    ),
    "UnusualEncoding": ("the terms are not encoded in their usual order", "encode them with an ordinary ABI encoder"),
    "WrongPanelSize": ("a panel of {actual} was asked for", "name 1, 3, 5 or {maximum} members, or none"),
    "PanelNotAscending": (
        "member {seat} of the panel is not above the one before",
        "name each once, in ascending order",
    ),
    "PartyOnPanel": (
        "{member} is a party of this contest",
        "organizer, evaluator and challenger cannot sit on its panel",
    ),
    "PanelWithoutMembers": ("terms of a panel were given, but no members", "name the members, or leave the terms out"),
    "BondBelowFees": (
        "the panel's fees come to {fees}; the evaluator's bond is {evaluatorBond}, the challenge bond {challengeBond}",
        "make half of each of the two bonds cover the fees of the whole panel",
    ),
    "ToleranceOutOfRange": ("a tolerance of {actual} ppm was asked for", "choose 0 to {maximum}"),
    "NoPanel": ("contest {contest} names no panel", "its scores rest on the evaluator's word and cannot be challenged"),
    "AlreadyChallenged": ("{challenger} has challenged contest {contest} already", "the panel decides: wait for it"),
    "NotChallenged": ("nobody challenged contest {contest}", "settle it"),
    "NoSuchSeat": ("the panel has no seat {seat}, only {members}", "count from 0"),
    "NotPanelMember": (
        "this seat is {expected}'s, not {actual}'s",
        NextStep("use the member's {}", Parameter("account")),
    ),
    "ZeroSeal": ("the seal is zero", "seal the scores first"),
    "NothingSealed": ("seat {seat} of contest {contest} has nothing to open", "it was not sealed in time, or is open"),
    "SealMismatch": (
        "report, salt and scores are not what this account sealed",
        "open from the account, and with the files, that sealed",
    ),
    "QuorumMissed": ("only {opened} of {quorum} members opened their scores", "settle the contest: it ends void"),
    "AlreadyResolved": ("contest {contest} is resolved already: {verdict}", "settle it"),
    "NotResolved": (
        "the panel of contest {contest} has answered, and nobody has resolved it",
        "resolve the contest before it is settled; where no transaction can, settle it at {until} or later",
    ),
    "FailedCall": ("a part of the contract ran out of gas", "raise the gas limit"),
    "AddressEmptyCode": ("a part of the contract is missing at {target}", "this is a look-alike: send it nothing"),
    "SpecUnusedBits": ("the spec sets unused bits", "clear the last 24 bits"),
    "SpecFieldOutOfRange": ("{field} is {value}", "this contest allows {lowest} to {highest}"),
    "SpecLayerMismatch": ("{field} is {value} with {layers} layers there", "units stand exactly where a layer is"),
    "SpecFieldIneffective": ("{field} is {value} without effect", "set it to 0"),
}


def _show(error: str, name: str, value: object) -> str | None:
    if not isinstance(value, int):
        return None
    if name in ("expected", "actual") and error in ("WrongPhase", "NotOpen"):
        return Phase(value).label
    if name == "outcome":
        return Outcome(value).name.lower()
    if name == "verdict":
        return Verdict(value).name.lower()
    return FIELDS[value].name if name == "field" else None


ERRORS: Final = ContractErrors(_MESSAGES, "contest", _show)
"""The errors of `HyperparameterBounty` in words."""
