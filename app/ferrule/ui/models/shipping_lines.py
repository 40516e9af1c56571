"""A check in lines: a sentence for each section, and what is wrong or to be known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ferrule.workspace.fixtures.lines import ASIDE, LedgerLine
from ferrule.workspace.shipping_facts import SECTIONS, Finding, Section

_TITLES: Final[dict[Section, str]] = {
    "schema": "Schema",
    "lint": "Lint",
    "fixtures": "Tests",
    "secrets": "Secrets",
    "people": "People in fixtures",
    "changes": "Changes",
    "permissions": "Permissions",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One section of a check: a sentence, and what is wrong or to be known."""

    section: Section
    title: str
    ok: bool | None
    caption: str
    details: tuple[Finding, ...] = ()

    @property
    def shape(self) -> str:
        """Return the name of the shape that goes with it."""
        return {True: "ok", False: "error", None: "warning"}[self.ok]


@dataclass(frozen=True, slots=True)
class ConnectorSince:
    """How a connector differs from the bundle before.

    `step` is none, patch, minor, major, new or gone; `due` the version it needs.
    """

    step: str
    before: str = ""
    due: str = ""
    breaking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """How a bundle differs from the one before; `due` is the version it needs."""

    before: str
    due: str
    connectors: Mapping[str, ConnectorSince] = field(default_factory=dict)

    @property
    def raises(self) -> tuple[str, ...]:
        """Return every version that is due, each once."""
        due = (*(one.due for one in self.connectors.values()), self.due)
        return tuple(dict.fromkeys(one for one in due if one))

    @property
    def breaking(self) -> tuple[str, ...]:
        """Return the connectors of which something breaks."""
        return tuple(k for k, one in self.connectors.items() if one.breaking)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check gave: its lines, and the bundle before where there is one."""

    lines: tuple[CheckLine, ...]
    since: Since | None = None


def summed(
    findings: Sequence[Finding], ledger: Mapping[str, Sequence[LedgerLine]]
) -> list[CheckLine]:
    """Return one line for each section of a check; the ledger is that of its tests."""
    lines = []
    for section in SECTIONS:
        found = [one for one in findings if one.section == section]
        if not found and section == "people":  # looked for with fixtures only
            continue
        tests = section == "fixtures" and found
        lines.append(_tests(found, ledger) if tests else _line(section, found))
    return lines


def _line(section: Section, found: Sequence[Finding]) -> CheckLine:
    title = _TITLES[section]
    if not found:
        return CheckLine(section, title, None, "Not reached")
    wrong = [one for one in found if one.ok is False]
    notes = [one for one in found if one.ok is None]
    ok = False if wrong else None if notes else True
    if wrong or notes:
        told = _problems(len(wrong)) if wrong else _notes(len(notes))
    else:
        told = found[0].message
    return CheckLine(section, title, ok, told, (*wrong, *notes))


def _tests(
    found: Sequence[Finding], ledger: Mapping[str, Sequence[LedgerLine]]
) -> CheckLine:
    """Return the tests of every stream that would be signed, with their hashes."""
    lines = [line for one in ledger.values() for line in one]
    several = len(ledger) > 1
    wrong = [one for one in found if one.ok is False]
    streams = [
        Finding("fixtures", _ledger_ok(line), _ledger_words(line, name * several))
        for name, one in ledger.items()
        for line in one
    ]
    states = {one.ok for one in (*wrong, *streams)}
    ok = False if False in states else None if None in states or not lines else True
    details = (*wrong, *streams)
    return CheckLine("fixtures", _TITLES["fixtures"], ok, _passed(lines), details)


def _passed(lines: Sequence[LedgerLine]) -> str:
    """Return how many tests passed, and how many streams have none."""
    passed, total = sum(one.passed for one in lines), sum(one.total for one in lines)
    told = f"{passed} of {total} passed, offline" if total else "No tests"
    bare = sum(one.untested for one in lines if one.stream not in ASIDE)
    if not bare:
        return told
    many = f"{bare} stream without" if bare == 1 else f"{bare} streams without"
    return f"{told}; {many}"


def _problems(count: int) -> str:
    return f"{count} problem" if count == 1 else f"{count} problems"


def _notes(count: int) -> str:
    return f"{count} note" if count == 1 else f"{count} notes"


def _ledger_ok(line: LedgerLine) -> bool | None:
    return None if line.untested else line.ok


def _ledger_words(line: LedgerLine, connector: str) -> str:
    named = f"{connector} {line.title}".strip()
    part = f"descriptor {line.part[:8]}"
    if line.untested:
        return f"{named}: no test, {part}"
    return f"{named}: {line.passed} of {line.total}, {part}"
