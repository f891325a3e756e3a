"""What the operator of a site decides."""

from __future__ import annotations

from dataclasses import dataclass

from hyperbounty.config.web import MOST_BEHIND, RATE, WebSettings


@dataclass(frozen=True)
class SiteSettings:
    """What the operator of a site decides.

    Attributes:
        public_url: where others find the site, without a slash at the end. Feeds and messages link there; it is never
            taken from a request, whose headers anybody can write.
        root_path: what a proxy in front of the site takes off each path, such as `/contests`; empty for nothing.
        hidden: pages of subjects that are not shown, such as `/contests/7`, as `SiteFamily.path_of` has them. Lists
            leave them out, and the page itself says that the operator hides it.
        most_streams: open at once; each takes some 30 KiB.
        most_streams_of_client: open at once to one address, loopback excepted: a proxy may stand there.
        trusted_proxies: addresses or networks whose word counts about whom a request comes from.
        rate: requests that one client may make in a minute; 0 for any number.
        most_behind: blocks that the index may be behind its node while the site calls itself ready.
    """

    public_url: str = "http://127.0.0.1:8000"
    root_path: str = ""
    hidden: frozenset[str] = frozenset()
    trusted_proxies: tuple[str, ...] = ()
    rate: int = RATE
    most_behind: int = MOST_BEHIND
    most_streams: int = 2_000
    most_streams_of_client: int = 32


def site_settings(
    web: WebSettings, listens_at: str, public_url: str | None = None, root_path: str | None = None
) -> SiteSettings:
    """What counts: what was given for this one command, else the configuration file.

    Args:
        web: of the configuration file.
        listens_at: where the site listens, for who says nothing of where others find it.
        public_url, root_path: that were given for this one command.
    """
    root = web.root_path if root_path is None else root_path
    return SiteSettings(
        public_url=public_url or web.public_url or f"{listens_at}{root}",
        root_path=root,
        hidden=frozenset(web.hidden),
        trusted_proxies=web.trusted_proxies,
        rate=web.rate,
        most_behind=web.most_behind,
    )
