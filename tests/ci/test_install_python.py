"""What `make demo` says while pip installs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci"


@pytest.fixture(autouse=True)
def _ci_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(CI))
    monkeypatch.delitem(sys.modules, "install_python", raising=False)


def test_pip_is_told_in_few_lines_with_sizes_and_counts() -> None:
    from install_python import Installation

    made = Installation(installed_before=3)
    assert made.hear("Collecting tensorflow-cpu>=2.20 (from hyperbounty==0.1.0)\n") is None
    assert made.hear("  Downloading tensorflow_cpu-2.21.0-cp311-manylinux.whl (274.0 MB)\n") == (
        "fetching tensorflow_cpu, 274 MB"
    )
    assert made.hear("Collecting click\n") is None
    assert made.hear("  Using cached click-8.5.1-py3-none-any.whl (100 kB)\n") is None
    assert "2 packages found, 274 MB" in made.standing(3)
    assert made.hear("Installing collected packages: click, numpy, tensorflow-cpu\n") == (
        "all is there; unpacking 3 packages"
    )
    assert "unpacked 0 of 3 packages" in made.standing(3)
    assert "unpacked 2 of 3 packages" in made.standing(5)
    assert "unpacked 3 of 3 packages" in made.standing(9)
    assert made.hear("Something that nobody foresaw\n") is None


def test_the_makefile_installs_tests_and_lint_only_for_who_wants_them() -> None:
    makefile = (CI.parent / "Makefile").read_text()
    demo = makefile.split("$(DEMO): ")[1].split("\n\n")[0]
    assert "install_python.py demo" in demo
    assert "test,lint" not in demo
    assert "install_python.py test,lint" in makefile.split("$(READY): ")[1]
