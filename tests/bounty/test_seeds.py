"""Seeds: nobody's order, everybody's salt, a different one for every run."""

from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.seeds import contest_seed, own_run_seed, run_seed

words = st.binary(min_size=32, max_size=32)


RANDAO = b"r" * 32


@given(words, st.lists(words, max_size=8, unique=True))
def test_the_order_of_reveals_does_not_matter(key: bytes, salts: list[bytes]) -> None:
    shuffled = sorted(salts)
    assert contest_seed(key, salts, RANDAO) == contest_seed(key, shuffled, RANDAO)


@given(words, st.lists(words, min_size=1, max_size=8, unique=True))
def test_every_salt_counts(key: bytes, salts: list[bytes]) -> None:
    assert contest_seed(key, salts, RANDAO) != contest_seed(key, salts[1:], RANDAO)


@given(words, words, st.lists(words, max_size=3))
def test_the_key_and_the_randomness_of_the_chain_count(one: bytes, other: bytes, salts: list[bytes]) -> None:
    assert (contest_seed(one, salts, RANDAO) == contest_seed(other, salts, RANDAO)) == (one == other)
    assert (contest_seed(None, salts, one) == contest_seed(None, salts, other)) == (one == other)


def test_without_a_key_zeros_stand_in_its_place() -> None:
    assert contest_seed(None, [b"s" * 32], RANDAO) == contest_seed(bytes(32), [b"s" * 32], RANDAO)


@given(words, words)
def test_runs_have_different_seeds_that_fit_31_bits(seed: bytes, spec: bytes) -> None:
    seeds = [run_seed(seed, spec, run) for run in range(5)]
    assert len(set(seeds)) == 5
    assert all(0 <= s < 2**31 for s in seeds)


@given(words, words)
def test_each_member_has_a_seed_that_no_run_and_no_other_member_has(seed: bytes, spec: bytes) -> None:
    members = ["0x" + f"{number:02x}" * 20 for number in range(7)]
    seeds = [run_seed(seed, spec, run) for run in range(5)] + [own_run_seed(seed, spec, member) for member in members]
    assert len(set(seeds)) == len(seeds)
    assert own_run_seed(seed, spec, "0x" + "aB" * 20) == own_run_seed(seed, spec, "0x" + "Ab" * 20)


def test_the_derivation_is_fixed() -> None:
    # A change here changes every score that was ever recorded.
    seed = contest_seed(bytes(range(32)), [b"a" * 32, b"b" * 32], RANDAO)
    assert (seed.hex(), run_seed(seed, b"s" * 32, 1), own_run_seed(seed, b"s" * 32, "0x" + "12" * 20)) == (
        "884805837783e157540230928e0f688989f100fa2be20c6db9a004895e4c6819",
        487880560,
        68814378,
    )
