"""Many mutants in one contract: each changed function stands beside its original, and a number chooses among them.

Compiling is what takes long, so a batch of mutants is compiled once. A function that some of them change becomes

    function f(uint256 x) external view returns (uint256) {
        if (MUTANT == 7) return f__7(x);
        …what it was
    }
    function f__7(uint256 x) private view returns (uint256) {…as mutant 7 has it}

and `MUTANT` is a constant that nothing optimizes away: whoever tests mutant 7 writes 7 over it in the code. With 0 the
contract is what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from contracts.tools.mutation.mutants import Mutant, MutationError

MAGIC: Final = "b0a7c3d15e2f48699a1b0c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5a6b"
_FLAG: Final = f"\nuint256 constant MUTANT = 0x{MAGIC};\n"


@dataclass(frozen=True)
class Function:
    """A function that has a body: where its parts are, in bytes, and what a copy of it begins with."""

    file: str
    name: str
    end: int
    body: int
    header: str
    arguments: str
    returns: bool


@dataclass(frozen=True)
class Batch:
    """The sources with all mutants in them, and where in its file the copy of each one lies."""

    sources: dict[str, str]
    copies: dict[int, tuple[str, int, int]]

    def mutant_at(self, file: str, start: int) -> int | None:
        """Which mutant's copy holds this byte."""
        return next((k for k, (f, low, high) in self.copies.items() if f == file and low <= start < high), None)


def functions(asts: dict[str, Any], sources: dict[str, str]) -> list[Function]:
    """All functions of `src/` that have a body and are called by name, from the compiler's syntax trees."""
    found = []
    for file, tree in asts.items():
        if not file.startswith("src/"):
            continue
        content = sources[file].encode()
        for contract in (node for node in tree["nodes"] if node["nodeType"] == "ContractDefinition"):
            for node in contract["nodes"]:
                if node["nodeType"] == "FunctionDefinition" and node.get("body") and node["kind"] == "function":
                    found.append(_function(file, node, content))
    return found


def place(mutant: Mutant, all_functions: list[Function]) -> Function | None:
    """The function in whose body the mutant's change lies; none where it changes a header or a constant."""
    for function in all_functions:
        if function.file == mutant.file and function.body < mutant.start and mutant.end < function.end:
            return function
    return None


def combine(mutants: dict[int, Mutant], all_functions: list[Function], sources: dict[str, str]) -> Batch:
    """The sources that hold all of `mutants`, by their numbers, which begin at 1.

    Raises:
        MutationError: one lies outside the bodies of functions.
    """
    chosen: dict[Function, list[int]] = {}
    for number, mutant in mutants.items():
        function = place(mutant, all_functions)
        if function is None:
            raise MutationError(f"{mutant.file}:{mutant.line} is in no function's body")
        chosen.setdefault(function, []).append(number)
    batch = Batch(dict(sources), {})
    for file in {function.file for function in chosen}:
        content = sources[file].encode()
        out = bytearray()
        done = 0
        for function in sorted((f for f in chosen if f.file == file), key=lambda f: f.body):
            name = function.name
            out += content[done : function.body + 1]
            for number in chosen[function]:
                call = f"{name}__{number}({function.arguments})"
                way = f"return {call};" if function.returns else f"{{ {call}; return; }}"
                out += f" if (MUTANT == {number}) {way}".encode()
            out += content[function.body + 1 : function.end]
            for number in chosen[function]:
                mutant = mutants[number]
                body = content[function.body : mutant.start] + mutant.new.encode() + content[mutant.end : function.end]
                start = len(out)
                out += f"\nfunction {name}__{number}{function.header} ".encode() + body
                batch.copies[number] = (file, start, len(out))
            done = function.end
        batch.sources[file] = (bytes(out) + content[done:]).decode() + _FLAG
    return batch


def choose(code: str, number: int) -> str:
    """The code of a batch, as hexadecimal digits, that behaves as this mutant; as the original for 0."""
    return code.replace(MAGIC, f"{number:064x}")


def _function(file: str, node: dict[str, Any], content: bytes) -> Function:
    def text(part: dict[str, Any]) -> str:
        start, length, _ = (int(number) for number in part["src"].split(":"))
        return content[start : start + length].decode()

    start, length, _ = (int(number) for number in node["body"]["src"].split(":"))
    returns = bool(node["returnParameters"]["parameters"])
    mutability = node["stateMutability"] if node["stateMutability"] in ("view", "pure") else ""
    header = f"{text(node['parameters'])} private {mutability}"
    if returns:
        header += f" returns {text(node['returnParameters'])}"
    return Function(
        file=file,
        name=node["name"],
        end=start + length,
        body=start,
        header=header,
        arguments=", ".join(parameter["name"] for parameter in node["parameters"]["parameters"]),
        returns=returns,
    )
