"""The issue tracker behind the sample service: what it holds and how it changes.

Time passes only when something changes, one second each, beginning after the last
moment of the dataset; so the same changes give the same bytes at every start.
"""

from ferrule.errors import UsageError
from ferrule.sandbox.answer import Answer
from ferrule.sandbox.dataset import (
    END,
    Draw,
    Row,
    changed,
    comment_row,
    draw_comments,
    draw_issues,
    issue_id,
    issue_row,
    stamp,
)
from ferrule.sandbox.shelf import Shelf

SEED = 2024
DEFAULT_ITEMS = 2_500
MOST_ITEMS = 100_000
_STRIDE = 37


class Tracker:
    """Issues and comments of one repository, and a clock of its own."""

    def __init__(self, items: int = DEFAULT_ITEMS, seed: int = SEED) -> None:
        if not 0 <= items <= MOST_ITEMS:
            raise UsageError(
                f"The sandbox cannot hold {items:,} items.",
                advice=f"Ask for 0 to {MOST_ITEMS:,}.",
            )
        self._size, self._seed = items, seed
        self.reset()

    def reset(self) -> None:
        """Go back to the dataset as it was drawn."""
        self._drawn = list(draw_issues(self._size, self._seed))
        self.issues = Shelf(self._drawn)
        self._comments: Shelf | None = None
        self._draw = Draw(self._seed + 2)
        self._number, self._turn = self._size, 1
        self.now = END
        self.said: dict[str, Answer] = {}
        """What was answered to requests with an Idempotency-Key."""

    @property
    def comments(self) -> Shelf:
        """The comments, drawn when first asked for."""
        if self._comments is None:
            self._comments = Shelf(draw_comments(self._drawn, self._seed))
            self._comment_number = len(self._comments)
        return self._comments

    def touch(self, count: int) -> list[int]:
        """Change the time of `count` issues (all at most); return their ids."""
        rows = [changed(row, self._tick()) for row in self._next_rows(count)]
        self.issues.put(rows)
        return [row.id for row in rows]

    def close(self, count: int) -> list[int]:
        """Close `count` open issues; return their ids."""
        rows = [
            self._closed(row)
            for row in [r for r in self.issues.rows() if r.state == "open"][:count]
        ]
        self.issues.put(rows)
        return [row.id for row in rows]

    def add(self, count: int) -> list[int]:
        """Open `count` new issues; return their ids."""
        rows = [self._new_issue() for _ in range(count)]
        self.issues.put(rows)
        return [row.id for row in rows]

    def comment(self, count: int) -> list[int]:
        """Write a comment on each of `count` issues; return the comments' ids."""
        shelf = self.comments
        pairs = [self._commented(row) for row in self._next_rows(count)]
        self.issues.put(issue for issue, _ in pairs)
        shelf.put(comment for _, comment in pairs)
        return [comment.id for _, comment in pairs]

    def remove(self, ids: list[int]) -> list[int]:
        """Delete issues or comments by id; return the ids that were there."""
        return self.issues.drop(ids) + self.comments.drop(ids)

    def issue(self, number: int) -> Row | None:
        """Return the issue of a number, if it is there."""
        return self.issues.get(issue_id(number))

    def turn(self, row: Row, state: str) -> Row:
        """Close an issue, or open it again; return it."""
        if state == "closed":
            turned = self._closed(row)
        else:
            members = {"state": "open", "state_reason": "reopened", "closed_at": None}
            turned = changed(row, self._tick(), **members)
        self.issues.put([turned])
        return turned

    def say(self, row: Row, body: str) -> Row:
        """Write a comment with a text on an issue; return the comment."""
        shelf = self.comments
        issue, drawn = self._commented(row)
        comment = changed(drawn, drawn.created, body=body)
        self.issues.put([issue])
        shelf.put([comment])
        return comment

    def _tick(self) -> int:
        self.now += 1
        return self.now

    def _next_rows(self, count: int) -> list[Row]:
        """Return `count` different rows, spread over the whole collection."""
        rows = self.issues.rows()
        stride = _STRIDE if len(rows) % _STRIDE else 1
        count = min(count, len(rows))
        chosen = [rows[(self._turn + i) * stride % len(rows)] for i in range(count)]
        self._turn += count
        return chosen

    def _closed(self, row: Row) -> Row:
        moment = self._tick()
        return changed(
            row,
            moment,
            state="closed",
            state_reason="completed",
            closed_at=stamp(moment),
        )

    def _new_issue(self) -> Row:
        self._number += 1
        moment = self._tick()
        return issue_row(self._draw, self._number, moment, moment, 0)

    def _commented(self, row: Row) -> tuple[Row, Row]:
        self._comment_number += 1
        moment = self._tick()
        issue = changed(row, moment, comments=row.comments + 1)
        return issue, comment_row(self._draw, issue, self._comment_number, moment)
