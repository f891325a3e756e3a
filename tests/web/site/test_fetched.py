"""What a page shows of the store: fetched once, kept, and nobody waits for it for long."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hyperbounty.errors import StoreUnavailable
from hyperbounty.web.site.errors import NotYet
from hyperbounty.web.site.fetched import Fetched

LONG_S = 60.0


class Source:
    """Counts how often it was asked; it answers once it may."""

    def __init__(self, content: bytes = b"content", *, is_free: bool = True) -> None:
        self.asked = 0
        self.may = threading.Event()
        self.content = content
        if is_free:
            self.may.set()

    def __call__(self) -> bytes:
        self.asked += 1
        self.may.wait()
        return self.content


def no_source() -> bytes:
    raise AssertionError("it was asked for again")


def test_what_was_fetched_is_not_asked_for_again() -> None:
    fetched, source = Fetched(wait_s=LONG_S), Source()
    assert [fetched.get("prices", source) for _ in range(3)] == [b"content"] * 3
    assert source.asked == 1


def test_the_folder_keeps_it_beyond_the_process(tmp_path: Path) -> None:
    Fetched(tmp_path / "kept", wait_s=LONG_S).get("prices", Source())
    assert Fetched(tmp_path / "kept").get("prices", no_source) == b"content"


def test_a_folder_that_takes_nothing_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file stands here")
    assert Fetched(tmp_path / "kept", wait_s=LONG_S).get("prices", Source()) == b"content"


def test_memory_and_folder_let_the_oldest_go(tmp_path: Path) -> None:
    fetched = Fetched(tmp_path, wait_s=LONG_S, most_bytes=25, most_file_bytes=25)
    for name in ("one", "two", "three"):
        fetched.get(name, Source(b"x" * 10))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["three", "two"]
    again = Source(b"x" * 10)
    fetched.get("three", no_source)
    fetched.get("one", again)
    assert again.asked == 1


def test_who_asks_while_it_is_fetched_is_told_to_come_again_and_it_is_fetched_once() -> None:
    fetched, source = Fetched(wait_s=0.0), Source(is_free=False)
    for _ in range(3):
        with pytest.raises(NotYet):
            fetched.get("prices", source)
    source.may.set()
    finish()
    assert fetched.get("prices", no_source) == b"content"
    assert source.asked == 1


def test_one_that_is_slow_holds_up_no_other() -> None:
    fetched, slow = Fetched(at_once=2, wait_s=LONG_S), Source(is_free=False)
    waiting = threading.Thread(target=lambda: fetched.get("slow", slow))
    waiting.start()
    assert fetched.get("fast", Source(b"fast")) == b"fast"
    slow.may.set()
    waiting.join()


def test_more_than_may_be_fetched_at_once_are_refused() -> None:
    fetched, slow = Fetched(at_once=1, wait_s=0.0), Source(is_free=False)
    with pytest.raises(NotYet):
        fetched.get("slow", slow)
    other = Source()
    with pytest.raises(NotYet, match="much else"):
        fetched.get("other", other)
    assert other.asked == 0
    slow.may.set()


def test_what_failed_is_not_tried_again_for_a_while() -> None:
    now = 0.0
    fetched = Fetched(wait_s=LONG_S, pause_s=15.0, monotonic=lambda: now)
    asked = []

    def away() -> bytes:
        asked.append(now)
        raise StoreUnavailable("no store answers", "start one")

    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="no store answers"):
            fetched.get("prices", away)
    now = 16.0
    assert fetched.get("prices", Source()) == b"content"
    assert asked == [0.0]


@pytest.mark.parametrize("name", ["../up", "a/b", "", "A", ".hidden", "x" * 200, "nul\0"])
def test_a_name_names_a_file_in_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="names no file"):
        Fetched(tmp_path).get(name, Source())


def finish() -> None:
    """Wait until all that is being fetched is there."""
    for thread in threading.enumerate():
        if thread.name.startswith("fetch-"):
            thread.join()
