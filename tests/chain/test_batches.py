"""Many reads: the same answers as one by one, of one block, from nodes that take batches and from those that do not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from hyperbounty.chain.batches import BATCH_CALLS
from hyperbounty.chain.connection import Chain
from hyperbounty.chain.embedded.jsonrpc import answer
from hyperbounty.chain.embedded.node import DevelopmentNode
from hyperbounty.chain.policy import SendingPolicy
from hyperbounty.errors import ChainError, ChainUnavailable, TransactionReverted
from tests.chain.http_server import server

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from web3.contract.contract import Contract

    from hyperbounty.chain.artifacts import Artifact

NOBODY = "0x" + "11" * 20
