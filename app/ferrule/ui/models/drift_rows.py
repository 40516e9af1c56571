"""What schema drift looks like as rows and in words."""

from ferrule.ui.models.json_value import visible
from ferrule.ui.models.table import Column
from ferrule.workspace.drift.finding import Change, ConnectionTests, Drift


def drift_columns() -> list[Column[Change]]:
    """Return the columns of the table of changes."""
    return [
        Column("harm", "Drift", lambda c: "Harmful" if c.harmful else "Harmless",
               "status", 100, state=lambda c: "error" if c.harmful else "untouched"),
        Column("path", "Place", lambda c: visible(c.path), "mono", 150,
               tip=lambda c: c.path),
        Column("told", "What changed", lambda c: visible(c.told), "text", 240,
               stretch=True, tip=lambda c: c.told),
        Column("uses", "Used by", lambda c: ", ".join(c.uses), "mono", 160,
               tip=lambda c: "\n".join(c.uses)),
        Column("fix", "Proposed", lambda c: visible(c.fix.told) if c.fix else "",
               "mono", 190, tip=lambda c: c.fix.told if c.fix else ""),
    ]  # fmt: skip


def drift_words(drift: Drift, against: str) -> str:
    """Return what was found in one line."""
    if drift.blocked:
        return drift.blocked
    if not drift.changes:
        return f"No drift: {drift.live} items are as {against}."
    told = [f"{len(drift.harmful)} harmful", f"{len(drift.harmless)} harmless"]
    return f"{', '.join(told)}: {drift.live} items against {against}."


def tests_words(found: list[ConnectionTests], own: tuple[int, int]) -> str:
    """Return how the tests of all connections went."""
    passed, total = own
    parts = [f"{passed} of {total} tests pass"] if total else ["There are no tests"]
    parts += [
        f"{one.connection}: {one.passed} of {len(one.results)}"
        + (" (own mapping)" if one.own else "")
        for one in found
    ]
    return "; ".join(parts) + "."
