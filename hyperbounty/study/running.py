"""All runs of a study, into its folder: beside each other, and from where an earlier process came to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Never

from hyperbounty.compute.executor import Failed, Finished, Task, run_tasks
from hyperbounty.compute.inprocess import InProcess
from hyperbounty.compute.pool import LocalPool
from hyperbounty.compute.work import Work
from hyperbounty.errors import InvalidInput, TrainingError
from hyperbounty.models.simulation.running import run
from hyperbounty.study import series
from hyperbounty.study.folder import StudyFolder
from hyperbounty.study.outcome import design_of, outcome
from hyperbounty.study.plan import Case, Planned, Study
from hyperbounty.study.rows import Row
from hyperbounty.study.samples import Encoded, Texts, read_texts


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
    texts = {
        name: read_texts(name, data)
        for name in sorted({study.base.data, *(planned.case.data for planned in study.runs)})
    }
    with StudyFolder.held(out, study, {name: _digest(each) for name, each in texts.items()}) as folder:
        done = folder.done()
        equal = _equal(study)
        on_done(len(done), len(study.runs))
        if len(done) < len(study.runs) or not folder.has_series:
            encoded = _encoded(study, texts)
            with TemporaryDirectory() as kept, folder.adding() as add:

                def keep(row: Row) -> None:
                    """Of a run, and of all that are equal to it."""
                    for each in equal[row.key]:
                        if each.key not in done:
                            add(made := replace(row, part=each.part, level=each.level))
                            done[each.key] = made
                            on_done(len(done), len(study.runs))

                # A process that was killed may have come to one of several equal runs.
                for row in tuple(done.values()):
                    keep(row)
                left = [run for run in study.runs if run.key not in done and run == equal[run.key][0]]
                for row in _run_all(left, encoded, Path(kept), processes):
                    keep(row)
            folder.write_series(_one_run(study, encoded))
        rows = [done[run.key] for run in study.runs]
        folder.finish(rows)
    return rows


def _equal(study: Study) -> dict[tuple[str, str, int], list[Planned]]:
    """Of the key of each run, the runs that are the same but for part and level: one of them is played."""
    alike: dict[tuple[Case, int], list[Planned]] = {}
    for each in study.runs:
        alike.setdefault((each.case, each.seed), []).append(each)
    return {each.key: alike[each.case, each.seed] for each in study.runs}


def _encoded(study: Study, texts: Mapping[str, Texts]) -> dict[str, Encoded]:
    """Each data set with as many words as any run needs.

    Raises:
        InvalidInput: there are too few words or texts.
    """
    wanted = [("the base", study.base), *((f"part {planned.part!r}", planned.case) for planned in study.runs)]
    for who, case in wanted:
        known = len(texts[case.data].train)
        if case.reviews > known:
            raise InvalidInput(
                f"{who} wants {case.reviews:,} training texts, and {case.data} has {known:,}", "take fewer reviews"
            )
    found: dict[str, Encoded] = {}
    for name, each in texts.items():
        most = max(case.words for _, case in wanted if case.data == name)
        found[name] = Encoded.of(each, most)
        if found[name].words < most:
            raise InvalidInput(
                f"{most:,} words are wanted, and the training texts of {name} have {found[name].words:,}",
                "take fewer words",
            )
    return found


def _run_all(runs: Sequence[Planned], encoded: Mapping[str, Encoded], kept: Path, processes: int) -> Iterator[Row]:
    if not runs:
        return
    for name, each in encoded.items():
        each.write(kept / name)
    prepare = partial(_prepare, kept, tuple(encoded))
    executor = InProcess(prepare) if processes == 1 else LocalPool(prepare, workers=min(processes, len(runs)))
    for event in run_tasks(executor, [Task(" ".join(map(str, each.key)), each) for each in runs]):
        if isinstance(event, Finished):
            yield event.result
        elif isinstance(event, Failed):
            raise TrainingError(f"the run {', '.join(event.keys)} failed: {event.reason}", "start it again")


def _one_run(study: Study, encoded: Mapping[str, Encoded]) -> list[series.Series]:
    """The base case over time, with the first seed."""
    if study.base.mechanism == "market":
        return []
    made = design_of(Planned("base", "", study.base, 1), encoded[study.base.data])
    return series.series_of(run(made), len(study.base.good))


def _prepare(kept: Path, names: Sequence[str]) -> Work[Planned, Never, Row]:
    """Loads the samples once in each process."""
    encoded = {name: Encoded.read(kept / name) for name in names}

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
