"""What an answer means for the run, where a vendor's API needs its own reading.

A rule fits an answer when everything that it names does. One that names neither
`status` nor `when` is about answers that failed: a page of records that happens to
hold some words is no error.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal, TypeAlias

import msgspec
from pydantic import Discriminator, Field, Tag

from ferrule.errors import Cause, UnreadableResponse
from ferrule.exchange import Response
from ferrule.expression.condition import Predicate, compile_predicate
from ferrule.expression.source import Place
from ferrule.section import Section, Whole


def _code_or_class(value: object) -> str:
    return "(class)" if isinstance(value, str) else "(code)"


Status: TypeAlias = Annotated[
    Annotated[Whole, Field(ge=100, le=599), Tag("(code)")]
    | Annotated[Literal["4xx", "5xx"], Tag("(class)")],
    Discriminator(_code_or_class),
]
Action: TypeAlias = Literal[
    "retry",
    "rate_limited",
    "ignore",
    "fail",
    "refresh_auth",
    "split_window",
    "shrink_page",
    "success",
]
_SUCCESS = range(200, 300)
_NOT_MODIFIED = 304
_CLASSES = {"4xx": range(400, 500), "5xx": range(500, 600)}


class ErrorRule(Section):
    """When an answer looks like this, do that; the first rule that fits decides."""

    status: tuple[Status, ...] | None = Field(
        None, title="Status", description="Codes such as 404, or 4xx and 5xx for all"
    )
    when: Predicate | None = Field(
        None, title="When", description="A condition on the answer, also on a 200"
    )
    message_contains: str | None = Field(
        None, title="Body contains", description="Text that stands in the body"
    )
    action: Action = Field(title="Action", description="What the run does then")
    message: str | None = Field(
        None, title="Message", description="What the person is told"
    )
    cause: Cause | None = Field(
        None, title="Cause", description="Whose fault it usually is"
    )

    @property
    def statuses(self) -> frozenset[int] | None:
        """The codes that the rule names; None for every code."""
        if self.status is None:
            return None
        named = (
            _CLASSES.get(s, (s,)) if isinstance(s, str) else (s,) for s in self.status
        )
        return frozenset(
            code for codes in named for code in codes if isinstance(code, int)
        )


def is_good(status: int) -> bool:
    """Tell whether a status is 2xx or 304."""
    return status in _SUCCESS or status == _NOT_MODIFIED


class CompiledRule(msgspec.Struct, frozen=True):
    """A rule that is ready to be held against answers."""

    rule: ErrorRule
    statuses: frozenset[int] | None
    holds: Callable[[Place], bool] | None
    text: bytes

    def fits(self, response: Response) -> bool:
        """Tell whether the rule is about this answer."""
        if self.statuses is not None and response.status not in self.statuses:
            return False
        if self.text not in response.body:
            return False
        return self.holds is None or self.holds(place_of(response))

    @property
    def is_about_good_answers(self) -> bool:
        """Tell whether the rule may fit an answer of 2xx or 304."""
        if self.statuses is None:
            return self.holds is not None
        return any(map(is_good, self.statuses))


def compile_rules(rules: Sequence[ErrorRule]) -> tuple[CompiledRule, ...]:
    """Return the rules, ready to be held against answers."""
    return tuple(map(_compiled, rules))


def _compiled(rule: ErrorRule) -> CompiledRule:
    return CompiledRule(
        rule,
        rule.statuses,
        None if rule.when is None else compile_predicate(rule.when),
        (rule.message_contains or "").encode("utf-8", "replace"),
    )


def place_of(response: Response) -> Place:
    """Return an answer as the sources of a rule see it; no JSON reads as null."""
    try:
        body = response.json
    except UnreadableResponse:
        body = None
    return Place(body=body, headers=response.lower_headers, status=response.status)
