"""What to do next when `SharedModels` refuses a call: its custom errors, for people."""

from __future__ import annotations

from typing import Final

from hyperbounty.chain.contract_errors import ContractErrors
from hyperbounty.models.kinds import KINDS, Kind
from hyperbounty.models.market_types import Phase
from hyperbounty.models.types import Stage
from hyperbounty.next_steps import NextStep, Parameter

_ENCODER: Final = "encode the sample with the encoder that the model's manifest names"

_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "NoModel": ("there is no model {model}", "models are numbered from 1; name one that was opened"),
    "NotCreator": (
        "{sender} is not the creator, {creator} is",
        NextStep("use the creator's {}", Parameter("account")),
    ),
    "NotDraft": ("model {model} is {stage}", "only a draft takes words and is published"),
    "NotLive": ("model {model} is {stage}", "choose a model that takes samples: one that is live"),
    "FeaturesOutOfRange": ("{features} features were asked for", "choose 1 to 65,536"),
    "ClassesOutOfRange": (
        "{classes} classes with room for {lanes} were asked for",
        "choose 2 of both for a perceptron, room for 2, 4 or 8 and as many classes or fewer for any other kind",
    ),
    "WrongParameters": (
        "step, smoothing, bias or samples do not go with a {kind}",
        "leave out what its kind does not have",
    ),
    "WeightTooLarge": ("a weight of {weight} does not fit", "choose at most 2^85 - 1"),
    "FloorIsZero": (
        "a weight of {weight} shifted by {floorShift} leaves nothing: a sample could become free",
        "choose a greater weight or a smaller shift",
    ),
    "WaitsOutOfOrder": (
        "the waits are {refundWait}, {ownerWait} and {anyWait} s",
        "let each be at least as long as the one before: 1 s at least, 3,650 days at most",
    ),
    "MoneyAndPoints": (
        "a model of points takes no asset, and one with money no shortest interval",
        "leave out the one that does not belong",
    ),
    "AlreadyUploaded": (
        "word {word} is uploaded, or was passed over: the next one is {next}",
        "go on with the next word; a wrong one cannot be mended, so open another model then",
    ),
    "NoSuchWord": ("there is no word {word} in a state of {words}", "upload the state of this model"),
    "UnusedBits": ("word {word} has something where there is no feature", "upload the state of this model"),
    "CountsWithoutSamples": (
        "class {class} has counts or sums, and no samples that they could come from",
        "give the samples of each class when the model is opened",
    ),
    "NoMoreClasses": ("all {lanes} classes that there is room for are there", "open a model with room for more"),
    "SampleCountOutOfRange": ("{count} samples were given", "give 1 to 65,536 in a call"),
    "NoFeatures": ("the sample has no features", "give a sample in which at least one feature is active"),
    "OddLength": ("a sample of {bytesGiven} bytes ends within a number", _ENCODER),
    "WrongLength": ("the sample has {actual} bytes, where the model takes {expected}", _ENCODER),
    "NotIncreasing": ("feature {feature} stands after feature {previous}", _ENCODER),
    "FeatureOutOfRange": ("there is no feature {feature} in a model of {features}", _ENCODER),
    "LabelOutOfRange": ("there is no class {label} in a model of {classes}", "give a label below that"),
    "SumOutOfRange": ("a sum of class {class} would leave 32 bits", "the model is full for this class"),
    "AlreadyAdded": ("this sample was added in this very block", "there is nothing left to do for it"),
    "PriceIs": (
        "the samples cost {price}, and {sent} was staked",
        "somebody may have added one first: try again, or stake more",
    ),
    "TooSoon": ("this account's next sample is taken from {until} on", "wait until then"),
    "UnknownContribution": (
        "sample {index} of this call was never added",
        "take it from the model's events: author, time, position, label and features must all be the same",
    ),
    "TooEarly": ("sample {index} of this call can be claimed from {until} on", "wait until then"),
    "NotAuthor": (
        "sample {index} of this call is {author}'s, not {sender}'s",
        NextStep("use the author's {}, or report it where the model disagrees", Parameter("account")),
    ),
    "OwnContribution": ("sample {index} of this call is the account's own", "ask for a refund instead"),
    "NotMember": ("no sample of {account} was found valid so far", "add one, and have it refunded first"),
    "ModelAgrees": ("the model says class {prediction} of sample {index}, too", "report what the model contradicts"),
    "ModelDisagrees": (
        "the model says class {prediction} of sample {index}",
        "try again when the model has learned more, and before others take the stake",
    ),
    "AlreadyClaimed": ("{account} has claimed sample {index} of this call", "there is nothing left to do for it"),
    "NothingLeft": ("nothing is left of sample {index} of this call", "there is nothing left to do for it"),
    "Resting": (
        "a market is held on model {model}, which takes no samples until it has ended",
        "hand in a batch in the market, or wait for its end; claims go on",
    ),
    "NoMarketFor": (
        "no market is held on a {kind} of {features} features",
        "choose a sparse perceptron of at most 1,024 features",
    ),
    "NoMarket": ("the model has had no market of this number", "choose one that was opened on it"),
    "MarketTermsOutOfRange": (
        "a bounty of {bounty}, a stake of {stake}, {pieces} pieces and {batchSize} samples a batch make no market",
        "choose a bounty and a stake of at least 1, 1 to 4 pieces, and 1 to 64 samples a batch",
    ),
    "PeriodOutOfRange": (
        "a period of {period} s is too short or too long",
        "choose {least} to {most} s; batches are taken an hour longer than the model's refunds wait, at least",
    ),
    "WrongPhase": ("the market is {actual}, and this is done while it is {expected}", "look at when its phases end"),
    "CannotDraw": (
        "block {drawnBy} draws, and this is block {current}",
        "draw in the 256 blocks after it",
    ),
    "AnotherPieceWasDrawn": ("piece {drawn} was drawn, counted from 0", "reveal that piece first"),
    "AlreadyEnded": ("the market has ended", "there is nothing left to end"),
    "AlreadyRevealed": ("piece {piece} is revealed, counted from 0", "there is nothing left to do for it"),
    "PieceOutOfRange": ("there is no piece {piece} of {pieces}, counted from 0", "name one of the market's pieces"),
    "WrongPiece": (
        "this is not piece {piece}: its hash is {hash}",
        "take the piece that the market was opened with, unaltered",
    ),
    "PieceCountIs": ("{given} pieces were handed in of {pieces}", "hand in all of them, in their order"),
    "OutOfOrder": ("batch {next} is the next one to score, not {given}", "go on with that one"),
    "WrongBatch": (
        "this is not batch {index}, or it was paid",
        "take author and samples from the event that handed it in",
    ),
    "WrongSampleCount": ("a batch of this market has {expected} samples", "hand in exactly so many"),
    "BatchTooLarge": (
        "the samples of the batch have {features} features together",
        "choose samples that have {most} together at most",
    ),
    "WrongAmount": ("{actual} wei were sent where {expected} are due", "send what is due"),
}


def _show(error: str, name: str, value: object) -> str | None:
    if not isinstance(value, int):
        return None
    if name == "stage":
        return Stage(value).label
    if name in ("expected", "actual") and error == "WrongPhase":
        return Phase(value).label
    return KINDS[Kind(value)].name if name == "kind" else None


ERRORS: Final = ContractErrors(_MESSAGES, "model", _show)
"""The errors of `SharedModels` in words."""
