"""Long work beside a loop."""

from __future__ import annotations

import threading

from hyperbounty.watching.bench import Bench, Piece
from hyperbounty.watching.duties import Say


def wait_for(bench: Bench, piece: Piece) -> None:
    while not piece.is_over:
        bench.wait(60)


def test_a_piece_is_done_once_until_it_is_forgotten() -> None:
    bench, done = Bench(), 0

    def work(say: Say) -> None:
        nonlocal done
        done += 1
        say("half of it")

    for _ in range(3):
        wait_for(bench, bench.piece("a", work))
    assert done == 1
    assert bench.piece("a", work).says == "half of it"
    bench.forget("a")
    wait_for(bench, bench.piece("a", work))
    assert done == 2


def test_one_that_fails_keeps_no_other_from_being_done() -> None:
    bench = Bench()

    def fails(_: Say) -> None:
        raise ZeroDivisionError

    bad, good = bench.piece("bad", fails), bench.piece("good", lambda _: None)
    wait_for(bench, good)
    assert isinstance(bad.error, ZeroDivisionError)
    assert good.is_done


def test_the_loop_goes_on_meanwhile_and_what_is_in_progress_is_not_forgotten() -> None:
    bench, gate = Bench(), threading.Event()

    def slow(_: Say) -> None:
        gate.wait()

    piece = bench.piece("slow", slow)
    bench.forget("slow")
    assert bench.piece("slow", lambda _: None) is piece
    assert bench.is_busy
    gate.set()
    wait_for(bench, piece)
    assert not bench.is_busy
