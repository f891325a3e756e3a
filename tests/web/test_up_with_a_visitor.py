"""`hyperbounty up` with somebody in front of it: the contest that it leaves open is won in the browser alone."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from hyperbounty.accounts import devnet_account
from hyperbounty.bounty.contract import BountyContract
from hyperbounty.bounty.types import Contest, Outcome, Phase, Verdict
from hyperbounty.chain.connection import Chain
from hyperbounty.web.up.cast import GUEST
from hyperbounty.web.up.visitors import LINGER_S, VisitorsContest
from tests.web.processes import until
from tests.web.test_up import up
from tests.web.wallet.browsing import CHROMIUM, Person, Wallet, chromium, connected, said, saved_file

pytestmark = [
    pytest.mark.chromium,
    pytest.mark.heavy,
    pytest.mark.training,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM"),
    pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed"),
]

# With a dispute everything is trained twice.
PATIENCE_S = 800.0


def test_after_the_play_a_visitor_enters_the_next_contest_and_wins_it(home: Path, tmp_path: Path) -> None:
    log = home.parent / "up.log"
    with up(home) as all_of_it, Chain.connect(all_of_it.said["rpc"]) as chain:
        contract = BountyContract.at(chain, BountyContract.shared_address())
        guest = devnet_account(GUEST, chain)

        def newest() -> Contest:
            return contract.contests()[-1]

        def is_offered() -> bool:
            return any(each.submit_seconds == VisitorsContest.submit_seconds for each in contract.contests())

        until(is_offered, PATIENCE_S)
        assert contract.dispute(1).verdict is Verdict.UPHELD
        assert contract.contest(1).outcome is Outcome.WON
        until(lambda: newest().phase is Phase.SUBMIT, PATIENCE_S)
        number, before = newest().number, chain.w3.eth.get_balance(guest.address)
        with chromium() as browser:
            person = Person(browser, all_of_it.said["url"], {"Some Wallet": Wallet(chain, [guest])})
            page = person.window(f"/contests/{number}")
            connected(page)
            page.get_by_role("link", name="Compose and submit a spec").click()
            page.locator(".wallet code").wait_for()
            saved_file(page, tmp_path, "correct horse battery staple")
            page.get_by_role("button", name="Submit, sealed").click()
            said(page, "done")
            page.get_by_role("link", name="Back to the contest").click()
            # The rival enters too; then nobody else does, and the clock need not be waited for.
            until(lambda: contract.contest(number).standing == 2, PATIENCE_S)
            chain.advance_to(chain.timestamp() + LINGER_S)
            until(lambda: contract.contest(number).phase is Phase.REVEAL, PATIENCE_S)
            page.get_by_role("button", name="Open the spec in slot 0").click()
            said(page, "done")
            until(lambda: contract.contest(number).outcome is Outcome.WON, PATIENCE_S)
            page.get_by_text("Won:").wait_for()
            assert person.heard == []
            person.close()
        won = contract.contest(number)
        specs = contract.revealed_specs(won)
        assert guest.address in {specs[index].participant for index in won.winners}
        assert chain.w3.eth.get_balance(guest.address) > before
        # Whoever comes next finds one too.
        until(lambda: newest().number > number, PATIENCE_S)
    assert "Traceback" not in log.read_text()
