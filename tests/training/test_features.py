import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.errors import InvalidInput
from hyperbounty.prices.table import PriceTable
from hyperbounty.training.features import CLIP, Scaler, raw_features

EVERY = np.ones(3, dtype=np.bool_)


def test_a_close_becomes_its_log_return_and_a_volume_the_change_of_its_log() -> None:
    table = PriceTable(
        np.array([300, 600, 900]),
        ("BTC.close", "BTC.volume"),
        np.array([[100.0, 0.0], [110.0, np.e - 1], [55.0, 0.0]]),
        300,
    )
    expected = [[0.0, 0.0], [np.log(1.1), 1.0], [np.log(0.5), -1.0]]
    assert raw_features(table) == pytest.approx(np.array(expected))


def test_no_feature_looks_across_a_gap() -> None:
    times = np.array([300, 600, 1200, 1500])
    closes = np.array([[1.0], [2.0], [8.0], [4.0]])
    features = raw_features(PriceTable(times, ("BTC.close",), closes, 300))
    assert features[:, 0] == pytest.approx([0.0, np.log(2), 0.0, -np.log(2)])


def test_a_feature_knows_no_row_after_its_own() -> None:
    closes = np.array([[1.0], [2.0], [3.0], [4.0]])
    times = np.arange(4) * 300
    before = raw_features(PriceTable(times, ("BTC.close",), closes, 300))
    closes[3] = 1000.0
    after = raw_features(PriceTable(times, ("BTC.close",), closes, 300))
    assert np.array_equal(before[:3], after[:3])
    assert before[3] != after[3]


def test_scaled_training_rows_have_mean_0_and_deviation_1() -> None:
    raw = np.random.default_rng(1).normal([5.0, -3.0], [2.0, 0.01], (2_000, 2))
    scaled = Scaler.fit(raw, np.ones(2_000, dtype=np.bool_)).apply(raw)
    assert scaled.dtype == np.float32
    assert scaled.mean(axis=0) == pytest.approx([0.0, 0.0], abs=1e-5)
    assert scaled.std(axis=0) == pytest.approx([1.0, 1.0], abs=1e-3)


def test_only_the_used_rows_decide_the_scaler() -> None:
    raw = np.array([[1.0], [3.0], [500.0]])
    scaler = Scaler.fit(raw, np.array([True, True, False]))
    assert (scaler.mean, scaler.std) == ((2.0,), (1.0,))


def test_a_feature_that_never_changes_is_left_at_0() -> None:
    raw = np.full((3, 1), 0.1) + np.array([[0.0], [1e-17], [0.0]])
    scaler = Scaler.fit(raw, EVERY)
    assert scaler.std == (1.0,)
    assert scaler.apply(raw) == pytest.approx(np.zeros((3, 1)))


def test_a_bad_tick_is_clipped() -> None:
    scaler = Scaler((0.0,), (1.0,))
    assert scaler.apply(np.array([[1e9], [-1e9], [3.0]]))[:, 0].tolist() == [CLIP, -CLIP, 3.0]


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(1e-9, 1e9)), min_size=1, max_size=5))
def test_json_gives_the_same_scaler_back(numbers: list[tuple[float, float]]) -> None:
    scaler = Scaler(tuple(mean for mean, _ in numbers), tuple(std for _, std in numbers))
    assert Scaler.from_json(json.loads(json.dumps(scaler.to_json()))) == scaler


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"mean": [], "std": []},
        {"mean": [1.0], "std": [1.0, 2.0]},
        {"mean": [1.0], "std": [0.0]},
        {"mean": [1.0], "std": [-1.0]},
        {"mean": [float("nan")], "std": [1.0]},
        {"mean": ["1"], "std": [1.0]},
        {"mean": 1.0, "std": [1.0]},
        {"mean": [1.0]},
    ],
)
def test_what_is_no_scaler_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="not a scaler"):
        Scaler.from_json(document)


def test_a_scaler_refuses_other_features() -> None:
    with pytest.raises(InvalidInput, match="2 features, not 1"):
        Scaler((0.0, 0.0), (1.0, 1.0)).apply(np.zeros((3, 1)))
