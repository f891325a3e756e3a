"""The file of a model: made of the fields that options are made of; each template reads back as what it says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click
import pytest

from hyperbounty.cli.main import cli
from hyperbounty.cli.option_file import read_values
from hyperbounty.cli.options import option_fields
from hyperbounty.errors import InvalidInput
from organizer.models.model_file import LAYOUT
from organizer.models.settings import KINDS_OF_VALUES
from organizer.models.templates import TEMPLATES, template_file

PAGE = (Path(__file__).parents[3] / "docs" / "model-file.md").read_text(encoding="utf-8")
# Of the command that opens, and not of the model.
OF_THE_COMMAND = {"file", "draft", "trust_estimator", "copy", "yes"}
SHARED = {"home", "as_json", "config", "profile", "rpc", "contract", "ipfs", "account", "password_file"}


def test_every_option_that_is_the_models_has_its_key_in_one_section() -> None:
    model = cli.get_command(click.Context(cli), "model")
    assert isinstance(model, click.Group)
    command = model.get_command(click.Context(model), "open")
    assert command is not None
    keys = [option.field for keys in LAYOUT.sections.values() for option in keys.values()]
    assert len(keys) == len(set(keys))
    assert {parameter.name for parameter in command.params} - SHARED - OF_THE_COMMAND == set(keys)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_what_it_says_it_does(tmp_path: Path, name: str) -> None:
    file = tmp_path / "model.toml"
    file.write_text(template_file(name))
    tables = tomllib.loads(template_file(name))
    said = {key: value for table in tables.values() for key, value in table.items()}
    assert said == dict(TEMPLATES[name].said)
    assert len(read_values(file, LAYOUT).values) == len(said)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_key_stands_in_a_template_once_and_switched_on_it_fits(tmp_path: Path, name: str) -> None:
    lines = template_file(name).splitlines()
    for keys in LAYOUT.sections.values():
        for key in keys:
            assert sum(line.removeprefix("# ").startswith(f"{key} = ") for line in lines) == 1, key
    switched = [line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in lines]
    # Those that decide the same are refused together.
    kept = [line for line in switched if not line.startswith(("data = ", "encoder = "))]
    file = tmp_path / "model.toml"
    # The token is an example that is no address.
    file.write_text("\n".join(line for line in kept if not line.startswith("asset = ")))
    read_values(file, LAYOUT)


def test_a_file_that_says_the_same_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.toml"
    file.write_text('[start]\ndata = "mail"\nsamples = "mine.csv"\n[model]\nkynd = "naive-bayes"\n')
    with pytest.raises(InvalidInput) as refused:
        read_values(file, LAYOUT)
    assert "beside samples, data decides nothing" in str(refused.value)
    assert "did you mean kind" in str(refused.value)


def test_the_page_has_every_key() -> None:
    for kind in KINDS_OF_VALUES:
        for option in option_fields(kind):
            assert f"| `{option.key}` | `[{LAYOUT.section_of(option.key)}]` |" in PAGE, option.key
