"""The table `[web]` of the configuration file: for who serves a site."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from hyperbounty.cli.example import EXAMPLE
from hyperbounty.config.file import read_file
from hyperbounty.config.settings import Settings, resolve
from hyperbounty.config.showing import rows
from hyperbounty.config.web import WEB_READERS, WebSettings
from hyperbounty.errors import InvalidInput
from hyperbounty.web.site.settings import SiteSettings, site_settings

ROOT = Path(__file__).parents[2]


def settled(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "hyperbounty.toml"
    file.write_text(text)
    return resolve({}, {}, read_file(file), folder=tmp_path)


def test_every_setting_is_read_documented_and_in_the_example(tmp_path: Path) -> None:
    assert list(WEB_READERS) == [field.name for field in fields(WebSettings)]
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for key in WEB_READERS:
        assert f"| `{key}` |" in page
    _, _, table = EXAMPLE.partition("# [web]\n")
    written = "[web]\n" + "\n".join(line.removeprefix("# ") for line in table.splitlines())
    web = settled(tmp_path, written).web
    assert web.public_url == "https://contests.example.org"
    assert web.trusted_proxies == ("127.0.0.1/32",)
    assert web.hidden == ("/contests/7",)


def test_what_is_shown_says_where_it_stands(tmp_path: Path) -> None:
    settings = settled(tmp_path, '[web]\npublic_url = "https://contests.example.org/"\nrate = 0\n')
    shown = {row.key: (row.text, row.origin) for row in rows(settings)}
    assert shown["web.public_url"][0].startswith("https://contests.example.org")
    assert shown["web.rate"] == ("any number", f"{tmp_path / 'hyperbounty.toml'}:3")
    assert shown["web.hidden"] == ("none", "default")


@pytest.mark.parametrize(
    "line",
    [
        'public_url = "contests.example.org"',
        'public_url = "https://ada:secret@contests.example.org"',
        'public_url = "https://contests.example.org/?a=b"',
        'root_path = "contests"',
        'root_path = "/con tests"',
        'trusted_proxies = "127.0.0.1"',
        'trusted_proxies = ["proxy"]',
        "trusted_proxies = [1]",
        "rate = -1",
        "rate = true",
        'hidden = ["contests/7"]',
        'hidden = ["/contests/7/../8"]',
        "most_behind = 1.5",
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"hyperbounty\.toml:2: \S+ must be") as refused:
        settled(tmp_path, f"[web]\n{line}\n")
    assert "secret" not in str(refused.value)


def test_a_slip_is_told_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no setting 'most_behnd' in \[web\]; did you mean most_behind"):
        settled(tmp_path, "[web]\nmost_behnd = 3\n")
    with pytest.raises(InvalidInput, match="web must be a table"):
        settled(tmp_path, "web = 3\n")


def test_what_was_given_for_one_command_counts_before_the_file() -> None:
    web = WebSettings(public_url="https://a.example", root_path="/x", hidden=("/contests/7",))
    assert site_settings(web, "http://127.0.0.1:8000") == SiteSettings(
        "https://a.example", "/x", frozenset({"/contests/7"})
    )
    assert site_settings(web, "http://127.0.0.1:8000", "https://b.example", "/y").public_url == "https://b.example"
    alone = site_settings(WebSettings(), "http://127.0.0.1:8000", root_path="/y")
    assert (alone.public_url, alone.root_path) == ("http://127.0.0.1:8000/y", "/y")
