"""The store and the node of the settings, as a site asks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hyperbounty.chain.devnet import Devnet
from hyperbounty.errors import ChainError, ChainUnavailable
from hyperbounty.session import Session
from hyperbounty.web.site.behind import node_of, store_of


def test_the_node_of_the_settings_is_asked_anew_each_time(tmp_path: Path) -> None:
    with Devnet(port=0) as devnet:
        session = Session(tmp_path, options={"rpc": devnet.url})
        numbers = []
        for _ in range(2):
            with node_of(session) as chain:
                numbers.append(chain.block_number())
        assert numbers == [0, 0]


def test_a_node_of_another_chain_is_not_asked(tmp_path: Path) -> None:
    with Devnet(port=0) as devnet:
        session = Session(tmp_path, options={"rpc": devnet.url, "chain_id": 1})
        with pytest.raises(ChainError, match="not 1"):
            node_of(session)


def test_a_node_that_is_away_is_asked_once(tmp_path: Path) -> None:
    session = Session(tmp_path, options={"rpc": "http://127.0.0.1:1"})
    with pytest.raises(ChainUnavailable):
        node_of(session)


def test_the_store_is_that_of_the_home(tmp_path: Path) -> None:
    session = Session(tmp_path)
    cid = store_of(session).add(b"hello")
    assert store_of(session).get(cid) == b"hello"
