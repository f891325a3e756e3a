"""All runs of a study, into its folder: beside each other, and from where an earlier process came to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Never

from hyperbounty.compute.executor import Failed, Finished, Task, run_tasks
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.work import Work
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.files import write_atomic
from hyperbounty.models.simulation.labelled import Labelled
from hyperbounty.models.simulation.running import run
from hyperbounty.study import series
from hyperbounty.study.folder import StudyFolder
from hyperbounty.study.outcome import design_of, outcome
from hyperbounty.study.plan import Planned, Study
from hyperbounty.study.rows import Row
from hyperbounty.study.samples import Encoded, Texts, read_texts

_Key = tuple[str, str, int]


def run_study(
    study: Study,
    out: Path,
    data: Path | None = None,
    processes: int = 1,
    on_done: Callable[[int, int], None] = lambda done, of: None,
) -> list[Row]:
    """Run what is not done yet, and write the rows of all.

    The rows are the same, to the byte, however many processes there are and however often they were killed.

    Args:
        study: what is run.
        out: its folder; see `StudyFolder`.
        data: the folder of the data sets that do not come along.
        processes: at a time.
        on_done: is told how many runs are done, and of how many.

    Returns:
        A row for each run, in the order of the study.

    Raises:
        InvalidInput: there are no such data, too few words or texts, or the folder is another's.
        TrainingError: a process ended; those that were done stay done.
    """
    if processes < 1:
        raise InvalidInput(f"{processes} processes were asked for", "take one at least")
    texts = {name: read_texts(name, data) for name in _named(study.runs)}
    with StudyFolder.held(out, study, {name: _digest(each) for name, each in texts.items()}) as folder:
        done = folder.done()
        left = [run for run in study.runs if run.key not in done]
        on_done(len(done), len(study.runs))
        if left:
            _require_enough(left, texts)
            with TemporaryDirectory() as kept, folder.adding() as add:
                for row in _run_all(left, texts, Path(kept), processes):
                    add(row)
                    done[row.key] = row
                    on_done(len(done), len(study.runs))
        if not (out / series.FILE).exists():
            write_atomic(out / series.FILE, series.write_series(_one_run(study, texts)))
        rows = [done[run.key] for run in study.runs]
        folder.finish(rows)
    return rows


def _require_enough(runs: Sequence[Planned], texts: Mapping[str, Texts]) -> None:
    for planned in runs:
        case = planned.case
        known = len(texts[case.data].train)
        if case.reviews > known:
            raise InvalidInput(
                f"part {planned.part!r} wants {case.reviews:,} training texts, and {case.data} has {known:,}",
                "take fewer reviews",
            )


def _run_all(runs: Sequence[Planned], texts: Mapping[str, Texts], kept: Path, processes: int) -> Iterator[Row]:
    words = {name: max(run.case.words for run in runs if run.case.data == name) for name in _named(runs)}
    counts = {}
    for name, most in words.items():
        encoded = Encoded.of(texts[name], most)
        if encoded.words < most:
            raise InvalidInput(
                f"{most:,} words of {name} are wanted, and its training texts have {encoded.words:,}",
                "take fewer words",
            )
        encoded.train.write(kept / f"{name}-train.npz")
        encoded.test.write(kept / f"{name}-test.npz")
        counts[name] = encoded.words
    prepare = partial(_prepare, kept, counts)
    executor = InProcess(prepare) if processes == 1 else LocalPool(prepare, workers=min(processes, len(runs)))
    for event in run_tasks(executor, [Task(" ".join(map(str, each.key)), each) for each in runs]):
        if isinstance(event, Finished):
            yield event.result
        elif isinstance(event, Failed):
            raise TrainingError(f"the run {', '.join(event.keys)} failed: {event.reason}", "start it again")


def _one_run(study: Study, texts: Mapping[str, Texts]) -> list[series.Series]:
    """The base case over time, with the first seed."""
    planned = Planned("base", "", study.base, 1)
    if study.base.mechanism == "market":
        return []
    made = design_of(planned, Encoded.of(texts[study.base.data], study.base.words))
    return series.series_of(run(made), len(study.base.good))


def _named(runs: Sequence[Planned]) -> list[str]:
    return sorted({run.case.data for run in runs})


def _prepare(kept: Path, words: Mapping[str, int]) -> Work[Planned, Never, Row]:
    """Loads the samples once in each process."""
    encoded = {
        name: Encoded(Labelled.read(kept / f"{name}-train.npz"), Labelled.read(kept / f"{name}-test.npz"), count)
        for name, count in words.items()
    }

    def work(payloads: Sequence[Planned], _: Callable[[int, Never], None]) -> Iterator[tuple[int, Row]]:
        for place, planned in enumerate(payloads):
            yield place, outcome(planned, encoded[planned.case.data])

    return work


def _digest(texts: Texts) -> str:
    held = hashlib.sha256()
    for part in (texts.train, texts.test):
        for raw, label in zip(part.raws, part.labels, strict=True):
            held.update(f"{label} {len(str(raw))} {raw}\n".encode())
    return held.hexdigest()
