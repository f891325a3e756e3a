"""`hyperbounty account`."""

import json
from pathlib import Path

import pytest

from hyperbounty.cli.main import run


def test_an_account_is_made_listed_and_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    password = tmp_path / "password"
    password.write_text("correct horse\n")
    home = ["--home", str(tmp_path), "--json"]
    assert run(["account", "new", "ada", "--password-file", str(password), *home]) == 0
    made = json.loads(capsys.readouterr().out)
    assert run(["account", "list", *home]) == 0
    assert json.loads(capsys.readouterr().out)["accounts"] == [made]
    assert run(["account", "new", "ada", "--password-file", str(password), *home]) == 1
    assert "correct horse" not in "".join(capsys.readouterr())


def test_without_a_terminal_the_password_comes_from_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.isatty", lambda _: False)
    assert run(["account", "new", "ada", "--home", str(tmp_path)]) == 1
    assert "pass --password-file FILE" in capsys.readouterr().err
