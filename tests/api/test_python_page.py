"""What docs/python.md shows is what happens, typed into one interpreter from top to bottom."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from hyperbounty import Contest
from tests.end_to_end.shell import Shell
from tests.end_to_end.steps import ADA


class AnyDay(doctest.OutputChecker):
    """Scores differ from machine to machine, and time passes: one share is as good as another, and one moment too."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(_without_figures(want), _without_figures(got), optionflags)


def _without_figures(text: str) -> str:
    text = re.sub(r"[0-9]{4}-[0-9-]+ [0-9:]+ UTC", "THEN", re.sub(r"\(in [0-9dhms ]+\)", "(in N)", text))
    return re.sub(r"(over |under )?[0-9.]+%", "N%", text)


PAGE = Path(__file__).parents[2] / "docs" / "python.md"


@pytest.mark.training
def test_the_page_shows_what_happens(
    shell: Shell, contest: Contest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert contest.number == 1
    monkeypatch.chdir(tmp_path)
    Path("hyperbounty.toml").write_text(
        f'profile = "mine"\naccount = "{ADA}"\n[profiles.mine]\nrpc = "{shell.rpc}"\nchain_id = 31337\n'
    )
    monkeypatch.setenv("HYPERBOUNTY_HOME", str(shell.home))
    runner = doctest.DocTestRunner(AnyDay(), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    runner.run(doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0))
    assert runner.tries > 20
    assert not runner.failures, "the differences are in the output below"
