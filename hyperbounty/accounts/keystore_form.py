"""The form of a keystore: what a file says of its encryption, checked before a password is tried on it.

A file that is decrypted by another cipher, or from a shortened vector, gives the key of another account without any
error: its MAC covers the ciphertext alone. So what is not known here, word by word, is refused by its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hyperbounty.texts import escaped

VERSION: Final = 3
CIPHER: Final = "aes-128-ctr"
DERIVATIONS: Final[Mapping[str, tuple[str, ...]]] = {"scrypt": ("n", "r", "p"), "pbkdf2": ("c",)}
"""The key derivations, each with its parameters that are numbers."""

_PSEUDORANDOM: Final = "hmac-sha256"
_VECTOR_BYTES: Final = 16
_KEY_BYTES: Final = 32
# Thirty-two times what Geth and this project write.
_MOST_MEMORY_BYTES: Final = 8 * 1024**3
_MOST_ITERATIONS: Final = 100_000_000
_HEXADECIMAL: Final = re.compile(r"(?:0x)?((?:[0-9a-fA-F]{2})*)")
_LONGEST_SHOWN: Final = 40


@dataclass(frozen=True)
class Fault:
    """What is wrong with the form of a keystore.

    Attributes:
        what: in words, after the name of the file.
        foreign: another program can read it and this one cannot; else the file is damaged, or no keystore.
    """

    what: str
    foreign: bool = False


def fault_of(keystore: Mapping[str, Any]) -> Fault | None:
    """The first fault; None where the password decides.

    >>> fault_of({"version": 4})
    Fault(what='has version 4, and only version 3 is known here', foreign=True)
    >>> fault_of({"version": 3, "crypto": {"cipher": "aes-128-cbc"}})
    Fault(what="has the cipher 'aes-128-cbc', and only 'aes-128-ctr' is known here", foreign=True)
    """
    content = _lowered(keystore)
    if "encseed" in content:
        return Fault("is a wallet of Ethereum's presale, which is not known here", foreign=True)
    if "version" not in content:
        return Fault("has no version")
    if content["version"] is True or content["version"] != VERSION:
        return Fault(f"has version {_shown(content['version'])}, and only version {VERSION} is known here", True)
    crypto = content.get("crypto")
    if not isinstance(crypto, dict):
        return Fault("has no part 'crypto'")
    return _encryption_fault(crypto) or _derivation_fault(crypto)


def _encryption_fault(crypto: Mapping[str, Any]) -> Fault | None:
    if "cipher" not in crypto:
        return Fault("does not name its cipher")
    if crypto["cipher"] != CIPHER:
        return _foreign("cipher", crypto["cipher"], CIPHER)
    parameters = crypto.get("cipherparams")
    vector = _bytes_of(parameters.get("iv")) if isinstance(parameters, dict) else None
    if vector is None or len(vector) != _VECTOR_BYTES:
        return Fault(f"has no vector (iv) of {_VECTOR_BYTES} bytes")
    for name in ("ciphertext", "mac"):
        if (_bytes_of(crypto.get(name)) or b"") == b"":
            return Fault(f"has no {name}")
    if len(_bytes_of(crypto["mac"]) or b"") != _KEY_BYTES:
        return Fault(f"has a mac that is not of {_KEY_BYTES} bytes")
    return None


def _derivation_fault(crypto: Mapping[str, Any]) -> Fault | None:
    if "kdf" not in crypto:
        return Fault("does not name its key derivation (kdf)")
    kdf = crypto["kdf"]
    if not isinstance(kdf, str) or kdf not in DERIVATIONS:
        return _foreign("key derivation (kdf)", kdf, *DERIVATIONS)
    parameters = crypto.get("kdfparams")
    if not isinstance(parameters, dict):
        return Fault("has no parameters of its key derivation (kdfparams)")
    for name in (*DERIVATIONS[kdf], "dklen"):
        value = parameters.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            return Fault(f"has no number {name} in its kdfparams")
    if _bytes_of(parameters.get("salt")) is None:
        return Fault("has no salt in its kdfparams")
    if parameters["dklen"] < _KEY_BYTES:
        return Fault(f"derives {parameters['dklen']} bytes, and {_KEY_BYTES} are needed")
    if kdf == "pbkdf2":
        if parameters.get("prf") != _PSEUDORANDOM:
            return _foreign("function (prf)", parameters.get("prf"), _PSEUDORANDOM)
        return Fault("asks for more work than any wallet does") if parameters["c"] > _MOST_ITERATIONS else None
    memory = 128 * parameters["r"] * (parameters["n"] + parameters["p"])
    return Fault("asks for more memory than any wallet does") if memory > _MOST_MEMORY_BYTES else None


def _foreign(what: str, found: object, *known: str) -> Fault:
    names = " or ".join(map(repr, known))
    return Fault(f"has the {what} {_shown(found)}, and only {names} is known here", foreign=True)


def _shown(value: object) -> str:
    return repr(escaped(value, _LONGEST_SHOWN)) if isinstance(value, str) else escaped(value, _LONGEST_SHOWN)


def _bytes_of(value: object) -> bytes | None:
    match = _HEXADECIMAL.fullmatch(value) if isinstance(value, str) else None
    return None if match is None else bytes.fromhex(match[1])


def _lowered(content: Mapping[str, Any]) -> dict[str, Any]:
    """`content` with its names in lower case: early wallets wrote "Crypto"."""
    return {str(name).lower(): _lowered(value) if isinstance(value, dict) else value for name, value in content.items()}
