"""`hyperbounty devnet`: the embedded chain and a store on one port of loopback, for people with homes of their own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperbounty.cli.command import command, say_what_it_needs
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.parameters import Duration
from hyperbounty.cli.session import Session
from hyperbounty.config.table import DEFAULT_RPC
from hyperbounty.errors import InvalidInput
from hyperbounty.extras import require
from hyperbounty.format import duration, moment
from hyperbounty.money import amount_json, format_amount

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain
    from hyperbounty.chain.devnet import Devnet

# Between two commands on one machine, a difference below is not worth a remark.
_SLACK_SECONDS = 60


@click.option("--port", type=click.IntRange(0, 65535), default=8545, show_default=True, help="0 picks a free one.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the chain in FILE and the contents in FILE.store: the next devnet with this FILE goes on there.",
)
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
def _devnet(session: Session, port: int, state: Path | None, advance: int | None, url: str) -> Result | None:
    """Serve a development chain and a store on loopback until interrupted.

    Every contract is deployed, and ten accounts are funded: devnet-0 to devnet-9. Their keys are public: never send
    them anything of value on another chain. Through the store, people with homes of their own share contents as on
    IPFS. Without --state, all begins anew each time and is gone at the end.
    """
    from hyperbounty.chain.connection import Chain

    if advance is not None:
        if state is not None:
            raise InvalidInput("--advance moves the clock of a devnet that runs, and --state starts one", "give one")
        return _advance(Chain.connect(url), advance)
    require("devnet")
    from hyperbounty.accounts import DEVNET_ACCOUNTS, devnet_account
    from hyperbounty.chain.devnet import Devnet

    with Devnet(port=port, state=state) as devnet, Chain.connect(devnet.url) as chain:
        contracts = _deploy_all(chain)
        names = [f"devnet-{i}" for i in range(DEVNET_ACCOUNTS)]
        accounts = [(name, devnet_account(name, chain).address) for name in names]
        shown: dict[str, object] = {
            "rpc": devnet.url,
            "ipfs": devnet.url,
            "chain_id": chain.chain_id,
            "state_file": None if state is None else str(state),
            "new": devnet.is_new,
            "began": devnet.began,
            "stood_at": devnet.stood_at,
            "timestamp": chain.timestamp(),
            "contracts": [{"name": name, "contract": address} for name, address in contracts.items()],
            "accounts": [{"name": n, "address": a, "balance": amount_json(chain.balance(a))} for n, a in accounts],
        }
        result = Result(
            shown,
            [
                *_beginning(devnet, chain, state),
                f"Chain {chain.chain_id} and store are at {devnet.url}",
                *(f"{name} is at {address}, where every command finds it" for name, address in contracts.items()),
                "Each person, in a terminal and a folder of their own:",
                f"  export HYPERBOUNTY_HOME=$PWD HYPERBOUNTY_RPC={devnet.url} HYPERBOUNTY_IPFS={devnet.url}",
                "and with one of these as --account, or as HYPERBOUNTY_ACCOUNT:",
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


def _beginning(devnet: Devnet, chain: Chain, state: Path | None) -> list[str]:
    """Whether the chain is a new one, and what time did to one that is not."""
    if state is None:
        return [f"A new chain, which began {moment(devnet.began)}. It is gone when this ends; --state FILE keeps one."]
    if devnet.is_new:
        return [
            f"A new chain, which began {moment(devnet.began)}, is kept in {state}, and contents in {devnet.contents}"
        ]
    now = chain.timestamp()
    passed = now - devnet.stood_at
    lines = [
        f"The chain in {state} goes on, which began {moment(devnet.began)}.",
        f"Its clock stood at {moment(devnet.stood_at)} and stands at {moment(now)}: {duration(passed)} went by, "
        "also for every deadline",
    ]
    if not devnet.contents.is_dir():
        lines.append(
            f"{devnet.contents} is not there: if contents were added before, bring it back beside {state.name}"
        )
    ahead = now - int(time.time())
    if ahead > _SLACK_SECONDS:
        lines.append(
            f"It is {duration(ahead)} ahead of this machine's clock, as it was moved, or the machine's was set back"
        )
    return lines


def _deploy_all(chain: Chain) -> dict[str, str]:
    """See that every registered contract is where every home looks for it; returns the addresses by name."""
    from hyperbounty.accounts import devnet_account
    from hyperbounty.chain.factory import install_factory
    from hyperbounty.chain.registry import client_class, contract_names

    account = devnet_account("devnet-0", chain)
    install_factory(chain, account)
    return {name: client_class(name).provide(chain, lambda: account)[0].address for name in contract_names()}


def _advance(chain: Chain, seconds: int) -> Result:
    chain.advance_to(chain.timestamp() + seconds)
    now = chain.timestamp()
    return Result({"timestamp": now}, [f"The chain's clock stands at {moment(now)}."])


def add_devnet(cli: click.Group) -> None:
    """Add `devnet` to the root group."""
    kept = "what --state names is kept; without it the next devnet begins anew"
    made = command(cli, "devnet", examples=["", "--state chain.sqlite", "--advance 2d"], interrupted=kept)(_devnet)
    say_what_it_needs(made, "devnet", "To serve a chain it needs")
