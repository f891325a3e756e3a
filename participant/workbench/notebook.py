"""What a participant works with in Python, for one contest: a script and a notebook, made of the same cells.

Nothing of what an organizer wrote stands in them: they are opened, and run, by programs that believe what they read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

SCRIPT: Final = "workbench.py"
NOTEBOOK: Final = "workbench.ipynb"


@dataclass(frozen=True)
class Cell:
    """A part of it.

    Attributes:
        text: Markdown, or Python.
        shown: an expression whose value is shown at the end; empty in Markdown.
    """

    text: str
    shown: str = ""


def cells(contest: int, manifest: str, named: Mapping[str, str]) -> Sequence[Cell]:
    """The way from a contest to the odds of a spec.

    Args:
        contest: its number.
        manifest: its CID, so that the contest of this number on another chain is not taken for it.
        named: what `hyperbounty.connect` is told, by its arguments.
    """
    told = ", ".join(f"{name}={value!r}" for name, value in named.items())
    return (
        Cell(
            f"# Contest {contest}\n\n"
            "From its data to a spec and its odds. This is yours: it was written once and is left alone. Nothing here\n"
            "signs or pays. docs/python.md has every name."
        ),
        Cell(
            "from dataclasses import replace\n\n"
            "from hyperbounty import Spec, connect\n\n"
            f"contest = connect({told}).contest({contest}, manifest={manifest!r})",
            shown="contest",
        ),
        Cell("The training prices, checked against their hash."),
        Cell("data = contest.data()", shown="data.frame().tail()"),
        Cell("Specs to begin with: nothing of them is fitted to these prices."),
        Cell(
            "suggested = contest.suggest()",
            shown="{size: spec.describe() for size, spec in suggested.items()}",
        ),
        Cell(
            "Train on blocks at the end of the prices, which stand in for the holdout. What was trained is kept, and\n"
            'not trained again. Any other spec is as good: `Spec(cell="GRU", recurrent_units=(24,))`.'
        ),
        Cell('first = contest.train(suggested["small"], folds=4, seeds=2)', shown="first"),
        Cell(
            "other = contest.train(replace(first.spec, learning_rate=first.spec.learning_rate / 2), folds=4, seeds=2)",
            shown="other",
        ),
        Cell(
            "The chance to clear the bar. Whoever takes the best of many has chosen luck too, so what it was chosen\n"
            "from goes along, and the luck is taken off."
        ),
        Cell(
            "best, *rest = sorted([first, other], key=lambda result: -result.mean)",
            shown="contest.odds(best, *rest)",
        ),
        Cell(
            "To submit it, name an account in `connect(account=…)`, and the most that you pay:\n\n"
            "```python\n"
            "from participant.api import submit\n\n"
            'submit(contest, best.spec, at_most="0.01 ether", odds=contest.odds(best, *rest))\n'
            "```"
        ),
    )


def script(made: Sequence[Cell]) -> str:
    r"""The cells as a Python file, in the percent format that editors show as cells.

    >>> script([Cell("# Contest 1"), Cell("data = 1", shown="data")])
    '# %% [markdown]\n# # Contest 1\n\n# %%\ndata = 1\nprint(data)\n'
    """
    return "\n".join(f"{text}\n" for text in _parts(made))


def notebook(made: Sequence[Cell]) -> str:
    """The cells as a Jupyter notebook, format 4.5 (https://nbformat.readthedocs.io/en/latest/format_description.html).

    >>> document = json.loads(notebook([Cell("# Contest 1"), Cell("data = 1", shown="data")]))
    >>> [(cell["cell_type"], "".join(cell["source"])) for cell in document["cells"]]
    [('markdown', '# Contest 1'), ('code', 'data = 1\\ndata')]
    """
    document = {
        "cells": [_notebook_cell(number, cell) for number, cell in enumerate(made)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _parts(made: Sequence[Cell]) -> Iterator[str]:
    for cell in made:
        if cell.shown:
            yield f"# %%\n{cell.text}\nprint({cell.shown})"
        else:
            lines = (f"# {line}".rstrip() for line in cell.text.split("\n"))
            yield "\n".join(["# %% [markdown]", *lines])


def _notebook_cell(number: int, cell: Cell) -> dict[str, Any]:
    source = f"{cell.text}\n{cell.shown}" if cell.shown else cell.text
    found: dict[str, Any] = {"id": f"cell-{number}", "metadata": {}, "source": source.splitlines(keepends=True)}
    if not cell.shown:
        return {"cell_type": "markdown", **found}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **found}
