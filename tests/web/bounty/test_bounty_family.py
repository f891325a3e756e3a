"""What the bounty says of its documents, and whose its events are."""

from __future__ import annotations

import pytest

from hyperbounty.bounty.unscorable import Unscorable
from hyperbounty.store import Cid
from hyperbounty.web.bounty.index.family import BountyFamily
from tests.bounty.test_manifest import manifest

UNSCORABLE = Unscorable(
    chain_id=1,
    contract=f"0x{'ab' * 20}",
    contest=1,
    manifest=str(Cid.from_digest(bytes(32))),
    reason="the holdout is another one",
)


@pytest.mark.parametrize(
    ("kind", "content", "is_right"),
    [
        ("manifest", manifest().canonical(), True),
        ("manifest", b" " + manifest().canonical(), False),
        ("manifest", b"{}", False),
        ("manifest", b"[" * 10_000, False),
        ("report", UNSCORABLE.canonical(), True),
        ("report", manifest().canonical(), False),
        ("report", b"", False),
    ],
)
def test_a_document_is_what_its_kind_must_be(kind: str, content: bytes, is_right: bool) -> None:
    assert (BountyFamily().fault_of(kind, content) == "") is is_right


def test_each_event_belongs_to_a_contest_or_to_an_account() -> None:
    family = BountyFamily()
    for decoder in family.decoders.values():
        topics = [decoder.topic, bytes(31) + b"\x07", bytes(12) + b"\xab" * 20, bytes(32)]
        subject = family.subject_of(decoder.name, topics)
        assert subject == ("7" if decoder.name != "CreditWithdrawn" else subject)
        assert len(subject) <= 66
    assert family.subject_of("CreditWithdrawn", topics).lower() == f"0x{'ab' * 20}"
