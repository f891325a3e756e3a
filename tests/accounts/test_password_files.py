"""Passwords from files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hyperbounty.accounts import read_password_file
from hyperbounty.errors import AccountError


def test_a_password_comes_from_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse \r\n")
    for mode in (0o644, 0o640, 0o604, 0o660):
        file.chmod(mode)
        with pytest.raises(AccountError, match=rf"is open to others \(mode {mode:04o}\); run chmod 600"):
            read_password_file(file)
    for mode in (0o600, 0o400):
        file.chmod(mode)
        assert read_password_file(file) == "correct horse "


def test_a_credential_of_systemd_may_have_an_access_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse\n")
    file.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_password_file(file) == "correct horse"
    file.chmod(0o444)
    with pytest.raises(AccountError, match="is open to others"):
        read_password_file(file)
    file.chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "elsewhere"))
    with pytest.raises(AccountError, match="is open to others"):
        read_password_file(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"one\ntwo\n", "more than one line"),
        (b"x" * 5000, "more than one line"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_password_file_that_holds_no_password_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(AccountError, match=said):
        read_password_file(file)


def test_a_password_file_that_is_not_there_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(AccountError, match="cannot be read: No such file") as caught:
        read_password_file(tmp_path / "hunter2")
    assert "hunter2" not in str(caught.value)


def test_a_password_can_come_through_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"correct horse\n")
    os.close(writing)
    try:
        assert read_password_file(Path(f"/dev/fd/{reading}")) == "correct horse"
    finally:
        os.close(reading)
