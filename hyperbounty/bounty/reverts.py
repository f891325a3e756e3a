"""What to do next when the contract refuses a call: its custom errors, for people."""

from __future__ import annotations

from typing import Final

from hyperbounty.bounty.types import Outcome, Phase, Verdict
from hyperbounty.errors import TransactionReverted
from hyperbounty.next_steps import Action, NextStep, Parameter
from hyperbounty.spec.table import FIELDS

_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "WrongPhase": (
        "this needs the {expected} phase, the contest is in {actual}",
        NextStep("{} has the deadlines", Action("participant.show")),
    ),
    "NotOpen": ("the contest is {actual}, there is nothing to cancel", "choose another contest"),
    "WrongOutcome": ("this needs outcome {expected}, the contest ended {actual}", "prizes are paid by settle itself"),
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
    "WrongAmount": ("{actual} wei were sent where {expected} are due", "send exactly what is due"),
    "ZeroReward": ("the reward is 0", "put up a reward"),
    "ZeroEvaluator": ("no evaluator is named", NextStep("name one with {}", Parameter("evaluator"))),
    "ZeroManifest": ("the manifest's digest is zero", "publish the manifest first"),
    "ZeroReport": ("the report's digest is zero", "publish the report first"),
    "ZeroExtension": ("an extension by 0 seconds was asked for", "give at least one second"),
    "MinimumScoreOutOfRange": ("a minimum of {actual} ppm was asked for", "choose 0 to {maximum}"),
    "WrongShareCount": ("{actual} prize shares were given", "give 1 to {maximum}"),
    "ZeroShare": ("prize share {index} is 0", "leave it out, or give it something"),
    "WrongShareSum": ("the prize shares sum to {actual} basis points", "make them sum to {expected}"),
    "SubmissionCapOutOfRange": ("a cap of {actual} submissions was asked for", "choose 1 to {maximum}"),
    "PerAddressCapOutOfRange": ("a cap of {actual} per address was asked for", "choose 1 to {maximum}"),
    "EmptyWindow": (
        "the windows to reveal ({revealSeconds} s) and to score ({scoreSeconds} s) must not be empty",
        "give each at least a second, better a day",
    ),
    "InvalidRecipient": ("{to} cannot receive a credit", NextStep("name another address with {}", Parameter("to"))),
    "SubmitEndsPassed": ("the end of submissions, {submitEnds}, is not after {blockTime}", "choose a later end"),
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
        NextStep("publish it first: {}", Action("organizer.publish-key")),
    ),
    "KeyAlreadyPublished": ("the holdout key is published already", "go on with the scoring"),
    "NothingRevealed": ("nobody revealed a spec", "there is nothing to score: settle after the last deadline"),
    "WrongScoreCount": ("{actual} scores for {expected} revealed specs", "give one score for each, in index order"),
    "ScoreOutOfRange": ("score {score} of spec {index} is above 1,000,000 ppm", "give parts per million"),
    "NotAToken": (
        "{asset} has no code: it is not a token",
        NextStep("name the token's contract, or leave {} out", Parameter("asset")),
    ),
    "UnsupportedToken": (
        "the token moved {received} where {expected} were due",
        "tokens that take a fee on transfer cannot be escrowed: choose another",
    ),
    "AlreadyClaimed": ("the share of spec {index} is paid already", "there is nothing left to do for it"),
    "NothingToClaim": ("the pot of contest {contest} has nothing for spec {index}", "there is nothing to do"),
    "NothingToWithdraw": ("{owner} has no credit in {asset}", "there is nothing to do"),
    "TransferFailed": ("{to} did not take the payment", NextStep("name another address with {}", Parameter("to"))),
    "InsufficientGas": ("{available} gas were left where {required} are needed", "raise the gas limit"),
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
    "EmptyPanelWindow": (
        "with a panel, the windows to challenge ({challengeSeconds} s), to seal ({sealSeconds} s) and to open "
        "({openSeconds} s) must not be empty",
        "give each at least a second, better a day",
    ),
    "BondBelowFees": (
        "the panel's fees come to {fees}, the bond is {bond} and the challenge bond {challengeBond}",
        "each bond must cover the fees of the whole panel",
    ),
    "ToleranceOutOfRange": ("a tolerance of {actual} ppm was asked for", "choose 0 to {maximum}"),
    "NoPanel": ("contest {contest} names no panel", "its scores rest on the evaluator's word and cannot be challenged"),
    "NotScored": ("contest {contest} has no scores to challenge", "it ends void: settle it after the last deadline"),
    "AlreadyChallenged": ("{challenger} has challenged contest {contest} already", "the panel decides: wait for it"),
    "NotChallenged": ("nobody challenged contest {contest}", "settle it"),
    "ScoresMismatch": ("these are not the scores recorded last", "read them again and try once more"),
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
    "NotResolved": ("the panel of contest {contest} has answered", "resolve the contest before it is settled"),
    "SpecUnusedBits": ("the spec sets unused bits", "clear the last 24 bits"),
    "SpecFieldOutOfRange": ("{field} is {value}", "this contest allows {lowest} to {highest}"),
    "SpecLayerMismatch": ("{field} is {value} with {layers} layers there", "units stand exactly where a layer is"),
    "SpecFieldIneffective": ("{field} is {value} without effect", "set it to 0"),
}


def explain(reverted: TransactionReverted) -> TransactionReverted:
    """The same error with words and a next step for the contract's custom errors; others come back as they are."""
    if reverted.error not in _MESSAGES:
        return reverted
    shown = {name: _show(reverted.error, name, value) for name, value in reverted.arguments.items()}
    what, next_step = _MESSAGES[reverted.error]
    return TransactionReverted(
        f"the contract refused ({reverted.error}): {what.format_map(shown)}",
        next_step if isinstance(next_step, NextStep) else next_step.format_map(shown),
        error=reverted.error,
        arguments=reverted.arguments,
    )


def _show(error: str, name: str, value: object) -> str:
    if isinstance(value, int) and name in ("expected", "actual") and error in ("WrongPhase", "NotOpen"):
        return Phase(value).label
    if isinstance(value, int) and name in ("expected", "actual") and error == "WrongOutcome":
        return Outcome(value).name.lower()
    if isinstance(value, int) and name == "verdict":
        return Verdict(value).name.lower()
    if isinstance(value, int) and name == "field":
        return FIELDS[value].name
    return f"0x{value.hex()}" if isinstance(value, bytes) else str(value)
