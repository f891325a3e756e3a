"""The bundled mails: wanted and unwanted, each as the set of its more frequent words."""

from __future__ import annotations

import gzip
from typing import Final

from hyperbounty.bundled import bundled_data
from hyperbounty.models.datasets.dataset import DataSet

CLASSES: Final = ("ham", "spam")


def mail() -> DataSet:
    """6,046 mails of 2002 to 2005, as texts of words in alphabetical order; 1,896 of them are spam.

    `data/generate_mail.py` says how they were made. They are mixed: any part of them has both kinds.

    >>> mails = mail()
    >>> len(mails), sum(mails.labels), "linux" in mails.raws[5_000]
    (6046, 1896, False)
    """
    packed = (bundled_data("mail") / "mails.txt.gz").read_bytes()
    lines = [line.partition(" ") for line in gzip.decompress(packed).decode().splitlines()]
    return DataSet(
        name="mail",
        source="SpamAssassin's public mail corpus, CC0",
        classes=CLASSES,
        raws=tuple(words for _, _, words in lines),
        labels=tuple(CLASSES.index(name) for name, _, _ in lines),
    )
