"""The one line of progress: only on a terminal, and never in a pipe."""

import io

import pytest

from ferrule.cli.progress_line import ProgressLine
from ferrule.store.records import Counts
from ferrule.sync.events import BatchStored, Waited

BATCH = BatchStored("issues", 3, 100, Counts(300, failed=2), "c", "m", 1000)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (BATCH, "issues: page 3, 300 of 1,000 items, 2 failed"),
        (Waited(12.4, "rate"), "waiting 12 s: rate"),
        (Waited(0.2, "rate"), ""),
    ],
)
def test_a_terminal_shows_how_far_the_run_is(monkeypatch, event, text):
    monkeypatch.setattr("sys.stderr", err := Terminal())
    monkeypatch.setattr("sys.stdout", io.StringIO())
    with ProgressLine() as line:
        line.show(event)
        assert err.getvalue().strip("\r ") == text
    assert err.getvalue().endswith("\r")


@pytest.mark.parametrize(
    ("out", "err"), [(Terminal, Terminal), (io.StringIO, io.StringIO)]
)
def test_a_pipe_and_a_terminal_full_of_lines_stay_clean(monkeypatch, out, err):
    monkeypatch.setattr("sys.stdout", out())
    monkeypatch.setattr("sys.stderr", said := err())
    with ProgressLine() as line:
        line.show(BATCH)
    assert said.getvalue() == ""
