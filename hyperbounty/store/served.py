"""A content store for several people: what an IPFS node's RPC and a trustless gateway answer, from the embedded store.

    POST /api/v0/{command}?arg=…     version, add, block/get, block/put, block/stat, dag/import, pin/add, pin/ls, pin/rm
    GET  /ipfs/{CID}?format=raw      one block

That is what the clients of this project ask of any node (`kubo.py`, `gateways.py`); to them this is a node like any
other. Paths and answers are Kubo's: https://docs.ipfs.tech/reference/kubo/rpc/. It talks to no other node. What is
added is pinned; what one person pins another one can unpin; and nothing is ever removed.

Requests come without their transport, so any HTTP server can stand before it.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final, cast
from urllib.parse import parse_qs, urlsplit

from hyperbounty.errors import ContentNotFound, HyperbountyError, InvalidInput, StoreError
from hyperbounty.store.car import blocks_in, import_car
from hyperbounty.store.cid import Cid
from hyperbounty.store.content import MAX_SINGLE_BLOCK_BYTES, check_single_block
from hyperbounty.store.embedded import EmbeddedStore
from hyperbounty.store.uploads import BadUpload, save_file
from hyperbounty.texts import escaped
from hyperbounty.version import __version__

RPC: Final = "/api/v0/"
GATEWAY: Final = "/ipfs/"
_BLOCK_TYPE: Final = "application/vnd.ipld.raw"
_SPOOLED_BYTES: Final = 1024 * 1024
_LONGEST_REASON: Final = 1000
# What the CID of a file depends on. Left out, they are these; another value would be answered with another CID.
_LAYOUT: Final = {
    "cid-version": "1",
    "hash": "sha2-256",
    "raw-leaves": "true",
    "chunker": "size-262144",
    "max-file-links": "174",
    "trickle": "false",
    "inline": "false",
    "only-hash": "false",
    "cid-codec": "raw",
    "format": "raw",
    "version": "1",
    "mhtype": "sha2-256",
}


@dataclass(frozen=True)
class StoreRequest:
    """One request.

    Attributes:
        method: of HTTP.
        target: path and query, as they were sent.
        headers: by their names in lower case.
        body: its pieces, to be read once.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: Iterator[bytes]


@dataclass(frozen=True)
class StoreAnswer:
    """The answer to one request."""

    status: HTTPStatus
    kind: str
    body: bytes


class ServedStore:
    """The embedded store in `folder`, as an IPFS node answers for it. Safe for use by threads.

    >>> served = ServedStore(tmp_path)
    >>> served.answer(StoreRequest("POST", "/api/v0/pin/ls", {}, iter([]))).status.value
    200
    """

    def __init__(self, folder: Path) -> None:
        self._store = EmbeddedStore(folder)
        self._commands: dict[str, Callable[[_Call], bytes]] = {
            "version": self._version,
            "add": self._add,
            "block/get": self._get,
            "block/put": self._put,
            "block/stat": self._stat,
            "dag/import": self._import,
            "pin/add": self._pin,
            "pin/ls": self._pins,
            "pin/rm": self._unpin,
        }

    @staticmethod
    def serves(target: str) -> bool:
        """Whether a request for this path is one for the store."""
        return target.startswith((RPC, GATEWAY))

    def answer(self, request: StoreRequest) -> StoreAnswer:
        """The answer to `request`; what went wrong is in it.

        Raises:
            BadUpload: the body cannot be read; what follows on the connection has no meaning.
            OSError: the connection is gone.
        """
        answer = self._block(request) if request.target.startswith(GATEWAY) else self._command(request)
        # Whatever was answered: what is not read would be taken for the next request.
        for _ in request.body:
            pass
        return answer

    def _command(self, request: StoreRequest) -> StoreAnswer:
        if request.method != "POST":
            return _refused(HTTPStatus.METHOD_NOT_ALLOWED, "the RPC is asked with POST")
        if "origin" in request.headers:
            # A page that somebody has open must not be able to fill this disk, or to unpin what is on it.
            return _refused(HTTPStatus.FORBIDDEN, "the RPC does not answer pages in a browser")
        url = urlsplit(request.target)
        command = self._commands.get(url.path.removeprefix(RPC))
        if command is None:
            return _refused(HTTPStatus.NOT_FOUND, f"{url.path} is no command of this store")
        with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as file:
            try:
                call = self._call(url.query, request, cast("BinaryIO", file))
                kind = _BLOCK_TYPE if command == self._get else "application/json"
                return StoreAnswer(HTTPStatus.OK, kind, command(call))
            except (BadUpload, ConnectionError, TimeoutError):
                # The client is to blame, or gone; there is no next request on this connection.
                raise
            except ContentNotFound as error:
                return _failed(f"block was not found: {error.what}")
            except HyperbountyError as error:
                return _failed(str(error))
            except OSError as error:
                return _failed(f"cannot take the upload: {error.strerror or error}")

    def _call(self, query: str, request: StoreRequest, file: BinaryIO) -> _Call:
        kind = request.headers.get("content-type", "")
        has_file = kind.lower().startswith("multipart/")
        if has_file:
            save_file(request.body, kind, file)
            file.seek(0)
        options = parse_qs(query, keep_blank_values=True)
        return _Call({name: values[-1] for name, values in options.items()}, file if has_file else None)

    def _block(self, request: StoreRequest) -> StoreAnswer:
        """One block, for a gateway's client."""
        if request.method not in ("GET", "HEAD"):
            return _refused(HTTPStatus.METHOD_NOT_ALLOWED, "a gateway is asked with GET")
        url = urlsplit(request.target)
        wants_block = parse_qs(url.query).get("format") == ["raw"] or _BLOCK_TYPE in request.headers.get("accept", "")
        if not wants_block:
            return _refused(HTTPStatus.NOT_ACCEPTABLE, "this gateway gives single blocks: add ?format=raw")
        try:
            block = self._store.block(Cid.parse(url.path.removeprefix(GATEWAY)))
        except InvalidInput as error:
            return _refused(HTTPStatus.BAD_REQUEST, error.what)
        except ContentNotFound as error:
            return _refused(HTTPStatus.NOT_FOUND, error.what)
        except StoreError as error:
            return _refused(HTTPStatus.INTERNAL_SERVER_ERROR, error.what)
        return StoreAnswer(HTTPStatus.OK, _BLOCK_TYPE, block)

    def _version(self, _: _Call) -> bytes:
        return _lines({"Version": f"hyperbounty-{__version__}"})

    def _add(self, call: _Call) -> bytes:
        call.check_layout()
        file = call.file()
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        cid = self._store.add_file(file)
        return _lines({"Name": str(cid), "Hash": str(cid), "Size": str(size)})

    def _get(self, call: _Call) -> bytes:
        return self._store.block(call.cid())

    def _put(self, call: _Call) -> bytes:
        call.check_layout()
        block = call.file().read(MAX_SINGLE_BLOCK_BYTES + 1)
        check_single_block(block)
        cid = Cid.raw(block)
        if call.options.get("pin") == "true":
            self._store.add_block(block)
        else:
            self._store.put_block(cid, block)
        return _lines({"Key": str(cid), "Size": len(block)})

    def _stat(self, call: _Call) -> bytes:
        cid = call.cid()
        return _lines({"Key": str(cid), "Size": len(self._store.block(cid))})

    def _import(self, call: _Call) -> bytes:
        file = call.file()
        if call.options.get("pin-roots") != "false":
            roots = import_car(self._store, file)
            return _lines(*({"Root": {"Cid": {"/": str(root)}, "PinErrorMsg": ""}} for root in roots))
        for cid, block in blocks_in(file):
            self._store.put_block(cid, block)
        return b""

    def _pin(self, call: _Call) -> bytes:
        cid = call.cid()
        self._store.pin(cid)
        return _lines({"Pins": [str(cid)]})

    def _unpin(self, call: _Call) -> bytes:
        cid = call.cid()
        self._check_pinned(cid)
        self._store.unpin(cid)
        return _lines({"Pins": [str(cid)]})

    def _pins(self, call: _Call) -> bytes:
        if "arg" not in call.options:
            return _lines(*({"Cid": str(cid), "Type": "recursive"} for cid in self._store.pins()))
        cid = call.cid()
        self._check_pinned(cid)
        return _lines({"Cid": str(cid), "Type": "recursive"})

    def _check_pinned(self, cid: Cid) -> None:
        if not self._store.is_pinned(cid):
            raise StoreError(f"{cid} is not pinned")


@dataclass(frozen=True)
class _Call:
    """The options of a command, and the file that came with it."""

    options: Mapping[str, str]
    upload: BinaryIO | None

    def cid(self) -> Cid:
        return Cid.parse(self.options.get("arg", "").removeprefix(GATEWAY))

    def file(self) -> BinaryIO:
        if self.upload is None:
            raise InvalidInput("the command needs a file", "send it as multipart/form-data")
        return self.upload

    def check_layout(self) -> None:
        for name, value in self.options.items():
            if value.lower() != _LAYOUT.get(name, value.lower()):
                raise InvalidInput(
                    f"{name}={value} would give another CID than this store makes",
                    f"leave it out, or say {name}={_LAYOUT[name]}",
                )


def _lines(*answers: Mapping[str, object]) -> bytes:
    return b"".join(json.dumps(answer).encode() + b"\n" for answer in answers)


def _refused(status: HTTPStatus, why: str) -> StoreAnswer:
    return StoreAnswer(status, "text/plain; charset=utf-8", f"{escaped(why, _LONGEST_REASON)}\n".encode())


def _failed(why: str) -> StoreAnswer:
    """What a node says where a command failed."""
    said = {"Message": escaped(why, _LONGEST_REASON), "Code": 0, "Type": "error"}
    return StoreAnswer(HTTPStatus.INTERNAL_SERVER_ERROR, "application/json", json.dumps(said).encode())
