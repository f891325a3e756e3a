"""`hyperbounty store`: content by its CID, in the embedded store or on an IPFS node."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.exit_codes import ExitCode
from hyperbounty.cli.help import CONNECTION, HelpfulGroup, grouped
from hyperbounty.cli.output import Result
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.errors import InvalidInput
from hyperbounty.texts import escaped

if TYPE_CHECKING:
    from hyperbounty.store import Cid, ContentStore

_MEGABYTE: Final = 1_000_000
_GATEWAY = grouped(
    CONNECTION,
    "--gateway",
    "gateways",
    multiple=True,
    metavar="URL",
    help="Gateway to read from what the store lacks, every block checked; may be given several times, in their order.",
)
_OUT = click.option("--out", type=click.Path(path_type=Path), help="Where to put it; left out, under the last name.")
_CAR = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")


_CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


@click.group("store", cls=HelpfulGroup)
def store() -> None:
    """Files, folders and contests' contents by their CIDs."""


@click.argument("path", type=click.Path(path_type=Path))
def _add(store: ContentStore, path: Path) -> Result:
    """Store and pin the file or folder PATH, and print its CID."""
    from hyperbounty.store import add_path

    cid = add_path(store, path)
    return Result({"cid": str(cid)}, [str(cid)])


@click.argument("cid", metavar="CID[/PATH]")
@_OUT
def _get(store: ContentStore, cid: str, out: Path | None) -> Result:
    """Fetch the file or folder CID, or what lies at PATH in it. Interrupted, the same command goes on."""
    from hyperbounty.store import fetch, resolve

    found = resolve(store, cid)
    target = out or Path(cid.rstrip("/").rsplit("/", 1)[-1])
    with _bytes_moved("fetching") as moved:
        fetched = fetch(store, found, target, progress=moved)
    data = {"cid": str(found), "path": str(target), "bytes": fetched.size, "files": fetched.files}
    again = f", {fetched.reused:,} of them from an earlier try" if fetched.reused else ""
    return Result({**data, "reused_bytes": fetched.reused}, [f"{target}: {fetched.size:,} bytes{again}"])


@click.argument("cid", metavar="CID[/PATH]")
def _ls(store: ContentStore, cid: str) -> Result:
    """List the folder CID, or the one at PATH in it."""
    from hyperbounty.store import list_folder, resolve

    entries = list_folder(store, resolve(store, cid))
    width = max((len(f"{entry.size:,}") for entry in entries), default=0)
    # Lines, not a table: one that folds to the terminal's width would cut CIDs, and these are there to be copied.
    return Result(
        {"items": [{"name": e.name, "cid": str(e.cid), "is_folder": e.is_folder, "bytes": e.size} for e in entries]},
        [f"{e.cid}  {e.size:>{width},}  {escaped(e.name)}{'/' if e.is_folder else ''}" for e in entries]
        or ["The folder is empty."],
    )


@click.argument("cid")
def _has(store: ContentStore, cid: str) -> Result:
    """Say whether the block CID is in the store itself; exit code 1 where it is not."""
    from hyperbounty.store import Cid

    parsed = Cid.parse(cid)
    held = store.has(parsed)
    pinned = store.is_pinned(parsed)
    text = f"{'held' if held else 'not held'}{', pinned' if pinned else ''}: {parsed}"
    return Result(
        {"cid": str(parsed), "held": held, "pinned": pinned},
        [text],
        exit_code=ExitCode.DONE if held else ExitCode.DIFFERS,
    )


@click.argument("cid")
def _pin(store: ContentStore, cid: str) -> Result:
    """Keep CID and everything below it, fetching what is not here."""
    from hyperbounty.store import Cid

    parsed = Cid.parse(cid)
    store.pin(parsed)
    return Result({"cid": str(parsed), "pinned": True}, [f"pinned: {parsed}"])


@click.argument("cid")
def _unpin(store: ContentStore, cid: str) -> Result:
    """No longer keep CID for its own sake; `gc` then removes what nothing else keeps."""
    from hyperbounty.store import Cid

    parsed = Cid.parse(cid)
    store.unpin(parsed)
    return Result({"cid": str(parsed), "pinned": False}, [f"not pinned: {parsed}"])


def _pins(store: ContentStore) -> Result:
    """List what is pinned."""
    cids = [str(cid) for cid in store.pins()]
    return Result({"pins": cids}, cids or ["Nothing is pinned."])


@click.argument("cids", metavar="CID...", nargs=-1, required=True)
@_CAR
def _export(store: ContentStore, cids: tuple[str, ...], out: Path) -> Result:
    """Write everything below the CIDs to one CAR file."""
    from hyperbounty.store import Cid

    return export(store, [Cid.parse(cid) for cid in cids], out)


def export(store: ContentStore, roots: Sequence[Cid], out: Path, *, max_bytes: int | None = None) -> Result:
    """Write everything below `roots` to the CAR file `out`, which may have `max_bytes`, and say so."""
    from hyperbounty.store import export_car

    with _written(out) as file, _bytes_moved("exporting") as moved:
        written = export_car(store, roots, file, max_bytes=max_bytes, progress=lambda done: moved(done, None))
    return Result(
        {"roots": [str(root) for root in roots], "file": str(out), "blocks": written.blocks, "bytes": written.size},
        [f"{out}: {written.blocks:,} blocks, {written.size:,} bytes"],
    )


@click.argument("path", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def _import(store: ContentStore, path: Path) -> Result:
    """Store everything in the CAR file PATH, pin its roots, and print their CIDs."""
    from hyperbounty.store import import_car

    with path.open("rb") as file:
        roots = [str(root) for root in import_car(store, file)]
    return Result({"roots": roots}, roots)


def _gc(session: Session) -> Result:
    """Remove from the embedded store what no pin reaches."""
    from hyperbounty.store import EmbeddedStore, open_store

    opened = open_store(session.settings.ipfs, session.home / "store", access=session.store_access)
    if not isinstance(opened, EmbeddedStore):
        raise InvalidInput(
            f"{opened.describe()} collects its own garbage",
            "run `ipfs repo gc` there, or leave --ipfs out for the embedded store",
        )
    collected = opened.collect_garbage()
    return Result(
        {"removed_blocks": collected.blocks, "removed_bytes": collected.size, "kept_blocks": collected.kept},
        [f"removed {collected.blocks:,} blocks of {collected.size:,} bytes, kept {collected.kept:,}"],
    )


def add_store(cli: click.Group) -> None:
    """Add `store` to the root group."""
    for function, example, interrupted in (
        (_add, "prices/ --ipfs /ip4/127.0.0.1/tcp/5001", interruption.CONTENT),
        (_get, f"{_CID}/training.csv --out training.csv", interruption.CONTENT),
        (_ls, _CID, interruption.UNCHANGED),
        (_has, _CID, interruption.UNCHANGED),
        (_pin, f"{_CID} --gateway https://ipfs.io", interruption.CONTENT),
        (_unpin, _CID, interruption.CONTENT),
        (_pins, "", interruption.UNCHANGED),
        (_export, f"{_CID} --out contest.car", interruption.WHOLE),
        (_import, "contest.car", interruption.CONTENT),
    ):
        name = function.__name__.lstrip("_")
        made = command(store, name, store=True, examples=[example], interrupted=interrupted)
        made(_GATEWAY(_with_store(function)))
    command(store, "gc", store=True, examples=[""], interrupted=interruption.CONTENT)(_gc)
    cli.add_command(store)


def _with_store(function: Callable[..., Result]) -> Callable[..., Result]:
    """`function` with the store that `--ipfs` and `--gateway` name in the place of the session."""

    @wraps(function)
    def run(session: Session, gateways: tuple[str, ...], **arguments: object) -> Result:
        from hyperbounty.store import open_store

        if gateways:
            opened = open_store(session.settings.ipfs, session.home / "store", gateways, session.store_access)
        else:
            opened = session.store
        return function(opened, **arguments)

    return run


@contextmanager
def _written(path: Path) -> Iterator[BinaryIO]:
    """A file that appears at `path` once it is complete; what breaks off leaves nothing."""
    if path.exists():
        raise InvalidInput(f"{path} exists", "remove it, or choose another name with --out")
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _bytes_moved(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Shows how many megabytes are done; gives what takes the bytes done, and all of them where that is known."""
    with progress(what, unit="MB") as work:
        yield lambda done, total: work.update(done=done / _MEGABYTE, total=None if total is None else total / _MEGABYTE)
