"""What a look over a sample looks like as rows: findings with their stand-ins."""

from dataclasses import dataclass, replace

from ferrule.ui.models.json_value import visible
from ferrule.ui.models.table import Column
from ferrule.workspace.fixtures.look import Finding

_WORDS = {
    "secret": "Known secret",
    "token": "Looks secret",
    "email": "E-mail",
    "phone": "Telephone",
    "ip": "IP address",
    "name": "Name",
    "opaque": "Opaque text",
    "account": "Configuration",
}


@dataclass(frozen=True, slots=True)
class LookRow:
    """One finding, what would stand in for it, and whether it is kept as it is."""

    finding: Finding
    instead: str
    keep: bool

    @staticmethod
    def of(finding: Finding) -> "LookRow":
        """Return a finding as it is proposed."""
        return LookRow(finding, finding.proposed, finding.keep)

    def kept(self, *, keep: bool) -> "LookRow":
        """Return the row kept or replaced; what must go stays replaced."""
        return replace(self, keep=keep and not self.finding.must)

    def with_text(self, text: str) -> "LookRow":
        """Return the row with another stand-in; an empty one is the proposed one."""
        return replace(self, instead=text.strip() or self.finding.proposed, keep=False)


def look_columns() -> list[Column[LookRow]]:
    """Return the columns of the table of findings."""
    return [
        Column("choice", "Choice", _choice, "status", 92, state=_state),
        Column("sort", "What", lambda r: _WORDS[r.finding.sort], "text", 104),
        Column("place", "First place", lambda r: visible(r.finding.place), "mono", 110,
               stretch=True, tip=lambda r: r.finding.place),
        Column("count", "Times", lambda r: str(r.finding.count), "number", 60,
               order=lambda r: r.finding.count),
        Column("value", "Value", lambda r: visible(r.finding.masked), "mono", 104),
        Column("instead", "Stands in", lambda r: "" if r.keep else visible(r.instead),
               "mono", 130, tip=lambda r: r.instead),
    ]  # fmt: skip


def _choice(row: LookRow) -> str:
    return "Keep" if row.keep else "Replace"


def _state(row: LookRow) -> str:
    if row.keep:
        return "warning" if row.finding.sort in {"token", "email"} else "untouched"
    return "ok"
