"""eth_account without eth_keyfile: loaded fast, and keystores are made and opened as before."""

import subprocess
import sys

SCRIPT = """
import sys
from hyperbounty.light_imports import load_accounts_without_keystores
load_accounts_without_keystores()
import web3
assert not [name for name in sys.modules if name.startswith(("eth_keyfile", "py_ecc", "Crypto."))]
from eth_account import Account
account = Account.create()
kept = account.encrypt("a password", iterations=2)
assert Account.decrypt(kept, "a password") == account.key
import eth_keyfile
assert eth_keyfile.decode_keyfile_json(kept, b"a password") == account.key
from eth.vm.forks import CancunVM
load_accounts_without_keystores()
"""


def test_keystores_are_made_and_opened_although_what_does_it_is_loaded_late() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
