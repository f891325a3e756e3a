"""A change in what a call costs is named."""

from __future__ import annotations

from tests.contracts.gas.snapshot import differences


def test_a_change_of_more_than_two_percent_is_named() -> None:
    committed = {"grown": 10_000, "kept": 10_000, "lost": 1, "shrunk": 10_000}
    measured = {"grown": 10_201, "kept": 10_200, "new": 1, "shrunk": 9_799}
    assert differences(committed, measured) == [
        "new: not in the snapshot",
        "lost: no longer measured",
        "grown: 10,000 -> 10,201 gas (+2.0 %)",
        "shrunk: 10,000 -> 9,799 gas (-2.0 %)",
    ]
    assert differences(committed, committed) == []
