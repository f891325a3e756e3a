"""Write the page of each contract in `docs/contracts/` from the NatSpec of its interface; or check what is there.

    python -m contracts.tools.page            write the pages
    python -m contracts.tools.page --check    exit with 1 if a committed page differs from what the sources give

The compiler reads the interface, so what the page says of a call, its parameters and its selector is what the compiler
saw. Groups are the interface's own: the comment lines that divide it. What it inherits stands on the page as well.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import solcx
from solcx.exceptions import SolcError

from contracts.build import BuildError, Deployed, deployed_contracts, find_compiler, read_sources
from contracts.tools.pages import keep

_HOME: Final = Path(__file__).resolve().parents[1]
_DIVIDER: Final = re.compile(rb"^ *// -+ (\w.*)$", re.MULTILINE)
_TAG: Final = re.compile(r"@(\w+) ?")
_SELECTORS: Final = ("functionSelector", "eventSelector", "errorSelector")


@dataclass(frozen=True)
class NatSpec:
    """What the comment above a declaration says; `parts` are its parameters and returned values by name."""

    notice: str
    details: str
    parts: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, text: str) -> NatSpec:
        """Take a comment apart by its tags; text before the first is the notice."""
        found: dict[str, list[str]] = {"notice": [], "dev": [], "param": [], "return": []}
        tag = "notice"
        for line in text.splitlines():
            match = _TAG.match(line.strip())
            if match:
                tag = match[1]
                found.setdefault(tag, []).append(line.strip()[match.end() :])
            elif found[tag]:
                found[tag][-1] += f"\n{line.removeprefix(' ').rstrip()}"
            else:
                found[tag].append(line.strip())
        parts = [part.partition(" ") for part in (*found["param"], *found["return"])]
        return cls(
            _flow(" ".join(found["notice"])),
            _flow(" ".join(found["dev"])),
            tuple((name, _flow(rest)) for name, _, rest in parts),
        )


@dataclass(frozen=True)
class Source:
    """One source unit: its bytes, which the compiler's offsets count, and its syntax tree."""

    content: bytes
    tree: dict[str, Any]

    def text_of(self, node: dict[str, Any]) -> str:
        """The declaration as written, on one line."""
        start, length, _ = map(int, node["src"].split(":"))
        one_line = " ".join(self.content[start : start + length].decode().split())
        return one_line.replace("( ", "(").replace(" )", ")")

    def natspec_of(self, node: dict[str, Any]) -> NatSpec:
        """The comment above; members of structs have theirs only in the source."""
        documentation = node.get("documentation")
        if documentation:
            return NatSpec.read(documentation["text"])
        lines = self.content[: int(node["src"].split(":")[0])].decode().splitlines()[:-1]
        above: list[str] = []
        while lines and lines[-1].strip().startswith("///"):
            above.insert(0, lines.pop().strip().removeprefix("///").removeprefix(" "))
        return NatSpec.read("\n".join(above))

    def group_of(self, node: dict[str, Any]) -> str:
        """The last dividing comment before a declaration."""
        groups = [m[1].decode() for m in _DIVIDER.finditer(self.content) if m.start() < int(node["src"].split(":")[0])]
        return groups[-1] if groups else ""


@dataclass(frozen=True)
class Interface:
    """An interface and those that it inherits, each with the source that it stands in; and every source."""

    parts: tuple[tuple[Source, dict[str, Any]], ...]
    sources: tuple[Source, ...]

    def nodes(self, kind: str) -> Iterator[tuple[Source, dict[str, Any]]]:
        """The declarations of a kind, its own first."""
        for source, contract in self.parts:
            yield from ((source, node) for node in _nodes(contract, kind))


def read_interface(home: Path, contract: Deployed) -> Interface:
    """The interface of a contract, as the compiler reads it.

    Raises:
        BuildError: there is no compiler, or it refuses the sources.
    """
    contents = read_sources(home, [contract.interface])
    request = {
        "language": "Solidity",
        "sources": {unit: {"content": content} for unit, content in contents.items()},
        "settings": {"outputSelection": {"*": {"": ["ast"]}}},
    }
    try:
        answer = solcx.compile_standard(request, solc_binary=find_compiler(home))
    except SolcError as error:
        raise BuildError(f"the compiler refuses the sources: {str(error).partition(chr(10))[0]}") from error
    sources = {unit: Source(content.encode(), answer["sources"][unit]["ast"]) for unit, content in contents.items()}
    declared = {
        node["id"]: (source, node) for source in sources.values() for node in _nodes(source.tree, "ContractDefinition")
    }
    own = next(node for node in _nodes(sources[contract.interface].tree, "ContractDefinition"))
    return Interface(tuple(declared[number] for number in own["linearizedBaseContracts"]), tuple(sources.values()))


def render(contract: Deployed, interface: Interface) -> str:
    """The whole page of a contract."""
    source, own = interface.parts[0]
    about = source.natspec_of(own)
    blocks = [
        f"# {contract.name}",
        "<!-- written by `python -m contracts.tools.page` from the NatSpec of the interface; change it there -->",
        about.notice,
        about.details,
    ]
    blocks += ["## Calls", *_calls(interface.nodes("FunctionDefinition"))]
    blocks += ["## Events", *_table(interface.nodes("EventDefinition"), "event", "topic")]
    blocks += ["## Errors", *_errors(interface.nodes("ErrorDefinition"))]
    blocks += ["## Structs", *(line for part in interface.sources for line in _structs(part))]
    blocks += ["## Enumerations", *(line for part in interface.sources for line in _enumerations(part))]
    return "\n\n".join(block for block in blocks if block) + "\n"


def main(arguments: list[str] | None = None, home: Path = _HOME) -> int:
    """The command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Write the contracts' pages to docs/contracts.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a page differs")
    check = parser.parse_args(arguments).check
    try:
        contracts = deployed_contracts(home)
        pages = {contract.page: render(contract, read_interface(home, contract)) for contract in contracts}
    except BuildError as error:
        sys.stderr.write(f"page: {error}\n")
        return 1
    return keep(home.parent, pages, check=check, module="contracts.tools.page")


def _nodes(parent: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in parent["nodes"] if node["nodeType"] == kind]


def _flow(text: str) -> str:
    """Lines joined into paragraphs; a line that starts with a dash stays an item of a list."""
    joined = ""
    for line in text.splitlines():
        item = line.lstrip().startswith("- ")
        joined += f"\n{line.lstrip()}" if item else f" {line.strip()}" if joined else line.strip()
    return joined.strip().replace(":\n- ", ":\n\n- ")


def _selector(node: dict[str, Any]) -> str:
    return "0x" + next(str(node[key]) for key in _SELECTORS if node.get(key))


def _calls(declared: Iterable[tuple[Source, dict[str, Any]]]) -> Iterator[str]:
    for group, members in groupby(declared, key=_group):
        yield f"### {_capitalized(group)}"
        for source, node in members:
            natspec = source.natspec_of(node)
            yield f"#### `{node['name']}`"
            yield f"```solidity\n{source.text_of(node)}\n```"
            yield f"Selector `{_selector(node)}`. {natspec.notice}".rstrip()
            yield natspec.details
            yield "\n".join(f"- `{name}`: {text}" for name, text in natspec.parts)


def _table(declared: Iterable[tuple[Source, dict[str, Any]]], kind: str, selector: str) -> Iterator[str]:
    rows = [f"| {kind} | meaning | {selector} |", "|---|---|---|"]
    for source, node in declared:
        natspec = source.natspec_of(node)
        said = [natspec.notice, natspec.details, *(f"`{name}`: {text}" for name, text in natspec.parts)]
        signature = source.text_of(node).removeprefix(f"{kind} ").removesuffix(";")
        rows.append(f"| `{signature}` | {_cell(' '.join(filter(None, said)))} | `{_selector(node)}` |")
    yield "\n".join(rows)


def _errors(declared: Iterable[tuple[Source, dict[str, Any]]]) -> Iterator[str]:
    yield "Each has the values that explain it; where the name says it all, there is no more."
    for group, members in groupby(declared, key=_group):
        yield f"### {_capitalized(group.removeprefix('errors: '))}"
        yield from _table(members, "error", "selector")


def _group(declared: tuple[Source, dict[str, Any]]) -> str:
    source, node = declared
    return source.group_of(node)


def _structs(source: Source) -> Iterator[str]:
    for node in _nodes(source.tree, "StructDefinition"):
        natspec = source.natspec_of(node)
        yield f"### `{node['name']}`"
        yield natspec.notice
        yield natspec.details
        rows = ["| member | type | meaning |", "|---|---|---|"]
        for member in node["members"]:
            kind = member["typeDescriptions"]["typeString"].removeprefix("struct ").removeprefix("enum ")
            rows.append(f"| `{member['name']}` | `{kind}` | {_cell(source.natspec_of(member).notice)} |")
        yield "\n".join(rows)


def _enumerations(source: Source) -> Iterator[str]:
    for node in _nodes(source.tree, "EnumDefinition"):
        natspec = source.natspec_of(node)
        yield f"### `{node['name']}`"
        yield natspec.notice
        yield natspec.details
        yield ", ".join(f"{number} `{member['name']}`" for number, member in enumerate(node["members"])) + "."


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    sys.exit(main())
