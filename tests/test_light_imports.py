"""web3 and eth_account without eth_keyfile and aiohttp: loaded fast, and what commands use works as before."""

import subprocess
import sys

SCRIPT = """
import sys
from hyperbounty.light_imports import load_chain_lightly
load_chain_lightly()
import web3
assert not [name for name in sys.modules if name.startswith(("eth_keyfile", "py_ecc", "Crypto.", "aiohttp"))]
from eth_account import Account
account = Account.create()
kept = account.encrypt("a password", iterations=2)
assert Account.decrypt(kept, "a password") == account.key
import eth_keyfile
assert eth_keyfile.decode_keyfile_json(kept, b"a password") == account.key
from hyperbounty.chain.connection import Chain
from hyperbounty.errors import ChainUnavailable
try:
    Chain.connect("http://127.0.0.1:9")
except ChainUnavailable as error:
    assert "no node answers" in error.what
else:
    raise AssertionError
from eth.vm.forks import CancunVM
import aiohttp
assert issubclass(aiohttp.ClientError, Exception) and aiohttp.ClientSession.__module__ == "aiohttp.client"
load_chain_lightly()
"""


def test_what_is_loaded_late_or_not_at_all_is_not_missed() -> None:
    subprocess.run([sys.executable, "-c", SCRIPT], check=True)
