"""Loads a library of others without what few commands use of it: four tenths of a second of every other one.

web3 imports eth_account, and that eth_keyfile, which reads and makes keystores. With it come two libraries of ciphers,
and tables for keystores of validators, which are computed whenever they are loaded. Most commands open no keystore.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final, Literal

_KEYFILE: Final = "eth_keyfile"
# What annotations of eth_account name.
_KdfType = Literal["pbkdf2", "scrypt"]


def load_accounts_without_keystores() -> None:
    """Import eth_account now; it imports eth_keyfile when a keystore is first made or read.

    Nothing happens where either is loaded already.
    """
    if {_KEYFILE, "eth_account"} & sys.modules.keys():
        return
    package, inside = ModuleType(_KEYFILE), ModuleType(f"{_KEYFILE}.keyfile")
    vars(package).update(create_keyfile_json=_create, decode_keyfile_json=_decode, keyfile=inside)
    vars(inside).update(KDFType=_KdfType)
    stand_ins = {module.__name__: module for module in (package, inside)}
    sys.modules.update(stand_ins)
    try:
        import eth_account  # noqa: F401
    finally:
        for name in stand_ins:
            del sys.modules[name]


def _create(*arguments: Any, **named: Any) -> Any:
    return import_module(_KEYFILE).create_keyfile_json(*arguments, **named)


def _decode(*arguments: Any, **named: Any) -> Any:
    return import_module(_KEYFILE).decode_keyfile_json(*arguments, **named)
