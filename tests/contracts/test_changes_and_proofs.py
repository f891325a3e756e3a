"""What changed since a commit, and which proofs are run for it."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path
from typing import Final

import pytest

from contracts.tools.changes import ChangesError, changed_since
from contracts.tools.proofs import Proof, choose, concerned_by, find_proofs

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder `contracts` of a repository with one commit."""
    home = tmp_path / "contracts"
    home.mkdir()
    for name in ("kept", "changed", "moved", "deleted"):
        (home / f"{name}.sol").write_text(f"// {name}, and some more, so that git knows it again\n", encoding="utf-8")
    (tmp_path / "outside.sol").write_text("// outside\n", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    return home


def test_what_was_changed_or_added_is_named_and_what_was_moved_is_not(home: Path) -> None:
    assert changed_since("HEAD", home) == set()
    (home / "changed.sol").write_text("// other\n", encoding="utf-8")
    (home / "new.sol").write_text("// new\n", encoding="utf-8")
    (home / "deleted.sol").unlink()
    (home.parent / "outside.sol").write_text("// other\n", encoding="utf-8")
    (home / "moved.sol").rename(home / "elsewhere.sol")
    git(home, "add", "elsewhere.sol", "moved.sol")
    assert changed_since("HEAD", home) == {"changed.sol", "new.sol"}
    git(home, "add", ".")
    git(home, "commit", "--quiet", "--message", "second")
    assert changed_since("HEAD", home) == set()
    assert changed_since("HEAD~1", home) == {"changed.sol", "new.sol"}


def test_a_commit_that_is_not_there_is_said(home: Path) -> None:
    with pytest.raises(ChangesError, match="git cannot compare"):
        changed_since("nowhere", home)


def proof(name: str, seconds: float) -> Proof:
    return Proof(f"test/one/proofs/{name}.t.sol", f"{name}Proof", "check_it", seconds)


def test_what_a_change_concerns_comes_first_and_the_rest_is_drawn() -> None:
    concerned = {proof("slow", 50), proof("quick", 1)}
    rest = [proof(f"other{i}", 5) for i in range(10)]
    chosen, left_out = choose([*rest, *concerned], concerned, 2, math.inf, seed=1)
    assert [one.seconds for one in chosen] == [1, 50, 5, 5]
    assert left_out == []
    assert choose([*rest, *concerned], concerned, 2, math.inf, seed=1)[0] == chosen
    assert choose(rest, set(), None, math.inf, seed=1)[0] != rest
    assert set(choose(rest, set(), None, math.inf, seed=1)[0]) == set(rest)


def test_what_does_not_fit_is_left_out_and_named_where_it_is_concerned() -> None:
    concerned = {proof("slow", 50), proof("quick", 1)}
    chosen, left_out = choose([*concerned, proof("long", 500), proof("short", 9)], concerned, 2, 20, seed=1)
    assert [one.contract for one in chosen] == ["quickProof", "shortProof"]
    assert [one.contract for one in left_out] == ["slowProof"]


@pytest.mark.skipif(
    not (CONTRACTS / "node_modules" / "@openzeppelin").is_dir(), reason="the sources' packages: `npm ci` in contracts/"
)
def test_a_proof_is_concerned_by_every_source_that_it_imports() -> None:
    proofs = find_proofs()
    assert all(one.seconds > 0 for one in proofs)

    def contracts(*changed: str) -> set[str]:
        return {one.contract for one in concerned_by(proofs, set(changed))}

    assert contracts() == set()
    assert contracts("test/bounty/proofs/Words.t.sol") == {"WordsProof"}
    assert contracts("src/bounty/SplitLib.sol") == {"SplitProof"}
    assert contracts("src/bounty/SpecLib.sol") >= {"SpecProof", "WordsProof"}
