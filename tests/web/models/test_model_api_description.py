"""The description of what programs ask about models is true, as that of contests is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import nullcontext

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.serving import listen, serve
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from tests.web.bounty.api.test_api_description import check
from tests.web.models.model_scene import ModelScene


@pytest.fixture(scope="module")
def url(models: ModelScene) -> Iterator[str]:
    """Where a real server answers."""
    stopped, ready = threading.Event(), threading.Event()
    listener = listen("127.0.0.1", 0)
    with open_index(models.database, families()) as database:
        site = Site(database, SiteSettings(rate=0), node=lambda: nullcontext(models.chain))
        app = create_app(site, site_families())
        thread = threading.Thread(target=serve, args=(app, listener, stopped), kwargs={"on_ready": ready.set})
        thread.start()
        try:
            ready.wait()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stopped.set()
            thread.join()


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_about_models_is_as_described(url: str, models: ModelScene, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    own = [each for each in operations if "/models" in each.path]
    assert len(own) == 22
    there = st.fixed_dictionaries(
        {
            "number": st.sampled_from(sorted(models.numbers.values())),
            "market": st.sampled_from([1, 2]),
            "address": st.sampled_from([account.address for account in models.accounts]),
        }
    )
    for operation in own:
        check(operation, mode, there)
