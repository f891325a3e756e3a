"""Installs extras of this project into the environment that runs it, and says what it does and how far it is.

    .venv/bin/python .ci/install_python.py demo

pip alone is silent for minutes, or says a thousand lines.
"""

from __future__ import annotations

import importlib.metadata
import platform
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HEARTBEAT_SECONDS: Final = 15.0
_PIP: Final = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
_CONTENTS: Final = {
    "devnet": "chain, store, and what the models need: about 0.3 GB",
    "demo": "chain, store, TensorFlow and what draws the picture: about 1.9 GB",
    "test,lint": "all of the demo, and what tests and checks need: about 2.0 GB",
}


@dataclass
class Installation:
    """What pip has said so far.

    Attributes:
        needed: packages that it has found to be needed.
        fetched: files that it has fetched.
        megabytes: of those.
        to_install: packages that are missing, once that is known.
        installed_before: packages in the environment at the beginning.
    """

    needed: int = 0
    fetched: int = 0
    megabytes: float = 0.0
    to_install: int = 0
    installed_before: int = 0
    began: float = field(default_factory=time.monotonic)

    def hear(self, line: str) -> str | None:
        """Take in a line of pip; gives what is worth to be said at once."""
        fetched = re.match(r"\s*(Downloading|Using cached) (\S+?)-.* \(([\d.]+) (kB|MB)\)", line)
        if line.startswith("Collecting "):
            self.needed += 1
        elif fetched:
            self.fetched += 1
            size = float(fetched[3]) / (1000 if fetched[4] == "kB" else 1)
            self.megabytes += size
            if size >= 20:
                return f"{'fetching' if fetched[1] == 'Downloading' else 'at hand:'} {fetched[2]}, {size:.0f} MB"
        elif line.startswith("Installing collected packages: "):
            self.to_install = line.count(",") + 1
            return f"all is there; unpacking {self.to_install} packages"
        return None

    def standing(self, installed: int) -> str:
        """How far it is, where so many packages are in the environment."""
        seconds = time.monotonic() - self.began
        if self.to_install:
            done = min(max(installed - self.installed_before, 0), self.to_install)
            return f"unpacked {done} of {self.to_install} packages, after {seconds:.0f} s"
        return f"{self.needed} packages found, {self.megabytes:.0f} MB of them here, after {seconds:.0f} s"


def _installed() -> int:
    places = [Path(place) for place in sys.path if place.endswith("site-packages")]
    return sum(len(list(place.glob("*.dist-info"))) for place in places)


def _say(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def _remove_other_tensorflow() -> None:
    """Two builds of TensorFlow have the same files: the one for accelerators goes before the other comes."""
    installed = {found.metadata["Name"] for found in importlib.metadata.distributions()}
    for_cpu = sys.platform == "linux" and platform.machine() == "x86_64"
    if for_cpu and "tensorflow" in installed and "tensorflow-cpu" not in installed:
        _say("removing the TensorFlow for accelerators: nothing here trains on one with it")
        subprocess.run([*_PIP, "uninstall", "--quiet", "--yes", "tensorflow"], check=True)  # noqa: S603


def main(extras: str) -> int:
    """Install `extras`, names with commas between them; gives pip's exit status."""
    sys.stdout.write(f"Installing into .venv, once: {_CONTENTS.get(extras, extras)}.\n")
    _remove_other_tensorflow()
    made = Installation(installed_before=_installed())
    # Lines of the end, for the case that it fails.
    last: list[str] = []
    command = [
        *_PIP,
        "install",
        "--progress-bar",
        "off",
        "--constraint",
        "constraints.txt",
        "--editable",
        f".[{extras}]",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:  # noqa: S603
        over = threading.Event()

        def repeat() -> None:
            while not over.wait(HEARTBEAT_SECONDS):
                _say(made.standing(_installed()))

        threading.Thread(target=repeat, daemon=True).start()
        assert pip.stdout is not None
        for line in pip.stdout:
            last = [*last[-30:], line]
            said = made.hear(line)
            if said:
                _say(said)
        over.set()
    if pip.returncode:
        sys.stdout.write("".join(last))
        _say("pip has failed: what it says stands above; the same command tries again")
    else:
        _say(f"installed, after {time.monotonic() - made.began:.0f} s")
    return pip.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
