"""Rules as the rows of a table, and how the items of a sample are shared among them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ferrule.exchange import Json
from ferrule.ui.i18n import Data, ours, tr
from ferrule.ui.models.predicate_edits import predicate_of, sentence
from ferrule.ui.models.table import Column


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule: what it asks in words, what follows, and how often it decides.

    `hits` is None without a sample or where the rule cannot be read.
    """

    number: int
    words: str
    then: str
    hits: int | None = None
    unreachable: bool = False
    wrong: bool = False

    @property
    def standing(self) -> tuple[str, str]:
        """Return how often it decides in words, and the tone of that."""
        if self.wrong:
            return "error", "danger"
        if self.unreachable:
            return "never reached", "warning"
        if self.hits is None:
            return "", "neutral"
        if not self.hits:
            return "no item", "warning"
        return ("1 item" if self.hits == 1 else f"{self.hits} items"), "neutral"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the items: the number of the rule that takes it, -1 for no rule."""

    rule: int
    items: int
    label: str


def rule_rows(
    rules: Sequence[Json],
    hits: Sequence[int | None] = (),
    unreachable: Collection[int] = (),
    wrong: Collection[int] = (),
) -> list[RuleRow]:
    """Return a row for each rule."""
    return [
        RuleRow(
            number,
            sentence(predicate_of(rule)),
            str(rule.get("then") or "") if isinstance(rule, dict) else "",
            hits[number] if number < len(hits) else None,
            number in unreachable,
            number in wrong,
        )
        for number, rule in enumerate(rules)
    ]


def shares(rows: Sequence[RuleRow], total: int) -> list[Share]:
    """Return who takes how many of `total` items, in the order of the rules."""
    found = [Share(r.number, r.hits, r.then or "?") for r in rows if r.hits]
    left = total - sum(share.items for share in found)
    return [*found, Share(-1, left, ours("no rule"))] if left > 0 else found


def told(parts: Sequence[Share], total: int) -> str:
    """Return the shares in one sentence."""
    if not total:
        return "No items in the sample"
    said = [
        tr(f"{part.items} no rule")
        if part.rule < 0
        else tr(f"{part.items} by rule {part.rule + 1}, {Data(part.label)}")
        for part in parts
    ]
    return f"Of {total} items: {Data('; '.join(said))}"


def rule_columns(then: str) -> tuple[Column[RuleRow], ...]:
    """Return the columns; `then` is what follows from a rule."""
    return (
        Column("number", "#", lambda row: f"{row.number + 1}", "number", 48),
        Column("when", "when", _words, width=140, stretch=True),
        Column("then", then, lambda row: row.then, "chips", 120, chips=_then),
        Column(
            "hits", "items", lambda row: row.standing[0], "chips", 116, chips=_standing
        ),
    )


def _words(row: RuleRow) -> str:
    return row.words


def _then(row: RuleRow) -> list[tuple[str, str]]:
    return [(row.then, "outline")] if row.then else []


def _standing(row: RuleRow) -> list[tuple[str, str]]:
    return [row.standing] if row.standing[0] else []
