"""Film reviews that do not come with the package: whoever has the files reads them with this."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Final

from hyperbounty.errors import InvalidInput
from hyperbounty.models.datasets.dataset import DataSet

CLASSES: Final = ("negative", "positive")


def imdb(file: Path) -> DataSet:
    """Reviews out of a file of gzipped JSON lines with `label` (1 is positive) and `text`.

    The files of the well-known set (Maas et al., 2011) have all reviews of one class first. Here they come in the order
    of a hash, which mixes the classes, and with line breaks where HTML has marks of them.

    Raises:
        InvalidInput: the file cannot be read, or a line is no such review.
    """
    try:
        # Not splitlines(): a text can hold what that takes for the end of a line.
        lines = gzip.decompress(file.read_bytes()).decode().split("\n")
        reviews = [json.loads(line) for line in lines if line]
        texts = [str(review["text"]).replace("<br />", "\n") for review in reviews]
        labels = [int(review["label"]) for review in reviews]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(file) from error
    if not texts or not set(labels) <= {0, 1}:
        raise _unreadable(file)
    return _mixed("imdb", "film reviews of IMDB (Maas et al., 2011)", texts, labels)


def movie_snippets(file: Path) -> DataSet:
    """Snippets of film reviews out of lines with a number, a mean rating from -4 to 4 and a text, between tabs.

    Class 1 is a rating above 0. The file has most of these first; here they come in the order of a hash.

    Raises:
        InvalidInput: the file cannot be read, or a line is no such snippet.
    """
    try:
        lines = [line.split("\t", 2) for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
        texts = [text for _, _, text in lines]
        labels = [int(float(rating) > 0) for _, rating, _ in lines]
    except (OSError, ValueError) as error:
        raise _unreadable(file) from error
    if not texts:
        raise _unreadable(file)
    return _mixed("movie snippets", "rated snippets of vaderSentiment", texts, labels)


def _mixed(name: str, source: str, texts: list[str], labels: list[int]) -> DataSet:
    """In the order of the SHA-256 of the texts."""
    order = sorted(range(len(texts)), key=lambda place: sha256(texts[place].encode()).digest())
    return DataSet(name, source, CLASSES, [texts[place] for place in order], [labels[place] for place in order])


def _unreadable(file: Path) -> InvalidInput:
    return InvalidInput(f"there are no reviews that can be read in {file}", "give another file")
