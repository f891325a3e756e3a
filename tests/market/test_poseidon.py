"""Poseidon's known answers, and what is refused."""

from __future__ import annotations

import pytest

from hyperbounty.market.poseidon import FIELD, poseidon

# Of circomlib's tests, which poseidon-lite repeats.
KNOWN = {
    1: 18586133768512220936620570745912940619677854269274689475585506675881198879027,
    2: 7853200120776062878684798364095072458815029376092732009249414926327459813530,
    4: 18821383157269793795438455681495246036402687001665670618754263018637548127333,
}


@pytest.mark.parametrize("count", KNOWN)
def test_hashes_are_those_of_circomlib(count: int) -> None:
    assert poseidon(range(1, count + 1)) == KNOWN[count]


@pytest.mark.parametrize("inputs", [[], [0] * 17, [FIELD], [-1]])
def test_what_has_no_hash_is_refused(inputs: list[int]) -> None:
    with pytest.raises(ValueError, match=r"elements were given|no element"):
        poseidon(inputs)
