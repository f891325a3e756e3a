"""What the operator of a site decides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SiteSettings:
    """What the operator of a site decides.

    Attributes:
        public_url: where others find the site, without a slash at the end. Feeds and messages link there; it is never
            taken from a request, whose headers anybody can write.
        root_path: what a proxy in front of the site takes off each path, such as `/contests`; empty for nothing.
        hidden: pages of subjects that are not shown, such as `/contests/7`, as `SiteFamily.path_of` has them. Lists
            leave them out, and the page itself says that the operator hides it.
    """

    public_url: str = "http://127.0.0.1:8000"
    root_path: str = ""
    hidden: frozenset[str] = frozenset()
    most_streams: int = 2_000
    most_streams_of_client: int = 32
