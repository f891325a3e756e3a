"""Compile the contracts to `artifacts/`, or check that what is committed is what the sources give.

    python contracts/build.py            write the artifacts
    python contracts/build.py --check    recompile and exit with 1 if a committed artifact differs

The compiler is pinned, its settings leave nothing of this machine in the output, and every artifact names the SHA-256
of each source it was made of. Artifacts of `test/mocks/` go to `artifacts/test/` and are not part of the package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Final

import requests
import solcx
from solcx.exceptions import SolcError, SolcInstallationError, SolcNotInstalled

COMPILER_VERSION: Final = "0.8.37"
SETTINGS: Final[dict[str, Any]] = {
    "evmVersion": "cancun",
    "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
    "optimizer": {"enabled": True, "runs": 2_000},
    "viaIR": True,
}
MAX_CODE_BYTES: Final = 24_576  # EIP-170

_HOME: Final = Path(__file__).resolve().parent
_IMPORT: Final = re.compile(r'^\s*import\s+(?:[^"\';]*\sfrom\s+)?["\']([^"\']+)["\']\s*;', re.MULTILINE)


class BuildError(Exception):
    """A build that cannot be carried out; the message is one line for people."""


def read_sources(home: Path) -> dict[str, str]:
    """Every Solidity source under `src/` and `test/mocks/`, and all they import, by source unit name.

    Raises:
        BuildError: an imported file is not there.
    """
    units = [p.relative_to(home).as_posix() for folder in ("src", "test/mocks") for p in (home / folder).rglob("*.sol")]
    sources: dict[str, str] = {}
    while units:
        unit = units.pop()
        if unit in sources:
            continue
        package = unit.startswith("@")
        try:
            sources[unit] = (home / "node_modules" / unit if package else home / unit).read_text(encoding="utf-8")
        except FileNotFoundError:
            remedy = "run `npm ci --ignore-scripts` in contracts/" if package else "correct the import"
            raise BuildError(f"the source {unit} is not there; {remedy}") from None
        for path in _IMPORT.findall(sources[unit]):
            units.append(_join(unit, path) if path.startswith(".") else path)
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
    sources = read_sources(home)
    request = {
        "language": "Solidity",
        "sources": {unit: {"content": text} for unit, text in sources.items()},
        "settings": SETTINGS
        | {"outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "metadata"]}}},
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

    artifacts = {}
    for unit, name in _wanted(answer["contracts"]):
        output = answer["contracts"][unit][name]
        if not output["evm"]["bytecode"]["object"]:
            continue  # an interface, or a library without code of its own
        size = len(output["evm"]["deployedBytecode"]["object"]) // 2
        if unit.startswith("src/") and size >= MAX_CODE_BYTES:
            raise BuildError(f"{name} has {size} bytes of code; {MAX_CODE_BYTES - 1} can be deployed")
        folder = "" if unit.startswith("src/") else "test/"
        artifacts[f"{folder}{name}.json"] = _artifact(name, output, sources)
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


def _join(unit: str, relative: str) -> str:
    parts = unit.split("/")[:-1]
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _wanted(contracts: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """Of `src/`, the contracts that stand at its top, since libraries are inlined; of the mocks, all."""
    return [
        (unit, name)
        for unit, named in contracts.items()
        if (unit.startswith("src/") and unit.count("/") == 1) or unit.startswith("test/")
        for name in named
    ]


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
