"""Reports made up for tests: a full one, one of which nothing is known yet, and texts that somebody hostile wrote."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from hyperbounty.statistics.metrics import Confusion
from hyperbounty.statistics.strategy import deepest_fall, follow
from participant.workbench.report.facts import (
    Block,
    Blocks,
    Entry,
    Missing,
    Receipt,
    Report,
    Run,
    Standing,
    Strategy,
)
from participant.workbench.stated import StatedFold, StatedOdds, Statement

OWN: Final = "0x" + "Ab" * 20
START: Final = 1_790_000_000
SPECS: Final = (
    "LSTM 32, Adam 0.001, batch 64, 12 epochs",
    "GRU 24+12, dropout 0.2, Adam 0.003, batch 128, 8 epochs",
    "LSTM 64+32+16 bidirectional, dropout 0.35, batch normalization, RMSprop 0.0007, batch 32, 40 epochs",
)


def made_run(number: int, epochs: int = 12) -> Run:
    rng = np.random.default_rng(number)
    losses = tuple(0.69 * math.exp(-0.02 * epoch) + 0.004 * rng.normal() for epoch in range(epochs))
    scores = tuple(int(500_000 + 60_000 * (1 - math.exp(-epoch / 4)) + 8_000 * rng.normal()) for epoch in range(epochs))
    counts = Confusion(60 + number, 45, 58, 50 - number)
    return Run(number, 195_614_217 + number, scores[-1], None, 12.25, losses, scores, counts, scores[-1])


def diverged_run(number: int) -> Run:
    return Run(number, 77, 0, 2, 1.5, (0.7, None), (0, 0), None, None)


def made_strategy(points: int = 800) -> Strategy:
    rng = np.random.default_rng(5)
    prices = 100 * np.exp(np.cumsum(rng.normal(0.0003, 0.01, points)))
    ends = np.arange(points - 3)
    signals = (prices[ends + 3] > prices[ends]).astype(float)
    signals[rng.random(len(signals)) < 0.45] = 1.0
    paid, free = (follow(prices, ends, signals, periods=3, cost=cost) for cost in (0.001, 0.0))
    return Strategy(
        coin="BTC",
        periods=3,
        interval=3600,
        times=[START + 3600 * int(row) for row in paid.rows],
        strategy=paid.strategy.tolist(),
        hold=paid.hold.tolist(),
        cost_ppm=1_000,
        free_ppm=round(1e6 * (float(free.strategy[-1]) - 1)),
        invested=paid.invested,
        turnover=paid.turnover,
        strategy_fall=deepest_fall(paid.strategy),
        hold_fall=deepest_fall(paid.hold),
    )


def made_statement() -> Statement:
    folds = tuple(
        StatedFold(
            number=number,
            first_time=START - 400_000 * (5 - number),
            last_time=START - 400_000 * (5 - number) + 390_000,
            training_windows=4_000 + 500 * number,
            windows=480,
            scores_ppm=(540_000 + 7_000 * number, 551_000 - 3_000 * number),
        )
        for number in range(1, 5)
    )
    odds = StatedOdds(chance_ppm=632_000, expected_ppm=551_000, error_ppm=21_000, coin_chance_ppm=38_000, tried=12)
    return Statement(stated_at=START - 50_000, metric="balanced_accuracy", minimum_ppm=550_000, folds=folds, odds=odds)


def made_blocks() -> Blocks:
    folds = tuple(
        Block(
            f"fold {fold.number}",
            fold.first_time,
            fold.last_time,
            fold.training_windows,
            fold.windows,
            fold.scores_ppm,
            0.48 + 0.01 * fold.number,
            0.009 + 0.001 * fold.number,
            0.03 * fold.number - 0.07,
        )
        for fold in made_statement().folds
    )
    runs = tuple(made_run(number).score_ppm for number in range(3))
    holdout = Block("holdout", START, START + 800 * 3600, 6_600, 797, runs, 0.47, 0.0171, -0.124)
    return Blocks(folds, holdout)


def made_board(entries: int = 9) -> tuple[Standing, ...]:
    return tuple(
        Standing(
            place=1 + number // 2,
            shared=True,
            spec=SPECS[number % len(SPECS)],
            who=OWN if number == 1 else f"0x{number:040x}",
            own=number == 1,
            score_ppm=581_250 - 9_000 * number if number < entries - 1 else 0,
            interval_ppm=(548_100 - 9_000 * number, 611_000 - 9_000 * number) if number < entries - 1 else None,
            fate="gets 0.35 ETH if these scores stand" if number < 2 else "not paid: 2 better scores are paid",
            prize="0.35 ETH" if number < 2 else "",
            note="" if number < entries - 1 else "diverged",
        )
        for number in range(entries)
    )


def made_report(**changes: object) -> Report:
    board = made_board()
    revealed = Entry(
        slot=0,
        state="Revealed, scored 57.225%.",
        spec=SPECS[1],
        standing=board[1],
        runs=tuple(made_run(number) for number in range(3)),
        strategy=made_strategy(),
        blocks=made_blocks(),
        stated=made_statement(),
    )
    fields: dict[str, object] = {
        "title": "Does Bitcoin stand higher three hours later?",
        "source": "CoinPaprika, hourly closes and volumes",
        "synthetic": False,
        "where": f"Contest 7 of 0x{'3c' * 20} on chain 31337",
        "account": OWN,
        "made_at": START + 3_000_000,
        "block": 21_402_117,
        "state": "The contest is in its phase “challenge” until 2026-11-30 18:00:00 UTC.",
        "metric": "balanced_accuracy",
        "metric_says": "mean of the share of rises and the share of falls predicted right",
        "minimum_ppm": 550_000,
        "skilless_ppm": 500_000,
        "board": board,
        "entries": (revealed, sealed_entry()),
        "receipts": (
            Receipt("submit, slot 0", "0x" + "a1" * 32, 21_300_000, START - 9_000, "55,481 gas, fee 0.00042 ETH"),
            Receipt("reveal, slot 0", "0x" + "b2" * 32, 21_300_900, START + 9_000, "81,020 gas, fee 0.0006 ETH"),
            Receipt(
                "claim",
                "0x" + "c3" * 32,
                21_400_000,
                START + 90_000,
                "44,000 gas, fee 0.0003 ETH",
                sender="0x" + "Ef" * 20,
            ),
        ),
        "receipts_total": "It paid 0.00102 ETH for 136,501 gas in 2 transactions.",
        "documents": (
            ("manifest", "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"),
            ("scored with", "keras 3.15.1, numpy 2.2.6, tensorflow 2.21.0"),
        ),
        "remarks": ("The scores are challenged, and the panel has not decided yet.",),
    }
    return Report(**{**fields, **changes})  # type: ignore[arg-type]


def sealed_entry() -> Entry:
    why = Missing("It is sealed: runs, curves and predictions are there once it is revealed and scored.")
    return Entry(1, "Sealed, to be revealed.", None, None, why, why, why, made_statement())


def empty_report() -> Report:
    """Before anybody knows anything."""
    return made_report(
        board=Missing("No scores stand yet: the specs are still sealed, or being revealed."),
        entries=(sealed_entry(),),
        receipts=(),
        receipts_total="",
        remarks=(),
    )


HOSTILE: Final = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"
    "\u202eevil\u202c\u200b\u2066x\u2069 \x1b[31m ]]></style></title>" + "\U0001f680" * 40 + "W" * 300
)


def hostile_report() -> Report:
    """Every text that is a stranger's, as bad as it can be."""
    board = tuple(
        Standing(1, False, HOSTILE, HOSTILE, number == 0, 560_000, (530_000, 590_000), HOSTILE, HOSTILE, HOSTILE)
        for number in range(2)
    )
    missing = Missing(HOSTILE)
    entry = Entry(0, HOSTILE, HOSTILE, board[0], (diverged_run(0), made_run(1)), missing, missing, missing)
    receipt = Receipt(HOSTILE, HOSTILE, 1, START, HOSTILE, HOSTILE)
    return made_report(
        title=HOSTILE,
        source=HOSTILE,
        where=HOSTILE,
        account=HOSTILE,
        state=HOSTILE,
        metric_says=HOSTILE,
        board=board,
        entries=(entry,),
        receipts=(receipt,),
        receipts_total=HOSTILE,
        documents=((HOSTILE, HOSTILE),),
        remarks=(HOSTILE,),
    )


EXTREMES: Final[Mapping[str, Callable[[], Report]]] = {
    "hundred runs of one epoch": lambda: made_report(
        entries=(
            Entry(
                0,
                "Revealed.",
                SPECS[0],
                made_board()[1],
                tuple(made_run(number, epochs=1) for number in range(100)),
                made_strategy(5),
                made_blocks(),
                made_statement(),
            ),
        )
    ),
    "ninety-nine runs of two thousand epochs": lambda: made_report(
        entries=(
            Entry(
                0,
                "Revealed.",
                SPECS[0],
                made_board()[1],
                tuple(made_run(number, epochs=2_000) for number in range(99)),
                made_strategy(20_000),
                made_blocks(),
                made_statement(),
            ),
        )
    ),
    "all runs diverged": lambda: made_report(
        entries=(
            Entry(
                0,
                "Revealed, scored 0%.",
                SPECS[0],
                made_board()[8],
                (diverged_run(0), diverged_run(1)),
                Missing("Run 0 diverged, so it predicts nothing."),
                made_blocks(),
                made_statement(),
            ),
        )
    ),
    "a thousand entries": lambda: made_report(board=made_board(1_000)),
}

REPORTS: Final[Mapping[str, Callable[[], Report]]] = {
    "full": made_report,
    "empty": empty_report,
    "hostile": hostile_report,
    **EXTREMES,
}
