"""What a site says of markets, phase by phase, beside what the contract says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hyperbounty.models.market_types import Phase
from tests.web.bounty.pages.reading import read
from tests.web.indexing import differences, indexing
from tests.web.models.conftest import asking
from tests.web.models.market_scene import HOUR, PERIODS, MarketPlay, market_play, true_batch
from tests.web.models.model_scene import ModelScene, new_model_scene
from tests.web.models.test_model_answers import every, get, post


@pytest.fixture
def play(tmp_path: Path) -> MarketPlay:
    made = market_play(new_model_scene(tmp_path))
    made.open()
    return made


def told(play: MarketPlay) -> tuple[dict[str, Any], str]:
    """The answer about the last market, which is what the contract says, and the text of the model's page."""
    scene, number = play.scene, play.number
    scene.index()
    with indexing(scene.database, scene.contract) as index:
        assert differences(index, scene.contract) == []
    market = play.market
    with asking(scene) as client:
        found = get(client, f"/models/{number}/markets/{market.number}")
        model = get(client, f"/models/{number}")
        page = read(client, f"/models/{number}").text
    assert found["phase"] == market.phase.label.replace(" ", "-")
    assert (found["ended"], found["batch_count"], found["scored_count"]) == (
        *(market.ended, market.batches, market.scored),
    )
    assert set(found["revealed_pieces"]) == market.revealed
    assert (found["drawn_piece"], found["record"], found["escrow"]["amount"]) == (
        *(market.drawn, market.record, str(market.escrow)),
    )
    if market.started:
        ends = (market.until, market.reveal_until, market.score_until)
        assert (found["batches_until"], found["reveal_until"], found["score_until"]) == ends
    assert model["rests"] is play.model.rests
    assert (model["sample_price"] is None) is play.model.rests
    assert ("It takes no samples now" in page) is play.model.rests
    return found, page


def test_a_market_is_shown_from_its_opening_to_its_end(play: MarketPlay) -> None:
    contract, (ada, bob) = play.scene.contract, play.scene.accounts[7:9]
    found, page = told(play)
    assert found["draw_from_block"] == play.market.opened_block + 9
    assert "draws the piece that is shown first" in page
    play.draw()
    found, page = told(play)
    assert found["phase_until"] == found["first_reveal_until"] == play.market.until
    assert "was drawn, and must be revealed until" in page
    assert play.market.drawn is not None
    play.reveal(play.market.drawn)
    assert "Nobody has handed in a batch yet" in told(play)[1]
    batches = [
        play.hand_in(ada, true_batch(play, 1)),
        play.hand_in(bob, true_batch(play, 2)),
        play.hand_in(ada, true_batch(play, 3, lies=True)),
    ]
    found, page = told(play)
    assert "Batches are taken until" in page
    assert [(each["author"], each["paid"]) for each in found["batches"]] == [
        (ada.address, None),
        (bob.address, None),
        (ada.address, None),
    ]
    play.scene.pass_time(PERIODS.contribute)
    assert "The other pieces must be revealed until" in told(play)[1]
    play.reveal(*play.rest)
    assert "Anybody can have the batches scored until" in told(play)[1]
    play.score(batches[:1])
    told(play)
    play.score(batches[1:])
    found, page = told(play)
    assert found["phase"] == "scored"
    assert "The model rests until somebody ends it" in page
    # What the contract paid: stakes, and of the bounty what was made right.
    scored = [each.args for each in contract.history(play.model).named("Scored")]
    said = [(each["right"], each["paid"]["amount"], each["undone"]) for each in found["batches"]]
    assert said == [(each["right"], str(each["paid"]), each["undone"]) for each in scored]
    contract.end_market(bob, play.market)
    found, page = told(play)
    assert "all its batches were scored" in page
    [ended] = contract.history(play.model).named("MarketEnded")
    assert found["to_provider"]["amount"] == str(ended.args["toProvider"])
    got = sum(each["paid"] for each in scored if each["author"] == ada.address)
    with asking(play.scene) as client:
        [own] = get(client, f"/accounts/{ada.address}/models")["models"]
        listed = every(client, f"/models/{play.number}/markets", "markets")
        assert [each["model"] for each in get(client, "/models", contributor=ada.address)["models"]] == [play.number]
        assert "2 batches in markets" in read(client, f"/accounts/{ada.address}").text
    assert own["own"]["batches"] == 2
    assert own["own"]["batches_got"]["amount"] == str(got)
    assert [each["market"] for each in listed] == [1]


def test_batches_and_markets_come_in_pages(play: MarketPlay, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("market", "model"):
        monkeypatch.setattr(f"hyperbounty.web.models.pages.{module}.ROWS", 2)
    play.start()
    for seed in range(5):
        play.hand_in(play.scene.accounts[7 + seed % 2], true_batch(play, seed))
    play.scene.index()
    with asking(play.scene) as client:
        path = f"/models/{play.number}/markets/1"
        assert [each["batch"] for each in every(client, path, "batches")] == [0, 1, 2, 3, 4]
        assert get(client, f"/models/{play.number}/markets/2", 404)["type"].endswith("not-here")
        assert get(client, "/models/99/markets", 404)["type"].endswith("not-here")
        assert "The first 2 of 5. All of market 1" in read(client, f"/models/{play.number}").text
        pages = [read(client, f"{path}?page={page}").text for page in (1, 2, 3)]
        for place, page in enumerate(pages):
            shown = [number for number in range(1, 6) if f"Batch {number} " in page]
            assert shown == [number for number in range(1, 6) if (number - 1) // 2 == place]
            assert f"Page {place + 1} of 3" in page
        for missing in (f"/models/{play.number}/markets/2", f"/models/{play.number}/markets/0", "/models/99/markets/1"):
            assert client.get(missing).status_code == 404


def test_what_nobody_revealed_is_repaid_by_calls_of_the_site(play: MarketPlay) -> None:
    scene, carl = play.scene, play.scene.accounts[5]

    def send(name: str, **body: Any) -> None:
        scene.index()
        with asking(scene) as client:
            path = f"/models/{play.number}/markets/1/actions/{name}"
            call = post(client, path, {"account": carl.address, **body})
        fields = {"to": call["to"], "data": call["data"], "value": int(call["value"], 16)}
        _sent(scene, carl, fields)

    scene.index()
    with asking(scene) as client:
        # Its block is not there yet.
        too_early = post(client, f"/models/{play.number}/markets/1/actions/draw", {"account": carl.address}, 409)
        assert "block" in too_early["detail"]
        post(client, f"/models/{play.number}/markets/2/actions/draw", {"account": carl.address}, 404)
    play.pass_blocks(9)
    send("draw")
    assert play.market.phase is Phase.DRAWN
    assert play.market.drawn is not None
    play.reveal(play.market.drawn)
    for seed in range(3):
        play.hand_in(scene.accounts[7], true_batch(play, seed))
    scene.pass_time(PERIODS.contribute + PERIODS.reveal)
    found, page = told(play)
    assert found["phase"] == "silent"
    assert "its provider did not reveal all hidden samples in time" in page
    send("endMarket")
    found, page = told(play)
    assert found["unpaid_count"] == 3
    assert "3 batches can still be repaid, by anybody" in page
    send("repay", batches=[0, 2])
    found, page = told(play)
    assert [each["paid"] is None for each in found["batches"]] == [False, True, False]
    assert int(found["batches"][0]["paid"]["amount"]) > int(found["stake"]["amount"])
    with asking(scene) as client:
        body = {"account": carl.address, "batches": [7]}
        post(client, f"/models/{play.number}/markets/1/actions/repay", body, 404)


def test_a_market_that_never_began_is_followed_by_another(play: MarketPlay) -> None:
    play.draw()
    play.scene.pass_time(3 * HOUR)
    found, page = told(play)
    assert found["phase"] == "not-begun"
    assert "no drawn piece was revealed in time" in page
    play.scene.contract.end_market(play.scene.accounts[5], play.market)
    assert "A sample costs now" in told(play)[1]
    play.open()
    _, page = told(play)
    assert "Market 2" in page
    assert "Earlier markets" in page


def test_followers_are_told_of_markets(play: MarketPlay) -> None:
    scene = play.scene
    play.start()
    batch = play.hand_in(scene.accounts[7], true_batch(play, 1))
    scene.index()
    with asking(scene) as client:
        everybody, calendar = client.get("/feed.atom").text, client.get(f"/models/{play.number}/calendar.ics").text
    for said in ("was opened", "takes batches of 4 samples for a stake of 0.02 ETH"):
        assert said in everybody
    assert "handed in batch" not in everybody
    assert calendar.count("BEGIN:VEVENT") == 3
    scene.pass_time(PERIODS.contribute)
    play.reveal(*play.rest)
    play.score([batch])
    scene.contract.end_market(scene.accounts[5], play.market)
    scene.index()
    with asking(scene) as client:
        own = client.get(f"/accounts/{scene.accounts[7].address}/feed.atom").text
        everybody, calendar = client.get("/feed.atom").text, client.get(f"/models/{play.number}/calendar.ics").text
    for said in ("handed in batch 1 to market 1", "Batch 1 of", "has ended"):
        assert said in own
    assert "has ended" in everybody
    assert "BEGIN:VEVENT" not in calendar


def _sent(scene: ModelScene, account: Any, fields: dict[str, Any]) -> None:
    """Send a call that the site has made, as a wallet would."""
    w3 = scene.chain.w3
    full = {
        **fields,
        "chainId": scene.chain.chain_id,
        "nonce": w3.eth.get_transaction_count(account.address),
        "gas": 5_000_000,
        "maxFeePerGas": 20 * 10**9,
        "maxPriorityFeePerGas": 10**9,
    }
    sent = w3.eth.send_raw_transaction(account.sign_transaction(full).raw_transaction)
    assert w3.eth.wait_for_transaction_receipt(sent)["status"] == 1
