"""Contract and Python answer alike on any word: accepted, or refused for the same reason with the same numbers.

A word here is a pair of spec and limits. A thousand go through the embedded chain in every run; the hundred
thousand that are asked for go through Anvil, which answers faster. `HYPERBOUNTY_SPEC_SEED` draws other words.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import pytest
from web3 import HTTPProvider, Web3

from hyperbounty.errors import SpecError
from hyperbounty.spec.table import FIELDS, MAX_LAYERS
from hyperbounty.spec.word import SPEC_MAXIMA, SPEC_MINIMA, check, pack, unpack
from tests.contracts.chain_world import ARTIFACTS
from tests.contracts.contract_world import World
from tests.contracts.spec_values import fitted

Pair = tuple[bytes, bytes]
Reasons = Callable[[Sequence[Pair]], list[bytes]]

BATCH: Final = 1_000
NAMES: Final = [f.name for f in FIELDS]
HARNESS: Final = json.loads((ARTIFACTS / "test" / "SpecHarness.json").read_text(encoding="utf-8"))
ANYWHERE: Final = Web3.to_checksum_address("0x" + "5bec" * 10)
CALL_GAS: Final = 30_000_000


def model(rng: random.Random) -> bytes:
    """A word that is accepted under the widest limits."""
    values = {f.name: rng.choice((f.lowest, f.highest, rng.randint(f.lowest, f.highest))) for f in FIELDS}
    return pack(fitted(values))


def with_another_field(rng: random.Random, word: bytes) -> bytes:
    """`word` with one field at an edge of its range, one past it, or anywhere."""
    f = rng.choice(FIELDS)
    top = 16**f.digits - 1
    edges = [v for v in (0, 1, f.lowest - 1, f.highest - 1, f.highest, f.highest + 1, top) if 0 <= v <= top]
    unused = word[-3:]
    return pack(unpack(word) | {f.name: rng.choice((rng.choice(edges), rng.randint(0, top)))})[:-3] + unused


def with_another_bit(rng: random.Random, word: bytes) -> bytes:
    """`word` with one of its 256 bits turned over."""
    return (int.from_bytes(word, "big") ^ (1 << rng.randrange(256))).to_bytes(32, "big")


def anything(rng: random.Random, _: bytes) -> bytes:
    """All bits at random: nearly always refused for the first field."""
    return rng.randbytes(32)


def unchanged(_: random.Random, word: bytes) -> bytes:
    """`word` itself."""
    return word


SPEC_CHANGES: Final = (unchanged, with_another_field, with_another_field, with_another_bit, with_another_bit, anything)
LIMIT_CHANGES: Final = (unchanged, unchanged, with_another_field, with_another_bit)


def pairs(seed: int) -> Iterator[Pair]:
    """Specs with limits to hold them to, without end: most are a model, or one field or bit away from one."""
    rng = random.Random(seed)
    while True:
        spec = rng.choice(SPEC_CHANGES)(rng, model(rng))
        # The widest limits mostly, or what some contest could have, or the spec itself, which just fits; or nonsense.
        limits = rng.choice((SPEC_MAXIMA, SPEC_MAXIMA, model(rng), spec, SPEC_MINIMA, rng.randbytes(32)))
        yield spec, rng.choice(LIMIT_CHANGES)(rng, limits)


def answer_of_python(pair: Pair) -> tuple[str, ...]:
    """Nothing, or what is wrong and what would be right."""
    try:
        check(*pair)
    except SpecError as error:
        return (error.what, error.next_step)
    return ()


def selector(signature: str) -> bytes:
    return bytes(Web3.keccak(text=signature)[:4])


UNUSED_BITS: Final = selector("SpecUnusedBits(bytes32)")
OUT_OF_RANGE: Final = selector("SpecFieldOutOfRange(uint256,uint256,uint256,uint256)")
LAYER_MISMATCH: Final = selector("SpecLayerMismatch(uint256,uint256,uint256)")
INEFFECTIVE: Final = selector("SpecFieldIneffective(uint256,uint256)")


def answer_of_contract(pair: Pair, revert: bytes) -> tuple[str, ...]:
    """The contract's answer in Python's words, each number taken from the error's arguments."""
    if not revert:
        return ()
    error, arguments = revert[:4], [int.from_bytes(revert[at : at + 32], "big") for at in range(4, len(revert), 32)]
    if error == UNUSED_BITS:
        assert arguments == [int.from_bytes(pair[0], "big")]
        return ("the spec sets unused bits", "clear the last 24 bits")
    name, value = NAMES[arguments[0]], arguments[1]
    if error == OUT_OF_RANGE:
        lowest, highest = arguments[2:]
        return (f"{name} is {value}", f"this contest allows {lowest} to {highest}")
    if error == LAYER_MISMATCH:
        (layers,) = arguments[2:]
        kind, layer = name.partition("_")[0], int(name[-1])
        missing = "must have units" if layer <= layers else "is not there, so its units must be 0"
        return (f"{name} is {value}", f"{kind} layer {layer} of {layers} {missing}")
    assert error == INEFFECTIVE
    assert arguments[2:] == []
    return (f"{name} is {value}", "without dense layers it has no effect: set it to 0")


def compare(reasons: Reasons, count: int) -> Counter[str]:
    """Hold contract and Python to each other on `count` words; how often each reason was given."""
    words = islice(pairs(int(os.environ.get("HYPERBOUNTY_SPEC_SEED", "2026"))), count)
    seen: Counter[str] = Counter()
    while batch := list(islice(words, BATCH)):
        for pair, revert in zip(batch, reasons(batch), strict=True):
            answer = answer_of_python(pair)
            assert answer_of_contract(pair, revert) == answer, f"spec 0x{pair[0].hex()}, limits 0x{pair[1].hex()}"
            seen[_kind(answer)] += 1
    assert seen.total() == count
    return seen


def _kind(answer: tuple[str, ...]) -> str:
    if not answer:
        return "accepted"
    subject = answer[0].partition(" is ")[0] if " is " in answer[0] else "unused bits"
    return f"{subject}: {' '.join(w for w in answer[1].split() if not w.isdigit())}"


def embedded(deployed: World) -> Reasons:
    harness = deployed.deploy("SpecHarness")

    def reasons(batch: Sequence[Pair]) -> list[bytes]:
        specs, limits = map(list, zip(*batch, strict=True))
        found: list[bytes] = harness.functions.checkAll(specs, limits).call()
        return found

    return reasons


def on_a_node(url: str) -> Reasons:
    """The harness lent to an address for the length of a call, so nothing is sent."""
    w3 = Web3(HTTPProvider(url, request_kwargs={"timeout": 60}))
    harness = w3.eth.contract(ANYWHERE, abi=HARNESS["abi"])
    code: Any = {ANYWHERE: {"code": HARNESS["deployedBytecode"]}}

    def reasons(batch: Sequence[Pair]) -> list[bytes]:
        specs, limits = map(list, zip(*batch, strict=True))
        call = harness.functions.checkAll(specs, limits)
        found: list[bytes] = call.call({"gas": CALL_GAS}, state_override=code)
        return found

    return reasons


def test_contract_and_python_agree_on_a_thousand_words(deployed: World) -> None:
    seen = compare(embedded(deployed), 1_000)
    assert seen["accepted"] > 100
    assert {kind.partition(":")[0] for kind in seen} == {"accepted", "unused bits", *NAMES}


@pytest.mark.anvil
def test_contract_and_python_agree_on_a_hundred_thousand_words(anvil_url: str) -> None:
    seen = compare(on_a_node(anvil_url), 100_000)
    assert seen["accepted"] > 10_000
    # The words reached all there is: a field out of its range, a layer without its units, units without their layer
    # (the first recurrent one is always there), an activation of no layer, a set bit in the unused rest.
    layers = len(("recurrent", "dense")) * MAX_LAYERS
    assert len(seen) == len(("accepted", "unused bits", "ineffective")) + len(NAMES) + layers + layers - 1
    assert min(seen.values()) >= 10
