"""What the index shows of contests is what the command line shows of them, asked of chain and store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from sqlalchemy import select

from hyperbounty.bounty.report import Report
from hyperbounty.bounty.show.contest import look_at
from hyperbounty.bounty.show.listing import list_contests
from hyperbounty.bounty.types import Outcome, Phase
from hyperbounty.database import Database
from hyperbounty.errors import ContentNotFound
from hyperbounty.web.bounty.accounts import account_at, payments_of
from hyperbounty.web.bounty.entries import count_entries, entries_by, entries_of
from hyperbounty.web.bounty.facts import IndexedContest, contest_at, contests_at
from hyperbounty.web.bounty.index.tables import CONTESTS
from hyperbounty.web.bounty.leaderboards import board
from hyperbounty.web.bounty.listing import Wanted, contests_of_places, numbers_of
from hyperbounty.web.index.documents import DocumentState
from hyperbounty.web.index.family import families
from hyperbounty.web.index.process import open_index
from hyperbounty.web.site.errors import NotHere
from hyperbounty.web.site.settings import SiteSettings
from hyperbounty.web.site.site import Site, Snapshot
from tests.bounty.usual_terms import KEY
from tests.web.scene import ETHER, SCORES, Scene, enter, new_scene, open_contest, published, report, reveal

COUNTED: Final = frozenset({"estimates", "wrong_estimates", "cautions", "predictable_seed"})
"""What rests on the prices, which the index does not read, or on the node."""


@pytest.fixture(scope="module")
def opened(scene: Scene) -> Iterator[Database]:
    with open_index(scene.database, families()) as database:
        yield database


@pytest.fixture
def read(opened: Database) -> Callable[[Callable[[Snapshot], Any]], Any]:
    """Reads the index of the scene."""
    return Site(opened, SiteSettings()).read


def test_every_contest_is_shown_as_the_command_line_shows_it(scene: Scene, read: Any) -> None:
    for name, number in scene.numbers.items():
        found: IndexedContest = read(lambda snapshot, number=number: contest_at(snapshot, number))
        if found.facts is None:
            with pytest.raises(ContentNotFound):
                look_at(scene.contract, scene.store, number)
            continue
        said, shown = look_at(scene.contract, scene.store, number).json(), found.facts.json()
        assert {k: v for k, v in shown.items() if k not in COUNTED} == {
            k: v for k, v in said.items() if k not in COUNTED
        }, name


def test_a_list_is_shown_as_the_command_line_shows_it(scene: Scene, read: Any) -> None:
    said = {each.contest.number: each.json() for each in list_contests(scene.contract)}
    for each in read(lambda snapshot: contests_at(snapshot, select(CONTESTS))):
        assert {**each.listed.json(), "luck_ppm": None} == said[each.contest.number]


def test_a_contest_without_manifest_shows_all_that_the_chain_says(scene: Scene, read: Any) -> None:
    found: IndexedContest = read(lambda snapshot: contest_at(snapshot, scene.numbers["nameless"]))
    assert (found.title, found.facts) == (None, None)
    assert [document.state for document in found.documents] == [DocumentState.WAITING]
    assert found.contest == scene.contest("nameless")
    assert found.next_steps
    assert found.deadlines["submit"] == found.contest.submit_ends


def test_a_number_that_nobody_opened_is_not_here(read: Any) -> None:
    with pytest.raises(NotHere):
        read(lambda snapshot: contest_at(snapshot, 999))


def test_the_board_rests_on_the_report(scene: Scene, read: Any) -> None:
    found = read(lambda snapshot: contest_at(snapshot, scene.numbers["won"]))
    made = board(found)
    assert (made.basis, made.skilless_ppm) == ("report", 500_000)
    assert [row.score_ppm for row in made.rows] == list(SCORES)
    assert [(row.place, row.last_place) for row in made.rows] == [(1, 2), (1, 2), (2, 3), (4, 4)]
    assert [row.won for row in made.rows] == [True, True, False, False]
    assert sum(row.prize or 0 for row in made.rows) == ETHER + ETHER // 5
    assert made.rows[0].interval_ppm == (613_000, 667_000)
    assert [row.interval_ppm is None for row in made.rows] == [False, False, False, True]


@pytest.mark.parametrize("name", ["submit", "reveal", "score", "void", "unscorable", "offer", "nameless"])
def test_where_no_scores_stand_the_board_is_empty(scene: Scene, read: Any, name: str) -> None:
    made = board(read(lambda snapshot: contest_at(snapshot, scene.numbers[name])))
    assert (made.basis, made.rows) == ("none", ())


def test_sealed_entries_show_who_and_when_alone(scene: Scene, read: Any) -> None:
    number = scene.numbers["reveal"]
    found = read(lambda snapshot: entries_of(snapshot.connection, 1, str(number), most=10))
    sealed = [each for each in found if each.state == "sealed"]
    assert len(sealed) == 2
    assert {(each.index, each.word, each.spec, each.score_ppm) for each in sealed} == {(None, None, None, None)}
    opened = {each.participant: each.word for each in found if each.state == "revealed"}
    assert opened == {s.participant: s.spec for s in scene.contract.revealed_specs(scene.contest("reveal"))}
    counts = read(lambda snapshot: count_entries(snapshot.connection, 1, str(number)))
    assert counts == {"sealed": 2, "revealed": 2, "withdrawn": 0}


def test_pages_of_a_list_are_the_whole_list(scene: Scene, read: Any) -> None:
    for order in ("number", "ends", "reward"):
        whole = read(lambda snapshot, order=order: numbers_of(snapshot, Wanted(), order, most=100))
        pages, after = [], None
        while page := read(lambda s, order=order, after=after: numbers_of(s, Wanted(), order, after=after, most=3)):
            pages += page
            after = page[-1]
        assert pages == whole
        assert sorted(-place[-1] for place in whole) == sorted(scene.numbers.values())


def test_a_list_is_in_the_order_of_the_command_line(scene: Scene, read: Any) -> None:
    places = read(lambda snapshot: numbers_of(snapshot, Wanted(), "ends", most=100))
    listed = read(lambda snapshot: contests_of_places(snapshot, places))
    ends = [each.listed.ends for each in listed]
    assert ends == sorted(ends, key=lambda end: (end is None, end or 0))
    prizes = [
        each.contest.prize
        for each in read(
            lambda snapshot: contests_of_places(snapshot, numbers_of(snapshot, Wanted(), "reward", most=100))
        )
    ]
    assert prizes == sorted(prizes, reverse=True)


def test_a_list_has_what_is_wanted(scene: Scene, read: Any) -> None:
    def names(wanted: Wanted) -> set[str]:
        found = {-place[-1] for place in read(lambda snapshot: numbers_of(snapshot, wanted, most=100))}
        return {name for name, number in scene.numbers.items() if number in found}

    assert names(Wanted(phases=[Phase.SUBMIT])) == {"submit", "nameless"}
    assert names(Wanted(phases=[Phase.PANEL_SEAL])) == {"disputed"}
    assert names(Wanted(is_open=True)) == {"submit", "nameless"}
    assert names(Wanted(outcomes=[Outcome.VOID])) == {"void", "unscorable"}
    assert names(Wanted(participant=scene.participants[0].address)) == set(scene.numbers) - {
        "offer", "cancelled", "nameless",
    }  # fmt: skip
    assert names(Wanted(organizer=scene.evaluator.address)) == set()
    assert names(Wanted(without=[scene.numbers["submit"]], is_open=True)) == {"nameless"}


def test_deposits_and_payments_are_what_the_contract_holds_and_paid(scene: Scene, read: Any) -> None:
    accounts = {account.address for account in scene.accounts}
    found = [read(lambda snapshot, who=who: account_at(snapshot, who)) for who in accounts]
    burned = read(lambda snapshot: account_at(snapshot, "0x000000000000000000000000000000000000dEaD"))
    inside = sum(s.paid_in - s.paid_out for account in (*found, burned) for s in account.sums)
    assert inside == scene.chain.balance(scene.contract.address)
    organizer = next(each for each in found if each.address == scene.organizer.address)
    assert organizer.as_organizer is not None
    assert (organizer.as_organizer.won, organizer.as_organizer.void) == (1, 2)
    evaluator = next(each for each in found if each.address == scene.evaluator.address)
    assert evaluator.as_evaluator is not None
    assert (evaluator.as_evaluator.scored, evaluator.as_evaluator.unscorable) == (4, 1)
    paid = read(lambda snapshot: payments_of(snapshot.connection, account=scene.organizer.address, most=100))
    assert sum(each.amount for each in paid if each.kind == "in") == sum(s.paid_in for s in organizer.sums)
    assert len(read(lambda s: entries_by(s.connection, scene.participants[0].address, most=100))) == 9


def test_who_did_nothing_has_nothing(read: Any) -> None:
    found = read(lambda snapshot: account_at(snapshot, "0x00000000000000000000000000000000000000Aa"))
    assert not found.is_known
    assert (found.as_organizer, found.as_evaluator, found.sums) == (None, None, [])


def _of_another(made: Report) -> Report:
    return made.model_copy(update={"contest": made.contest + 1})


def _of_another_chain(made: Report) -> Report:
    return made.model_copy(update={"chain_id": 1})


def _fewer(made: Report) -> Report:
    return made.model_copy(update={"specs": made.specs[:-1]})


def _of_others(made: Report) -> Report:
    first, *others = made.specs
    return made.model_copy(update={"specs": (first.model_copy(update={"spec": others[0].spec}), *others)})


def _better(made: Report) -> Report:
    first, *others = made.specs
    return made.model_copy(update={"specs": (first.model_copy(update={"score_ppm": 999_999}), *others)})


def _far_off(made: Report) -> Report:
    first, *others = made.specs
    return made.model_copy(update={"specs": (first.model_copy(update={"place": 2**50}), *others)})


LIES: Final = {
    "it is of contest": _of_another,
    "on chain 1": _of_another_chain,
    "it has 3 specs": _fewer,
    "another one than was revealed": _of_others,
    "others than were recorded": _better,
    "gives spec 0 place": _far_off,
}


def test_a_report_that_lies_is_not_shown_and_the_chain_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    scene = new_scene(tmp_path_factory.mktemp("lies"))
    manifest = published(scene, "Does LTC rise?")
    for name in LIES:
        open_contest(scene, name, manifest)
        enter(scene, name)
    last = [*LIES][-1]
    scene.chain.advance_to(scene.contest(last).submit_ends or 0)
    for name in LIES:
        reveal(scene, name)
    scene.chain.advance_to(scene.contest(last).reveal_ends or 0)
    for name, lie in LIES.items():
        scene.contract.publish_holdout_key(scene.organizer, scene.numbers[name], KEY)
        made = lie(report(scene, scene.contest(name)))
        scene.store.add_block(made.canonical())
        scene.contract.record_scores(scene.evaluator, scene.numbers[name], made.digest(), list(SCORES))
    scene.index()
    with open_index(scene.database, families()) as database:
        site = Site(database, SiteSettings())
        for name, number in scene.numbers.items():
            found = site.read(lambda snapshot, number=number: contest_at(snapshot, number))  # type: ignore[misc]
            assert name in found.report_fault
            assert found.report is None
            made_of_scores = board(found)
            assert made_of_scores.basis == "scores"
            assert [row.score_ppm for row in made_of_scores.rows] == list(SCORES)
            assert [row.place for row in made_of_scores.rows] == [1, 2, 3, 4]
            assert {row.interval_ppm for row in made_of_scores.rows} == {None}
