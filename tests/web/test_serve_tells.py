"""`hyperbounty serve` tells the addresses in its operator's file, and says nothing of what is secret of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import requests

from hyperbounty.chain.connection import Chain
from tests.cli.conftest import Command
from tests.web.processes import until
from tests.web.scene import NAMELESS, new_scene, open_contest
from tests.web.site.hooked import SECRET, WRITTEN_SECRET, hooked
from tests.web.test_serve_command import PATIENCE_S, chain, serving

__all__ = ["chain"]

pytestmark = [pytest.mark.heavy, pytest.mark.skipif(sys.platform != "linux", reason="it looks into /proc")]
TOKEN = "a-token-in-the-address"


def test_a_site_tells_what_happens_and_measures_it(
    home: Path, chain: str, hb: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hooked() as received:
        config = tmp_path / "hyperbounty.toml"
        config.write_text(
            f'[web.webhooks.chat]\nurl = "{received.url}/{TOKEN}"\nsecret_variable = "HOOK"\n'
            f'[web.webhooks.nobody]\nurl = "http://127.0.0.1:9/{TOKEN}"\nsecret_file = "nobody.secret"\n'
        )
        (tmp_path / "nobody.secret").write_text(WRITTEN_SECRET)
        monkeypatch.setenv("HYPERBOUNTY_CONFIG", str(config))
        monkeypatch.setenv("HOOK", WRITTEN_SECRET)
        shown = hb("config", "show").out
        assert "chat, nobody" in shown
        with serving(home, chain, "--metrics-port", "0") as site:
            until(lambda: site.get("/readyz")[0] == 200)

            with Chain.connect(chain) as node:
                scene = new_scene(tmp_path, node, hb("deploy", "--list", "--json").json["deployments"][-1]["contract"])

                def opened() -> bool:
                    # What is there when the site looks first is no news.
                    open_contest(scene, "another", NAMELESS, is_accepted=False)
                    return bool(received.ids)

                until(opened)
            measured = requests.get(site.said["metrics_url"], timeout=10).text
            site.process.terminate()
            out, log = site.process.communicate(timeout=PATIENCE_S)
    assert "contest.opened" in [body["type"] for body in received.bodies]
    assert "hyperbounty_messages_delivered" in measured
    for said in (shown, out, log, measured):
        assert TOKEN not in said
        assert WRITTEN_SECRET not in said
        assert SECRET.decode() not in said
