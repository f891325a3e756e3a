"""The file that `hyperbounty config init` writes: every setting once, explained, and nothing switched on."""

from typing import Final

EXAMPLE: Final = """\
# Hyperbounty. An option of a command beats an environment variable (HYPERBOUNTY_RPC, HYPERBOUNTY_MAX_FEE, …), that
# beats this file, and this file beats what is built in. `hyperbounty config show` tells what counts, and why.
# No key and no password belongs here: keys live in keystores, passwords in files of their own.

# The profile that counts where no command names another. Built in: devnet and anvil, both http://127.0.0.1:8545 with
# chain 31337, and embedded, which only SetUp.py can use.
# profile = "sepolia"

# For all profiles; a profile may have its own.
# account = "ada"                             # keystore that signs; devnet-0 … devnet-9 on development chains
# password_file = "ada.password"              # chmod 600; left out, the password is asked for
# ipfs = "/ip4/127.0.0.1/tcp/5001"            # an IPFS node's RPC; left out or "embedded": a store on this disk
# gateways = ["https://ipfs.example.org"]     # asked for content that the store lacks; every block is verified

# [profiles.sepolia]
# rpc = "https://sepolia.example.org/v3/KEY"  # where the address holds a key, HYPERBOUNTY_RPC is a better place
# chain_id = 11155111                         # a node of another chain is refused before anything is signed
# contract = "0x0000000000000000000000000000000000000001"  # only for one that is not where `hyperbounty deploy` puts it
# confirmations = 3                           # blocks that must hold an effect before it is believed
# max_fee = "30 gwei"                         # the most that a unit of gas may cost, tip included; left out: no cap
# priority_fee = "1 gwei"                     # the tip; left out: what the node asks
# replace_after = "90s"                      # a transaction that waits longer is sent again, dearer; 0: never
# outage = "30s"                             # how long a silent node is asked again before a command gives up

# [profiles.sepolia.contracts]                # each contract by its name (`hyperbounty deploy --help` has them)
# NAME = "0x0000000000000000000000000000000000000001"

# For who serves a site (docs/hosting.md).
# [web]
# public_url = "https://contests.example.org" # where others find it; left out: where it listens
# root_path = "/contests"                     # what a proxy takes off each path
# trusted_proxies = ["127.0.0.1"]             # whose word counts about whom a request comes from
# rate = 600                                  # requests that one client may make in a minute; 0: any number
# hidden = ["/contests/7"]                    # pages that are not shown
# most_behind = 10                            # blocks that the index may be behind while the site is ready
"""
