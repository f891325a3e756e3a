"""Spec files: what people write, and everything absurd they might."""

import json
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.errors import SpecError
from hyperbounty.spec.file import read_spec, spec_json
from hyperbounty.spec.spec import Spec

GOOD: dict[str, Any] = {
    "cell": "LSTM",
    "recurrent_units": [32, 16],
    "learning_rate": 0.001,
    "batch_size": 64,
    "epochs": 10,
}


def written(folder: Path, **changes: object) -> str:
    path = folder / "spec.json"
    path.write_text(json.dumps({k: v for k, v in {**GOOD, **changes}.items() if v is not ...}))
    return str(path)


def test_a_spec_survives_its_file(tmp_path: Path) -> None:
    spec = Spec(cell="GRU", recurrent_units=(8, 4), dense_units=(3,), dense_activation="relu", dropout=0.25)
    (tmp_path / "spec.json").write_text(spec_json(spec))
    assert read_spec(str(tmp_path / "spec.json")) == spec


def test_a_word_is_a_spec_too() -> None:
    assert read_spec("0x" + Spec().word.hex()) == Spec()


@pytest.mark.parametrize("word", ["0x", "0x12", "0x" + "zz" * 32, "0x" + "00" * 32, "0x" + "ff" * 32])
def test_a_malformed_word_is_refused(word: str) -> None:
    with pytest.raises(SpecError):
        read_spec(word)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cell": "Transformer"}, "SimpleRNN, LSTM, GRU"),
        ({"cell": 1}, "cell"),
        ({"recurrent_units": []}, "recurrent_units"),
        ({"recurrent_units": [8] * 5}, "recurrent_units"),
        ({"recurrent_units": ["8"]}, "recurrent_units must be a list of 1 to 4 whole numbers"),
        ({"recurrent_units": [0]}, "whole numbers from 1 to 1,024"),
        ({"recurrent_units": [-8]}, "whole numbers from 1 to 1,024"),
        ({"recurrent_units": [10**9]}, "from 1 to 1,024"),
        ({"recurrent_units": 8}, "recurrent_units"),
        ({"dense_units": [5000]}, "from 1 to 1,024"),
        ({"dense_units": [-1]}, "from 1 to 1,024"),
        ({"activation": "step"}, "activation"),
        ({"dense_activation": "relu"}, "has no effect without dense_units"),
        ({"loss": "accuracy"}, "loss"),
        ({"optimizer": "magic"}, "optimizer"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": -1}, "learning_rate"),
        ({"learning_rate": 1e9}, "learning_rate"),
        ({"learning_rate": 1e-9}, "learning_rate"),
        ({"learning_rate": "fast"}, "learning_rate"),
        ({"learning_rate": ...}, "learning_rate"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 10**6}, "batch_size"),
        ({"batch_size": 32.5}, "batch_size"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": 10**6}, "epochs"),
        ({"dropout": 1.0}, "dropout"),
        ({"dropout": -0.1}, "dropout"),
        ({"normalization": "spectral"}, "normalization"),
        ({"bidirectional": "maybe"}, "bidirectional"),
        ({"gradient_clip": 1000}, "gradient_clip"),
        ({"weight_decay": 5}, "weight_decay"),
        ({"layers": 3}, "layers"),
    ],
)
def test_an_absurd_spec_is_refused_and_the_field_named(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        read_spec(written(tmp_path, **changes))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "<html>"])
def test_what_is_no_spec_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "spec.json").write_text(text)
    with pytest.raises(SpecError, match=r"spec\.json"):
        read_spec(str(tmp_path / "spec.json"))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(SpecError, match="there is no file nowhere"):
        read_spec("nowhere.json")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("learning_rte", "learning_rate"),
        ("learningRate", "learning_rate"),
        ("epoch", "epochs"),
        ("drop_out", "dropout"),
    ],
)
def test_a_name_that_is_nearly_right_is_told(tmp_path: Path, wrong: str, right: str) -> None:
    values = {**GOOD, wrong: GOOD.get(right, 0.1)}
    values.pop(right, None)
    with pytest.raises(SpecError) as refused:
        read_spec(written(tmp_path, **{name: values.get(name, ...) for name in {**GOOD, **values}}))
    assert f"there is no field '{wrong}': did you mean {right}?" in str(refused.value)
    # It is the same mistake, said once.
    assert "missing" not in str(refused.value)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as refused:
        read_spec(written(tmp_path, cell="LSTN", epochs=0, batch_size=..., dropout="some", layers=3))
    said = str(refused.value)
    assert "5 faults" in said
    for part in (
        "there is no field 'layers'",
        "batch_size is missing",
        "cell must be LSTM, as you probably meant, not 'LSTN'",
        "epochs must be a whole number from 1 to 1,000, not 0",
        "dropout must be a number from 0 to 0.9, not 'some'",
    ):
        assert part in said


def test_a_range_is_told_in_the_units_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"learning_rate must be a number from 0\.000001 to 1, not 2"):
        read_spec(written(tmp_path, learning_rate=2))
    with pytest.raises(SpecError, match=r"learning_rate must be a multiple of 0\.000001, not 0\.0000015"):
        read_spec(written(tmp_path, learning_rate=0.0000015))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n  "cell": "LSTM"\n  "epochs": 3\n}', "is not JSON at line 3, column 3; check quotes, commas"),
        ('{"epochs": 3, "epochs": 4}', "says 'epochs' twice; keep one of the lines"),
        ('["LSTM"]', "holds a list; write an object of fields"),
        ("[" * 200_000, "is not a spec: its brackets nest too deep"),
    ],
)
def test_what_is_no_json_is_told_in_plain_words(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "spec.json").write_text(text)
    with pytest.raises(SpecError) as refused:
        read_spec(str(tmp_path / "spec.json"))
    assert said in str(refused.value)


def test_a_folder_is_no_spec(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read: Is a directory"):
        read_spec(str(tmp_path))


def test_a_file_of_windows_is_read(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_bytes(b"\xef\xbb\xbf" + spec_json(Spec()).replace("\n", "\r\n").encode())
    assert read_spec(str(tmp_path / "spec.json")) == Spec()
