"""Write `docs/attacks.md`, the table of attacks that were tried, from the tests that try them; or check it.

    python -m contracts.tools.attacks            write the page
    python -m contracts.tools.attacks --check    exit with 1 if the committed page differs from what the tests give

A test is named `test_<what is tried>_<what comes of it>`, and the comment above its contract says what the attacks of
a file have in common. So the page cannot promise what no test shows. The tests of a family are in
`test/<family>/attacks`. Beside them, `about.md` has its heading, and what the page cannot know from the tests, and
`strategies.toml`, where its game was beaten once, the strategies, each with the tests that show what comes of it now.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import Final

from contracts.build import BuildError, deployed_contracts
from contracts.tools.pages import keep

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = Path("docs") / "attacks.md"
_SUBJECT: Final = re.compile(r"((?:^/// .*\n)+)^contract \w+Test is", re.MULTILINE)
_TEST: Final = re.compile(r"^    function test(Fuzz)?_(\w+?)_(\w+)\(", re.MULTILINE)
_ANY_TEST: Final = re.compile(r"^    function test\w*\(", re.MULTILINE)
_WORD: Final = re.compile(r"[A-Z][a-z0-9]*")
_HEAD: Final = """\
# Attacks

<!-- written by `python -m contracts.tools.attacks` from the tests in contracts/test/*/attacks -->

What was tried on the contracts, and what came of it. Each line is a test of that name, played by transactions on the
deployed code; those marked * are fuzzed. [security.md](security.md) says what no test can rule out.
"""


class PageError(Exception):
    """Tests that the page cannot be written from; the message is one line for people."""


def words(name: str) -> str:
    """`APayeeThatRejects` as people write it: `a payee that rejects`."""
    return " ".join(_WORD.findall(name)).lower()


def section(name: str, source: str) -> str:
    """The table of one file of tests.

    Raises:
        PageError: its contract has no comment, or a test is not named after an attack and its outcome.
    """
    subject = _SUBJECT.search(source)
    tests = _TEST.findall(source)
    if subject is None:
        raise PageError(f"{name}: no comment says what its attacks have in common")
    if len(tests) != len(_ANY_TEST.findall(source)):
        raise PageError(f"{name}: every test must be named test_<Attack>_<Outcome>")
    said = " ".join(line.removeprefix("/// ").removeprefix("@dev ") for line in subject[1].splitlines())
    heading, _, rest = said.partition(". ")
    rows = [
        f"| {words(attack).capitalize()}{' *' if fuzzed else ''} | {words(outcome)} |"
        for fuzzed, attack, outcome in tests
    ]
    about = f"{rest} `{name}`:" if rest else f"`{name}`:"
    return "\n".join([f"### {heading.rstrip('.')}", "", about, "", "| Tried | Came of it |", "|---|---|", *rows, ""])


def strategies(root: Path, folder: Path) -> str:
    """The table of the strategies of `folder`, with the tests that show what comes of each.

    Raises:
        PageError: there is none, or one names a test that is not there, or none at all.
    """
    try:
        listed = tomllib.loads((folder / "strategies.toml").read_text(encoding="utf-8"))["strategy"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise PageError(f"{folder}: strategies.toml cannot be read: {error}") from None
    rows = []
    for entry in listed:
        if not entry["tests"]:
            raise PageError(f"strategies.toml: no test shows what comes of: {entry['what']}")
        shown = "; ".join(_shown(root, folder, test) for test in entry["tests"])
        rows.append(f"| {entry['what']} | {entry['now']} | {shown} |")
    head = [
        "### What was a way to win",
        "",
        "Each was played, or computed, against the first contract, and worked.",
        "",
    ]
    return "\n".join([*head, "| Strategy | What comes of it now | Shown by |", "|---|---|---|", *rows, ""])


def _shown(root: Path, folder: Path, test: str) -> str:
    """How the page names a test: `file.t.sol Attack` of the folder, or `path/of/file.py::test_name` of the project."""
    name, _, attack = test.partition(" ")
    file, pattern = folder / name, rf"^    function test(?:Fuzz)?_{attack}_\w+\("
    said = f"{words(attack)} (`{name}`)"
    if not attack:
        path, _, function = test.partition("::")
        file, pattern = root / path, rf"^def {function}\("
        said = f"`{test}`"
    if not file.exists() or not re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE):
        raise PageError(f"strategies.toml: there is no test {test}")
    return said


def page(root: Path) -> str:
    """The whole page, for the tests under `root`.

    Raises:
        BuildError: the list of contracts cannot be read.
        PageError: it cannot be written from the tests that are there.
    """
    blocks = [_HEAD]
    for family in dict.fromkeys(contract.family for contract in deployed_contracts(root / "contracts")):
        folder = root / "contracts" / "test" / family / "attacks"
        try:
            blocks += [(folder / "about.md").read_text(encoding="utf-8")]
        except OSError:
            raise PageError(f"{folder}: about.md, with the heading of the family, is not there") from None
        if (folder / "strategies.toml").exists():
            blocks += [strategies(root, folder)]
        blocks += [section(file.name, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.t.sol"))]
    return "\n".join(blocks)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Write docs/attacks.md from the contracts' tests.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if the page differs")
    check = parser.parse_args(arguments).check
    try:
        made = page(root)
    except (BuildError, PageError) as error:
        sys.stderr.write(f"attacks: {error}\n")
        return 1
    return keep(root, {PAGE: made}, check=check, module="contracts.tools.attacks")


if __name__ == "__main__":
    sys.exit(main())
