"""One exchange as detectors look at it: the body, its items, what is around them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Final

from ferrule.errors import ExpressionError, UnreadableResponse
from ferrule.exchange import MISSING, Json, Missing, Request, Response
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.source import Place
from ferrule.expression.steps import Step, read_steps
from ferrule.mapping.shapes import compile_items
from ferrule.suggestion.listing import Listing
from ferrule.suggestion.profile import MOST_ITEMS, Leaf, leaves_of
from ferrule.suggestion.shape import Found, find_items
from ferrule.suggestion.spots import Asked, Spot, asked_of, spots_of
from ferrule.suggestion.times import Time, find_times
from ferrule.suggestion.words import vocabulary, words

_NOTHING: Final = Listing((), 0, [])


@dataclass(frozen=True)
class Sample:
    """An exchange, and the listing of its items that the other detectors look at."""

    response: Response
    request: Request | None
    body: Json
    found: Sequence[Found]
    listing: Listing
    last: Json | Missing = MISSING

    @property
    def failed(self) -> bool:
        """Whether the status says that the request failed."""
        return self.response.status >= HTTPStatus.BAD_REQUEST

    @property
    def items(self) -> Sequence[Json]:
        """The first of the items, as the mapping sees them."""
        return self.listing.sample

    @property
    def count(self) -> int:
        """How many items the page has."""
        return self.listing.total

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the response by lower-case name."""
        return self.response.lower_headers

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """What the items have in common."""
        return leaves_of(self.items)

    @cached_property
    def times(self) -> list[Time]:
        """The leaves that hold times."""
        return find_times(self.leaves)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """The scalars of the body outside the items."""
        if self.items and not self.listing.steps:
            return ()
        return spots_of(self.body, self.listing.steps)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The parameters that the request sent."""
        return asked_of(self.request)

    @property
    def posts(self) -> bool:
        """Whether the parameters of the request stand in a JSON body."""
        return self.request is not None and self.request.body_type in {
            "json",
            "graphql",
        }

    @property
    def place(self) -> Place:
        """The page as a place that sources read."""
        return Place(
            body=self.body,
            headers=self.headers,
            status=self.response.status,
            item=self.last,
        )

    @property
    def resource(self) -> str:
        """The name of what is listed, as far as it is known."""
        names = [n for n in self.listing.names if n not in _ENVELOPES]
        if names:
            return names[-1]
        url = self.request.url if self.request is not None else ""
        parts = [p.partition(".")[0] for p in url.partition("?")[0].split("/")[3:]]
        told = [p for p in parts if words(p) and not _VERSION.fullmatch(p)]
        kept = [p for p in told if p.lower() not in _VERBS]
        return kept[-1] if kept else ""


_VERSION: Final = re.compile(r"v?[0-9.]+|api|rest|graphql", re.IGNORECASE)
_VERBS: Final = vocabulary(
    "_search all delta filter find get jql latest list lookup query recent search"
)
_ENVELOPES: Final = vocabulary(
    "data items results records value values entries nodes node edges hits list rows "
    "content result response elements objects children features _embedded entry item "
    "record resource"
)


def read_sample(
    response: Response, request: Request | None, known: Mapping[str, Json]
) -> Sample:
    """Return an exchange ready to be looked at; `known` is a mapping that may be set.

    The items are those that a known mapping finds, else those that are most likely.

    Raises:
        UnreadableResponse: when the body is not JSON.
    """
    try:
        body = response.json
    except RecursionError:
        raise UnreadableResponse("The JSON is nested too deeply.") from None
    found = find_items(body, request)
    listing = _known(body, known) or (found[0].listing if found else _NOTHING)
    return Sample(response, request, body, found, listing, _last(body, listing))


def _known(body: Json, known: Mapping[str, Json]) -> Listing | None:
    """Return what a known mapping finds, or None where that is nothing."""
    path, shape, columns = (
        known.get(x) for x in ("itemsPath", "itemsShape", "columns")
    )
    if not isinstance(path, str):
        return None
    try:
        named = columns if isinstance(columns, dict) else None
        compiled = compile_path(path)
        items = compile_items(compiled, shape, named)(body)  # type: ignore[arg-type]  # an unknown shape is refused by its model
    except (ExpressionError, TypeError, KeyError, RecursionError):
        return None
    steps: tuple[Step, ...] = read_steps(path) or ()
    return Listing(steps, len(items), items[:MOST_ITEMS]) if items else None


def _last(body: Json, listing: Listing) -> Json | Missing:
    """Return the last item of the page, which the sample may not hold."""
    if len(listing.sample) == listing.total:
        return listing.sample[-1] if listing.sample else MISSING
    if listing.shape is None and None not in listing.steps:
        whole = compile_path(listing.path).first(body)
        if isinstance(whole, list) and whole:
            return whole[-1]
    return listing.sample[-1] if listing.sample else MISSING
