"""Answers about contests: what they say, where lists go on, and what strangers ask and publish."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any, Final, get_args

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.bounty.types import Outcome, Phase
from hyperbounty.database import Database
from hyperbounty.errors import StoreUnavailable
from hyperbounty.spec.spec import Spec
from hyperbounty.store import Cid, ContentStore
from hyperbounty.web.bounty.api.contest_models import OutcomeName, PhaseName
from hyperbounty.web.bounty.linked import MOST_POINTS
from hyperbounty.web.site.app import create_app
from hyperbounty.web.site.csv import safe_cell
from hyperbounty.web.site.family import site_families
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site
from hyperbounty.web.site.values import cursor_of
from tests.web.scene import SCORES, SPECS, Scene

API: Final = "/api/v1"
PARTS: Final = ("", "/entries", "/leaderboard", "/leaderboard.csv", "/report", "/curves/0", "/prices", "/payments")


def get(client: TestClient, path: str, **query: Any) -> Any:
    """What a question is answered with, which is no problem."""
    answer = client.get(f"{API}{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pages(client: TestClient, path: str, rows: str, **query: Any) -> Iterator[list[Any]]:
    """Every page of a list."""
    while True:
        found = get(client, path, **query)
        yield found[rows]
        if found["next"] is None:
            return
        query["cursor"] = found["next"]


@pytest.fixture(scope="session")
def won(scene: Scene) -> str:
    """The path of a contest that has everything."""
    return f"/contests/{scene.numbers['won']}"


@pytest.fixture
def other(database: Database) -> Iterator[Any]:
    """Makes a client of another site over the same index."""
    opened: list[TestClient] = []

    def make(settings: SiteSettings | None = None, **behind: Any) -> TestClient:
        site = Site(database, settings or SiteSettings(), **behind)
        opened.append(TestClient(create_app(site, site_families())).__enter__())
        return opened[-1]

    yield make
    for client in opened:
        client.__exit__(None, None, None)


def test_every_answer_names_its_block_and_has_an_etag(client: TestClient, scene: Scene, won: str) -> None:
    account = f"/accounts/{scene.participants[0].address}"
    block = scene.chain.header(scene.chain.block_number())
    paths = [won + part for part in PARTS] + ["/status", "/contests", account, f"{account}/entries"]
    for path in [*paths, f"{account}/payments"]:
        answer = client.get(API + path)
        assert answer.status_code == 200, (path, answer.text)
        again = client.get(API + path, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        if not path.endswith((".csv", "/report")):
            assert answer.json()["block"]["number"] == block.number
            assert answer.json()["chain_id"] == scene.chain.chain_id


def test_names_are_those_of_the_contract() -> None:
    assert get_args(PhaseName) == tuple(phase.name.lower() for phase in Phase if phase is not Phase.NONE)
    assert get_args(OutcomeName) == tuple(outcome.name.lower() for outcome in Outcome)


@pytest.mark.parametrize("sort", ["number", "ends", "reward"])
def test_a_list_goes_on_where_it_ended(client: TestClient, scene: Scene, sort: str) -> None:
    found = [list(map(_number, rows)) for rows in pages(client, "/contests", "contests", sort=sort, limit=5)]
    assert [len(rows) for rows in found] == [5, 5, 2]
    assert sorted(number for rows in found for number in rows) == sorted(scene.numbers.values())
    if sort == "number":
        assert found[0][0] == max(scene.numbers.values())


def test_lists_of_entries_and_payments_go_on(client: TestClient, scene: Scene, won: str) -> None:
    account = f"/accounts/{scene.participants[0].address}"
    for path, rows in ((won, "entries"), (won, "payments"), (account, "entries"), (account, "payments")):
        whole = get(client, f"{path}/{rows}", limit=100)[rows]
        parts = [row for page in pages(client, f"{path}/{rows}", rows, limit=2) for row in page]
        assert parts == whole
        assert len(whole) > 2


def test_filters_leave_what_is_wanted(client: TestClient, scene: Scene) -> None:
    def names(**query: Any) -> set[str]:
        found = set(map(_number, get(client, "/contests", **query)["contests"]))
        return {name for name, number in scene.numbers.items() if number in found}

    assert names(phase="panel_seal") == {"disputed"}
    assert names(open="true") == {"submit", "nameless"}
    assert names(outcome="void") == {"void", "unscorable"}
    assert names(asset="coin") == set(scene.numbers)
    assert names(asset="0x" + "11" * 20) == set()
    assert names(organizer=scene.organizer.address.lower(), outcome="won") == {"won"}
    assert names(participant=scene.participants[0].address, phase="submit") == {"submit"}


def test_a_contest_says_what_it_is(client: TestClient, scene: Scene, won: str) -> None:
    found = get(client, won)
    assert found["title"] == "Does LTC rise within three steps?"
    assert found["phase"] == "settled"
    assert found["winners"] == [0, 1]
    assert found["organizer_record"]["contests_won"] == 1
    assert found["limits_in_words"].startswith("1 to 4 recurrent layers")
    assert {document["state"] for document in found["documents"]} == {"there"}
    assert found["disagreements"] == []
    assert found["manifest_document"]["task"]["coin"] == "LTC"
    submit = get(client, f"/contests/{scene.numbers['submit']}")
    assert {step["role"] for step in submit["next_steps"]} == {"participant"}
    assert "hyperbounty participant submit" in submit["next_steps"][1]["step"]


def test_a_spec_is_in_words_and_word_by_word_once_it_is_open(client: TestClient, won: str, scene: Scene) -> None:
    entries = get(client, f"{won}/entries")["entries"]
    assert {entry["spec"]["words"] for entry in entries} == {spec.describe() for spec in SPECS}
    first = next(entry for entry in entries if entry["index"] == 0)
    assert first["spec"]["hyperparameters"]["recurrent_units"] == [24]
    assert first["spec"]["fields"]["epochs"] == 12
    assert bytes.fromhex(first["spec"]["word"][2:]) == SPECS[0].word
    sealed = get(client, f"/contests/{scene.numbers['submit']}/entries")["entries"]
    assert {(entry["spec"], entry["index"], entry["score_ppm"]) for entry in sealed} == {(None, None, None)}


def test_a_table_of_the_board_is_read_by_spreadsheets(client: TestClient, won: str) -> None:
    text = client.get(f"{API}{won}/leaderboard.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["score_ppm"]) for row in rows] == list(SCORES)
    assert rows[0]["won"] == "yes"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@given(st.text(st.characters(exclude_categories=())))
def test_no_cell_is_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert isinstance(cell, str)
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    made = io.StringIO()
    csv.writer(made).writerow([cell])
    assert next(csv.reader(io.StringIO(made.getvalue())), [""]) == [cell]


def test_documents_have_their_own_bytes(client: TestClient, won: str, scene: Scene) -> None:
    contest = scene.contest("won")
    report = client.get(f"{API}{won}/report")
    assert hashlib.sha256(report.content).digest() == contest.report
    for digest in (contest.manifest, contest.report):
        found = client.get(f"{API}{won}/documents/{Cid.from_digest(digest)}")
        assert hashlib.sha256(found.content).digest() == digest
        assert "immutable" in found.headers["cache-control"]
    other_report = Cid.from_digest(scene.contest("refunded").report)
    assert client.get(f"{API}{won}/documents/{other_report}").status_code == 404


def test_curves_are_those_of_the_report(client: TestClient, won: str) -> None:
    found = get(client, f"{won}/curves/0")
    assert found["spec"] == "0x" + SPECS[0].word.hex()
    assert [len(run["losses"]) for run in found["runs"]] == [Spec.from_word(SPECS[0].word).epochs] * 3
    diverged = get(client, f"{won}/curves/3")["runs"][0]
    assert (diverged["losses"], diverged["diverged_at"]) == ([0.7, None], 2)


def test_where_nothing_is_published_there_are_no_curves(client: TestClient, won: str, scene: Scene) -> None:
    for path in (f"{won}/curves/4", f"/contests/{scene.numbers['score']}/curves/0", f"{won}/curves/{2**31 - 1}"):
        answer = client.get(API + path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:hyperbounty:error:not-here")


def test_prices_are_thinned_and_the_holdout_comes_with_its_key(client: TestClient, won: str, scene: Scene) -> None:
    found = get(client, f"{won}/prices")
    training, holdout = found["training"], found["holdout"]
    assert found["holdout_fault"] == ""
    assert training["rows"] > MOST_POINTS
    assert 1_000 < len(training["times"]) == len(training["closes"]) <= MOST_POINTS
    assert training["times"] == sorted(training["times"])
    assert holdout["times"][0] == training["times"][-1] + found["interval"]
    assert get(client, f"/contests/{scene.numbers['submit']}/prices")["holdout"] is None


def test_a_part_of_the_prices_has_all_its_points(client: TestClient, won: str) -> None:
    whole = get(client, f"{won}/prices")
    start = whole["training"]["times"][100]
    part = get(client, f"{won}/prices", **{"from": start, "to": start + 50 * whole["interval"]})
    assert part["training"]["rows"] == len(part["training"]["times"]) == 50
    assert part["holdout"]["rows"] == 0


def test_a_store_that_is_away_is_said_so_and_holds_up_nothing_else(other: Any, won: str) -> None:
    def away() -> ContentStore:
        raise StoreUnavailable("no IPFS node answers", "start one")

    client = other(store=away)
    for part in ("/curves/0", "/prices"):
        answer = client.get(f"{API}{won}{part}")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "cannot be had from the store now" in answer.json()["detail"]
        assert "no-store" in answer.headers["cache-control"]
    assert client.get(API + won).status_code == 200


def test_a_site_without_store_and_node_says_so(other: Any, won: str, scene: Scene) -> None:
    client = other()
    assert client.get(f"{API}{won}/prices").status_code == 404
    answer = client.post(f"{API}{won}/actions/settle", json={"account": scene.organizer.address})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]


def test_a_hidden_contest_is_in_no_list_and_says_who_hides_it(other: Any, won: str, scene: Scene) -> None:
    client = other(SiteSettings(hidden=frozenset({won})), store=lambda: scene.store)
    assert scene.numbers["won"] not in map(_number, get(client, "/contests", limit=100)["contests"])
    for part in PARTS:
        answer = client.get(f"{API}{won}{part}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:hyperbounty:error:hidden"), part
        assert "operator" in answer.json()["detail"]
    account = f"/accounts/{scene.participants[0].address}/entries"
    assert scene.numbers["won"] not in map(_number, get(client, account, limit=100)["entries"])
    answer = client.post(f"{API}{won}/actions/settle", json={"account": scene.organizer.address})
    assert answer.json()["type"] == "urn:hyperbounty:error:hidden"


HOSTILE: Final = (
    "/contests/0",
    "/contests/-1",
    f"/contests/{2**31}",
    f"/contests/{10**400}",
    "/contests/%00",
    "/contests/1%00",
    "/contests/%ED%A0%80",
    "/contests/1e3",
    "/contests/%D9%A1",
    "/contests/1/curves/-1",
    f"/contests/1/curves/{2**64}",
    "/contests/1/documents/%2e%2e%2f",
    "/contests/1/documents/b" + "a" * 500,
    "/contests/1/prices?from=-1",
    f"/contests/1/prices?from={2**63}",
    "/contests/1/prices?to=NaN",
    "/contests?limit=0",
    "/contests?limit=101",
    "/contests?limit=%00",
    "/contests?phase=none",
    "/contests?open=perhaps",
    "/contests?organizer=0x%00",
    "/contests?organizer=%ED%A0%80",
    "/contests?cursor=" + "A" * 10_000,
    "/contests?cursor=%00",
    "/contests?cursor=AAAA",
    "/contests?cursor=_____w",
    f"/contests?cursor={cursor_of([10**400])}",
    f"/contests?cursor={cursor_of([2**63, '', 0, 0])}",
    f"/contests?cursor={cursor_of([0, '', 0, -(2**63)])}",
    f"/contests/1/entries?cursor={cursor_of([1, 'x', 2**63])}",
    f"/contests/1/entries?cursor={cursor_of(['a', 'b', 'c'])}",
    f"/contests/1/entries?cursor={cursor_of([1, f'x{chr(0)}', 0])}",
    f"/contests/1/entries?cursor={cursor_of([1, chr(92) + 'u0000', 0])}",
    f"/contests/1/entries?cursor={cursor_of([1, chr(92) + 'ud800', 0])}",
    f"/accounts/{'0x' + '11' * 20}/entries?cursor={cursor_of([-(2**62)])}",
    f"/accounts/{'0x' + '11' * 20}/payments?cursor={cursor_of([2**62, 2**62])}",
    "/accounts/0x",
    "/accounts/0x" + "zz" * 20,
    "/accounts/0x" + "11" * 20 + "%0A",
    "/nothing",
)


@pytest.mark.parametrize("path", HOSTILE)
def test_nothing_that_is_asked_is_a_fault_of_the_site(client: TestClient, path: str) -> None:
    answer = client.get(API + path)
    assert answer.status_code in (200, 404, 422), answer.text
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["next_step"]
        assert answer.json()["detail"].isprintable()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"account": NaN}',
        b'{"account": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"account": "\xff\xfe"}',
        b'{"account": 1e999}',
        b'{"account": ' + b"9" * 10_000 + b"}",
        b"[" * 10_000 + b"]" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"x" * 100_000,
        json.dumps({"account": "0x" + "11" * 20, "\u202e": 1}).encode(),
    ],
)
def test_no_body_is_a_fault_of_the_site(client: TestClient, content: bytes) -> None:
    answer = client.post(
        f"{API}/contests/1/actions/settle", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 413, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["next_step"]
    assert answer.json()["detail"].isprintable()


def test_a_form_of_another_page_is_no_question(client: TestClient, won: str, scene: Scene) -> None:
    body = json.dumps({"account": scene.organizer.address})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = client.post(f"{API}{won}/actions/settle", content=body, headers={"content-type": kind})
        assert answer.status_code in (400, 422)


def test_a_site_in_a_folder_answers_alike(other: Any) -> None:
    # The folder may be named like a page: the proxy has taken it off.
    client = other(SiteSettings(root_path="/contests"))
    for path in ("/contests/1", "/static/site.css", "/api/v1/status", "/api/v1/contests/1"):
        assert client.get(path).status_code == 200, path
    answer = client.get("/api/v1/contests/999")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def _number(row: dict[str, Any]) -> int:
    return int(row["contest"])


def test_no_answer_names_a_place_of_the_site(client: TestClient, scene: Scene) -> None:
    number = scene.numbers["nameless"]
    [manifest] = get(client, f"/contests/{number}")["documents"]
    assert manifest["state"] in ("waiting", "missing")
    for path in (f"/api/v1/contests/{number}", f"/contests/{number}", "/status", "/api/v1/status"):
        assert str(scene.folder) not in client.get(path).text
