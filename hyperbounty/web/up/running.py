"""What `up` runs beside each other: the node with its store, the site with its index, and who watches for each role."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hyperbounty.config.places import FILE_NAME, HOME_VARIABLE
from hyperbounty.config.table import CONFIG_VARIABLE, PROFILE_VARIABLE, SETTINGS
from hyperbounty.errors import HyperbountyError
from hyperbounty.web.site.children import Child
from hyperbounty.web.up.cast import EVALUATOR, MEMBER, ORGANIZER, PARTICIPANTS

if TYPE_CHECKING:
    from hyperbounty.chain.connection import Chain

_PATIENCE_S: Final = 120.0
_LOOK_S: Final = 0.05
_HERE: Final = "127.0.0.1"


class PartFailed(HyperbountyError):
    """A part of a running site, or a step of its play, did not do its work."""

    error_code = "part-failed"
    is_unavailable = True


@dataclass(frozen=True)
class Whole:
    """All that runs.

    Attributes:
        folder: where everything is kept.
        node_port, site_port: on loopback.
        say: is told what each part says, a line each.
        stopped: ends it.
    """

    folder: Path
    node_port: int
    site_port: int
    say: Callable[[str], None]
    stopped: threading.Event

    @property
    def node_url(self) -> str:
        """Of the node, and of the store that it serves."""
        return f"http://{_HERE}:{self.node_port}"

    @property
    def site_url(self) -> str:
        """Of the site."""
        return f"http://{_HERE}:{self.site_port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """Every part works on this node and in this folder, whatever else is set up on this machine."""
        cleared = {setting.variable: "" for setting in SETTINGS}
        return {
            **cleared,
            PROFILE_VARIABLE: "",
            "HYPERBOUNTY_DATABASE": "",
            "HYPERBOUNTY_QUEUE": "",
            HOME_VARIABLE: str(self.folder),
            CONFIG_VARIABLE: str(self.folder / FILE_NAME),
            "HYPERBOUNTY_RPC": self.node_url,
            "HYPERBOUNTY_IPFS": self.node_url,
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        """Inside, node, store, site, index and those who watch run.

        Raises:
            PartFailed: one of them does not begin.
        """
        with ExitStack() as stack:
            # It may be empty: what is set up elsewhere is not to count.
            (self.folder / FILE_NAME).touch()
            parts: list[Child] = []
            for name, arguments, sign in (
                (
                    "node",
                    ("devnet", "--port", str(self.node_port), "--state", str(self.folder / "chain.sqlite")),
                    "export",
                ),
                ("site", ("serve", "--port", str(self.site_port)), "The site is at"),
                *((name, arguments, "") for name, arguments in _WATCHES),
            ):
                began = threading.Event()
                part = Child(name, arguments, self.environment, say=self._hearing(name, sign, began))
                parts.append(stack.enter_context(part))
                # The last of these calls is the first to be made: told together, each ends while the others do.
                stack.callback(_tell_to_end, parts)
                if sign:
                    self._await(part, began)
            yield

    def command(self, arguments: Sequence[str]) -> None:
        """Run a command to its end, or until all is stopped.

        Raises:
            PartFailed: it failed; the message says why.
        """
        with Child("step", arguments, self.environment, is_kept=False, say=lambda _: None) as step:
            while not step.wait(_LOOK_S):
                if self.stopped.is_set():
                    return
        if step.exit_code and not self.stopped.is_set():
            why = step.said[-1] if step.said else f"exit code {step.exit_code}"
            raise PartFailed(f"`hyperbounty {' '.join(arguments[:2])}` failed: {why.removeprefix('Error: ')}")

    def _hearing(self, name: str, sign: str, began: threading.Event) -> Callable[[str], None]:
        def hear(line: str) -> None:
            if sign and sign in line:
                began.set()
            if not sign:
                # Those who watch say when it was, in the chain's time; the site shows that.
                self.say(f"  {name}: {line.partition(' UTC ')[2] or line}")

        return hear

    def _await(self, part: Child, began: threading.Event) -> None:
        waited = 0.0
        while not began.wait(_LOOK_S) and not self.stopped.is_set():
            waited += _LOOK_S
            if part.exit_code is not None or waited > _PATIENCE_S:
                why = part.said[-1].removeprefix("Error: ") if part.said else "it says nothing"
                raise PartFailed(f"the {part.name} does not begin: {why}")


def _tell_to_end(parts: Sequence[Child]) -> None:
    for part in parts:
        part.tell_to_end()


_WATCHES: Final = (
    ("organizer", ("organizer", "watch", "--account", ORGANIZER)),
    ("evaluator", ("evaluator", "watch", "--account", EVALUATOR, "--account", MEMBER)),
    (
        "participants",
        ("participant", "watch", *(part for each in PARTICIPANTS for part in ("--account", each.account))),
    ),
)


def connect(whole: Whole) -> Chain:
    """The chain of a running node."""
    from hyperbounty.chain.connection import Chain

    return Chain.connect(whole.node_url)
