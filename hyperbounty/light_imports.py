"""Loads libraries of others without what few commands use of them: half a second of every other one.

web3 imports eth_account, and that eth_keyfile, which reads and makes keystores. With it come two libraries of ciphers,
and tables for keystores of validators, which are computed whenever they are loaded. Most commands open no keystore.
web3 also imports aiohttp, for its asynchronous providers, of which no command uses any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Literal

_KEYFILE: Final = "eth_keyfile"
_ASYNC_HTTP: Final = "aiohttp"
# What annotations of eth_account name.
_KdfType = Literal["pbkdf2", "scrypt"]


def load_accounts_without_keystores() -> None:
    """Import eth_account now; it imports eth_keyfile when a keystore is first made or read.

    Nothing happens where either is loaded already.
    """
    package, inside = ModuleType(_KEYFILE), ModuleType(f"{_KEYFILE}.keyfile")
    vars(package).update(create_keyfile_json=_create, decode_keyfile_json=_decode, keyfile=inside)
    vars(inside).update(KDFType=_KdfType)
    with _standing_in(package, inside, unless="eth_account"):
        import eth_account  # noqa: F401


def load_chain_lightly() -> None:
    """Import web3 now, without aiohttp, and eth_account as `load_accounts_without_keystores` does.

    For the process of a command: web3's asynchronous providers do not work in it. What is loaded already stays.
    """
    load_accounts_without_keystores()
    with _standing_in(_AnyNames(_ASYNC_HTTP), unless="web3"):
        import web3  # noqa: F401


class _AnyNames(ModuleType):
    """Has a class by any name: enough for annotations, and for lists of exceptions."""

    def __getattr__(self, name: str) -> type[Exception]:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {})


@contextmanager
def _standing_in(*modules: ModuleType, unless: str) -> Iterator[None]:
    """`modules` are found by their names; not where they, or what imports them, are loaded already."""
    names = {module.__name__ for module in modules}
    if (names | {unless}) & sys.modules.keys():
        yield
        return
    sys.modules.update({module.__name__: module for module in modules})
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]


def _create(*arguments: Any, **named: Any) -> Any:
    return import_module(_KEYFILE).create_keyfile_json(*arguments, **named)


def _decode(*arguments: Any, **named: Any) -> Any:
    return import_module(_KEYFILE).decode_keyfile_json(*arguments, **named)
