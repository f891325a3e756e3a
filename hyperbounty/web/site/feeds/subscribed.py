"""What somebody has subscribed to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Subscribed:
    """A feed or a calendar.

    Attributes:
        title: of what it is.
        page: the path of the page that shows the same.
        address: its own path.
        public_url: where others find the site.
        chain_id: of the chain that it tells of.
    """

    title: str
    page: str
    address: str
    public_url: str
    chain_id: int

    def url_of(self, path: str) -> str:
        """Where others find a page.

        >>> Subscribed("", "/", "/feed.atom", "https://here.example/x", 1).url_of("/contests/7")
        'https://here.example/x/contests/7'
        """
        return f"{self.public_url}{path}"
