"""docs/configuration.md: its table is that of the program, its examples are valid."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from hyperbounty.cli.main import cli
from hyperbounty.cli.wording import option
from hyperbounty.config.file import read_file
from hyperbounty.config.settings import Settings, resolve
from hyperbounty.config.showing import rows
from hyperbounty.config.table import SETTINGS
from hyperbounty.next_steps import Parameter

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
TABLE = [
    [cell.strip().strip("`") for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| `[a-z_]+` \| `HYPERBOUNTY_", line)
]
OPTIONS = {
    option
    for name in ("config", "participant", "organizer")
    if isinstance(group := cli.get_command(click.Context(cli), name), click.Group)
    for command in group.commands.values()
    for parameter in command.params
    for option in parameter.opts
}


def test_the_table_has_every_setting_with_its_names() -> None:
    assert [row[:3] for row in TABLE] == [
        [setting.key, setting.variable, name if (name := option(Parameter(setting.key))) in OPTIONS else ""]
        for setting in SETTINGS
    ]


def test_the_defaults_are_those_of_the_program() -> None:
    nothing: Settings = resolve({}, {}, None, folder=Path())
    shown = {row.key: row.text for row in rows(nothing)}
    documented = {row[0]: row[4] for row in TABLE}
    for key in ("confirmations", "max_fee", "priority_fee", "replace_after", "outage", "account", "gateways"):
        assert documented[key] == shown[key]


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_are_valid(example: str, tmp_path: Path) -> None:
    file = tmp_path / "hyperbounty.toml"
    file.write_text(example)
    settings = resolve({}, {}, read_file(file), folder=tmp_path)
    assert (settings.profile, settings.chain_id, settings.max_fee_wei) == ("sepolia", 11155111, 30 * 10**9)


def test_every_command_named_on_the_page_exists() -> None:
    for line in re.findall(r"^(?:\$ \S+ )?hyperbounty ([a-z].*)$", PAGE, re.MULTILINE):
        command: click.Command | None = cli
        for word in line.split():
            if not isinstance(command, click.Group):
                break
            command = command.get_command(click.Context(command), word)
            assert command is not None, line
