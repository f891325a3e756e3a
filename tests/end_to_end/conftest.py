"""A devnet in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.shell import Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "hyperbounty", "devnet", "--port", "0", "--home", str(home), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as devnet:
        try:
            assert devnet.stdout is not None
            lines: list[str] = []
            for line in devnet.stdout:
                lines.append(line)
                if line == "}\n":
                    break
            yield Shell(home, json.loads("".join(lines))["rpc"], capsys)
        finally:
            devnet.terminate()
            devnet.wait(600)
