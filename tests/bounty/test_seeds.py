"""Seeds: nobody's order, everybody's salt, a different one for every run."""

from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.seeds import contest_seed, run_seed

words = st.binary(min_size=32, max_size=32)


@given(words, st.lists(words, max_size=8, unique=True))
def test_the_order_of_reveals_does_not_matter(key: bytes, salts: list[bytes]) -> None:
    shuffled = sorted(salts)
    assert contest_seed(key, salts) == contest_seed(key, shuffled)


@given(words, st.lists(words, min_size=1, max_size=8, unique=True))
def test_every_salt_counts(key: bytes, salts: list[bytes]) -> None:
    assert contest_seed(key, salts) != contest_seed(key, salts[1:])


@given(words, words, st.lists(words, max_size=3))
def test_the_key_counts(one: bytes, other: bytes, salts: list[bytes]) -> None:
    assert (contest_seed(one, salts) == contest_seed(other, salts)) == (one == other)


def test_without_a_key_zeros_stand_in_its_place() -> None:
    assert contest_seed(None, [b"s" * 32]) == contest_seed(bytes(32), [b"s" * 32])


@given(words, words)
def test_runs_have_different_seeds_that_fit_31_bits(seed: bytes, spec: bytes) -> None:
    seeds = [run_seed(seed, spec, run) for run in range(5)]
    assert len(set(seeds)) == 5
    assert all(0 <= s < 2**31 for s in seeds)


def test_the_derivation_is_fixed() -> None:
    # A change here changes every score that was ever recorded.
    seed = contest_seed(bytes(range(32)), [b"a" * 32, b"b" * 32])
    assert (seed.hex(), run_seed(seed, b"s" * 32, 1)) == (
        "7741929dc92b9db843cef7e59b2206f8030c5d7ec8e7b880f2b7c8b04d9583b1",
        1833277559,
    )
