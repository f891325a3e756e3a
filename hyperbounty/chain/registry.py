"""The contracts that this installation knows: each family registers its own by name, as an entry point.

An entry of the group `hyperbounty.contracts` leads from the contract's name to its client, a `ContractClient`. Nobody
who deploys, lists or configures contracts needs to know a family.
"""

from __future__ import annotations

from importlib.metadata import EntryPoints, entry_points
from typing import TYPE_CHECKING, Final

from hyperbounty.errors import InvalidInput

if TYPE_CHECKING:
    from hyperbounty.chain.client import ContractClient

GROUP: Final = "hyperbounty.contracts"


def contract_names() -> list[str]:
    """The names of the registered contracts, in alphabetical order; loads none of their clients."""
    return sorted(_entries().names)


def client_class(name: str) -> type[ContractClient]:
    """The client of the registered contract `name`.

    Raises:
        InvalidInput: no contract of this name is registered.
    """
    found = _entries().select(name=name)
    if not found:
        raise InvalidInput(
            f"there is no contract {name!r}", f"choose one of {', '.join(contract_names()) or 'those of a family'}"
        )
    client: type[ContractClient] = next(iter(found)).load()
    return client


def _entries() -> EntryPoints:
    return entry_points(group=GROUP)
