"""Where a mutant is compiled and tested: a copy of the contracts, a compiler kept warm, and Foundry."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from contracts.build import SETTINGS, read_sources
from contracts.mutation.mutants import Mutant, MutationError

HOME: Final = Path(__file__).resolve().parents[1]
UNIT: Final = "src/HyperparameterBounty.sol"
NAME: Final = "HyperparameterBounty"
_ARTIFACT: Final = Path("out") / f"{NAME}.sol" / f"{NAME}.json"
_FAILED: Final = re.compile(r"\[FAIL[^\n]*?\] (\w+)\(")
_SECONDS_A_STAGE: Final = 900

# Where the tests of a function that has no folder of its own are, and those of a library.
_FOLDERS: Final = {
    "ContestLib": "settle",
    "PanelLib": "resolve",
    "PaymentLib": "withdraw",
    "RankingLib": "recordScores",
    "ScoresLib": "openScores",
    "SpecLib": "reveal",
    "SubmissionLib": "reveal",
    "TermsLib": "open",
    "_emitOpened": "open",
    "_emitScores": "recordScores",
    "_inPhase": "submit",
    "_ownSeat": "sealScores",
    "_pay": "settle",
    "_payPanel": "settle",
    "_payWinners": "settle",
    "_rank": "recordScores",
    "_requireOrganizer": "extend",
    "commitmentOf": "reveal",
    "sealOf": "openScores",
}


@dataclass(frozen=True)
class Stage:
    """Some of the tests, with what the environment tells Foundry about them."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]


def stages(mutant: Mutant) -> list[Stage]:
    """The tests in the order in which they are likely to notice: the function's own, the others, the invariants."""
    library = Path(mutant.file).stem
    folder = mutant.function if (HOME / "test" / "calls" / mutant.function).is_dir() and mutant.function else ""
    folder = folder or _FOLDERS.get(mutant.function) or _FOLDERS.get(library, "settle")
    few = {"FOUNDRY_FUZZ_RUNS": "32"}
    return [
        Stage("own", ("--match-path", f"test/calls/{folder}/**"), few),
        Stage("calls and attacks", ("--no-match-path", "test/{mocks,invariants}/**"), few),
        Stage(
            "invariants",
            ("--match-path", "test/invariants/**"),
            {"FOUNDRY_INVARIANT_RUNS": "8", "FOUNDRY_INVARIANT_DEPTH": "250"},
        ),
    ]


class Workshop:
    """A folder with the project built in it; the code of a mutant takes the place of the contract's.

    Foundry sees unchanged sources, so it compiles nothing; tests load the contract's code from its artifact.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder / "contracts"
        # The proofs are of no use here, and take a while to compile.
        left_out = shutil.ignore_patterns("node_modules", "artifacts", "proofs", "__pycache__")
        shutil.copytree(HOME, self.home, ignore=left_out)
        (self.home / "node_modules").symlink_to(HOME / "node_modules")
        self.sources = {unit: text for unit, text in read_sources(HOME).items() if not unit.startswith("test/")}
        self._forge(["build"], {}, "the project does not build")
        self._original = (self.home / _ARTIFACT).read_text(encoding="utf-8")
        self._compiler = subprocess.Popen(
            ["node", str(HOME / "mutation" / "compiler.cjs")],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.code = self.compile(self.sources)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._compiler.kill()
        self._compiler.communicate()

    def compile(self, sources: dict[str, str]) -> dict[str, str]:
        """The contract's code, as it is deployed, by `creation` and `deployed`; or the compiler's `error`."""
        request = {
            "language": "Solidity",
            "sources": {unit: {"content": text} for unit, text in sources.items()},
            "settings": SETTINGS
            | {"outputSelection": {UNIT: {NAME: ["evm.bytecode.object", "evm.deployedBytecode.object"]}}},
        }
        assert self._compiler.stdin is not None
        assert self._compiler.stdout is not None
        self._compiler.stdin.write(json.dumps({"request": request, "unit": UNIT, "name": NAME}) + "\n")
        self._compiler.stdin.flush()
        answer: dict[str, str] = json.loads(self._compiler.stdout.readline())
        return answer

    def first_failure(self, code: dict[str, str], mutant: Mutant) -> str:
        """The name of a test that fails on this code; empty where all pass.

        Survivors of these, which replace the deployed code only, are tested once more with their sources
        (`first_failure_from_sources`): some tests compile a library themselves.
        """
        artifact: dict[str, Any] = json.loads(self._original)
        artifact["bytecode"]["object"] = "0x" + code["creation"]
        artifact["deployedBytecode"]["object"] = "0x" + code["deployed"]
        (self.home / _ARTIFACT).write_text(json.dumps(artifact), encoding="utf-8")
        try:
            for stage in stages(mutant):
                failed = self._test(list(stage.arguments), stage.environment)
                if failed:
                    return failed
        finally:
            (self.home / _ARTIFACT).write_text(self._original, encoding="utf-8")
        return ""

    def first_failure_from_sources(self, mutant: Mutant) -> str:
        """The name of a test of the whole suite, in its default profile, that fails on the changed sources."""
        original = self.sources[mutant.file]
        try:
            (self.home / mutant.file).write_text(mutant.apply(self.sources)[mutant.file], encoding="utf-8")
            self._forge(["build"], {}, "the mutant does not build")
            return self._test([], {})
        finally:
            (self.home / mutant.file).write_text(original, encoding="utf-8")
            self._forge(["build"], {}, "the project does not build")

    def _test(self, arguments: list[str], environment: dict[str, str]) -> str:
        try:
            done = self._run(["test", "--fail-fast", *arguments], environment)
        except subprocess.TimeoutExpired:
            return "(out of time)"
        if done.returncode == 0:
            return ""
        failed = _FAILED.search(done.stdout)
        if failed is None:
            raise MutationError(f"forge failed without a test that did: {(done.stderr or done.stdout)[-300:]}")
        return failed[1]

    def _forge(self, arguments: list[str], environment: dict[str, str], complaint: str) -> None:
        done = self._run(arguments, environment)
        if done.returncode:
            raise MutationError(f"{complaint}: {(done.stderr or done.stdout).strip()[-300:]}")

    def _run(self, arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603
                ["forge", *arguments],  # noqa: S607
                cwd=self.home,
                env=os.environ | environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS_A_STAGE,
            )
        except FileNotFoundError:
            raise MutationError("there is no forge on the PATH; install Foundry (docs/analysis.md)") from None
