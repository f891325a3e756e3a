"""`hyperbounty completion`: scripts that the shells take, and what they then offer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hyperbounty.cli.main import run

PROGRAM = Path(sys.executable).parent


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script_on_standard_output(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    out, err = capsys.readouterr()
    assert f"_HYPERBOUNTY_COMPLETE={shell}_complete" in out
    assert err == ""
    found = shutil.which(shell)
    if found:
        subprocess.run([found, "-n"], input=out, text=True, check=True)


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "tcsh"]) == 2
    assert "bash" in capsys.readouterr().err


@pytest.mark.skipif(not (PROGRAM / "hyperbounty").exists(), reason="the program is not installed")
def test_bash_completes_what_was_typed() -> None:
    script = """
eval "$(hyperbounty completion bash)"
COMP_WORDS=(hyperbounty participant with) COMP_CWORD=2
_hyperbounty_completion hyperbounty
echo "${COMPREPLY[@]}"
"""
    path = f"{PROGRAM}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/bash", "-c", script], capture_output=True, text=True, check=True, env=os.environ | {"PATH": path}
    )
    assert done.stdout.split() == ["withdraw"]
