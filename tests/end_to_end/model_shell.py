"""The command line and the contract of shared models on one devnet, for tests of who contributes."""

from __future__ import annotations

from dataclasses import dataclass

from hyperbounty.cli.main import run
from hyperbounty.models.contract import ModelsContract
from hyperbounty.store import ContentStore
from tests.end_to_end.shell import Shell


@dataclass
class ModelShell(Shell):
    """Commands of models as people type them."""

    def argv(self, *arguments: object, account: str | None = None) -> list[str]:
        """See `Shell`."""
        made = [*map(str, arguments), "--home", str(self.home), "--json"]
        # It writes a file, and asks no chain.
        if arguments[1] != "init":
            made += ["--rpc", self.rpc]
        return [*made, "--account", account] if account else made

    def said(self, *arguments: object, account: str | None = None, code: int = 0) -> str:
        """What a command prints for people, on both streams, in one line."""
        return " ".join(self.lines(*arguments, account=account, code=code).split())

    def lines(self, *arguments: object, account: str | None = None, code: int = 0) -> str:
        """The same as it is."""
        self.capsys.readouterr()
        got = run([part for part in self.argv(*arguments, account=account) if part != "--json"])
        out, err = self.capsys.readouterr()
        assert got == code, out + err
        assert "Traceback" not in out + err
        return out + err


@dataclass(frozen=True)
class Scene:
    """A devnet with the contract, and a store that the commands read.

    Attributes:
        hb: the commands.
        contract: straight to the chain.
        store: of the home of the commands.
    """

    hb: ModelShell
    contract: ModelsContract
    store: ContentStore

    def pass_time(self, seconds: int) -> None:
        """Let so many seconds pass on the chain."""
        self.contract.chain.advance_to(self.contract.chain.timestamp() + seconds)

    def sent(self, account: str) -> int:
        """How many transactions of an account are in the chain."""
        return self.contract.chain.w3.eth.get_transaction_count(self.contract.chain.w3.to_checksum_address(account))
