"""Calls as a wallet sends them, on a real node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hyperbounty.bounty.types import SubmissionState
from hyperbounty.chain.connection import Chain
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.scene import new_scene, open_contest, published


@pytest.mark.anvil
def test_a_call_that_was_checked_is_taken_as_it_is(anvil_url: str, tmp_path: Path) -> None:
    with Chain.connect(anvil_url) as chain:
        scene = new_scene(tmp_path, chain)
        open_contest(scene, "submit", published(scene, "Does LTC rise?"))
        scene.index()
        who, number = scene.participants[0].address, scene.numbers["submit"]
        with open_index(scene.database, families()) as database:
            site = Site(database, SiteSettings(), node=lambda: Chain.connect(anvil_url))
            with TestClient(create_app(site, site_families())) as client:

                def ask(action: str, **body: Any) -> Any:
                    path = f"/api/v1/contests/{number}/actions/{action}"
                    return client.post(path, json={"account": who, **body})

                refused = ask("settle")
                call = ask("submit", slot=0, commitment="0x" + "c0" * 32).json()
        assert (refused.status_code, refused.json()["reason"]) == (409, "WrongPhase")
        # The node holds this account's key, as a wallet does.
        sent = {"from": who, **{name: call[name] for name in ("to", "data", "value", "gas")}}
        chain.w3.eth.wait_for_transaction_receipt(chain.w3.eth.send_transaction(sent))  # type: ignore[arg-type]
        standing = scene.contract.submission(number, who, 0)
        assert standing.state is SubmissionState.SEALED
        assert standing.matches(b"\xc0" * 32)
