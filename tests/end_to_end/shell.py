"""The command line as its users type it, against one devnet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hyperbounty.cli.main import run
from tests.documents import check


@dataclass
class Shell:
    """The command line on one home folder and one devnet."""

    home: Path
    rpc: str
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object, account: str | None = None, code: int = 0) -> dict[str, Any]:
        """Run a command with --json; its answer, once its exit code is `code`."""
        argv = self.argv(*arguments, account=account)
        self.capsys.readouterr()
        got = run(argv)
        out, err = self.capsys.readouterr()
        assert got == code, f"{argv}: {got}, {out}{err}"
        assert "Traceback" not in out + err
        answer: dict[str, Any] = json.loads(out)
        check(argv, answer)
        return answer

    def argv(self, *arguments: object, account: str | None = None) -> list[str]:
        """The arguments with this shell's options behind them."""
        made = [*map(str, arguments), "--home", str(self.home), "--json"]
        if arguments[0] in ("participant", "evaluator", "deploy") or arguments[1] in _ON_CHAIN:
            made += ["--rpc", self.rpc]
        return [*made, "--account", account] if account else made

    def advance_to(self, timestamp: int) -> None:
        """Move the devnet's clock to `timestamp`."""
        now = self("devnet", "--advance", 1, "--rpc", self.rpc)["timestamp"]
        if timestamp > now:
            self("devnet", "--advance", timestamp - now, "--rpc", self.rpc)


def units(amount: Mapping[str, Any]) -> int:
    """The smallest units of an amount in a document; that it says what it counts is checked on the way."""
    assert set(amount) >= {"amount", "asset", "decimals"}
    assert isinstance(amount["amount"], str)
    return int(amount["amount"])


_ON_CHAIN = ("open", "check", "publish-key", "extend", "cancel", "settle", "balance")
