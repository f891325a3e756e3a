"""The trials of a search, in Optuna's journal file, which other programs read while it grows.

One process writes it. A trial stands there from its first line with all its parameters, so none is half begun; one that
has no end goes on in the next run of the search. A line that was cut off by a kill is taken away.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import optuna
from optuna.distributions import BaseDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import FrozenTrial, TrialState, create_trial

from hyperbounty.errors import InvalidInput
from hyperbounty.locks import Held, locked_now
from hyperbounty.spec.spec import Spec
from hyperbounty.statistics.ppm import PPM
from hyperbounty.texts import escaped
from participant.workbench.search.asking import Proposal, Refusal

_FACTS: Final = "hyperbounty"
"""What a study says of itself."""

_LOCK_SECONDS: Final = 3
"""After which Optuna takes a lock away that a killed process left. A line is written in milliseconds."""

_ANEW: Final = "move it away; the next search makes a new one, and finds what was trained already"


@dataclass(frozen=True)
class Subject:
    """What a journal is about: scores of another contest or another engine cannot be compared.

    Attributes:
        contest: its number.
        chain_id, contract: where it is.
        manifest: CID.
        engine: versions of all that decides a training, by name.
    """

    contest: int
    chain_id: int
    contract: str
    manifest: str
    engine: Mapping[str, str]


@dataclass(frozen=True)
class Settings:
    """What decides the trials of a search; searches with other settings stand beside it in the journal.

    Attributes:
        seed, folds, train_rows: how it trains.
        space: what it may try, as a text.
    """

    seed: int
    folds: int
    train_rows: int | None
    space: str

    @property
    def name(self) -> str:
        """Of the study."""
        rows = "" if self.train_rows is None else f", {self.train_rows:,} rows"
        digest = hashlib.sha256(self.space.encode()).hexdigest()[:8]
        return f"{self.folds} folds{rows}, seed {self.seed}, space {digest}"


class Journal:
    """The trials of one search; `opened` gives it."""

    def __init__(self, path: Path, subject: Subject, settings: Settings) -> None:
        # Optuna counts what it does on standard error.
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        lock = JournalFileOpenLock(str(path.resolve()), grace_period=_LOCK_SECONDS)
        self._storage = JournalStorage(JournalFileBackend(str(path.resolve()), lock_obj=lock))
        if settings.name in optuna.get_all_study_names(self._storage):
            self.study = optuna.load_study(study_name=settings.name, storage=self._storage)
        else:
            self.study = optuna.create_study(storage=self._storage, study_name=settings.name, direction="maximize")
        if _FACTS not in self.study.user_attrs:
            self.study.set_user_attr(_FACTS, {**asdict(subject), "engine": dict(subject.engine)})
            self.study.set_user_attr("space", settings.space)

    def trials(self) -> list[FrozenTrial]:
        """All trials of this search, in order; what somebody else added to it by another program is none."""
        return [trial for trial in self.study.get_trials(deepcopy=False) if "spec" in trial.user_attrs]

    def begin(self, proposal: Proposal, distributions: Mapping[str, BaseDistribution]) -> FrozenTrial:
        """Write down a trial that begins."""
        self.study.add_trial(
            create_trial(
                state=TrialState.RUNNING,
                params=dict(proposal.parameters),
                distributions=dict(distributions),
                user_attrs={
                    "spec": f"0x{proposal.judged.spec.word.hex()}",
                    "described": proposal.judged.spec.describe(),
                    "not_trained": {str(reason): count for reason, count in proposal.refused.items()},
                },
            )
        )
        return self.trials()[-1]

    def report(self, trial: FrozenTrial, folds: int, mean_ppm: float) -> None:
        """Write down the mean over the first so many folds."""
        self._storage.set_trial_intermediate_value(trial._trial_id, folds, mean_ppm / PPM)

    def finish(self, trial: FrozenTrial, scores_ppm: Sequence[int], seconds: float, *, pruned: bool) -> None:
        """Write down that a trial is over: after the last fold, or pruned before."""
        self._storage.set_trial_user_attr(trial._trial_id, "seconds", round(seconds, 3))
        self._storage.set_trial_user_attr(trial._trial_id, "scores_ppm", list(scores_ppm))
        if pruned:
            self.study.tell(trial.number, state=TrialState.PRUNED)
        else:
            self.study.tell(trial.number, sum(scores_ppm) / len(scores_ppm) / PPM)

    def fail(self, trial: FrozenTrial, reason: str) -> None:
        """Write down that a trial could not be trained."""
        self._storage.set_trial_user_attr(trial._trial_id, "reason", reason)
        self.study.tell(trial.number, state=TrialState.FAIL)


def spec_of(trial: FrozenTrial) -> Spec:
    """The spec that a trial tries."""
    return Spec.from_word(bytes.fromhex(trial.user_attrs["spec"][2:]))


def not_trained(trials: Sequence[FrozenTrial]) -> Mapping[Refusal, int]:
    """How many proposals were not trained, by reason."""
    found = dict.fromkeys(Refusal, 0)
    for trial in trials:
        for reason, count in trial.user_attrs["not_trained"].items():
            found[Refusal(reason)] += count
    return {reason: count for reason, count in found.items() if count}


@contextmanager
def opened(path: Path, subject: Subject, settings: Settings) -> Iterator[Journal]:
    """The journal at `path`, for one search at a time; a new one where there is none.

    Raises:
        InvalidInput: another search is at work there, or the file is damaged, or is about something else; says where.
        OSError: the disk does not take it.
    """
    try:
        with locked_now(path.with_name(f".{path.name}.held")):
            if path.exists():
                _mend(path)
                _check(path, subject)
            yield Journal(path, subject, settings)
    except Held:
        raise InvalidInput(
            f"another search is at work on {path}", "wait for it, or interrupt it and give the command again"
        ) from None


def _mend(path: Path) -> None:
    """Take away what a kill left of a line."""
    lock = JournalFileOpenLock(str(path.resolve()), grace_period=_LOCK_SECONDS)
    lock.acquire()
    try:
        content = path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with path.open("r+b") as file:
                file.truncate(whole)
    finally:
        lock.release()


def _check(path: Path, subject: Subject) -> None:
    said = False
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                entry = json.loads(line)
                facts = entry.get("user_attr", {}).get(_FACTS) if isinstance(entry, dict) else None
                is_entry = isinstance(entry, dict) and isinstance(entry.get("op_code"), int)
            except (ValueError, AttributeError, RecursionError):
                is_entry = False
            if not is_entry:
                raise InvalidInput(f"{path}, line {number} is damaged: it is no entry of a journal of Optuna", _ANEW)
            if facts is not None:
                _compare(f"{path}, line {number}", facts, subject)
                said = True
            elif not said and "params" in entry:
                raise InvalidInput(f"{path}, line {number}: these are trials of another program", _ANEW)


def _compare(place: str, facts: Any, subject: Subject) -> None:
    try:
        found = Subject(**{name: facts[name] for name in Subject.__dataclass_fields__})
        engine = {str(name): str(version) for name, version in found.engine.items()}
    except (TypeError, KeyError, AttributeError):
        raise InvalidInput(f"{place} does not say which contest this search is for", _ANEW) from None
    if (found.contest, found.chain_id, found.contract) != (subject.contest, subject.chain_id, subject.contract):
        raise InvalidInput(
            f"{place}: this search is for contest {_shown(found.contest)} of {_shown(found.contract)} on chain "
            f"{_shown(found.chain_id)}, and this folder is for contest {subject.contest} of {subject.contract} on "
            f"chain {subject.chain_id}",
            _ANEW,
        )
    if found.manifest != subject.manifest:
        raise InvalidInput(
            f"{place}: this search is for the manifest {_shown(found.manifest)}, and contest {subject.contest} has "
            f"{subject.manifest}",
            _ANEW,
        )
    if engine != subject.engine:
        names = [name for name in {**engine, **subject.engine} if engine.get(name) != subject.engine.get(name)]
        raise InvalidInput(
            f"{place}: this search was trained with {_versions(engine, names)}, and here is "
            f"{_versions(subject.engine, names)}: scores of both cannot be compared",
            _ANEW,
        )


def _versions(engine: Mapping[str, str], names: Sequence[str]) -> str:
    return ", ".join(f"{_shown(name)} {_shown(engine[name])}" if name in engine else f"no {name}" for name in names)


def _shown(value: object) -> str:
    return escaped(str(value), 80)
