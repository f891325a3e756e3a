"""A real IPFS node as the content store, through its RPC.

The node is not trusted: a CID is computed here and compared with the node's, and files are fetched block by block, each
checked before it is used. So it doesn't matter which implementation or version answers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from hyperbounty.errors import ContentMismatch, ContentNotFound, InvalidInput, StoreError
from hyperbounty.store import unixfs
from hyperbounty.store.access import Access
from hyperbounty.store.car import encode_car
from hyperbounty.store.cid import RAW, Cid
from hyperbounty.store.content import Bundle, check_file, check_single_block
from hyperbounty.store.rpc import (
    DEFAULT_TIMEOUT_S,
    IpfsRpc,
    RpcRefusedError,
    RpcTimeoutError,
    Upload,
    printable,
)
from hyperbounty.store.walk import complete

# Every option is sent, because defaults differ between implementations, versions and the node's configuration.
_ADD_OPTIONS: Final = {
    "cid-version": "1",
    "hash": "sha2-256",
    "raw-leaves": "true",
    "chunker": f"size-{unixfs.CHUNK_BYTES}",
    "max-file-links": str(unixfs.LINKS_PER_NODE),
    "trickle": "false",
    "inline": "false",
    "pin": "true",
}
# `cid-codec` is today's name of the codec, `format` and `version` are those of older nodes and of js-ipfs.
_PUT_OPTIONS: Final = {"cid-codec": "raw", "format": "raw", "version": "1", "mhtype": "sha2-256", "pin": "true"}
_NOT_FOUND: Final = re.compile(r"not (be )?f(ou|i)nd|timed out|deadline exceeded", re.IGNORECASE)
# A node that holds a block says so at once; one that waits for others (js-ipfs ignores `offline`) lacks it.
_LOCAL_TIMEOUT_S: Final = 5.0
# About 90 bytes a pin: more than half a million.
_MAX_PINS_BYTES: Final = 64 * 1024 * 1024


class KuboStore:
    """A `ContentStore` that is an IPFS node.

    Args:
        address: the node's RPC: `/ip4/127.0.0.1/tcp/5001` or `http://host:port`.
        timeout_s: seconds for one call. A block that no peer has is given up after as long.
        access: patience and credentials.

    Raises:
        InvalidInput: the address is neither.
        StoreUnavailable: no IPFS node answers there.
        StoreAccessRefused: it wants credentials, or other ones.
    """

    ahead: None = None

    def __init__(self, address: str, *, timeout_s: float = DEFAULT_TIMEOUT_S, access: Access | None = None) -> None:
        self._rpc = IpfsRpc(address, timeout_s=timeout_s, access=access or Access())
        self._version = printable(self._text(self._rpc.call_json("version"), "Version"))

    def add(self, data: bytes) -> Cid:
        """Store and pin a file."""
        check_file(data)
        return self.add_file(io.BytesIO(data))

    def add_file(self, source: BinaryIO) -> Cid:
        """Store and pin the file in `source`."""
        start = source.tell()
        size = source.seek(0, io.SEEK_END) - start
        ours: Cid | None = None

        def chunks() -> Iterator[bytes]:
            # The raw blocks are the bytes of the file in order, so one reading uploads it and computes its CID.
            nonlocal ours
            ours = None
            source.seek(start)
            root = None
            for root, block in unixfs.build(source):
                if root.codec == RAW:
                    yield block
            ours = root

        answer = self._rpc.call_json("add", (), _ADD_OPTIONS, upload=Upload(size, chunks))
        if ours is None:
            raise self._rpc.wrong_service("add is answered before the whole file was sent")
        return self._agreed(ours, answer, "Hash")

    def add_bundle(self, bundle: Bundle) -> None:
        """Store the blocks of `bundle` and pin its roots, in one call that no garbage collection can come between."""

        def car() -> Iterator[bytes]:
            # Not every node checks what it imports; an upload that breaks off before its end pins nothing.
            blocks = complete(bundle.roots, bundle.blocks(), "what is to be stored")
            return encode_car(bundle.roots, blocks)

        said = {_root(answer) for answer in self._import(Upload(bundle.size, car), pin=True)}
        for root in bundle.roots:
            reason = next((why for cid, why in said if cid == root), "it says nothing of it")
            if reason:
                raise StoreError(
                    f"the IPFS node at {self._rpc.address} did not pin {root}: {reason}",
                    "check the node's log and its version",
                )

    def put_block(self, cid: Cid, block: bytes) -> None:
        """Store one block without pinning it."""
        unixfs.check_block(cid, block)
        self._import(Upload(len(block), lambda: encode_car((cid,), iter([(cid, block)]))), pin=False)

    def add_block(self, data: bytes) -> Cid:
        """Store and pin one raw block."""
        check_single_block(data)
        upload = Upload(len(data), lambda: iter([data]))
        return self._agreed(Cid.raw(data), self._rpc.call_json("block/put", (), _PUT_OPTIONS, upload=upload), "Key")

    def get(self, cid: Cid, *, max_bytes: int | None = None) -> bytes:
        """The file or raw block that `cid` names, every block checked."""
        return unixfs.read(cid, self.block, max_bytes=unixfs.MAX_FILE_BYTES if max_bytes is None else max_bytes)

    def block(self, cid: Cid) -> bytes:
        """The block that `cid` names, checked."""
        return unixfs.check_block(cid, self._find("block/get", cid, {}, max_bytes=unixfs.MAX_BLOCK_BYTES))

    def has(self, cid: Cid) -> bool:
        """Whether the node itself holds the block `cid` names."""
        limit = min(self._rpc.timeout_s, _LOCAL_TIMEOUT_S)
        try:
            answer = self._find("block/stat", cid, {"offline": "true"}, timeout_s=limit)
        except ContentNotFound:
            return False
        self._about(cid, "block/stat", self._rpc.objects("block/stat", answer), lambda said: [said.get("Key")])
        return True

    def pin(self, cid: Cid) -> None:
        """Have the node keep everything below `cid`, fetching what it lacks."""
        answer = self._find("pin/add", cid, {"recursive": "true"})
        self._about(cid, "pin/add", self._rpc.objects("pin/add", answer), _pinned)

    def unpin(self, cid: Cid) -> None:
        """Have the node no longer keep `cid` for its own sake."""
        try:
            answers = self._rpc.call_lines("pin/rm", (str(cid),), {"recursive": "true"})
        except RpcRefusedError as error:
            if "not pinned" not in error.reason:
                raise
        else:
            self._about(cid, "pin/rm", answers, _pinned)

    def is_pinned(self, cid: Cid) -> bool:
        """Whether the node keeps everything below `cid`."""
        try:
            answers = self._rpc.call_lines("pin/ls", (str(cid),), {"type": "recursive", "stream": "true"})
        except RpcRefusedError as error:
            if "not pinned" not in error.reason:
                raise
            return False
        self._about(cid, "pin/ls", answers, lambda said: [said.get("Cid")])
        return True

    def pins(self) -> tuple[Cid, ...]:
        """Everything that the node was told to keep; what is no content of this kind is left out."""
        options = {"type": "recursive", "stream": "true"}
        answers = self._rpc.call_lines("pin/ls", (), options, max_bytes=_MAX_PINS_BYTES)
        found = (_parsed(self._text(answer, "Cid")) for answer in answers)
        return tuple(sorted(cid for cid in found if cid is not None))

    def describe(self) -> str:
        """Which node this is."""
        return f"IPFS node {self._version} at {self._rpc.address}"

    def _import(self, car: Upload, *, pin: bool) -> list[dict[str, Any]]:
        return self._rpc.call_lines("dag/import", (), {"pin-roots": str(pin).lower()}, upload=car)

    def _find(self, command: str, cid: Cid, options: dict[str, str], **limits: Any) -> bytes:
        try:
            return self._rpc.call(command, (str(cid),), options, **limits)
        except RpcRefusedError as error:
            if not _NOT_FOUND.search(error.reason):
                raise
            cause: StoreError = error
        except RpcTimeoutError as error:
            # A node that searches for a block is silent, and so is a node that hangs. Only the first answers this.
            self._rpc.call("version")
            cause = error
        raise ContentNotFound(
            f"{cid} did not come from the IPFS node at {self._rpc.address} ({cause.what})",
            "ask its publisher to keep it pinned and reachable, or connect the node to one that has it",
        ) from cause

    def _about(
        self, cid: Cid, command: str, answers: list[dict[str, Any]], named: Callable[[dict[str, Any]], list[Any]]
    ) -> None:
        """Refuse an answer that does not name `cid`: one to another question, one cut short, or an invented one."""
        found = [text for answer in answers for text in named(answer) if isinstance(text, str)]
        if cid not in [_parsed(text) for text in found]:
            raise self._rpc.wrong_service(f"{command} is answered without the CID that it was asked for")

    def _agreed(self, ours: Cid, answer: dict[str, Any], field: str) -> Cid:
        text = self._text(answer, field)
        try:
            theirs = Cid.parse(text)
        except InvalidInput as error:
            raise self._rpc.wrong_service(f"{printable(text)!r} is its name for {ours}") from error
        if theirs != ours:
            raise ContentMismatch(
                f"the IPFS node at {self._rpc.address} stored {ours} under another CID, {theirs}",
                "do not use this node until it is known why; its content would not be found by others",
            )
        return ours

    def _text(self, answer: dict[str, Any], field: str) -> str:
        value = answer.get(field)
        if not isinstance(value, str):
            raise self._rpc.wrong_service(f"an answer lacks {field!r}")
        return value


def _pinned(answer: dict[str, Any]) -> list[Any]:
    """The CIDs that a line of `pin/add` or `pin/rm` is about."""
    pins = answer.get("Pins")
    return pins if isinstance(pins, list) else []


def _root(answer: dict[str, Any]) -> tuple[Cid | None, str]:
    """The root that a line of `dag/import` is about, and why it was not pinned."""
    match answer:
        case {"Root": {"Cid": {"/": str(text)}, **rest}}:
            return _parsed(text), printable(rest.get("PinErrorMsg") or "")
    return None, ""


def _parsed(text: str) -> Cid | None:
    try:
        return Cid.parse(text)
    except InvalidInput:
        return None
