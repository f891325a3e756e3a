"""`SharedModels` runs the code of `Markets` on what it keeps, so both must keep the same things in the same places."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final

import pytest
import solcx

from contracts.build import find_compiler, read_sources

CONTRACTS: Final = Path(__file__).parents[2] / "contracts"


@pytest.mark.skipif(
    not (CONTRACTS / "node_modules" / "solc").is_dir() or shutil.which("node") is None,
    reason="no compiler here: run `npm ci --ignore-scripts` in contracts/",
)
def test_markets_find_everything_where_the_registry_keeps_it() -> None:
    registry, markets = layout("SharedModels"), layout("Markets")
    assert len(registry) >= 6
    assert registry == markets


def layout(name: str) -> list[tuple[str, str, int, Any]]:
    """Every variable of a contract: its name, its slot, its place in the slot, and its type down to the last member."""
    unit = f"src/models/{name}.sol"
    sources = {path: {"content": text} for path, text in read_sources(CONTRACTS, [unit]).items()}
    settings = {"outputSelection": {unit: {name: ["storageLayout"]}}}
    request = {"language": "Solidity", "sources": sources, "settings": settings}
    answer = solcx.compile_standard(request, solc_binary=find_compiler(CONTRACTS))
    found = answer["contracts"][unit][name]["storageLayout"]
    types = found["types"]

    def whole(kind: str) -> Any:
        described = types[kind]
        inner = [(m["label"], m["slot"], m["offset"], whole(m["type"])) for m in described.get("members", ())]
        parts = [whole(described[part]) for part in ("key", "value", "base") if part in described]
        return described["label"], described["encoding"], described["numberOfBytes"], inner, parts

    return [(v["label"], v["slot"], v["offset"], whole(v["type"])) for v in found["storage"]]
