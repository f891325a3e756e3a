"""The file of a contest: made of the fields that options are made of, read whole, its faults told with their lines."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, fields, replace
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.file_template import explained
from hyperbounty.cli.main import cli, run
from hyperbounty.cli.option_file import FileLayout, read_values
from hyperbounty.cli.options import option_fields
from hyperbounty.cli.toml_values import notation
from hyperbounty.errors import InvalidInput
from hyperbounty.money import Written, token
from organizer.bounty.contest_file import KINDS, LAYOUT, SECTIONS, normalized, saved
from organizer.bounty.offer import Offer
from organizer.bounty.openings import Request
from organizer.bounty.task import TaskSettings
from organizer.bounty.templates import TEMPLATES, template_file

SIX = token("0x" + "66" * 20, "SIX", 6)
MEMBERS = ("0x" + "11" * 20, "0x" + "22" * 20, "0x" + "33" * 20)
OPTIONS = {each.key: each for kind in KINDS for each in option_fields(kind)}
PAGE = (Path(__file__).parents[3] / "docs" / "contest-file.md").read_text(encoding="utf-8")
# Of the command that opens, and not of the contest.
OF_THE_COMMAND = {"file", "save", "copy", "yes"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "contest.toml"


def refusal(file: Path, content: str) -> str:
    """What is said of a file with this content, without its path."""
    file.write_text(content)
    with pytest.raises(InvalidInput) as refused:
        read_values(file, LAYOUT)
    return str(refused.value).replace(str(file), "FILE")


def test_every_option_that_is_the_contests_has_its_key_in_one_section() -> None:
    organizer = cli.get_command(click.Context(cli), "organizer")
    assert isinstance(organizer, click.Group)
    shared = {"home", "as_json", "config", "profile", "rpc", "contract", "ipfs", "account", "password_file"}
    keys = [option.field for keys in LAYOUT.sections.values() for option in keys.values()]
    assert len(keys) == len(set(keys))
    for name, own in (("open", OF_THE_COMMAND), ("check", {"file", "no_training"})):
        command = organizer.get_command(click.Context(organizer), name)
        assert command is not None
        assert {parameter.name for parameter in command.params} - shared - own == set(keys)
        for parameter in command.params:
            if parameter.name in keys:
                [option] = [each for each in OPTIONS.values() if each.field == parameter.name]
                assert parameter.opts == [f"--{option.name}"]


def test_a_field_without_a_section_is_found_before_anybody_misses_it() -> None:
    lacking = {**SECTIONS, "bar": ("luck_ppm", "allow_luck")}
    with pytest.raises(ValueError, match="a section for each of"):
        FileLayout.of(lacking, KINDS, missing="", apart={})


AMOUNTS = st.integers(0, 10**30)
SECONDS = st.integers(1, 10**9)
PPM = st.integers(0, 1_000_000)


@st.composite
def contests(draw: st.DrawFn) -> tuple[TaskSettings, Offer]:
    """Any contest that options can say, in the coin or in a token."""

    def maybe(values: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | values)

    cuts = sorted(draw(st.sets(st.integers(1, 9_999), max_size=7)))
    printable = st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=("Cc", "Cf", "Zs"))
    settings = TaskSettings(
        coin=draw(st.text("ABCXYZ", min_size=1)),
        title=maybe(st.text(printable, min_size=1, max_size=200)),
        luck_ppm=draw(PPM),
        minimum_score_ppm=maybe(PPM),
        allow_luck=draw(st.booleans()),
        runs=draw(st.integers(1, 100)),
        holdout=draw(st.sampled_from(("future", "sealed"))),
        private_data=draw(st.booleans()),
        holdout_fraction=draw(st.integers(10_000, 900_000)) / 1_000_000,
        future_rows=maybe(st.integers(2, 10**6)),
        run_seconds=maybe(SECONDS),
    )
    offer = Offer(
        reward=draw(AMOUNTS),
        bond=maybe(AMOUNTS),
        evaluator_fee=draw(AMOUNTS),
        evaluator=draw(st.sampled_from(MEMBERS)),
        panel=draw(st.sampled_from(((), MEMBERS))),
        panel_fee=maybe(AMOUNTS),
        seal_seconds=maybe(SECONDS),
        asset=draw(st.sampled_from((Offer(reward=0, evaluator="").asset, SIX))),
        shares=tuple(high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)),
        submit_seconds=draw(SECONDS),
        cores=draw(st.integers(100, 10**6)) / 1_000,
        max_submissions=draw(st.integers(2, 1_024)),
    )
    return settings, offer


def read_back(file: Path, asset: Any) -> tuple[TaskSettings, Offer]:
    """The contest that a file comes to, by the types of its options."""
    values = read_values(file, LAYOUT).values
    made: dict[str, Any] = {}
    for option in OPTIONS.values():
        if option.field in values:
            text = values[option.field]
            made[option.field] = text if option.type is None else option.type.convert(text, None, None)
    made = {name: asset.units(value) if isinstance(value, Written) else value for name, value in made.items()}
    if "asset" in made:
        made["asset"] = asset

    def own(kind: type[Any]) -> dict[str, Any]:
        return {each.field: made[each.field] for each in option_fields(kind) if each.field in made}

    return TaskSettings(**own(TaskSettings)), Offer(**own(Offer))


@given(contests())
def test_what_is_saved_is_read_back_as_the_same_contest(
    tmp_path_factory: pytest.TempPathFactory, contest: tuple[TaskSettings, Offer]
) -> None:
    settings, offer = contest
    file = tmp_path_factory.mktemp("contest") / "contest.toml"
    file.write_text(saved(file.parent / "prices", settings, offer, file), encoding="utf-8")
    found, found_offer = read_back(file, offer.asset)
    # What says nothing beside other values is left out.
    assert normalized(found, found_offer) == normalized(settings, offer)
    assert (
        found.request_fields().items()
        >= {name: value for name, value in settings.request_fields().items() if value is not None}.items()
    )
    assert read_values(file, LAYOUT).values["prices"] == str(file.parent / "prices")


def request(settings: TaskSettings, offer: Offer) -> str:
    return Request("chain", "0xc", "0xo", "pp", settings, offer).name


def other_than(name: str, value: object) -> Any:
    """Another value of a field."""
    by_name: dict[str, Any] = {"future_rows": 77, "asset": SIX, "shares": (6_000, 4_000), "title": "T"}
    by_kind: dict[type, Any] = {int: 77, float: 0.25, str: "other", tuple: MEMBERS[:1], bytes: b"\1" * 32}
    if name in by_name:
        return by_name[name]
    if isinstance(value, bool):
        return not value
    return 77 if value is None else by_kind[type(value)]


def test_no_field_of_a_contest_is_missing_in_the_name_of_its_opening() -> None:
    settings = TaskSettings(coin="LTC", holdout="sealed", private_data=True)
    offer = Offer(reward=10, evaluator=MEMBERS[0], panel=MEMBERS)
    names = [request(settings, offer)]
    for field in fields(TaskSettings):
        # These count in the other mode.
        mode = "future" if field.name == "future_rows" else "sealed"
        changed = {"holdout": mode, field.name: other_than(field.name, getattr(settings, field.name))}
        if field.name == "holdout":
            changed = {"holdout": "future"}
        names.append(request(replace(settings, **changed), offer))
    for field in fields(Offer):
        changed = {field.name: other_than(field.name, getattr(offer, field.name))}
        names.append(request(settings, replace(offer, **changed)))
    assert len(set(names)) == len(names) == 1 + len(fields(TaskSettings)) + len(fields(Offer))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_has_every_key_once_and_each_is_valid_when_it_is_switched_on(name: str, file: Path) -> None:
    content = template_file(name)
    assert max(map(len, content.splitlines())) <= 120
    keys = re.findall(r"^(?:# )?([a-z_]+) = ", content, re.MULTILINE)
    assert sorted(keys) == sorted(OPTIONS)
    file.write_text(content)
    said = {
        option.key: tomllib.loads(content)[section][option.key]
        for section, own in LAYOUT.sections.items()
        for option in own.values()
        if option.field in read_values(file, LAYOUT).values
    }
    assert said == dict(TEMPLATES[name].said)
    # luck and minimum make one bar; where there is a token, an amount has another unit.
    on = re.sub(r"^# ([a-z_]+ = )", r"\1", content, flags=re.MULTILINE).replace('minimum = "53%"\n', "")
    file.write_text(on.replace('"0x…"', '"0x700b6A60ce7EaaEA56F065753d8dcB9653dbAD35"'))
    assert len(read_values(file, LAYOUT).values) == len(OPTIONS) - 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[bar]\nminimum = 62", "FILE:2: minimum does not fit: '62' is not between 0% and 100%"),
        ("[bar]\nminimum = 62", 'did you mean "62%"?; correct that line'),
        ('[bar]\nluck = "5"', 'did you mean "5%"?'),
        ("[reward]\n\nreward = 1", 'FILE:3: reward must be an amount in quotes, such as "0.5 ether", not 1'),
        ("[reward]\n\nreward = 1", 'did you mean "1 ether"?'),
        ('[reward]\nreward = "1 ehter"', "did you mean \"1 ether\"?"),
        ('[reward]\nreward = "5 USDC"', "'USDC' in '5 USDC' is not a unit of ETH"),
        ('[reward]\nshares = "60,40"', 'shares must be a list of percentages that sum to 100'),
        ("[reward]\nshares = [60, 30]", "1 to 8 shares that sum to 100"),
        ('[reward]\nrewarf = "1 ether"', "FILE:2: there is no key 'rewarf' in [reward]: did you mean reward?"),
        ('[rewrad]\nreward = "1 ether"', "FILE:1: there is no section 'rewrad': did you mean reward?"),
        ('[reward]\nruntime = "1h"', "there is no key 'runtime': did you mean run_time, under [limits]?"),
        ('[reward]\nrun_time = "1h"', "FILE:2: run_time belongs under [limits], not under [reward]"),
        ('coin = "LTC"', "FILE:1: coin stands outside of the sections: move it under [task]"),
        ('bar = "62%"', "FILE:1: bar is a section, not a text: write [bar], and its keys below"),
        ('[panel]\npanel = ["ann", "joe", "Ann"]', "FILE:2: panel does not fit: 'Ann' stands there twice"),
        ('[panel]\npanel = "ann, joe, tom"', 'did you mean ["ann", "joe", "tom"]?'),
        ('[panel]\npanel = ["ann,joe"]', "each in quotes of its own"),
        ("[panel]\npanel = [1.5]", "panel must be a list of names or addresses"),
        ("[limits]\nruns = '3'", "runs belongs under [task]"),
        ("[task]\nruns = '3'", "runs must be a whole number from 1 to 100, not '3'; did you mean 3?"),
        ("[limits]\nmax_submissions = true", "not true"),
        ("[limits]\nmax_submissions = 5000", "5000 is not a whole number from 2 to 1,024"),
        ("[limits]\ncores = nan", "is not a number of at least 0.1"),
        ('[windows]\nsubmit_time = "7 moons"', "submit_time does not fit: '7 moons' is no duration"),
        ("[windows]\nsubmit_time = 3600.0", "did you mean 3600?"),
        ('[bar]\nallow_luck = "yes"', "allow_luck must be true or false, not 'yes'; did you mean true?"),
        ('[task]\nmetric = "acuracy"', 'did you mean "accuracy"?'),
        ('[task]\ntitle = "a\\nb"', "which a published text may not hold"),
        ('[reward]\nasset = "0x12"', "asset does not fit"),
        ('[bar]\nminimum = "60%"\nluck = "5%"', "FILE:3: beside minimum, luck decides nothing: keep one"),
        ("[bar]\nluck = 0.05\nluck = 0.05\n", "not TOML at line 3, column 12; it has this name twice: keep one"),
        ("[bar]\nluck = 5%", "FILE is not TOML at line 2"),
        ("[limits]\nmax_submissions = " + "9" * 5_000, "too many digits"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_what_was_meant(file: Path, content: str, said: str) -> None:
    assert said in refusal(file, content)


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines(file: Path) -> None:
    wrong = [f"no_such_key_{number} = 1" for number in range(20)]
    said = refusal(file, "\n".join(["[bar]", "minimum = 62", *wrong, "[rewards]"]))
    assert said.startswith("FILE has 22 faults: (1) line 2: minimum")
    assert "(21) line 22: there is no key 'no_such_key_19'" in said
    assert "(22) line 23: there is no section 'rewards': did you mean reward?" in said


def test_what_makes_the_bar_does_not_override_the_bar_itself(
    file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file.write_text(template_file("sample").replace('luck = "5%"', 'minimum = "60%"'))
    line = file.read_text().splitlines().index('minimum = "60%"') + 1
    arguments = [
        "organizer",
        "check",
        str(file),
        "--luck",
        "1%",
        "--home",
        str(tmp_path),
        "--account",
        "0x" + "12" * 20,
    ]
    assert run(arguments) == 4
    assert f"the minimum of {file}:{line} is the bar itself, and luck decides nothing" in capsys.readouterr().err


def test_one_eth_is_what_every_command_takes_it_for(file: Path) -> None:
    file.write_text('[reward]\nreward = "1 eth"\nbond = "1 ETH"\n')
    assert read_values(file, LAYOUT).values == {"reward": "1 eth", "bond": "1 ETH"}


def test_a_key_in_the_wrong_place_is_not_repeated(file: Path) -> None:
    key = "0x" + "1f" * 32
    assert key not in refusal(file, f'[reward]\nasset = "{key}"\n[panel]\npanel = 5\n"{key}" = 1')


def test_a_file_that_is_not_there_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"there is no file .*; write one to fill in: “organizer init contest.toml”"):
        read_values(tmp_path / "none.toml", LAYOUT)


@given(st.data())
def test_whatever_toml_holds_is_taken_or_refused_with_its_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = st.one_of(
        st.integers(-(10**30), 10**30).map(str),
        st.floats().map(str),
        st.booleans().map(lambda value: str(value).lower()),
        st.just("1979-05-27T07:32:00Z"),
        st.sampled_from(['""', '"1"', '"x"', "[]", "[[]]", "{a = 1}", '["a", 1]', "[true]"]),
    )
    section = data.draw(st.sampled_from(list(SECTIONS)))
    option = data.draw(st.sampled_from(list(LAYOUT.sections[section].values())))
    file = tmp_path_factory.mktemp("contest") / "contest.toml"
    file.write_text(f"[{section}]\n{option.key} = {data.draw(values)}\n")
    outcome = ""
    try:
        [text] = read_values(file, LAYOUT).values.values()
        assert option.type is None or option.type.convert(text, None, None) is not None
    except InvalidInput as refused:
        outcome = str(refused)
    assert not outcome or outcome.startswith(f"{file}:2: {option.key} ")


def rows() -> dict[str, tuple[str, str, str, str]]:
    """The table of the page: section, value, default and meaning of each key."""
    found = {}
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if re.fullmatch(r"`[a-z_]+`", cells[0]) and len(cells) == 5:
            found[cells[0].strip("`")] = (cells[1].strip("`[]"), cells[2], cells[3], cells[4])
    return found


def test_the_page_has_every_key_as_the_program_has_it() -> None:
    expected = {
        key: (section, notation(option).meaning, "required" if option.default is MISSING else option.shown_default,
              explained(option, default=False))
        for section, keys in LAYOUT.sections.items()
        for key, option in keys.items()
    }  # fmt: skip
    assert rows() == expected


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_of_the_page_are_valid(example: str, file: Path) -> None:
    file.write_text(example)
    assert read_values(file, LAYOUT).values
