import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import numpy as np
import pytest

from hyperbounty.errors import InvalidInput, PriceDataError
from hyperbounty.prices.cleaning import clean
from hyperbounty.prices.coinpaprika import FREE_URL, KEY_VARIABLE, PAGE_ROWS, PAID_URL, PLAN_VARIABLE, CoinPaprika
from hyperbounty.prices.coinpaprika_plans import INTERVALS, PLANS
from hyperbounty.prices.http import JsonClient, RefusedRequest
from hyperbounty.prices.pages import PageCache
from hyperbounty.prices.source import FetchProgress
from tests.prices.paprika_server import INTERVAL, Answer, Call, PaprikaServer, price, running

SPAN = PAGE_ROWS * INTERVAL
START = 1000 * SPAN
NOW = float(START + 6 * SPAN)


@dataclass
class Clock:
    """Time that passes only while someone sleeps."""

    time: float = NOW
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def server() -> Iterator[PaprikaServer]:
    with running() as served:
        yield served


def client(url: str, clock: Clock, key: str = "") -> JsonClient:
    return JsonClient(url, key=key, now=clock.now, sleep=clock.sleep, jitter=lambda: 0.5)


def source(
    server: PaprikaServer,
    folder: Path,
    *,
    start: int = START,
    end: int = START + 3 * SPAN,
    clock: Clock | None = None,
    plan: str = "business",
    interval: str = "5m",
) -> CoinPaprika:
    return CoinPaprika(start, end, interval, plan, client(server.url, clock or Clock()), PageCache(folder))


def test_all_rows_of_the_range_come_once_in_pages(server: PaprikaServer, tmp_path: Path) -> None:
    seen: list[FetchProgress] = []
    series = source(server, tmp_path).fetch(["btc"], seen.append)["BTC"]
    assert series.times.tolist() == list(range(START, START + 3 * SPAN, INTERVAL))
    assert series.close.tolist() == [price(time) for time in series.times.tolist()]
    assert server.pages == [("/v1/tickers/btc-bitcoin/historical", START + page * SPAN) for page in range(3)]
    assert all(int(call.query["limit"]) == 5000 and call.query["interval"] == "5m" for call in server.calls)
    assert seen == [FetchProgress("BTC", done, 3) for done in (1, 2, 3)]


def test_what_is_fetched_cleans_into_a_table(server: PaprikaServer, tmp_path: Path) -> None:
    table, report = clean(source(server, tmp_path, end=START + 400 * INTERVAL).fetch())
    assert table.coins == ("BCH", "BTC", "ETH", "LTC")
    assert (len(table), report.gaps) == (400, ())


def test_a_second_fetch_asks_for_nothing_again(server: PaprikaServer, tmp_path: Path) -> None:
    first = source(server, tmp_path).fetch(["BTC"])["BTC"]
    server.calls.clear()
    again = source(server, tmp_path).fetch(["BTC"])["BTC"]
    assert server.calls == []
    assert np.array_equal(first.close, again.close)


def test_a_longer_range_shares_the_whole_pages(server: PaprikaServer, tmp_path: Path) -> None:
    source(server, tmp_path, end=START + SPAN + 300).fetch(["BTC"])
    server.calls.clear()
    source(server, tmp_path, start=START - 600, end=START + 2 * SPAN).fetch(["BTC"])
    assert [start for _, start in server.pages] == [START - 600, START + SPAN]


def test_a_page_that_is_not_over_yet_is_asked_for_again(server: PaprikaServer, tmp_path: Path) -> None:
    end = START + 500 * INTERVAL
    for calls in (1, 2):
        source(server, tmp_path, end=end, clock=Clock(end + 1.0)).fetch(["BTC"])
        assert len(server.calls) == calls


@pytest.mark.parametrize("damage", [b"", b"[[1,", b'{"a": 1}', b'[["x", 1, 2]]', b"[[1, 2]]"])
def test_a_damaged_page_in_the_cache_is_fetched_again(server: PaprikaServer, tmp_path: Path, damage: bytes) -> None:
    source(server, tmp_path).fetch(["BTC"])
    kept = sorted(tmp_path.glob("*.json"))
    assert len(kept) == 3
    whole = kept[1].read_bytes()
    kept[1].write_bytes(damage)
    server.calls.clear()
    source(server, tmp_path).fetch(["BTC"])
    assert [start for _, start in server.pages] == [START + SPAN]
    assert kept[1].read_bytes() == whole


def test_a_service_that_gives_fewer_rows_than_asked_is_asked_for_the_rest(
    server: PaprikaServer, tmp_path: Path
) -> None:
    server.most_rows = 2000
    series = source(server, tmp_path, end=START + SPAN).fetch(["BTC"])["BTC"]
    assert series.times.tolist() == list(range(START, START + SPAN, INTERVAL))
    assert len(server.calls) == 3


@pytest.mark.heavy
def test_a_fetch_killed_midway_goes_on_with_the_missing_pages(tmp_path: Path) -> None:
    reached, released = threading.Event(), threading.Event()

    def stall_on_the_third(_call: Call, before: int) -> Answer | None:
        if before == 2:
            reached.set()
            released.wait(60)
        return None

    script = (
        "import sys; from pathlib import Path;"
        "from hyperbounty.prices.coinpaprika import CoinPaprika;"
        "from hyperbounty.prices.http import JsonClient;"
        "from hyperbounty.prices.pages import PageCache;"
        f"client = JsonClient(sys.argv[1], now=lambda: {NOW}, sleep=lambda _: None);"
        "cache = PageCache(Path(sys.argv[2]));"
        f"CoinPaprika({START}, {START + 3 * SPAN}, '5m', 'business', client, cache).fetch(['BTC'])"
    )
    with running(stall_on_the_third) as server:
        process = subprocess.Popen(
            [sys.executable, "-c", script, server.url, str(tmp_path)], cwd=Path(__file__).parents[2]
        )
        try:
            assert reached.wait(60)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            released.set()
        assert len(server.calls) == 3
        series = source(server, tmp_path).fetch(["BTC"])["BTC"]
        assert [start for _, start in server.pages[3:]] == [START + 2 * SPAN]
    assert series.times.tolist() == list(range(START, START + 3 * SPAN, INTERVAL))


def test_a_null_price_is_a_missing_value(server: PaprikaServer, tmp_path: Path) -> None:
    first, second = (datetime.fromtimestamp(START + i * 300, UTC).isoformat() for i in (0, 1))
    body = (
        f'[{{"timestamp": "{first}", "price": null, "volume_24h": 5}},'
        f'{{"timestamp": "{second}", "price": 2.5, "volume_24h": 1e999}}]'
    )
    server.behave = lambda _call, before: Answer(body=body.encode()) if before == 0 else Answer()
    series = source(server, tmp_path, end=START + 600).fetch(["BTC"])["BTC"]
    assert np.isnan(series.close).tolist() == [True, False]
    assert np.isnan(series.volume).tolist() == [False, True]


@pytest.mark.parametrize(
    "body",
    [b'{"error": "x"}', b"[1]", b'[{"price": 1, "volume_24h": 1}]', b'[{"timestamp": "soon", "price": 1}]',
     b'[{"timestamp": "2022-05-08T00:00:00Z", "volume_24h": 1}]',
     b'[{"timestamp": "2022-05-08T00:00:00Z", "price": "1", "volume_24h": 1}]',
     b'[{"timestamp": "2022-05-08T00:00:00Z", "price": true, "volume_24h": 1}]'],
)  # fmt: skip
def test_an_answer_that_is_not_as_documented_is_refused(server: PaprikaServer, tmp_path: Path, body: bytes) -> None:
    server.behave = lambda _call, _before: Answer(body=body)
    with pytest.raises(PriceDataError, match="not what it documents"):
        source(server, tmp_path).fetch(["BTC"])
    assert list(tmp_path.iterdir()) == []


def test_a_range_without_prices_is_refused_and_not_kept(server: PaprikaServer, tmp_path: Path) -> None:
    server.behave = lambda _call, _before: Answer()
    with pytest.raises(PriceDataError, match="has no 5m prices of BTC"):
        source(server, tmp_path).fetch(["BTC"])
    assert list(tmp_path.iterdir()) == []


def test_a_symbol_that_is_not_known_is_searched_for(server: PaprikaServer, tmp_path: Path) -> None:
    source(server, tmp_path, end=START + 300).fetch(["PEPE"])
    assert [call.path for call in server.calls] == ["/v1/search", "/v1/tickers/doge-real/historical"]
    for coin in ("NOPE", "../X", ""):
        with pytest.raises(PriceDataError, match="knows no coin"):
            source(server, tmp_path).fetch([coin])


@pytest.mark.parametrize(
    ("status", "complaint", "next_step"),
    [
        (402, r"business plan does not include 5m prices .*402", "24h, which the free plan serves"),
        (404, "knows no coin 'BTC'", "symbol such as BTC"),
        (401, "refuses the key", KEY_VARIABLE),
        (403, "refuses the key", PLAN_VARIABLE),
        (400, "refuses 5m prices of BTC", "range"),
        (302, "refuses 5m prices of BTC", "range"),
    ],
)
def test_a_refusal_is_explained_and_not_repeated(
    server: PaprikaServer, tmp_path: Path, status: int, complaint: str, next_step: str
) -> None:
    server.behave = lambda _call, _before: Answer(status, b"{}", {"Location": server.url})
    with pytest.raises(PriceDataError, match=complaint) as caught:
        source(server, tmp_path).fetch(["BTC"])
    assert next_step in caught.value.next_step
    assert len(server.calls) == 1


def test_a_range_beyond_the_plan_is_refused_before_the_first_call(server: PaprikaServer, tmp_path: Path) -> None:
    with pytest.raises(PriceDataError, match="free plan does not serve 5m prices") as caught:
        source(server, tmp_path, plan="free").fetch(["BTC"])
    assert "plan business" in caught.value.next_step
    assert "24h and longer for the last 365 days" in caught.value.next_step
    now = START + 40 * 86_400
    with pytest.raises(PriceDataError, match="starter plan serves only the last 30 days of 1h prices"):
        source(server, tmp_path, plan="starter", interval="1h", clock=Clock(now), end=now).fetch(["BTC"])
    assert server.calls == []


def test_prices_that_do_not_exist_yet_are_refused(server: PaprikaServer, tmp_path: Path) -> None:
    with pytest.raises(PriceDataError, match="do not exist yet"):
        source(server, tmp_path, end=int(NOW) + 1).fetch(["BTC"])
    assert server.calls == []


@pytest.mark.parametrize(
    ("interval", "days"),
    [
        ("24h", {"free": 365, "starter": 1825, "pro": None, "business": None, "enterprise": None}),
        ("7d", {"free": 365, "starter": 1825, "pro": None, "business": None, "enterprise": None}),
        ("12h", {"free": 1, "starter": 30, "pro": 90, "business": 365, "enterprise": 365}),
        ("45m", {"free": 0, "starter": 7, "pro": 30, "business": 365, "enterprise": 365}),
    ],
)
def test_the_plans_serve_what_the_service_documents(interval: str, days: dict[str, float | None]) -> None:
    served = {name: plan.history_days(interval) for name, plan in PLANS.items()}
    assert served == {name: np.inf if count is None else count for name, count in days.items()}


@pytest.mark.parametrize("change", [{"interval": "7m"}, {"plan": "gold"}, {"start": START + 3 * SPAN}, {"start": -1}])
def test_a_source_that_makes_no_sense_is_refused(server: PaprikaServer, tmp_path: Path, change: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(InvalidInput):
        source(server, tmp_path, **change)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_passing_fault_is_tried_again_with_growing_waits(server: PaprikaServer, tmp_path: Path, status: int) -> None:
    clock = Clock()
    server.behave = lambda _call, before: Answer(status) if before < 3 else None
    assert len(source(server, tmp_path, end=START + 600, clock=clock).fetch(["BTC"])["BTC"]) == 2
    waits = [wait for wait in clock.slept if wait > 0.5]
    assert waits == [0.75, 1.5, 3.0]


def test_a_body_cut_short_or_not_json_is_tried_again(server: PaprikaServer, tmp_path: Path) -> None:
    faults = {0: Answer(body=b"[", length=50, headers={"Connection": "close"}), 1: Answer(body=b"<html>")}
    server.behave = lambda _call, before: faults.get(before)
    assert len(source(server, tmp_path, end=START + 600).fetch(["BTC"])["BTC"]) == 2
    assert len(server.calls) == 3


def test_giving_up_says_after_how_many_attempts_and_that_pages_are_kept(server: PaprikaServer, tmp_path: Path) -> None:
    server.behave = lambda _call, before: Answer(503) if before else None
    with pytest.raises(PriceDataError, match=r"127.0.0.1 gave no usable answer in 6 attempts .*503") as caught:
        source(server, tmp_path).fetch(["BTC"])
    assert "kept" in caught.value.next_step
    assert len(server.calls) == 7
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_nobody_listening_is_a_clear_error(tmp_path: Path) -> None:
    with running() as server:
        pass
    clock = Clock()
    with pytest.raises(PriceDataError, match="6 attempts"):
        source(server, tmp_path, clock=clock).fetch(["BTC"])


@pytest.mark.parametrize(
    ("header", "waits"),
    [("7", [7.0, 0.75]), (format_datetime(datetime.fromtimestamp(NOW, UTC) + timedelta(seconds=9)), [9.0, 0.75]),
     ("soon", [0.75])],
)  # fmt: skip
def test_retry_after_is_honoured(server: PaprikaServer, tmp_path: Path, header: str, waits: list[float]) -> None:
    clock = Clock()
    server.behave = lambda _call, before: Answer(429, headers={"Retry-After": header}) if before == 0 else None
    source(server, tmp_path, end=START + 600, clock=clock).fetch(["BTC"])
    assert [wait for wait in clock.slept if wait > 0.5] == waits


def test_a_wait_longer_than_sensible_is_told_instead_of_slept(server: PaprikaServer, tmp_path: Path) -> None:
    clock = Clock()
    server.behave = lambda _call, _before: Answer(429, headers={"Retry-After": "86400"})
    with pytest.raises(PriceDataError, match="no further call for 1d"):
        source(server, tmp_path, clock=clock).fetch(["BTC"])
    assert clock.slept == []


def test_calls_keep_their_distance(server: PaprikaServer, tmp_path: Path) -> None:
    clock = Clock()
    source(server, tmp_path, clock=clock).fetch(["BTC"])
    assert clock.slept == pytest.approx([0.2, 0.2])


def test_the_key_goes_into_the_header_and_nowhere_else(
    server: PaprikaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    secret = "very-secret"
    keyed = client(server.url, Clock(), secret)
    keyed.get("search", {"q": "PEPE"})
    client(server.url, Clock()).get("search", {"q": "PEPE"})
    assert [call.authorization for call in server.calls] == [secret, None]
    assert secret not in repr(keyed)
    server.behave = lambda _call, _before: Answer(401)
    with pytest.raises(RefusedRequest) as caught:
        keyed.get("search", {"q": "PEPE"})
    assert secret not in repr(caught.value)


def test_a_key_is_never_sent_in_the_clear_to_another_machine() -> None:
    with pytest.raises(InvalidInput, match="in the clear") as caught:
        JsonClient("http://prices.example/v1/", key="very-secret")
    assert "very-secret" not in str(caught.value)
    assert JsonClient("https://prices.example/v1/", key="very-secret").key
    for address in ("prices.example/v1/", "ftp://prices.example/", "https://prices.example/v1"):
        with pytest.raises(InvalidInput, match="not a base address"):
            JsonClient(address)


def test_the_environment_decides_plan_and_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(interval: str = "24h", start: datetime | None = None, end: datetime | None = None) -> CoinPaprika:
        return CoinPaprika.from_environment(interval=interval, start=start, end=end, cache=tmp_path)

    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(PLAN_VARIABLE, raising=False)
    free = made()
    assert (free.plan, free.client.base_url, free.client.key) == ("free", FREE_URL, "")
    assert 363 * 86_400 < free.end - free.start <= 365 * 86_400
    assert free.start % 86_400 == free.end % 86_400 == 0
    ranged = made(start=datetime(2024, 1, 1, tzinfo=UTC), end=datetime(2024, 2, 1, tzinfo=UTC))
    assert (ranged.start, ranged.end) == (1704067200, 1706745600)
    assert "1704067200 to 1706745600" in ranged.description
    monkeypatch.setenv(PLAN_VARIABLE, "Pro")
    with pytest.raises(InvalidInput, match="pro plan needs a key"):
        made()
    monkeypatch.setenv(KEY_VARIABLE, "very-secret")
    paid = made("1h")
    assert (paid.plan, paid.client.base_url, paid.client.key) == ("pro", PAID_URL, "very-secret")
    assert "very-secret" not in repr(paid)
    monkeypatch.delenv(PLAN_VARIABLE)
    assert made("5m").plan == "starter"
    with pytest.raises(InvalidInput, match="no interval '4h'"):
        made("4h")
    monkeypatch.setenv(PLAN_VARIABLE, "gold")
    with pytest.raises(InvalidInput, match=f"{PLAN_VARIABLE}.*'gold'"):
        made()


@pytest.mark.parametrize("plan", sorted(PLANS))
@pytest.mark.parametrize("interval", ["5m", "1h", "24h", "365d"])
def test_the_earliest_start_is_one_that_the_plan_serves(
    plan: str, interval: str, server: PaprikaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "key")
    monkeypatch.setenv(PLAN_VARIABLE, plan)
    made = CoinPaprika.from_environment(interval=interval, start=None, end=None, cache=tmp_path)
    if not PLANS[plan].history_days(interval):
        with pytest.raises(PriceDataError, match="does not serve"):
            made.fetch(["BTC"])
        return
    assert made.start >= made.client.now() - PLANS[plan].history_days(interval) * 86_400
    reach = min(PLANS[plan].history_days(interval) * 86_400, 2e8)
    assert made.end - made.start >= reach - 86_400 - 2 * INTERVALS[interval]


def test_a_cache_that_cannot_be_written_is_a_clear_error(server: PaprikaServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match=r"price cache .* cannot be written"):
        source(server, tmp_path / "file").fetch(["BTC"])
