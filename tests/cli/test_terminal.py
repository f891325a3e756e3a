"""Whatever terminal somebody has: encodings that lack characters, few columns, none at all, a reader that leaves."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperbounty.cli.terminal import beside, table_lines, wrapped
from hyperbounty.texts import drawn_width

WORDS = st.text(st.sampled_from("ab0x·é賞"), min_size=1, max_size=50)
CELLS = st.lists(WORDS, max_size=6).map(" ".join)
ADDRESS = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"
TITLE = "Wächst BTC—um 3 %? …賞金 ≤ 5 ─ “now”"

SHOW = f"""
from hyperbounty.cli.output import Result, note, say
from hyperbounty.cli.terminal import prepare_streams
prepare_streams()
title = {TITLE!a}
note(title)
say(title)
Result({{}}, [title], ("participant", "what", "note"), [({ADDRESS!r}, "won", title)]).show(as_json=False)
"""


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4),
    width=st.integers(10, 120),
)
def test_a_table_cuts_no_word_and_passes_the_width_for_none_but_a_longer_one(
    rows: list[tuple[str, str, str]], width: int
) -> None:
    columns = ("who", "what", "note")
    lines = table_lines(columns, rows, width)
    drawn = sorted(word for line in lines for word in line.split())
    words = sorted(word for row in rows for cell in row for word in cell.split())
    for name in columns:
        while name in drawn:
            drawn.remove(name)
    assert drawn == words
    longest = max((drawn_width(word) for word in words), default=0)
    names = max(map(len, columns)) + 2
    assert max(map(drawn_width, lines), default=0) <= max(width, names + longest, names + 20)


def test_sixty_columns_show_a_whole_address_beside_what_wraps() -> None:
    lines = table_lines(("participant", "note"), [(ADDRESS, "revealed a spec in time")], 60)
    assert lines == [
        f"{'participant':42}  note",
        f"{ADDRESS}  revealed a spec",
        f"{'':42}  in time",
    ]


@given(text=CELLS, width=st.integers(1, 40))
def test_wrapped_lines_are_the_text(text: str, width: int) -> None:
    assert " ".join(wrapped(text, width)).split() == text.split()
    assert " ".join(" ".join(beside("who  ", text, width)).split()) == " ".join(["who", *text.split()])


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "utf-8", "utf-16"])
def test_characters_that_an_encoding_lacks_are_drawn_by_others(encoding: str) -> None:
    done = run(SHOW, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr
    out = done.stdout.decode(encoding)
    assert ADDRESS in out
    assert "chst BTC" in out
    assert "\x1b" not in out
    if encoding == "ascii":
        assert 'Wachst BTC-um 3 %? ...?? <= 5 - "now"' in out
    if encoding == "utf-8":
        assert TITLE in out
        assert TITLE in done.stderr.decode()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_help_and_faults_are_printed_in_any_encoding(encoding: str) -> None:
    script = "from hyperbounty.cli.main import main; main({!r})"
    helped = run(script.format(["participant", "submit", "--help"]), PYTHONIOENCODING=encoding)
    assert helped.returncode == 0
    assert "devnet-0" in helped.stdout.decode(encoding)
    failed = run(script.format(["store", "import", TITLE]), PYTHONIOENCODING=encoding)
    assert failed.returncode == 2
    assert b"Traceback" not in failed.stderr
    assert "chst BTC" in failed.stderr.decode(encoding)


def test_the_locale_c_shows_everything() -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHON"))}
    for variables in ({"LANG": "C"}, {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}):
        done = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, env=bare | variables, check=False)
        assert done.returncode == 0, done.stderr
        assert ADDRESS.encode() in done.stdout


def test_a_reader_that_leaves_meets_no_complaint() -> None:
    for arguments in ("--help", "participant --help", "config show", "participant list --help"):
        command = f"{sys.executable} -m hyperbounty {arguments} 2>&1 >&3 | cat"
        script = f"exec 3> >(exec true); {command}"
        done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stdout + done.stderr
        assert "BrokenPipe" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variables", "is_bold"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_a_terminal_of_sixty_columns_shows_a_whole_address(variables: dict[str, str], is_bold: bool) -> None:
    shown = on_terminal(SHOW, columns=60, PYTHONIOENCODING="utf-8", **variables)
    lines = shown.splitlines()
    assert any(ADDRESS in line for line in lines)
    assert ("\x1b[1m" in shown) == is_bold
    assert TITLE in shown


def run(script: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, env=os.environ | variables, check=False)


def on_terminal(script: str, columns: int, **variables: str) -> str:
    """What a script draws on a terminal that has so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=theirs, stdout=theirs, stderr=theirs, env={**environment, **variables}
    ) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so where the other end is closed
                break
            if not part:
                break
            shown += part
    os.close(ours)
    assert process.returncode == 0, shown
    return shown.decode()
