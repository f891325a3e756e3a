"""How a command, or whoever else knows which contracts there are, gets the client of the shared models' contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from hyperbounty.chain.client import ContractClient
    from hyperbounty.models.contract import ModelsContract

    Client = TypeVar("Client", bound=ContractClient)


class Clients(Protocol):
    """Knows the contracts of one chain, as a session of the command line does."""

    def client(self, kind: type[Client]) -> Client:
        """The client of this kind, once the code of its contract was checked."""
        ...


def contract_of(clients: Clients) -> ModelsContract:
    """The client of the contract of shared models that the settings name, or that is known on this chain."""
    # Brings in the chain: a second that the help has no use for.
    from hyperbounty.models.contract import ModelsContract

    return clients.client(ModelsContract)
