"""eth_keyfile without pairings: loaded fast, keystores as before, and whoever needs pairings gets the real ones."""

import subprocess
import sys

SCRIPT = """
import sys
from hyperbounty.light_imports import GROUP_ORDER, load_keyfile_without_pairings
load_keyfile_without_pairings()
import eth_keyfile
assert not [name for name in sys.modules if name.startswith("py_ecc.bls") or name.startswith("py_ecc.optimized")]
kept = eth_keyfile.create_keyfile_json(b"\\1" * 32, b"a password", iterations=2, kdf="pbkdf2")
assert eth_keyfile.decode_keyfile_json(kept, b"a password") == b"\\1" * 32
from py_ecc.bls12_381 import curve_order
assert curve_order == GROUP_ORDER
from py_ecc.bls import G2ProofOfPossession
assert G2ProofOfPossession.SkToPk(1)
from eth.vm.forks import CancunVM
"""


def test_keystores_are_made_and_opened_without_pairings_and_pairings_can_be_loaded_later() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
