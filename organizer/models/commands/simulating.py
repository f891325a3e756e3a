"""`hyperbounty model simulate …`: what becomes of a model and of everybody's money, tried before anybody stakes any."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.help import HelpfulGroup
from hyperbounty.cli.output import Result, note
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.cli.targets import create_file, require_free
from hyperbounty.cli.wording import worded
from hyperbounty.files import write_atomic
from hyperbounty.next_steps import Action, NextStep, Parameter

if TYPE_CHECKING:
    from hyperbounty.models.simulation.design import Design
    from hyperbounty.models.simulation.documents import RunShown
    from organizer.models.designs.made import Prepared

PAGE: Final = "page.html"
"""In the folder of a simulation."""

_OTHER_FOLDER: Final = "another folder with --out"
_OTHER_FILE: Final = "another file with --out"
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.group(cls=HelpfulGroup)
def simulate() -> None:
    """Try a shared model with simulated agents, by the contract's rules and without a chain."""


@click.argument("file", type=_FILE)
def init(session: Session, file: Path) -> Result:
    """Write FILE: a design to fill in, every key explained. Overwrites nothing.

    It runs as it stands, on the mails that come along.
    """
    from organizer.models.designs.template import TEMPLATE

    create_file(file, TEMPLATE.encode(), "another file")
    run_it, market = Action("model.simulate.run", (str(file),)), Action("model.simulate.market", (str(file),))
    return Result(
        {"file": str(file)},
        [f"Wrote {file}.", _next("run it: {}; or play its market: {}", run_it, market)],
    )


@click.argument("design", type=_FILE)
@click.option(
    "--seeds", type=click.IntRange(1, 1_000), default=1, show_default=True, help="Runs, from the design's seed on."
)
@click.option("--agents", type=_FILE, help="Python file with the behaviours that the design names. It is run.")
@click.option("--workers", type=click.IntRange(1), help="Runs at a time; left out, one for each core.")
@click.option("--events", is_flag=True, help="Write every event and every contribution, too.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("simulation"),
    show_default=True,
    help="New folder for results and page.",
)
def run(
    session: Session, design: Path, seeds: int, agents: Path | None, workers: int | None, events: bool, out: Path
) -> Result:
    """Run DESIGN: agents add samples, are refunded, and report each other, until all deposits are gone.

    The page in the folder follows while it runs: accuracy and balances, drawn anew as they are measured. The same
    design and seed make the same result, to the byte. With the extra 'simulation' it is some forty times as fast, and
    the numbers are the same.

    A file that is given with --agents is a program: give one only that you would run.
    """
    from organizer.models.designs.shown import COLUMNS, rest_lines, run_json, run_lines, run_rows

    require_free(out, _OTHER_FOLDER)
    prepared = _prepared(design, agents)
    # What cannot be run is refused before anything is written.
    first = prepared(prepared.file.run.seed)
    out.mkdir(parents=True, exist_ok=True)
    page = out / PAGE
    note(f"The page follows the simulation: {page}")
    if seeds == 1:
        shown = [_one_run(first, prepared.file.title, out, events=events)]
    else:
        shown = _many_runs(prepared, seeds, workers, out, events=events)
    files = [out / _name(each.seed) for each in shown]
    more = Action("model.simulate.run", (str(design), Parameter("seeds", "10"), Parameter("out", f"{out}-10")))
    step = ("; is it so with other seeds too? {}", more) if seeds == 1 else ("",)
    return Result(
        {
            "design_file": str(design),
            "folder": str(out),
            "page": str(page),
            "simulations": [run_json(each, str(file)) for each, file in zip(shown, files, strict=True)],
        },
        run_lines(prepared, shown),
        COLUMNS,
        run_rows(shown),
        [
            *rest_lines(len(shown[0].agents)),
            f"Results: {files[0]}{f' and {len(files) - 1:,} more' if len(files) > 1 else ''}",
            _next(f"open {{}} in a browser{step[0]}", str(page), *step[1:]),
        ],
    )


@click.argument("design", type=_FILE)
@click.option(
    "--rule",
    type=click.Choice(("records", "records-kept", "rounds", "silent")),
    default="records",
    show_default=True,
    help="The contract's; the same without undoing; the original's; a provider that reveals nothing.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("simulated-market"),
    show_default=True,
    help="New folder for result and page.",
)
def market(session: Session, design: Path, rule: Any, out: Path) -> Result:
    """Play the market of DESIGN: agents hand in batches of samples, and are paid for what these improve.

    The samples are those that its agents would add in a run. The last test samples are the hidden ones.
    """
    from hyperbounty.models.simulation.market_page import market_page
    from hyperbounty.models.simulation.markets import play_market
    from organizer.models.designs.shown import (
        MARKET_COLUMNS,
        document_bytes,
        market_json,
        market_lines,
        market_rows,
        rest_lines,
    )

    require_free(out, _OTHER_FOLDER)
    prepared = _prepared(design, None)
    with progress("playing the market", is_long=True):
        played = play_market(prepared.market(prepared.file.run.seed), rule)
    out.mkdir(parents=True, exist_ok=True)
    file, page = out / "market.json", out / PAGE
    write_atomic(file, document_bytes(played.document()))
    write_atomic(page, market_page(played, prepared.file.title).encode())
    another = "rounds" if rule == "records" else "records"
    other = Action(
        "model.simulate.market", (str(design), Parameter("rule", another), Parameter("out", f"{out}-{another}"))
    )
    return Result(
        {
            "design_file": str(design),
            "folder": str(out),
            "page": str(page),
            "file": str(file),
            "simulated_market": market_json(played),
        },
        market_lines(played),
        MARKET_COLUMNS,
        market_rows(played),
        [
            *rest_lines(len(played.design.agents)),
            f"Result: {file}",
            _next("open {} in a browser; settle it by another rule: {}", str(page), other),
        ],
    )


@click.argument("results", nargs=-1, required=True, type=_FILE)
@click.option("--title", default="Simulated models", show_default=True, help="Of the page.")
@click.option("--out", type=_FILE, default=Path("combined.html"), show_default=True, help="The new page.")
def combine(session: Session, results: tuple[Path, ...], title: str, out: Path) -> Result:
    """Show RESULTS of several runs in one page: their mean, and each of them thin.

    They have to be of one design, and differ in their seeds alone.
    """
    from hyperbounty.errors import InvalidInput
    from hyperbounty.models.simulation.documents import read_run
    from hyperbounty.models.simulation.pages import runs_page
    from organizer.models.designs.shown import COLUMNS, accuracy_line, mean_accuracy_ppm, rest_lines, run_rows

    require_free(out, _OTHER_FILE)
    shown = []
    for path in results:
        try:
            shown.append(read_run(path))
        except FileNotFoundError:
            raise InvalidInput(f"there is no file {path}", "name the results of runs") from None
    create_file(out, runs_page(shown, title).encode(), _OTHER_FILE)
    return Result(
        {
            "page": str(out),
            "files": len(results),
            "accuracy_before_ppm": mean_accuracy_ppm(shown, 0),
            "accuracy_ppm": mean_accuracy_ppm(shown, -1),
        },
        [accuracy_line(shown), ""],
        COLUMNS,
        run_rows(shown),
        [*rest_lines(len(shown[0].agents)), _next("open {} in a browser", str(out))],
    )


# ------------------------------------------------------------------------------------------------------ inside


def _prepared(design: Path, agents: Path | None) -> Prepared:
    from hyperbounty.errors import InvalidInput
    from hyperbounty.models.simulation.behaviours import Behaviours
    from organizer.models.designs.file import read_design
    from organizer.models.designs.made import Prepared

    file = read_design(design)
    try:
        behaviours = None if agents is None else Behaviours.read(agents)
        with progress(f"reading the data {file.data.set}"):
            return Prepared.of(file, design.parent, behaviours)
    except FileNotFoundError as error:
        raise InvalidInput(f"there is no file {error.filename}", "name one that is there") from None


def _one_run(made: Design, title: str, out: Path, *, events: bool) -> RunShown:
    from hyperbounty.models.simulation.documents import RunShown, write_run
    from hyperbounty.models.simulation.pages import LivePage, runs_page
    from hyperbounty.models.simulation.results import Measured
    from hyperbounty.models.simulation.running import run

    live = LivePage(out / PAGE, made, title, every_s=1)
    with progress("simulating", len(made.stream), unit="samples", is_long=True) as work:

        def hear(measured: Measured) -> None:
            work.update(done=measured.added, what=f"simulating, {measured.accuracy:.1%} right")
            live(measured)

        done = run(made, on_measured=hear)
    write_run(done, out / _name(made.seed), events=events)
    shown = RunShown.of(done)
    write_atomic(out / PAGE, runs_page([shown], title).encode())
    return shown


def _many_runs(prepared: Prepared, seeds: int, workers: int | None, out: Path, *, events: bool) -> list[RunShown]:
    import os

    from hyperbounty.models.simulation.documents import RunShown, write_run
    from hyperbounty.models.simulation.pages import runs_page
    from hyperbounty.models.simulation.running import run_all

    first = prepared.file.run.seed
    processes = 1 if prepared.has_behaviours else min(workers or os.cpu_count() or 1, seeds)
    found: dict[int, RunShown] = {}
    with progress("simulating", seeds, unit="runs", is_long=True) as work:
        for seed, done in run_all(prepared, range(first, first + seeds), processes):
            write_run(done, out / _name(seed), events=events)
            found[seed] = RunShown.of(done)
            # In the order of their seeds, so that the page does not depend on which process was first.
            shown = [found[each] for each in sorted(found)]
            write_atomic(out / PAGE, runs_page(shown, prepared.file.title, reload=len(found) < seeds).encode())
            work.update(done=len(found))
    return [found[seed] for seed in sorted(found)]


def _name(seed: int) -> str:
    return f"run-{seed}.json"


def _next(text: str, *parts: str | Parameter | Action) -> str:
    return f"Next: {worded(NextStep(text, *parts))}."


def add_simulate(model: click.Group) -> None:
    """Add the group to `hyperbounty model`."""
    model.add_command(simulate)
    begun = "runs that were done are in {out}, each whole; the same command begins anew in another folder"
    command(simulate, "init", examples=["design.toml"], interrupted=interruption.WHOLE)(init)
    command(
        simulate,
        "run",
        examples=["design.toml", "design.toml --seeds 10 --out ten-runs", "design.toml --agents agents.py"],
        interrupted=begun,
    )(run)
    command(simulate, "market", examples=["design.toml", "design.toml --rule rounds"], interrupted=interruption.WHOLE)(
        market
    )
    command(
        simulate,
        "combine",
        examples=["simulation/run-1.json other/run-2.json --out both.html"],
        interrupted=interruption.WHOLE,
    )(combine)
