"""What is told of a call that is to be checked. Names are those of the contract's arguments, in plain words."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from hyperbounty.web.site.action_answers import WHOLE, ActionBody, AmountText, AssetText
from hyperbounty.web.site.values import Address

MOST_APPENDED: Final = 512
"""Bytes behind the arguments of `submit`: a copy of what opens the entry takes some hundred."""

_Word = Annotated[str, Field(pattern=r"^0x[0-9a-fA-F]{64}$")]
_Slot = Annotated[int, Field(ge=0, le=65_535, description="of the participant, from 0"), WHOLE]
_Seconds = Annotated[int, Field(ge=0, le=2**32 - 1), WHOLE]


class AcceptBody(ActionBody):
    """Of the evaluator."""

    throughput: Annotated[
        Annotated[int, Field(ge=1, le=2**53), WHOLE] | None,
        Field(description="thousandths of the reference core; left out, the least that will do"),
    ] = None


class SeatBody(ActionBody):
    """Of a member of the panel."""

    seat: Annotated[int, Field(ge=0, le=255), WHOLE]


class SponsorBody(ActionBody):
    """Of whoever adds to the reward."""

    amount: AmountText


class SubmitBody(ActionBody):
    """Of a participant. The site never gets spec and salt here: the commitment is made where they are."""

    slot: _Slot
    commitment: Annotated[_Word, Field(description="SHA-256 as in docs/protocol.md")]
    appended: Annotated[
        str,
        Field(
            pattern=rf"^0x([0-9a-fA-F]{{2}}){{0,{MOST_APPENDED}}}$",
            description="kept by the chain behind the call: the encrypted copy of what opens the entry, if any",
        ),
    ] = "0x"


class SlotBody(ActionBody):
    """Of a participant."""

    slot: _Slot


class RevealBody(ActionBody):
    """Of a participant. It makes the spec public: ask only in the time to reveal, or build the call yourself."""

    slot: _Slot
    spec: _Word
    salt: _Word


class KeyBody(ActionBody):
    """Of the organizer. It makes the key public: ask only once it may be known."""

    key: _Word


class ExtendBody(ActionBody):
    """Of the organizer."""

    seconds: Annotated[_Seconds, Field(description="that every deadline moves")]


class ClaimBody(ActionBody):
    """Of anybody."""

    indexes: Annotated[
        list[Annotated[int, Field(ge=0, le=65_535), WHOLE]],
        Field(min_length=1, max_length=50, description="of revealed specs whose share of the pot is paid"),
    ]


class ReclaimBody(ActionBody):
    """Of anybody."""

    sponsor: Annotated[Address | None, Field(description="who gets its money back; left out, the account")] = None


class PanelBody(BaseModel):
    """Who decides when scores are challenged."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    members: Annotated[list[Address], Field(max_length=7, description="1, 3, 5 or 7, in ascending order")]
    member_bond: AmountText = "0"
    challenge_bond: AmountText = "0"
    panel_fee: AmountText = "0"
    tolerance_ppm: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] = 0
    seal_seconds: _Seconds = 0
    open_seconds: _Seconds = 0


class TermsBody(BaseModel):
    """What `open` offers: the terms of docs/protocol.md."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    asset: AssetText = "coin"
    reward: AmountText
    organizer_bond: AmountText = "0"
    evaluator_bond: AmountText = "0"
    evaluator_fee: AmountText = "0"
    entry_fee: AmountText = "0"
    minimum_ppm: Annotated[int, Field(ge=0, le=1_000_000), WHOLE]
    shares: Annotated[list[Annotated[int, Field(ge=0, le=10_000), WHOLE]], Field(max_length=64)]
    accept_ends: Annotated[int, Field(ge=0, le=2**40 - 1, description="unix seconds"), WHOLE]
    submit_seconds: _Seconds
    reveal_seconds: _Seconds
    score_seconds: _Seconds
    challenge_seconds: _Seconds = 0
    evaluator: Address
    limits: _Word
    max_submissions: Annotated[int, Field(ge=0, le=65_535), WHOLE]
    max_per_address: Annotated[int, Field(ge=0, le=65_535), WHOLE]
    entry_seconds: _Seconds
    manifest: Annotated[_Word, Field(description="SHA-256 of the manifest, which is in a store already")]
    holdout_commitment: Annotated[_Word, Field(description="SHA-256 of the holdout key; zeros for a future holdout")]
    panel: PanelBody | None = None


class OpenBody(ActionBody):
    """Of the organizer."""

    terms: TermsBody


ContestAction = Literal[
    "accept", "acceptSeat", "sponsor", "submit", "withdrawSubmission", "reveal", "publishHoldoutKey", "extend",
    "cancel", "challenge", "resolve", "settle", "claim", "reclaim",
]  # fmt: skip
"""The calls about a contest that people make; evaluators and panels record scores by the command line."""
