"""Every database gives the same answers."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import IndexProcess, Wanted, open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.bounty.api.test_api_answers import API, HOSTILE, PARTS
from tests.web.indexing import where_is
from tests.web.scene import Scene


@pytest.mark.postgresql
def test_postgresql_answers_as_sqlite_does(client: TestClient, scene: Scene, postgresql_url: str) -> None:
    account = f"/accounts/{scene.participants[0].address}"
    paths = [f"/contests/{number}{part}" for number in scene.numbers.values() for part in PARTS]
    paths += [f"/contests?sort={sort}&limit=5" for sort in ("number", "ends", "reward")]
    paths += [f"/contests?{query}" for query in ("phase=submit", "open=true", "outcome=void", "asset=coin")]
    paths += [f"/contests?participant={scene.participants[0].address}", account, f"{account}/payments?limit=3"]
    paths += [f"{account}/entries?limit=3", *HOSTILE]
    known = families()
    with open_index(postgresql_url, known) as database:
        process = IndexProcess(scene.chain, database, Wanted(known, where_is(scene.contract), 0, store=scene.store))
        with process.opened():
            process.catch_up()
        site = Site(database, SiteSettings(rate=0), store=lambda: scene.store)
        with TestClient(create_app(site, site_families())) as other:
            for path in paths:
                ours, theirs = client.get(API + path), other.get(API + path)
                assert theirs.status_code == ours.status_code, (path, theirs.text)
                if "json" in ours.headers["content-type"]:
                    assert _timeless(theirs.json()) == _timeless(ours.json()), path
                else:
                    assert theirs.text == ours.text, path
                following = ours.json().get("next") if "json" in ours.headers["content-type"] else None
                if following:
                    more = f"{API}{path}&cursor={following}"
                    assert _timeless(other.get(more).json()) == _timeless(client.get(more).json()), more


def _timeless(answer: dict[str, object]) -> dict[str, object]:
    """Without the moment at which each index got its documents."""
    documents = answer.get("documents")
    if isinstance(documents, list):
        return {**answer, "documents": [{**document, "since": 0} for document in documents]}
    return answer
