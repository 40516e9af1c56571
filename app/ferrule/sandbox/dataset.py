"""The sample issues and comments, drawn from a seed and encoded at once.

The same seed and size give the same bytes everywhere: only `Random.random` is used,
whose sequence Python promises to keep. The times lie in a fixed span, never near the
machine's clock. Shapes follow GitHub's public REST documentation.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any, TypeVar

import msgspec

from ferrule import shipped

START = 1_672_531_200
"""2023-01-01T00:00:00Z, when the first issue was opened."""
END = 1_751_241_600
"""2025-06-30T00:00:00Z: nothing in the dataset is later."""
WEB = "https://issues.example.com/sample/workshop"
DAY = 86_400
_EXACT = 2**53
_BIG_ID_EVERY = 97
_TIE_EVERY = 20

T = TypeVar("T")


class Row(msgspec.Struct, frozen=True, gc=False):
    """One item: what it is sorted and filtered by, and its bytes.

    Times are whole seconds since 1970.
    """

    id: int
    number: int
    created: int
    updated: int
    state: str
    comments: int
    raw: bytes


class Phrases(msgspec.Struct, frozen=True):
    """The sample words, many scripts of them; `odd` titles try what shows them."""

    titles: list[str]
    odd: list[str]
    bodies: list[str | None]
    replies: list[str]
    people: list[str]
    labels: list[tuple[str, str, str | None]]
    milestones: list[str]


class Issue(msgspec.Struct, gc=False):
    """An issue as it goes over the wire; `pull_request` is absent on most."""

    id: int
    node_id: str
    number: int
    title: str
    state: str
    state_reason: str | None
    locked: bool
    user: msgspec.Raw
    labels: list[msgspec.Raw]
    assignee: msgspec.Raw | None
    assignees: list[msgspec.Raw]
    milestone: msgspec.Raw | None
    comments: int
    created_at: str
    updated_at: str
    closed_at: str | None
    author_association: str
    body: str | None
    reactions: msgspec.Raw
    html_url: str
    pull_request: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Comment(msgspec.Struct, gc=False):
    """A comment as it goes over the wire; `issue_url` names its issue."""

    id: int
    issue_url: str
    html_url: str
    user: msgspec.Raw
    created_at: str
    updated_at: str
    author_association: str
    body: str


_ENCODE = msgspec.json.Encoder().encode


def stamp(seconds: int) -> str:
    """Return whole seconds since 1970 as RFC 3339 in UTC."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


@cache
def phrases() -> Phrases:
    """Return the shipped words."""
    path = shipped.resources() / "sandbox" / "phrases.json"
    return msgspec.json.decode(path.read_bytes(), type=Phrases)


class Draw:
    """A stream of choices that a seed decides."""

    def __init__(self, seed: int) -> None:
        self.part = Random(seed).random  # noqa: S311  # sample data, nothing secret

    def one(self, pool: Sequence[T]) -> T:
        """Return one of `pool`, each as likely."""
        return pool[int(self.part() * len(pool))]

    def chance(self, share: float) -> bool:
        """Return true in `share` of the calls."""
        return self.part() < share

    def below(self, limit: int) -> int:
        """Return an integer from 0 to `limit` - 1, small ones far more often."""
        return int(self.part() ** 3 * limit)


class Deck:
    """Everything an issue is composed of, encoded once."""

    def __init__(self) -> None:
        words = phrases()
        self.titles, self.odd = words.titles, words.odd
        self.bodies, self.replies = words.bodies, words.replies
        self.people = [_person(i, name) for i, name in enumerate(words.people, 1)]
        self.labels = [_label(i, *label) for i, label in enumerate(words.labels, 1)]
        self.milestones = [_milestone(i, t) for i, t in enumerate(words.milestones, 1)]
        self.reactions = [_reactions(total) for total in (0, 0, 0, 0, 1, 2, 7)]


@cache
def deck() -> Deck:
    """Return the pieces; they never change."""
    return Deck()


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(_ENCODE(value))


def _person(number: int, name: str) -> msgspec.Raw:
    kind = "Bot" if name.endswith("bot") else "User"
    page = f"https://issues.example.com/{name}"
    return _raw({"login": name, "id": 1000 + number, "type": kind, "html_url": page})


def _label(number: int, name: str, colour: str, about: str | None) -> msgspec.Raw:
    return _raw({"id": number, "name": name, "color": colour, "description": about})


def _milestone(number: int, title: str) -> msgspec.Raw:
    due = stamp(END + number * 30 * DAY) if number % 2 else None
    return _raw({"number": number, "title": title, "state": "open", "due_on": due})


def _reactions(total: int) -> msgspec.Raw:
    up = total - total // 3
    return _raw({"total_count": total, "+1": up, "heart": total - up})


def created_times(count: int) -> Iterator[int]:
    """Yield `count` rising times over the span; one in twenty equals its neighbour."""
    for number in range(1, count + 1):
        place = number - (number % _TIE_EVERY == 0)
        yield START + place * (END - START) // (count + 1)


def draw_issues(count: int, seed: int) -> Iterator[Row]:
    """Yield `count` issues, oldest first; a tenth of them are pull requests."""
    draw = Draw(seed)
    for number, created in enumerate(created_times(count), 1):
        changed = 0 if draw.chance(0.35) else draw.below(90 * DAY)
        updated = min(created + changed, END)
        comments = 0 if updated == created else draw.below(6)
        yield issue_row(draw, number, created, updated, comments)


def issue_row(
    draw: Draw, number: int, created: int, updated: int, comments: int
) -> Row:
    """Return issue `number`; what is not given is drawn."""
    issue = _issue(draw, number, stamp(created), stamp(updated))
    issue.comments = comments
    if draw.chance(0.1):
        issue.pull_request = _raw({"html_url": f"{WEB}/pull/{number}"})
    raw = _ENCODE(issue)
    return Row(issue.id, number, created, updated, issue.state, comments, raw)


def _issue(draw: Draw, number: int, created: str, updated: str) -> Issue:
    pieces = deck()
    closed = updated != created and draw.chance(0.45)
    assignees = [draw.one(pieces.people)] if draw.chance(0.4) else []
    return Issue(
        id=issue_id(number),
        node_id=f"I_{number:07d}",
        number=number,
        title=draw.one(pieces.odd if draw.chance(0.02) else pieces.titles),
        state="closed" if closed else "open",
        state_reason="completed" if closed else None,
        locked=draw.chance(0.01),
        # A deleted account leaves null behind.
        user=_raw(None) if draw.chance(0.02) else draw.one(pieces.people),
        labels=_labels(draw, pieces.labels),
        assignee=assignees[0] if assignees else None,
        assignees=assignees,
        milestone=draw.one(pieces.milestones) if draw.chance(0.3) else None,
        comments=0,
        created_at=created,
        updated_at=updated,
        closed_at=updated if closed else None,
        author_association="MEMBER" if draw.chance(0.3) else "NONE",
        body=draw.one(pieces.bodies),
        reactions=draw.one(pieces.reactions),
        html_url=f"{WEB}/issues/{number}",
    )


def _labels(draw: Draw, pool: list[msgspec.Raw]) -> list[msgspec.Raw]:
    first = int(draw.part() * len(pool))
    return [pool[(first + i * 5) % len(pool)] for i in range(draw.below(4))]


def issue_id(number: int) -> int:
    """Return the id of issue `number`: one in 97 is no exact double (over 2**53)."""
    if number % _BIG_ID_EVERY == 0:
        return _EXACT + 2 * number + 1
    return 1_900_000_000 + number * 7


def draw_comments(issues: Sequence[Row], seed: int) -> Iterator[Row]:
    """Yield each issue's comments, between its opening and its last change."""
    draw, number = Draw(seed + 1), 0
    for issue in issues:
        for turn in range(issue.comments):
            number += 1
            step = (issue.updated - issue.created) // issue.comments
            yield comment_row(draw, issue, number, issue.updated - turn * step)


def comment_row(draw: Draw, issue: Row, number: int, created: int) -> Row:
    """Return comment `number`, on `issue`; one in ten was edited later."""
    edited = min(created + draw.below(DAY), END) if draw.chance(0.1) else created
    updated = max(created, edited)
    comment = Comment(
        id=2_400_000_000 + number,
        issue_url=f"https://api.example.com/repos/sample/workshop/issues/{issue.number}",
        html_url=f"{WEB}/issues/{issue.number}#issuecomment-{2_400_000_000 + number}",
        user=draw.one(deck().people),
        created_at=stamp(created),
        updated_at=stamp(updated),
        author_association="NONE",
        body=draw.one(deck().replies),
    )
    return Row(comment.id, number, created, updated, "", 0, _ENCODE(comment))


def changed(row: Row, moment: int, **members: Any) -> Row:  # noqa: ANN401  # any JSON
    """Return `row` with `updated_at` at `moment` and `members` replaced."""
    item = msgspec.json.decode(row.raw) | {"updated_at": stamp(moment)} | members
    return Row(
        row.id,
        row.number,
        row.created,
        moment,
        item.get("state", ""),
        item.get("comments", 0),
        _ENCODE(item),
    )
