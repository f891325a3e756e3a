"""`hyperbounty deploy`: put the contract on a chain and remember where."""

from __future__ import annotations

import click

from hyperbounty.cli.command import command
from hyperbounty.cli.output import Result
from hyperbounty.cli.session import Session
from hyperbounty.money import format_amount


def _deploy(session: Session) -> Result:
    """Deploy HyperparameterBounty to the chain at --rpc; one deployment serves every contest on it."""
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.chain.deployments import Deployments

    contract, receipt = BountyContract.deploy(session.chain, session.account)
    Deployments(session.home).record("HyperparameterBounty", session.chain.chain_id, contract.address)
    return Result(
        {"address": contract.address, "chain_id": session.chain.chain_id, "gas_used": receipt.gas_used},
        [
            f"HyperparameterBounty is at {contract.address} on chain {session.chain.chain_id}",
            f"gas {receipt.gas_used:,}, fee {format_amount(receipt.fee_wei)}",
        ],
    )


def add_deploy(cli: click.Group) -> None:
    """Add `deploy` to the root group."""
    command(cli, "deploy", chain=True, account=True)(_deploy)
