"""`hyperbounty study …`: run a study of incentives, and make its report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hyperbounty.cli import interruption
from hyperbounty.cli.command import command
from hyperbounty.cli.help import HelpfulGroup
from hyperbounty.cli.output import Result
from hyperbounty.cli.progress import progress
from hyperbounty.cli.session import Session
from hyperbounty.cli.wording import worded
from hyperbounty.next_steps import Action, NextStep

if TYPE_CHECKING:
    from hyperbounty.study.report import Report

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("study", cls=HelpfulGroup)
def study() -> None:
    """Find out which terms of a shared model make bad data fail: many simulated runs, and their statistics."""


@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--out", type=_FOLDER, required=True, help="Folder for rows, figures and report; one study each.")
@click.option("--data", type=_FOLDER, help="Folder of the data sets that do not come along.")
@click.option("--workers", type=click.IntRange(1), help="Runs at a time; left out, one for each core.")
def _run(session: Session, file: Path, out: Path, data: Path | None, workers: int | None) -> Result:
    """Run the study in FILE, and write its rows, figures and report.

    Given again, it goes on with the runs that are missing. The same file, data and versions make the same rows, to the
    byte, however many workers there are. Where numba is installed it is some forty times as fast, and the numbers
    are the same.
    """
    from hyperbounty.study.file import read_study
    from hyperbounty.study.report import write_report
    from hyperbounty.study.running import run_study

    asked = read_study(file)
    with progress("running the study", len(asked.runs), unit="runs", is_long=True) as work:
        run_study(asked, out, data, workers or os.cpu_count() or 1, lambda done, _: work.update(done=done))
    return _shown(write_report(out), out)


@click.argument("folder", type=_FOLDER)
def _report(session: Session, folder: Path) -> Result:
    """Make figures and report of FOLDER anew, from its rows alone."""
    from hyperbounty.study.report import write_report

    return _shown(write_report(folder), folder)


def _shown(report: Report, folder: Path) -> Result:
    step = NextStep("read {}; make it anew with {}", str(report.file), Action("study.report", (str(folder),)))
    return Result(
        {
            "folder": str(folder),
            "file": str(report.file),
            "figures": [str(figure) for figure in report.figures],
            "runs_done": report.rows,
            "finding": report.finding,
        },
        [
            report.finding,
            "",
            f"{report.rows:,} runs, {len(report.figures)} figures: {folder}",
            f"Next: {worded(step)}.",
        ],
    )


_BEGUN = "runs that were done are kept in {out}; the same command goes on"
command(
    study,
    "run",
    extra="study",
    examples=["studies/smoke.toml --out smoke", "studies/incentives.toml --data data --out incentives"],
    interrupted=_BEGUN,
)(_run)
command(study, "report", extra="study", examples=["incentives"], interrupted=interruption.WHOLE)(_report)
