"""`hyperbounty devnet`: the embedded chain as JSON-RPC on loopback, with the contract deployed and funded accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.config.table import DEFAULT_RPC
from hyperbounty.money import format_amount

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain


@click.option("--port", type=click.IntRange(0, 65535), default=8545, show_default=True, help="0 picks a free one.")
@click.option(
    "--advance",
    type=click.IntRange(1),
    metavar="SECONDS",
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
def _devnet(session: Session, port: int, advance: int | None, url: str) -> Result:
    """Serve a development chain on loopback until interrupted.

    It starts empty each time, with the contract deployed and ten funded accounts, devnet-0 to devnet-9, whose keys are
    public: never send them anything of value on another chain.
    """
    from hyperbounty.chain.connection import Chain

    if advance is not None:
        return _advance(Chain.connect(url), advance)
    from hyperbounty.accounts import DEVNET_ACCOUNTS, devnet_account
    from hyperbounty.bounty.contract import CONTRACT, BountyContract
    from hyperbounty.chain.devnet import Devnet

    with Devnet(port=port) as devnet:
        chain = Chain.connect(devnet.url)
        contract, receipt = BountyContract.deploy(chain, devnet_account("devnet-0", chain))
        session.deployments.record(chain, CONTRACT, contract.address, receipt)
        names = [f"devnet-{i}" for i in range(DEVNET_ACCOUNTS)]
        accounts = [(name, devnet_account(name, chain).address) for name in names]
        result = Result(
            {
                "rpc": devnet.url,
                "chain_id": chain.chain_id,
                "contract": contract.address,
                "accounts": [{"name": n, "address": a, "wei": chain.balance(a)} for n, a in accounts],
            },
            [
                f"Development chain {chain.chain_id} at {devnet.url}",
                f"HyperparameterBounty at {contract.address}",
                "Use --account NAME with one of:",
            ],
            ("name", "address", "balance"),
            [(n, a, format_amount(chain.balance(a))) for n, a in accounts],
        )
        result.show(as_json=session.as_json)
        if not session.as_json:
            click.echo("Ctrl-C stops it. `hyperbounty devnet --advance SECONDS` moves its clock.")
        devnet.serve_forever()
    return Result({"stopped": True}, ["Stopped."])


def _advance(chain: Chain, seconds: int) -> Result:
    chain.advance_to(chain.timestamp() + seconds)
    return Result({"timestamp": chain.timestamp()}, [f"The chain's clock stands at {chain.timestamp()}."])


def add_devnet(cli: click.Group) -> None:
    """Add `devnet` to the root group."""
    command(cli, "devnet")(_devnet)
