"""What a page shows of contents in the store: fetched when somebody first looks, and kept.

A store may be slow or away, so nobody waits for it for long. Each thing is fetched by one thread, beside all requests;
who asks waits `WAIT_S` and is then told to ask again. What failed is not tried again for `PAUSE_S`. What came is kept
in memory, and in a folder where there is one, the latest of it.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillRunning
from pathlib import Path
from typing import Final

from hyperbounty.errors import HyperbountyError
from hyperbounty.files import write_atomic
from hyperbounty.web.site.errors import NotYet

WAIT_S: Final = 3.0
PAUSE_S: Final = 15.0
MOST_BYTES: Final = 24 * 1024 * 1024
"""Kept in memory."""
MOST_FILE_BYTES: Final = 512 * 1024 * 1024
"""Kept in the folder."""

_log = logging.getLogger(__name__)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,150}")


class Fetched:
    """See the module.

    Args:
        folder: where things are kept beyond the life of the process; None for nowhere.
        at_once: how many are fetched at the same time.
        waiting: how many requests may wait at the same time.
        wait_s, pause_s: see the module.
        most_bytes, most_file_bytes: kept in memory, and in the folder.
        monotonic: seconds.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        at_once: int = 4,
        waiting: int = 3,
        wait_s: float = WAIT_S,
        pause_s: float = PAUSE_S,
        most_bytes: int = MOST_BYTES,
        most_file_bytes: int = MOST_FILE_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._at_once = at_once
        self._waiters = threading.Semaphore(waiting)
        self._wait_s = wait_s
        self._pause_s = pause_s
        self._most_bytes = most_bytes
        self._most_file_bytes = most_file_bytes
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._running: dict[str, Future[bytes]] = {}
        self._failed: dict[str, tuple[float, HyperbountyError]] = {}

    def get(self, name: str, fetch: Callable[[], bytes], wait_s: float | None = None) -> bytes:
        """What `fetch` gives, which is always the same under one name.

        Args:
            name: of lower-case letters, digits, points and hyphens; it names a file.
            fetch: called in a thread of its own, where it is needed.
            wait_s: at most; left out, as all others.

        Raises:
            NotYet: it is being fetched, or too much else is.
            HyperbountyError: as `fetch` raised it, a moment ago.
        """
        kept = self.find(name)
        if kept is not None:
            return kept
        return self._wait(self._begin(name, fetch), self._wait_s if wait_s is None else wait_s)

    def find(self, name: str) -> bytes | None:
        """What is here already under this name; None where it would have to be fetched."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} names no file")
        with self._lock:
            kept = self._kept.get(name)
            if kept is not None:
                self._kept.move_to_end(name)
                return kept
        kept = self._from_folder(name)
        if kept is not None:
            self._keep(name, kept)
        return kept

    def _begin(self, name: str, fetch: Callable[[], bytes]) -> Future[bytes]:
        with self._lock:
            until, error = self._failed.get(name, (0.0, None))
            if error is not None and self._monotonic() < until:
                # The same object is raised again and again: what it went through is let go.
                raise error.with_traceback(None)
            running = self._running.get(name)
            if running is not None:
                return running
            if len(self._running) >= self._at_once:
                raise NotYet("the site is fetching much else right now")
            running = self._running[name] = Future()
        # One that waits for a store is not waited for at the end.
        threading.Thread(target=self._run, args=(name, fetch, running), name=f"fetch-{name}", daemon=True).start()
        return running

    def _wait(self, running: Future[bytes], wait_s: float) -> bytes:
        if not self._waiters.acquire(blocking=False):
            raise NotYet("it is being fetched, and many wait for it")
        try:
            return running.result(wait_s)
        except StillRunning:
            raise NotYet("it is being fetched: it takes longer than usual") from None
        finally:
            self._waiters.release()

    def _run(self, name: str, fetch: Callable[[], bytes], running: Future[bytes]) -> None:
        try:
            found = fetch()
        except HyperbountyError as error:
            self._end(name, error)
            running.set_exception(error)
        except BaseException as error:
            self._end(name, None)
            running.set_exception(error)
            raise
        else:
            self._keep(name, found)
            self._to_folder(name, found)
            self._end(name, None)
            running.set_result(found)

    def _end(self, name: str, error: HyperbountyError | None) -> None:
        with self._lock:
            del self._running[name]
            now = self._monotonic()
            self._failed = {other: failed for other, failed in self._failed.items() if failed[0] > now}
            if error is not None:
                self._failed[name] = now + self._pause_s, error

    def _keep(self, name: str, found: bytes) -> None:
        with self._lock:
            if name in self._kept or len(found) > self._most_bytes:
                return
            self._kept[name] = found
            self._bytes += len(found)
            while self._bytes > self._most_bytes:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone)

    def _from_folder(self, name: str) -> bytes | None:
        if self._folder is None:
            return None
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def _to_folder(self, name: str, found: bytes) -> None:
        if self._folder is None or len(found) > self._most_file_bytes:
            return
        try:
            write_atomic(self._folder / name, found)
            self._drop_oldest(self._folder)
        except OSError as error:
            # Memory has it all the same.
            _log.warning("what was fetched is not kept in %s: %s", self._folder, error)

    def _drop_oldest(self, folder: Path) -> None:
        known = [(path.stat(), path) for path in folder.iterdir() if _NAME.fullmatch(path.name)]
        left = sum(status.st_size for status, _ in known)
        for status, path in sorted(known, key=lambda each: each[0].st_mtime_ns):
            if left <= self._most_file_bytes:
                return
            path.unlink(missing_ok=True)
            left -= status.st_size
