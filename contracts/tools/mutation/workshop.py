"""Where mutants are compiled and tested: a copy of the contracts, a compiler kept warm, and Foundry."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from contracts.build import SETTINGS, Deployed, read_sources
from contracts.tools.mutation.mutants import Mutant, MutationError
from contracts.tools.mutation.schema import Function, choose, functions
from contracts.tools.pins import pins, repin

HOME: Final = Path(__file__).resolve().parents[2]
# A number in the code chooses the mutant, and the optimizer would take it for what it is: a constant.
PLAIN: Final[dict[str, Any]] = SETTINGS | {"optimizer": {"enabled": False}}

# Seconds of processor time that tests may take: ever, and times what they take on the contract as it is.
_SECONDS: Final = 60
_TIMES: Final = 5


@dataclass(frozen=True, eq=False)
class Stage:
    """Some of Foundry's tests, with what the environment tells it about them."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str]


@dataclass(frozen=True)
class Code:
    """The contract compiled, as hexadecimal digits; or the compiler's errors, each with its file and byte.

    `created` has what the contract creates: the hash that its source pins, and the creation code.
    """

    creation: str
    deployed: str
    errors: tuple[tuple[str, str, int], ...] = ()
    created: tuple[tuple[str, str], ...] = ()

    def chosen(self, number: int) -> Code:
        """The code of a batch as this mutant; as the original for 0."""
        created = tuple((pinned, choose(code, number)) for pinned, code in self.created)
        return Code(choose(self.creation, number), choose(self.deployed, number), self.errors, created)

    def pinned(self) -> Code:
        """The code with the hashes of what it creates, mutated and compiled as it is; else its constructor fails."""
        creation, deployed = self.creation, self.deployed
        for pinned, code in self.created:
            creation, deployed = repin(creation, pinned, code), repin(deployed, pinned, code)
        return Code(creation, deployed, self.errors)


# A mutant that loops soon meets the limit of gas.
_GAS_LIMIT: Final = {"FOUNDRY_GAS_LIMIT": "5000000000"}
_FEW: Final = _GAS_LIMIT | {"FOUNDRY_FUZZ_RUNS": "4"}
_SOME: Final = _GAS_LIMIT | {"FOUNDRY_FUZZ_RUNS": "24"}
# Gas is measured of code that is as it is deployed.
_GAS: Final = r"Fits?In\w+Transaction|WithinTheBound"


class Tests:
    """The tests that the mutants of a contract meet: Foundry's of its family, and what its transactions cost."""

    def __init__(self, contract: Deployed) -> None:
        folder = contract.tests
        self.calls = Stage(
            "calls and attacks",
            ("--match-path", f"{folder}/{{calls,attacks}}/**", "--no-match-test", _GAS),
            environment=_SOME,
        )
        self.invariants = Stage(
            "invariants",
            ("--match-path", f"{folder}/invariants/**"),
            {"FOUNDRY_INVARIANT_RUNS": "6", "FOUNDRY_INVARIANT_DEPTH": "250"},
        )
        self.gas = Stage("gas", ("--match-path", f"{folder}/**", "--match-test", _GAS), {"FOUNDRY_FUZZ_RUNS": "8"})
        # Pytest's stage: what whole transactions cost, beside the snapshot that is committed.
        self.snapshot = HOME.parent / contract.gas.parent / f"test_{contract.family}_gas.py"
        self._calls = HOME / folder / "calls"
        self._nearest = tomllib.loads((self._calls / "nearest.toml").read_text(encoding="utf-8"))

    def own(self, mutant: Mutant, environment: dict[str, str] = _FEW) -> Stage | None:
        """The tests that are the likeliest to notice, those of the changed function; None where none is named."""
        folder: str | None = mutant.function
        if not mutant.function or not (self._calls / mutant.function).is_dir():
            by_source = self._nearest["sources"].get(Path(mutant.file).stem)
            folder = self._nearest["functions"].get(mutant.function, by_source)
        if folder is None:
            return None
        path = (self._calls / folder).relative_to(HOME)
        return Stage(f"own: {folder}", ("--match-path", f"{path}/**"), environment)


class Workshop:
    """A folder with the project built in it; the code of a mutant takes the place of the contract's.

    Foundry sees unchanged sources, so it compiles nothing; tests load the contract's code from its artifact.
    """

    def __init__(self, folder: Path, contract: Deployed) -> None:
        self.contract = contract
        self.tests = Tests(contract)
        self.home = folder / "contracts"
        if not self.home.exists():
            # The proofs are of no use here, and take a while to compile; what Foundry has built before saves that.
            left_out = shutil.ignore_patterns("node_modules", "artifacts", "proofs", "slither", "__pycache__")
            shutil.copytree(HOME, self.home, ignore=left_out, dirs_exist_ok=True)
            (self.home / "node_modules").symlink_to(HOME / "node_modules")
            self._build()
        self.sources = read_sources(self.home, [contract.unit])
        # Of the sources as they are: a mutant that changes a pin is one.
        self._pins = {name: digits for text in self.sources.values() for name, digits in pins(text).items()}
        self._built = self.home / "out" / f"{contract.name}.sol" / f"{contract.name}.json"
        self._artifact: dict[str, Any] = json.loads(self._built.read_text(encoding="utf-8"))
        self._usual: dict[Stage | Path, int] = {}
        self._compiler = subprocess.Popen(  # noqa: S603
            ["node", str(Path(__file__).with_name("compiler.cjs"))],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        trees = self._ask(self.sources, PLAIN, {"*": {"": ["ast"]}})
        asts = {unit: answer["ast"] for unit, answer in trees["sources"].items()}
        self.functions: list[Function] = functions(asts, self.sources)
        self.plain = self.compile(self.sources, PLAIN)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._compiler.kill()
        self._compiler.communicate()

    @cached_property
    def as_deployed(self) -> Code:
        """The contract's code as it is deployed, on which all tests pass."""
        code = self.compile(self.sources, SETTINGS)
        self.check(code, [self.tests.calls, self.tests.gas, self.tests.snapshot, self.tests.invariants])
        return code

    def unreadable(self, sources: dict[str, str]) -> set[str]:
        """Which of the sources are no Solidity by their syntax alone; they need not belong together."""
        answer = self._ask(sources, {"stopAfter": "parsing"}, {})
        return {file for message, file, _ in _errors(answer) if not message.startswith('Source "')}

    def errors(self, sources: dict[str, str]) -> tuple[tuple[str, str, int], ...]:
        """What the compiler has against the sources; it makes no code of them, so this is quick."""
        return _errors(self._ask(sources, PLAIN, {self.contract.unit: {self.contract.name: ["abi"]}}))

    def compile(self, sources: dict[str, str], settings: dict[str, Any]) -> Code:
        """The contract's code."""
        unit, name = self.contract.unit, self.contract.name
        outputs = {unit: {name: ["evm.bytecode.object", "evm.deployedBytecode.object"]}}
        units = {created: f"{Path(unit).parent.as_posix()}/{created}.sol" for created in self.contract.creates}
        outputs |= {at: {created: ["evm.bytecode.object"]} for created, at in units.items()}
        answer = self._ask(sources, settings, outputs)
        errors = _errors(answer)
        if errors:
            return Code("", "", errors)
        evm = answer["contracts"][unit][name]["evm"]
        created = tuple(
            (self._pins[name], answer["contracts"][at][name]["evm"]["bytecode"]["object"]) for name, at in units.items()
        )
        return Code(evm["bytecode"]["object"], evm["deployedBytecode"]["object"], created=created)

    def check(self, code: Code, tests: Sequence[Stage | Path]) -> None:
        """See that the tests pass on code that is no mutant, and how long they take.

        Raises:
            MutationError: one fails, so that a mutant's failure would mean nothing.
        """
        for stage in tests:
            before = _processor_seconds()
            failed = self.first_failure(code, [stage])
            if failed:
                raise MutationError(f"{failed} fails on the contract as it is ({stage.name}); correct it first")
            self._usual[stage] = int(_processor_seconds() - before) + 1

    def first_failure(self, code: Code, tests: Sequence[Stage | Path | None]) -> str:
        """The name of a test that fails on this code; empty where all pass. A stage that is None has no tests."""
        code = code.pinned()
        self._artifact["bytecode"]["object"] = "0x" + code.creation
        self._artifact["deployedBytecode"]["object"] = "0x" + code.deployed
        self._built.write_text(json.dumps(self._artifact), encoding="utf-8")
        for stage in tests:
            if stage is None:
                continue
            most = _SECONDS + _TIMES * self._usual.get(stage, 0)
            if isinstance(stage, Path):
                done, failure = self._pytest(stage, code, most), _failed_of_pytest
            else:
                done, failure = self._test(stage, most), _failed_of_forge
            if -done.returncode in (signal.SIGXCPU, signal.SIGKILL):
                return "(out of time)"
            failed = failure(done)
            if failed:
                return failed
        return ""

    def _pytest(self, tests: Path, code: Code, most: int) -> subprocess.CompletedProcess[str]:
        path = self.home / self.contract.artifact
        if not path.exists():
            shutil.copytree(HOME / "artifacts", path.parent)
        artifact = json.loads(path.read_text(encoding="utf-8"))
        artifact |= {"bytecode": "0x" + code.creation, "deployedBytecode": "0x" + code.deployed}
        path.write_text(json.dumps(artifact), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-qx", "-rfE", "--tb=no", "-p", "no:cacheprovider", str(tests)]
        return _run(command, HOME.parent, {"HYPERBOUNTY_TEST_ARTIFACTS": str(path.parent)}, most)

    def _test(self, stage: Stage, most: int) -> subprocess.CompletedProcess[str]:
        # Foundry begins with what failed before: with another mutant, that is.
        for kept in ("fuzz", "invariant"):
            shutil.rmtree(self.home / "cache" / kept, ignore_errors=True)
        return self._forge("test", "--json", "--fail-fast", *stage.arguments, more=stage.environment, most=most)

    def _ask(self, sources: dict[str, str], settings: dict[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
        request = {
            "language": "Solidity",
            "sources": {unit: {"content": text} for unit, text in sources.items()},
            "settings": settings | {"outputSelection": outputs},
        }
        assert self._compiler.stdin is not None
        assert self._compiler.stdout is not None
        self._compiler.stdin.write(json.dumps(request) + "\n")
        self._compiler.stdin.flush()
        answer: dict[str, Any] = json.loads(self._compiler.stdout.readline())
        return answer

    def _build(self) -> None:
        done = self._forge("build", "src", "test", more={}, most=1_000)
        if done.returncode:
            raise MutationError(f"the project does not build: {(done.stderr or done.stdout).strip()[-300:]}")

    def _forge(self, *arguments: str, more: dict[str, str], most: int) -> subprocess.CompletedProcess[str]:
        # A batch of mutants is larger than what can be deployed.
        environment = {"FOUNDRY_CODE_SIZE_LIMIT": "4000000"} | more
        try:
            return _run(["forge", *arguments], self.home, environment, most)
        except FileNotFoundError:
            raise MutationError("there is no forge on the PATH; install Foundry (docs/analysis.md)") from None


def _run(command: list[str], folder: Path, more: dict[str, str], most: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        command,
        cwd=folder,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
        # Time on a clock says little on a machine that does other things as well.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (most, most)),
    )


def _failed_of_pytest(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) \S+::(\w+)", done.stdout, re.MULTILINE)
    if failed is None:
        raise MutationError(f"pytest ran no tests: {(done.stderr or done.stdout)[-300:]}")
    return failed[1]


def _failed_of_forge(done: subprocess.CompletedProcess[str]) -> str:
    try:
        suites = json.loads(done.stdout[done.stdout.index("{") :])
    except ValueError:
        raise MutationError(f"forge ran no tests: {(done.stderr or done.stdout)[-300:]}") from None
    results = [(name, r["status"]) for suite in suites.values() for name, r in suite["test_results"].items()]
    failed = [name for name, status in results if status == "Failure"]
    # Failing fast, forge has been seen to exit with 0 all the same.
    if not results or (done.returncode and not failed):
        raise MutationError(f"forge exits with {done.returncode}, with {len(failed)} of {len(results)} tests failed")
    return failed[0].partition("(")[0] if failed else ""


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _errors(answer: dict[str, Any]) -> tuple[tuple[str, str, int], ...]:
    found = (e for e in answer.get("errors", []) if e["severity"] == "error")
    return tuple(
        (e["message"], e.get("sourceLocation", {}).get("file", ""), e.get("sourceLocation", {}).get("start", -1))
        for e in found
    )
