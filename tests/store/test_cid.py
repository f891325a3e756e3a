"""Content identifiers: one text for each, and every other text refused."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.store.cid import DAG_PB, RAW, Cid

# From `ipfs block put` of "hello\n" on a node; the base58 form is the node's own answer.
HELLO = Cid.raw(b"hello\n")
HELLO_BASE32 = "bafkreicysg23kiwv34eg2d7qweipxwosdo2py4ldv42nbauguluen5v6am"
HELLO_BASE58 = "zb2rhcc1wJn2GHDLT2YkmPq5b69cXc2xfRZZmyufbjFUfBkxr"

cids = st.builds(Cid, st.sampled_from([RAW, DAG_PB]), st.binary(min_size=32, max_size=32))


@given(cid=cids)
@example(cid=Cid(RAW, bytes(32)))
@example(cid=Cid(DAG_PB, b"\xff" * 32))
def test_text_and_bytes_give_the_cid_back(cid: Cid) -> None:
    assert Cid.parse(str(cid)) == cid
    assert Cid.from_bytes(cid.binary) == cid


@given(cid=cids)
def test_text_starts_as_its_codec_does(cid: Cid) -> None:
    assert str(cid).startswith("bafkrei" if cid.codec == RAW else "bafybei")


def test_a_known_block_has_the_name_a_node_gives_it() -> None:
    assert str(HELLO) == HELLO_BASE32
    assert Cid.parse(HELLO_BASE58) == HELLO


def test_the_digest_on_chain_is_the_cid() -> None:
    digest = hashlib.sha256(b"hello\n").digest()
    assert Cid.from_digest(digest) == HELLO
    assert HELLO.digest == digest


def test_a_version_0_cid_is_read_as_the_same_block() -> None:
    # The empty directory, known to every IPFS user in both forms.
    old, new = (
        "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",
        "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354",
    )
    assert str(Cid.parse(old)) == new


@given(block=st.binary(max_size=100), other=st.binary(max_size=100))
def test_a_cid_matches_its_block_alone(block: bytes, other: bytes) -> None:
    assert Cid.raw(block).matches(block)
    assert Cid.raw(block).matches(other) == (block == other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b",
        "z",
        "Qm",
        "hello",
        HELLO_BASE32.upper(),
        HELLO_BASE32[:-1],
        HELLO_BASE32 + "a",
        HELLO_BASE32 + "======",
        " " + HELLO_BASE32,
        HELLO_BASE32[:-1] + "n",  # sets bits that decoding drops
        "z" + "Qm" + "1" * 44,
        "zQmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn",  # version 0 has no multibase prefix
        "f01551220" + "00" * 32,  # hexadecimal, not our form
        "bafyreihdb57fdysx5h35urvxz64ros7zvywshber7id6t6c6fek37jgyfe",  # dag-cbor
        "z" + "1" * 10_000_000,
        "bé" + HELLO_BASE32[2:],
    ],
)
def test_other_texts_are_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInput, match="CID") as caught:
        Cid.parse(text)
    assert len(str(caught.value)) < 400


@given(text=st.text(max_size=80))
def test_any_text_is_a_cid_or_refused(text: str) -> None:
    try:
        cid = Cid.parse(text)
    except InvalidInput:
        return
    assert isinstance(cid, Cid)


@given(data=st.binary(max_size=60))
def test_any_bytes_are_a_cid_or_refused(data: bytes) -> None:
    try:
        cid = Cid.from_bytes(data)
    except InvalidInput:
        return
    assert data.endswith(cid.digest)


def test_a_digest_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not 31"):
        Cid.from_digest(bytes(31))
