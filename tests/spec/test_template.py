"""A template says the limits of a contest, and is read back as the spec that it was made of."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from hyperbounty.errors import SpecError
from hyperbounty.spec.file import read_spec
from hyperbounty.spec.spec import Spec
from hyperbounty.spec.table import TABLE
from hyperbounty.spec.template import spec_template
from hyperbounty.spec.word import SPEC_MAXIMA, pack, unpack
from tests.spec.test_spec import specs
from tests.spec.test_suggestions import SHAPE, limit_words


@given(specs(), limit_words())
def test_any_spec_survives_its_template(spec: Spec, limits: bytes) -> None:
    text = spec_template(spec, limits, SHAPE, 60, ["of contest 3"])
    assert text.startswith("# of contest 3\n# A run takes")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "spec.toml"
        path.write_text(text, encoding="utf-8")
        assert read_spec(str(path)) == spec
    lines = text.splitlines()
    assert [line.split(" = ")[0] for line in lines if line and not line.startswith("#")] == [e.name for e in TABLE]


def test_limits_are_said() -> None:
    highest = {**unpack(SPEC_MAXIMA), "cell": 1, "recurrent_layers": 2, "recurrent_units_2": 16, "dense_layers": 0}
    highest |= {"epochs": 50, "learning_rate": 500, "bidirectional": 0}
    said = spec_template(Spec(), pack(highest), SHAPE, 60)
    for line in (
        'cell = "LSTM"                     # SimpleRNN or LSTM\n',
        "# 1 to 2 layers of 1 to 1,024, 16 units; twice as many: ",
        "dense_units = []                  # no layer\n",
        "# 0.000001 to 0.0005, in steps of 0.000001\n",
        "# 1 to 50; twice as many: ",
        "bidirectional = false             # false\n",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('cell = "LSTM"', 'cell = "lstm"', r"line 3: cell must be LSTM, as you probably meant"),
        ("epochs = 10", 'epochs = "10"', r"line 12: epochs must be a whole number from 1 to 1,000, not '10'"),
        ("epochs = 10", "epoch = 10", r"line 12: there is no field 'epoch': did you mean epochs\?"),
        ("epochs = 10", "epochs = 1979-05-27", r"line 12: epochs must be a whole number"),
        ("learning_rate = 0.001", "learning_rate = nan", r"line 10: learning_rate must be a number from"),
        ("learning_rate = 0.001", "learning_rate = fast", r"spec.toml is not TOML at line 10.*; texts need quotes"),
        ("epochs = 10", "epochs = 10\nepochs = 11", r"not TOML at line 13.*twice"),
        ("epochs = 10", "x = " + "[" * 5_000, r"not TOML|nest too deep"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = spec_template(Spec(), SPEC_MAXIMA, SHAPE, 60)
    assert old in text
    path = tmp_path / "spec.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError, match=said):
        read_spec(str(path))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"there is no file .*spec\.toml"):
        read_spec(str(tmp_path / "spec.toml"))
    (tmp_path / "spec.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SpecError, match="not UTF-8"):
        read_spec(str(tmp_path / "spec.toml"))
