"""Compile the contracts to `artifacts/`, or check that what is committed is what the sources give.

    python contracts/build.py            write the artifacts
    python contracts/build.py --check    recompile and exit with 1 if a committed artifact differs

Which contracts there are stands in `contracts.toml`. The compiler is pinned, its settings leave nothing of this machine
in the output, and every artifact names the SHA-256 of each source it was made of. Each contract is compiled with the
sources that it imports and no others, so a contract that is added changes no byte of another. Artifacts of the mocks in
`test/*/mocks/` go to `artifacts/test/` and are not part of the package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests
import solcx
from eth_utils.crypto import keccak
from solcx.exceptions import SolcError, SolcInstallationError, SolcNotInstalled

COMPILER_VERSION: Final = "0.8.37"
SETTINGS: Final[dict[str, Any]] = {
    "evmVersion": "cancun",
    "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
    "optimizer": {"enabled": True, "runs": 200},
    "viaIR": True,
}
MAX_CODE_BYTES: Final = 24_576  # EIP-170

_HOME: Final = Path(__file__).resolve().parent
_IMPORT: Final = re.compile(r'^\s*import\s+(?:[^"\';]*\sfrom\s+)?["\']([^"\']+)["\']\s*;', re.MULTILINE)


class BuildError(Exception):
    """A build that cannot be carried out; the message is one line for people."""


@dataclass(frozen=True)
class Deployed:
    """A contract that is deployed, as `contracts.toml` lists it: where everything lies that belongs to it.

    Source units and artifacts are named from `contracts/`, pages and snapshots from the root of the project. The
    constructor creates the contracts in `creates`, each from a source of its name beside it.
    """

    name: str
    family: str
    creates: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The source that holds the contract."""
        return f"src/{self.family}/{self.name}.sol"

    @property
    def interface(self) -> str:
        """The source that holds its interface, and so its documentation."""
        return f"src/{self.family}/I{self.name}.sol"

    @property
    def tests(self) -> str:
        """The folder of its Foundry tests."""
        return f"test/{self.family}"

    @property
    def artifact(self) -> str:
        """What the build makes of it."""
        return f"artifacts/{self.name}.json"

    @property
    def page(self) -> Path:
        """Its page in the documentation."""
        return Path("docs") / "contracts" / f"{self.name}.md"

    @property
    def gas(self) -> Path:
        """What its transactions cost."""
        return Path("tests") / "contracts" / "gas" / f"{self.name}.json"


def deployed_contracts(home: Path = _HOME) -> list[Deployed]:
    """The contracts that `contracts.toml` lists, in its order.

    Raises:
        BuildError: there is no list, or an entry of it is not a name and a family.
    """
    try:
        listed = tomllib.loads((home / "contracts.toml").read_text(encoding="utf-8"))
        return [Deployed(**{**entry, "creates": tuple(entry.get("creates", ()))}) for entry in listed["contract"]]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BuildError(f"contracts.toml does not list contracts by name and family: {error}") from None


def read_sources(home: Path, units: Iterable[str]) -> dict[str, str]:
    """The source units and all that they import, by name.

    Raises:
        BuildError: one of the files is not there.
    """
    waiting = list(units)
    sources: dict[str, str] = {}
    while waiting:
        unit = waiting.pop()
        if unit in sources:
            continue
        package = unit.startswith("@")
        try:
            sources[unit] = (home / "node_modules" / unit if package else home / unit).read_text(encoding="utf-8")
        except FileNotFoundError:
            remedy = (
                "run `npm ci --ignore-scripts` in contracts/" if package else "correct the import or contracts.toml"
            )
            raise BuildError(f"the source {unit} is not there; {remedy}") from None
        for path in _IMPORT.findall(sources[unit]):
            waiting.append(_join(unit, path) if path.startswith(".") else path)
    return dict(sorted(sources.items()))


def find_compiler(home: Path) -> Path:
    """The pinned compiler: the npm one behind `contracts/solc`, else py-solc-x's own, installed if it must be.

    Raises:
        BuildError: neither is there and none can be downloaded.
    """
    if (home / "node_modules" / "solc").is_dir() and shutil.which("node"):
        return home / "solc"
    try:
        return solcx.install.get_executable(COMPILER_VERSION)
    except SolcNotInstalled:
        pass
    try:
        solcx.install_solc(COMPILER_VERSION)
        return solcx.install.get_executable(COMPILER_VERSION)
    except (SolcInstallationError, SolcNotInstalled, requests.RequestException, OSError, ValueError):
        raise BuildError(
            f"no Solidity {COMPILER_VERSION} here and none to download; "
            "install Node.js and run `npm ci --ignore-scripts` in contracts/"
        ) from None


def compile_artifacts(home: Path) -> dict[str, str]:
    """The text of every artifact by its path under `artifacts/`.

    Raises:
        BuildError: there is no compiler, it refuses the sources, or a contract is too large to be deployed.
    """
    artifacts = {}
    for contract in deployed_contracts(home):
        sources = read_sources(home, [contract.unit])
        output = _compile(home, sources, [contract.unit]).get(contract.name)
        if output is None:
            raise BuildError(f"{contract.unit} holds no contract {contract.name}; correct contracts.toml")
        _check_size(contract.name, output)
        _check_created(home, contract, output)
        artifacts[f"{contract.name}.json"] = _artifact(contract.name, output, sources)
    mocks = sorted(path.relative_to(home).as_posix() for path in (home / "test").glob("*/mocks/*.sol"))
    sources = read_sources(home, mocks)
    for name, output in _compile(home, sources, mocks).items():
        artifacts[f"test/{name}.json"] = _artifact(name, output, sources)
    return artifacts


def difference(home: Path, artifacts: dict[str, str]) -> list[str]:
    """What the committed artifacts have that `artifacts` has not, or the other way round: one line each."""
    folder = home / "artifacts"
    committed = {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in folder.rglob("*.json")}
    lines = []
    for path in sorted(committed.keys() | artifacts.keys()):
        if path not in committed:
            lines.append(f"artifacts/{path} is missing")
        elif path not in artifacts:
            lines.append(f"artifacts/{path} has no source")
        elif committed[path] != artifacts[path]:
            lines.append(f"artifacts/{path} differs in {_differing_keys(committed[path], artifacts[path])}")
    return lines


def write_artifacts(home: Path, artifacts: dict[str, str]) -> None:
    """Make `artifacts/` hold exactly `artifacts`."""
    folder = home / "artifacts"
    for stale in folder.rglob("*.json"):
        if stale.relative_to(folder).as_posix() not in artifacts:
            stale.unlink()
    for path, text in artifacts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None, home: Path = _HOME) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Compile the contracts to contracts/artifacts.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if an artifact differs")
    check = parser.parse_args(arguments).check
    try:
        artifacts = compile_artifacts(home)
    except BuildError as error:
        sys.stderr.write(f"build: {error}\n")
        return 1
    if not check:
        write_artifacts(home, artifacts)
        sys.stdout.write(f"wrote {len(artifacts)} artifacts\n")
        return 0
    lines = difference(home, artifacts)
    sys.stderr.writelines(f"build: {line}; run `python contracts/build.py` and commit the result\n" for line in lines)
    return 1 if lines else 0


def _check_size(name: str, output: dict[str, Any]) -> None:
    size = len(output["evm"]["deployedBytecode"]["object"]) // 2
    if size >= MAX_CODE_BYTES:
        raise BuildError(f"{name} has {size} bytes of code; {MAX_CODE_BYTES - 1} can be deployed")


def _check_created(home: Path, contract: Deployed, output: dict[str, Any]) -> None:
    """A contract finds those that it creates by their code, whose hash stands in its own."""
    units = {name: f"{Path(contract.unit).parent}/{name}.sol" for name in contract.creates}
    created = _compile(home, read_sources(home, units.values()), list(units.values()))
    for name in contract.creates:
        _check_size(name, created[name])
        code_hash = keccak(hexstr=created[name]["evm"]["bytecode"]["object"]).hex()
        if code_hash not in output["evm"]["deployedBytecode"]["object"]:
            raise BuildError(f"{contract.name} creates {name}, whose code has the hash 0x{code_hash}; write it there")


def _join(unit: str, relative: str) -> str:
    parts = unit.split("/")[:-1]
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _compile(home: Path, sources: dict[str, str], units: list[str]) -> dict[str, dict[str, Any]]:
    """What the compiler makes of the contracts in `units` that have code, by name."""
    if not units:
        return {}
    outputs = ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"]
    request = {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sources.items()},
        "settings": SETTINGS | {"outputSelection": {unit: {"*": outputs} for unit in units}},
    }
    try:
        answer = solcx.compile_standard(request, solc_binary=find_compiler(home))
    except SolcError as error:
        first = next((line for line in str(error).splitlines() if "Error" in line), str(error).partition("\n")[0])
        raise BuildError(f"the compiler refuses the sources: {first.strip()}") from error
    # A warning in our own sources is a mistake waiting to be paid for.
    for finding in answer.get("errors", []):
        if finding.get("sourceLocation", {}).get("file", "").startswith("src/"):
            raise BuildError(f"the compiler warns: {' '.join(finding['formattedMessage'].split())}")
    return {
        name: output
        for unit in units
        for name, output in answer["contracts"][unit].items()
        if output["evm"]["bytecode"]["object"]
    }


def _artifact(name: str, output: dict[str, Any], sources: dict[str, str]) -> str:
    metadata = json.loads(output["metadata"])
    # "0.8.37+commit.f401782d": what follows names the platform the compiler was built for.
    version = ".".join(metadata["compiler"]["version"].split(".")[:4])
    artifact = {
        "abi": output["abi"],
        "bytecode": "0x" + output["evm"]["bytecode"]["object"],
        "compiler": version,
        "contractName": name,
        "deployedBytecode": "0x" + output["evm"]["deployedBytecode"]["object"],
        "settings": SETTINGS,
        "sources": {u: hashlib.sha256(sources[u].encode()).hexdigest() for u in metadata["sources"]},
    }
    return json.dumps(artifact, indent=1, sort_keys=True) + "\n"


def _differing_keys(committed: str, built: str) -> str:
    try:
        old, new = json.loads(committed), json.loads(built)
    except ValueError:
        return "everything: it is not JSON"
    keys = sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k)) if isinstance(old, dict) else []
    return ", ".join(keys) or "layout only"


if __name__ == "__main__":
    sys.exit(main())
