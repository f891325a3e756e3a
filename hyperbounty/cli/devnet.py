"""`hyperbounty devnet`: the embedded chain as JSON-RPC on loopback; every contract is deployed, accounts are funded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hyperbounty.cli.command import command, say_what_it_needs
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.parameters import Duration
from hyperbounty.cli.session import Session
from hyperbounty.config.table import DEFAULT_RPC
from hyperbounty.extras import require
from hyperbounty.format import moment
from hyperbounty.money import format_amount

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain
    from hyperbounty.chain.deployments import Deployments


@click.option("--port", type=click.IntRange(0, 65535), default=8545, show_default=True, help="0 picks a free one.")
@click.option(
    "--advance",
    type=Duration(),
    help="Move the clock of the devnet that already runs at --rpc forward, and exit.",
)
@click.option(
    "--rpc",
    "url",
    envvar="HYPERBOUNTY_RPC",
    default=DEFAULT_RPC,
    show_default=True,
    help="With --advance: which one; profiles do not count here.",
)
def _devnet(session: Session, port: int, advance: int | None, url: str) -> Result | None:
    """Serve a development chain on loopback until interrupted.

    It starts empty each time, with every contract deployed and ten funded accounts, devnet-0 to devnet-9, whose keys
    are public: never send them anything of value on another chain.
    """
    from hyperbounty.chain.connection import Chain

    if advance is not None:
        return _advance(Chain.connect(url), advance)
    require("devnet")
    from hyperbounty.accounts import DEVNET_ACCOUNTS, devnet_account
    from hyperbounty.chain.devnet import Devnet

    with Devnet(port=port) as devnet:
        chain = Chain.connect(devnet.url)
        contracts = _deploy_all(chain, session.deployments)
        names = [f"devnet-{i}" for i in range(DEVNET_ACCOUNTS)]
        accounts = [(name, devnet_account(name, chain).address) for name in names]
        shown: dict[str, object] = {
            "rpc": devnet.url,
            "chain_id": chain.chain_id,
            "accounts": [{"name": n, "address": a, "wei": chain.balance(a)} for n, a in accounts],
        }
        if len(contracts) == 1:
            [shown["contract"]] = contracts.values()
        else:
            shown["contracts"] = contracts
        result = Result(
            shown,
            [
                f"Development chain {chain.chain_id} at {devnet.url}",
                *(f"{name} at {address}" for name, address in contracts.items()),
                "Use --account NAME with one of:",
            ],
            ("name", "address", "balance"),
            [(n, a, format_amount(chain.balance(a))) for n, a in accounts],
        )
        result.show(as_json=session.as_json)
        if not session.as_json:
            note("Ctrl-C stops it. `hyperbounty devnet --advance 2d` moves its clock.")
        devnet.serve_forever()
    note("Stopped.")
    return None


def _deploy_all(chain: Chain, deployments: Deployments) -> dict[str, str]:
    """Deploy every registered contract and record it; returns the addresses by name."""
    from hyperbounty.accounts import devnet_account
    from hyperbounty.chain.registry import client_class, contract_names

    addresses = {}
    for name in contract_names():
        contract, receipt = client_class(name).deploy(chain, devnet_account("devnet-0", chain))
        deployments.record(chain, name, contract.address, receipt)
        addresses[name] = contract.address
    return addresses


def _advance(chain: Chain, seconds: int) -> Result:
    chain.advance_to(chain.timestamp() + seconds)
    return Result({"timestamp": chain.timestamp()}, [f"The chain's clock stands at {moment(chain.timestamp())}."])


def add_devnet(cli: click.Group) -> None:
    """Add `devnet` to the root group."""
    made = command(cli, "devnet", examples=["", "--advance 2d"])(_devnet)
    say_what_it_needs(made, "devnet", "To serve a chain it needs")
