"""Optuna's dashboard opens the journal of a search that is at work."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from participant.workbench.search.searching import Listener
from participant.workbench.search.trials import Progress
from tests.participant.workbench.search.world import Counted, finals, plan, play

CHROMIUM: Final = os.environ.get("HYPERBOUNTY_TEST_CHROMIUM") or shutil.which("chromium")

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(find_spec("optuna_dashboard") is None, reason="optuna-dashboard is not installed"),
]


@contextmanager
def dashboard(journal: Path) -> Iterator[str]:
    """Its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = "import sys; from optuna_dashboard._cli import main; sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", script, str(journal), "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            # It says that it listens before it does.
            with requests.Session() as session:
                session.mount(address, HTTPAdapter(max_retries=Retry(connect=600, backoff_factor=0.1, backoff_max=1)))
                assert session.get(f"{address}/api/studies", timeout=600).ok
            yield address
        finally:
            process.kill()


def look_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[[str], None]) -> None:
    """Search, and look once at the dashboard while six trials of eight are over."""
    monkeypatch.setattr("participant.workbench.search.finals.train_on_folds", finals())
    seen: list[float] = []

    def hear(progress: Progress) -> None:
        if progress.trials >= 6 and not seen:
            seen.append(progress.trials)
            with dashboard(tmp_path / "search.journal") as address:
                look(address)

    play(plan(tmp_path), Counted(tmp_path / "trainings"), 8, listener=Listener(trials=hear))
    assert seen
    assert seen[0] < 8


def test_its_interface_has_the_trials_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(address: str) -> None:
        [study] = requests.get(f"{address}/api/studies", timeout=60).json()["study_summaries"]
        assert study["study_name"].startswith("3 folds, seed 0, space ")
        found: dict[str, Any] = requests.get(f"{address}/api/studies/{study['study_id']}", timeout=60).json()
        assert len(found["trials"]) >= 6
        assert {trial["state"] for trial in found["trials"]} <= {"Complete", "Pruned", "Running"}

    look_meanwhile(tmp_path, monkeypatch, look)


@pytest.mark.chromium
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH, nor at HYPERBOUNTY_TEST_CHROMIUM")
@pytest.mark.skipif(find_spec("playwright") is None, reason="Playwright is not installed")
def test_a_browser_shows_the_trials_so_far_and_asks_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import sync_playwright

    def look(address: str) -> None:
        asked: list[str] = []
        with sync_playwright() as playwright:
            # It may run as root here, where its own sandbox does not start.
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.goto(f"{address}/dashboard")
            page.get_by_text("3 folds, seed 0, space ").first.click()
            page.get_by_text("Best Trial (number=").first.wait_for(timeout=600_000)
            browser.close()
        assert asked
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []

    look_meanwhile(tmp_path, monkeypatch, look)
