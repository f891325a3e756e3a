"""A development node in Python: py-evm on a database in SQLite, that speaks JSON-RPC like any other node.

In process it is a web3 provider (`provider`); `hyperbounty.chain.devnet` serves the same node over HTTP. Both go
through the same JSON, so what works against the embedded chain works against a node.
"""
