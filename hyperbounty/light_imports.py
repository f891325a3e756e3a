"""Loads a library of others without what nobody here uses of it: a third of a second of every command.

web3 and eth_account bring in eth_keyfile, and that py_ecc's pairings, whose tables are computed whenever they are
loaded. eth_keyfile needs them to make keystores of version 4, which hold the keys of validators. A keystore here is of
version 3 (`hyperbounty.accounts`). What else needs pairings, as the embedded chain does, loads the real ones later.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final

GROUP_ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
"""Of the curve BLS12-381: all that eth_keyfile reads of it while it is loaded."""


def load_keyfile_without_pairings() -> None:
    """Import eth_keyfile now, with stand-ins for the pairings; nothing happens where either is loaded already."""
    if {"eth_keyfile", "py_ecc.bls", "py_ecc.bls12_381"} & sys.modules.keys():
        return
    signatures, curve = ModuleType("py_ecc.bls"), ModuleType("py_ecc.bls12_381")
    vars(signatures)["G2ProofOfPossession"] = None
    vars(curve)["curve_order"] = GROUP_ORDER
    stand_ins = {module.__name__: module for module in (signatures, curve)}
    sys.modules.update(stand_ins)
    try:
        import eth_keyfile  # noqa: F401
    finally:
        for name in stand_ins:
            del sys.modules[name]
