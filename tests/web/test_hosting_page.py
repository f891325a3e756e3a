"""docs/hosting.md and docs/compose.yaml: their examples are those of the program, and are well-formed."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from hyperbounty.cli.main import cli
from hyperbounty.config.file import read_file
from hyperbounty.config.settings import resolve

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "hosting.md").read_text(encoding="utf-8")
VERSIONS = dict(
    line.split("=", 1)
    for line in (DOCS.parent / ".ci" / "versions").read_text(encoding="utf-8").splitlines()
    if "=" in line and not line.startswith("#")
)


def command(words: list[str]) -> click.Command:
    """The command that `words` begin with."""
    found: click.Command = cli
    for word in words:
        if not isinstance(found, click.Group):
            break
        inner = found.get_command(click.Context(found), word)
        assert inner is not None, words
        found = inner
    return found


def options(words: list[str]) -> set[str]:
    return {option for parameter in command(words).params for option in parameter.opts}


@pytest.mark.parametrize("unit", re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL))
def test_a_unit_starts_a_command_with_options_that_it_has(unit: str) -> None:
    parser = configparser.ConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    assert {"Unit", "Service", "Install"} <= set(parser.sections())
    program, *words = shlex.split(parser["Service"]["ExecStart"])
    assert program.endswith("/hyperbounty")
    assert {word for word in words if word.startswith("--")} <= options(words)


def test_every_option_of_serve_that_is_its_own_is_on_the_page() -> None:
    own = options(["serve"]) - options(["index", "run"])
    assert own
    for option in own - {"--no-index"}:
        assert f"`{option}`" in PAGE, option


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "hyperbounty.toml"
    file.write_text(example)
    web = resolve({}, {}, read_file(file), folder=tmp_path).web
    assert (web.public_url, web.hidden) == ("https://contests.example.org", ("/contests/7",))


def test_commands_on_the_page_are_there() -> None:
    for line in re.findall(r"^hyperbounty ([a-z].*)$", PAGE, re.MULTILINE):
        words = shlex.split(line)
        assert {word for word in words if word.startswith("--")} <= options(words)


def test_the_compose_file_is_well_formed_and_open_to_this_machine_alone() -> None:
    yaml: Any = pytest.importorskip("yaml")
    read: dict[str, Any] = yaml.safe_load((DOCS / "compose.yaml").read_text(encoding="utf-8"))
    assert set(read) == {"name", "services", "volumes"}
    assert set(read["services"]) == {"kubo", "postgresql", "anvil"}
    for service in read["services"].values():
        assert {"image", "ports", "volumes", "healthcheck", "restart"} <= set(service)
        assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in service["ports"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(read["volumes"])
        # Never the newest of something.
        assert re.search(r":v?\d", service["image"])
    assert read["services"]["kubo"]["image"].endswith(VERSIONS["KUBO"])
    assert read["services"]["anvil"]["image"].endswith(f"v{VERSIONS['ANVIL']}")
