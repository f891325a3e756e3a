"""`hyperbounty deploy`: put a contract on a chain and remember where."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hyperbounty.cli.command import command
from hyperbounty.cli.help import HelpfulCommand
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.receipts import cost, receipt_json
from hyperbounty.cli.session import Session
from hyperbounty.cli.wording import worded
from hyperbounty.errors import InvalidInput

if TYPE_CHECKING:
    from hyperbounty.chain.client import ContractClient
    from hyperbounty.chain.connection import Receipt
    from hyperbounty.chain.deployments import Deployment


class _Deploy(HelpfulCommand):
    """Its help names the contracts that families have registered."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from hyperbounty.chain.registry import client_class, contract_names

        super().format_epilog(ctx, formatter)
        with formatter.section("Contracts"):
            formatter.write_dl([(name, client_class(name).PURPOSE) for name in contract_names()])


@click.argument("name", required=False)
@click.option("--again", is_flag=True, help="Deploy another one, at an address of its own, although one is known.")
@click.option("--factory", is_flag=True, help="Put the usual factory on a development chain that lacks it, first.")
@click.option("--list", "listing", is_flag=True, help="Show the deployments that are known here; talks to no node.")
def _deploy(session: Session, name: str | None, again: bool, factory: bool, listing: bool) -> Result:
    """Deploy the contract NAME to the profile's chain.

    Where the chain has the usual CREATE2 factory, the contract gets the address that it has on every such chain, and
    commands find it there without configuration. Where it is there already with this version's code, nothing is
    deployed and its address is shown.
    """
    if listing:
        return _known(session)
    if again and factory:
        raise InvalidInput("--again makes another contract and --factory the shared one", "give one of them")
    from hyperbounty.chain.artifacts import load_artifact
    from hyperbounty.chain.deployments import code_hash
    from hyperbounty.chain.factory import has_factory, install_factory

    kind = _chosen(name)
    chain = session.chain
    deployments = session.deployments
    if factory and not has_factory(chain):
        install_factory(chain, session.account)
    known = deployments.find(kind.NAME, chain.chain_id)
    is_wanted = known is not None and not again and (not factory or _is_shared(known))
    if known is not None and is_wanted and _is_alive(session, known):
        return _already(known)
    # Interrupted before it was recorded, the same command finds its transaction by this name.
    before = sum((d.name, d.chain_id) == (kind.NAME, chain.chain_id) for d in deployments.all())
    key = f"deploy/{code_hash(load_artifact(kind.NAME).deployed_bytecode)}/{before}"
    contract: ContractClient
    receipt: Receipt | None
    if again:
        contract, receipt = kind.deploy(chain, session.account, key=key)
    else:
        contract, receipt = kind.provide(chain, lambda: session.account, key=key)
    made = deployments.record(chain, kind.NAME, contract.address, receipt)
    deployments.check(chain, kind.NAME, contract.address)
    named = session.settings.contract_of(kind.NAME)
    if named is not None and named[0] != made.address:
        note(f"commands keep to {named[0]}, which {named[1]} names")
    if receipt is None:
        return _already(made)
    return Result(
        {**_json(made), "deployed": True, **receipt_json(receipt)},
        [
            _place(made),
            f"code {made.code_hash}",
            cost(receipt),
            _how_it_is_found(made),
            *([] if kind.FIRST_STEP is None else [f"Next: {worded(kind.FIRST_STEP)}."]),
        ],
    )


def _already(known: Deployment) -> Result:
    return Result(
        {**_json(known), "deployed": False},
        [
            f"{_place(known)} already, with this version's code",
            _how_it_is_found(known),
            "--again deploys another one.",
        ],
    )


def _how_it_is_found(known: Deployment) -> str:
    if _is_shared(known):
        return "Every command finds it there; no configuration needs its address."
    return f'Others find it by the address: contract = "{known.address}" in their profile, or --contract.'


def _chosen(name: str | None) -> type[ContractClient]:
    """The client of the contract to deploy.

    Raises:
        InvalidInput: there is none of this name, or none is named and there are several.
    """
    from hyperbounty.chain.registry import client_class, contract_names

    if name is not None:
        return client_class(name)
    names = contract_names()
    if len(names) != 1:
        raise InvalidInput(f"there are {len(names)} contracts to deploy", f"name one of {', '.join(names)}")
    return client_class(names[0])


def _is_alive(session: Session, known: Deployment) -> bool:
    """Whether `known` is there and of this version; False where a new one is due.

    Raises:
        WrongCode: it is not what was deployed, on a chain that does not start anew: then something is wrong with the
            node, and a deployment there would only cost money.
    """
    from hyperbounty.chain.deployments import WrongCode

    try:
        session.deployments.check(session.chain, known.name, known.address)
    except WrongCode as wrong:
        if wrong.found == known.code_hash:
            note(f"{_place(known)}, with another version's code; its contests stay there")
        elif session.chain.is_development:
            note(f"{known.address} is gone: this chain started anew")
        else:
            raise WrongCode(wrong.what, "check --rpc; --again deploys all the same", found=wrong.found) from None
        return False
    return True


def _known(session: Session) -> Result:
    from hyperbounty.chain.artifacts import load_artifact
    from hyperbounty.chain.deployments import code_hash

    known = session.deployments.all()
    latest = {(d.name, d.chain_id): d.address for d in known}
    versions = {d.name: code_hash(load_artifact(d.name).deployed_bytecode) for d in known}
    shown = [
        {
            **_json(d),
            "current": latest[d.name, d.chain_id] == d.address,
            "this_version": versions[d.name] == d.code_hash,
        }
        for d in known
    ]
    rows = [
        (
            str(d["name"]),
            str(d["chain_id"]),
            str(d["contract"]),
            "" if d["block"] is None else str(d["block"]),
            ("in use" if d["current"] else "earlier") + ("" if d["this_version"] else ", other code"),
        )
        for d in shown
    ]
    return Result(
        {"deployments": shown},
        [] if shown else ["No deployment is known here: `hyperbounty deploy` makes one."],
        ("contract", "chain", "address", "block", "") if shown else (),
        rows,
    )


def _place(known: Deployment) -> str:
    return f"{known.name} is at {known.address} on chain {known.chain_id}"


def _is_shared(known: Deployment) -> bool:
    """Whether it is where every command looks without a configuration."""
    from hyperbounty.chain.registry import client_class

    return known.address == client_class(known.name).shared_address()


def _json(known: Deployment) -> dict[str, object]:
    fields = asdict(known)
    return {"contract": fields.pop("address"), **fields, "shared": _is_shared(known)}


def add_deploy(cli: click.Group) -> None:
    """Add `deploy` to the root group."""
    examples = ["--account ada", "--list"]
    command(cli, "deploy", chain=True, account=True, examples=examples, cls=_Deploy)(_deploy)
