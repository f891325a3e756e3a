"""Other people's execution of the same trainings: KerasTuner and Ray Tune, where they are installed.

A program of its own, as `fitting` is. Both train the models of `fitting`; what is measured is how they run them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.evaluator.mix import load
from hyperbounty.spec.spec import Spec


def keras_tuner(folder: str, words: list[str], processes: int) -> None:
    """A search over the specs by KerasTuner, one trial after the other, as it does on one machine."""
    import keras_tuner as kt  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import tensorboard  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: F401 - without it every trial fails.

    from benchmarks.evaluator.fitting import build

    inputs, labels, unseen, rises = _arrays(folder)

    class Trials(kt.HyperModel):  # type: ignore[misc,name-defined,unused-ignore]
        def build(self, hp: Any) -> Any:
            spec = _spec(words, hp.Choice("spec", list(range(len(words)))))
            return build(spec, inputs.shape[1], inputs.shape[2])

        def fit(self, hp: Any, model: Any, *args: Any, **kwargs: Any) -> float:
            spec = _spec(words, hp.get("spec"))
            model.fit(inputs, labels, epochs=spec.epochs, batch_size=spec.batch_size, verbose=0)
            predicted = model.predict(unseen, batch_size=1024, verbose=0)[:, 0] > 0
            return -float((predicted == rises).mean())

    with tempfile.TemporaryDirectory() as where:
        tuner = kt.GridSearch(Trials(), max_trials=len(words), directory=where)
        tuner.search(verbose=0)
    # KerasTuner goes on where a trial fails, and one that fails takes no time.
    ended = [(trial.status, trial.message) for trial in tuner.oracle.trials.values()]
    assert [status for status, _ in ended] == ["COMPLETED"] * len(words), ended


def ray_tune(folder: str, words: list[str], processes: int) -> None:
    """A grid search by Ray Tune with one core a trial and as many at once as there are cores."""
    import ray  # type: ignore[import-not-found,unused-ignore]
    from ray import tune  # type: ignore[import-not-found,unused-ignore]

    def trial(config: dict[str, int]) -> dict[str, float]:
        from benchmarks.evaluator.fitting import build

        inputs, labels, unseen, rises = _arrays(folder)
        spec = _spec(words, config["spec"])
        model = build(spec, inputs.shape[1], inputs.shape[2])
        model.fit(inputs, labels, epochs=spec.epochs, batch_size=spec.batch_size, verbose=0)
        predicted = model.predict(unseen, batch_size=1024, verbose=0)[:, 0] > 0
        return {"score": float((predicted == rises).mean())}

    ray.init(num_cpus=processes, include_dashboard=False, log_to_driver=False, logging_level="error")
    with tempfile.TemporaryDirectory() as where:
        space = {"spec": tune.grid_search(list(range(len(words))))}
        tuner = tune.Tuner(trial, param_space=space, run_config=tune.RunConfig(storage_path=where, verbose=0))
        results = tuner.fit()
    ray.shutdown()
    assert results.num_errors == 0, results.errors


def _spec(words: list[str], number: int) -> Spec:
    return Spec.from_word(bytes.fromhex(words[number]))


def _arrays(folder: str) -> tuple[Any, Any, Any, Any]:
    train, holdout = load(Path(folder))
    labels = train.labels.astype("float32")[:, None]
    return train.view()[train.starts].copy(), labels, holdout.view()[holdout.starts].copy(), holdout.labels > 0


def main() -> None:
    """Task: `folder` of the data, `specs` in hexadecimal, `processes` and the `tuner`.

    The answer is empty, or says what is `missing`.
    """
    task = json.load(sys.stdin)
    run, package = {"KerasTuner": (keras_tuner, "keras-tuner tensorboard"), "Ray Tune": (ray_tune, "ray[tune]")}[
        task["tuner"]
    ]
    try:
        run(task["folder"], task["specs"], task["processes"])
    except ImportError:
        json.dump({"missing": package}, sys.stdout)
        return
    json.dump({}, sys.stdout)


if __name__ == "__main__":
    main()
