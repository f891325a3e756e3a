"""What happened, as Atom (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

from hyperbounty.texts import escaped
from hyperbounty.web.site.feeds.naming import lasting_id
from hyperbounty.web.site.feeds.subscribed import Subscribed
from hyperbounty.web.site.happening import Happening

MEDIA_TYPE: Final = "application/atom+xml; charset=utf-8"

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_LAST_SECOND: Final = 253_402_300_799


def atom(feed: Subscribed, happenings: Sequence[Happening], now: int) -> bytes:
    """The feed.

    Args:
        feed: what it is of.
        happenings: the newest first.
        now: the chain's time, which an empty feed is of.
    """
    root = ET.Element("feed", xmlns=_NAMESPACE)
    _add(root, "id", lasting_id("feed", feed.chain_id, feed.page).urn)
    _add(root, "title", feed.title)
    _add(root, "updated", _time(max((happening.at for happening in happenings), default=now)))
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.url_of(feed.address))
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=feed.url_of(feed.page))
    _add(ET.SubElement(root, "author"), "name", "Hyperbounty")
    _add(root, "generator", "Hyperbounty")
    for happening in happenings:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"urn:uuid:{happening.id}")
        _add(entry, "title", happening.title)
        _add(entry, "published", _time(happening.at))
        _add(entry, "updated", _time(happening.at))
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=feed.url_of(happening.path))
        ET.SubElement(entry, "category", term=happening.kind)
        transaction = f"Block {happening.block}, transaction 0x{happening.transaction.hex()}."
        _add(entry, "content", f"{happening.text} {transaction}".strip())
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, name: str, text: str) -> None:
    # Some characters XML forbids, escaped or not, and others turn what stands beside them.
    ET.SubElement(parent, name).text = escaped(text)


def _time(at: int) -> str:
    return datetime.fromtimestamp(min(at, _LAST_SECOND), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
