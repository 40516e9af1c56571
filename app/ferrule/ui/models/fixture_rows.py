"""What tests of a connector look like as rows: results, and their differences."""

from collections.abc import Sequence

from ferrule.exchange import MISSING, Json, Missing, scalar_text
from ferrule.ui.models.history_rows import time_text
from ferrule.ui.models.json_value import visible
from ferrule.ui.models.table import Column
from ferrule.workspace.fixtures.files import Difference, TestResult
from ferrule.workspace.fixtures.ledger import LedgerLine, summary

_LONGEST = 300
_OF_NO_STREAM = {
    "health": "Health check",
    "tool": "Tool",
    "subscription": "Subscription",
}


def result_columns() -> list[Column[TestResult]]:
    """Return the columns of the table of tests."""
    return [
        Column("state", "Result", lambda r: "Passed" if r.passed else "Failed",
               "status", 92, state=lambda r: "ok" if r.passed else "error"),
        Column("name", "Test", lambda r: r.file.title, "text", 180, stretch=True,
               tip=lambda r: str(r.file.path)),
        Column("stream", "Stream", _stream, "text", 100),
        Column("told", "What is different", told, "text", 150, ink=lambda _: "muted",
               tip=told),
    ]  # fmt: skip


def difference_columns() -> list[Column[Difference]]:
    """Return the columns of the table of differences."""
    return [
        Column("path", "Place", lambda d: visible(d.path), "mono", 144,
               tip=lambda d: d.path),
        Column("expected", "Expected", lambda d: _text(d.expected), "mono", 168,
               tip=lambda d: _text(d.expected)),
        Column("got", "Got", lambda d: _text(d.got), "mono", 88, stretch=True,
               tip=lambda d: _text(d.got), ink=lambda _: "danger"),
    ]  # fmt: skip


def told(result: TestResult) -> str:
    """Return what is wrong with a test in a few words."""
    if result.played.trouble:
        return visible(result.played.trouble)
    count = len(result.differences)
    if not count:
        return ""
    return "1 difference" if count == 1 else f"{count} differences"


def ledger_text(lines: Sequence[LedgerLine]) -> str:
    """Return the ledger in one line."""
    if not lines:
        return ""
    parts = []
    for line in lines:
        if line.untested:
            parts.append(f"{line.title}: untested")
        elif line.current:
            parts.append(f"{line.title}: {line.passed} of {line.total}")
        else:
            parts.append(f"{line.title}: not run since it changed")
    at = max((line.at for line in lines), default="")
    when = f" · run {time_text(at)}" if at else ""
    return f"{summary(lines).capitalize()}{when} · {' · '.join(parts)}"


def _stream(result: TestResult) -> str:
    return _OF_NO_STREAM.get(result.file.kind) or result.file.stream or "first"


def _text(value: Json | Missing) -> str:
    if value is MISSING:
        return "nothing"
    return visible(scalar_text(value)[:_LONGEST])
