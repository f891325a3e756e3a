"""`hyperbounty up`: a whole site on this machine, on which a contest is played, and another one waits for visitors."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli.command import command
from hyperbounty.cli.help import grouped
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.session import Session

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain
    from hyperbounty.web.up.running import Whole

_PORTS: Final = (
    grouped("Ports", "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Of the site."),
    grouped(
        "Ports",
        "--node-port",
        type=click.IntRange(0, 65535),
        default=8545,
        show_default=True,
        help="Of the node and its store; 0 picks a free one, as for the site.",
    ),
)


@click.option("--fresh", is_flag=True, help="Throw away what an earlier `up` left, and begin anew.")
@click.option("--no-play", is_flag=True, help="Play no contest: everything runs, and waits for yours.")
def _up(session: Session, fresh: bool, no_play: bool, port: int, node_port: int) -> None:
    """Run a whole site on this machine, and play a contest on it from its offer to its payment.

    Node, store, evaluator, index and site run beside each other, each in a process of its own. The contest, and a
    dispute about its scores, are over in some three minutes: where nobody has anything to do, the clock of the chain
    hurries. Afterwards everything stays up, and another contest waits for whoever enters it with a wallet in the
    browser; when it is paid, the next one does. All of it is kept in the folder `up` under --home, and goes on there
    the next time.
    """
    from hyperbounty.accounts import devnet_account
    from hyperbounty.extras import require
    from hyperbounty.termination import signalled
    from hyperbounty.web.up.cast import GUEST
    from hyperbounty.web.up.running import Whole, connect

    require("demo")
    began = time.monotonic()
    with ExitStack() as opened:
        folder = opened.enter_context(_alone(session.home / "up", fresh=fresh))
        whole = Whole(folder, _free(node_port, "node_port"), _free(port, "port"), note, stopped := threading.Event())
        opened.enter_context(signalled(stopped))
        note(f"Starting node, store, index, site and three who watch; all is kept in {folder}")
        opened.enter_context(whole.running())
        if stopped.is_set():
            return
        chain = opened.enter_context(connect(whole))
        guest = devnet_account(GUEST, chain)
        Result(
            {"url": whole.site_url, "rpc": whole.node_url, "ipfs": whole.node_url, "folder": str(folder)},
            [
                f"The site is at {whole.site_url}",
                f"Node and store are at {whole.node_url} (chain {chain.chain_id}); {GUEST}, {guest.address}, is yours",
                f"In a wallet of your browser: add a network with the RPC URL {whole.node_url}, chain id "
                f"{chain.chain_id} and the currency ETH; then import the account with the private key",
                f"  0x{guest.key.hex().removeprefix('0x')}",
                "Everybody knows this key: it is for development chains alone. Never send anything of value to it.",
            ],
            after=["Ctrl-C stops everything."],
        ).show(as_json=session.as_json)
        if not no_play:
            _play(whole, chain, began)
        stopped.wait()
        note("Stopping all of it.")
    note("Stopped; nothing of it runs any more.")


def _play(whole: Whole, chain: Chain, began: float) -> None:
    from hyperbounty.bounty.contract import BountyContract
    from hyperbounty.errors import HyperbountyError
    from hyperbounty.web.up.play import Play
    from hyperbounty.web.up.visitors import VisitorsContest

    contract = BountyContract.at(chain, BountyContract.shared_address())
    stage = (contract, whole.folder, whole.command, note, whole.stopped)
    try:
        play = Play(*stage)
        was_played = play.is_over
        if play.run() is None:
            return
        if was_played:
            note("A contest was played here before; `hyperbounty up --fresh` plays one anew.")
        else:
            note(
                f"All of it took {time.monotonic() - began:.0f} s. The site stays up, and the clock runs as yours does."
            )
        VisitorsContest(*stage).run()
    except HyperbountyError as error:
        # The site stays up: what was played so far can be looked at.
        note(f"The play cannot go on: {error.what}. `hyperbounty up --fresh` begins anew.")


def _free(port: int, name: str) -> int:
    """The port, or a free one for 0; nobody listens there now.

    Raises:
        AddressTaken: somebody does.
    """
    from hyperbounty.next_steps import NextStep, Parameter
    from hyperbounty.web.site.errors import AddressTaken
    from hyperbounty.web.site.serving import listen

    try:
        with listen("127.0.0.1", port) as listener:
            return int(listener.getsockname()[1])
    except AddressTaken as error:
        step = NextStep("stop what listens there, or choose another {}", Parameter(name))
        raise AddressTaken(error.what, step) from error


@contextmanager
def _alone(folder: Path, *, fresh: bool) -> Iterator[Path]:
    """Inside, this process alone works in `folder`.

    Raises:
        InvalidInput: another one does.
    """
    from hyperbounty.errors import InvalidInput
    from hyperbounty.locks import Held, locked_now
    from hyperbounty.next_steps import NextStep, Parameter

    try:
        with locked_now(folder.with_name(f"{folder.name}.lock")):
            if fresh and folder.exists():
                shutil.rmtree(folder)
            folder.mkdir(parents=True, exist_ok=True)
            yield folder
    except Held:
        raise InvalidInput(
            f"another `up` runs in {folder}", NextStep("stop it first, or work under another {}", Parameter("home"))
        ) from None


def _with_ports(function: Any) -> Any:
    for option in reversed(_PORTS):
        function = option(function)
    return function


up = command(
    click.Group("hyperbounty"),
    "up",
    extra="web",
    examples=["", "--fresh", "--port 9000 --node-port 9545"],
    interrupted="nothing of it runs any more; the same command goes on there",
)(_with_ports(_up))
