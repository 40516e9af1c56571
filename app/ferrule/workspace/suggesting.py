"""What a response suggests for a draft, as a person looks at it: now, then, and why.

Nothing here changes a document. What "apply all" takes leaves out what would replace a
choice that holds on the sample, and guesses that could ask a service for the wrong
thing without anybody seeing it; both are applied one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ferrule.descriptor.skeleton import skeleton
from ferrule.errors import UnreadableResponse
from ferrule.exchange import (
    MISSING,
    BodyType,
    Json,
    Missing,
    Request,
    Response,
    decode,
    encode,
)
from ferrule.suggestion import Known, Places, Suggestion, Topic, suggest
from ferrule.suggestion.candidate import LIKELY
from ferrule.workspace.drafts import Document
from ferrule.workspace.item_places import ItemsAt, places_in
from ferrule.workspace.pasting import base_of
from ferrule.workspace.previewing import path_facts, template_facts
from ferrule.workspace.sending import Sent

TITLES: Final[Mapping[Topic, str]] = {
    "notice": "notice",
    "items": "items",
    "id": "id",
    "time": "time",
    "created": "created",
    "summary": "summary",
    "types": "types",
    "priority": "priority",
    "people": "people",
    "tags": "tags",
    "related": "related",
    "paging": "paging",
    "incremental": "incremental",
    "errors": "errors",
}
# Members that say more of another one; alone they need their name.
_BESIDE: Final = frozenset({"timestampFormat", "itemsShape", "columns"})
# What holds where nothing is said.
_UNSAID: Final[dict[str, Json]] = {"timestampFormat": "iso8601"}
_CAUTIOUS: Final = frozenset({"paging", "incremental", "errors"})
_MANY: Final = frozenset({"people", "tags", "related"})
_SAMPLED: Final = 100
_LONGEST: Final = 120
_SHOWN: Final = 4
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a draft that suggestions are for, as one of its levels shows them.

    `polling` and `mapping` are where changes are to be written.
    """

    mapping: Json | Missing = MISSING
    polling: Json | Missing = MISSING
    resilience: Json | Missing = MISSING
    places: Places = field(default_factory=Places)

    @property
    def known(self) -> Known:
        """Return what the draft has already."""
        return Known(
            _object(self.mapping), _object(self.polling), _object(self.resilience)
        )

    @property
    def chosen(self) -> Known:
        """Return what somebody decided: without the paths that a new draft begins with.

        They are no more than usual names, and must not lead away from the true items.
        """
        mapping = _object(self.mapping)
        decided = {k: v for k, v in mapping.items() if _UNTOUCHED.get(k) != v}
        return Known(decided, _object(self.polling), _object(self.resilience))


@dataclass(frozen=True, slots=True)
class Proposal:
    """One suggestion beside what stands there now.

    `holds`: what is there now does what it should on the sample. `alternatives` are the
    others of its topic, the best first.
    """

    suggestion: Suggestion
    now: str
    then: str
    holds: bool = False
    alternatives: "tuple[Proposal, ...]" = ()

    @property
    def topic(self) -> Topic:
        """Return what it is about."""
        return self.suggestion.topic

    @property
    def title(self) -> str:
        """Return what it is about, as the form calls it."""
        return TITLES[self.topic]

    @property
    def reason(self) -> str:
        """Return why, without the marks around what is code."""
        return self.suggestion.reason.replace("`", "")

    @property
    def notice(self) -> bool:
        """Return whether it only tells something."""
        return not self.suggestion.changes

    @property
    def joined(self) -> bool:
        """Return whether it is among those that are applied together."""
        guess = self.topic in _CAUTIOUS and self.suggestion.score < LIKELY
        return not (self.notice or self.holds or guess)

    @property
    def pointer(self) -> str:
        """Return where it writes first, empty for a notice."""
        return next(iter(self.suggestion.changes), "")


def proposals(
    response: Response,
    body: Json | Missing,
    request: Request | None,
    parts: Parts,
    items: Sequence[Json] = (),
) -> list[Proposal]:
    """Return what a response suggests for a draft, notices first.

    `body` is the decoded body where it is known; `items` are those that the draft finds
    in it.
    """
    known = response if isinstance(body, Missing) else _decoded(response, body)
    found = suggest(known, request, parts.chosen, parts.places)
    better = next((one for one in found if one.topic == "items"), None)
    seen = items if better is None else _items_of(better, parts.known, body)
    made = (
        _proposal(one, parts.known, items if one.topic == "items" else seen)
        for one in found
    )
    return [one for one in made if one is not None]


def _items_of(found: Suggestion, known: Known, body: Json | Missing) -> Sequence[Json]:
    """Return the items that a suggestion finds: all else must hold on them."""
    changed = {_last(at): value for at, value in found.changes.items()}
    at = ItemsAt.of({**known.mapping, **changed})
    return [place.item for place in islice(places_in(body, at), _SAMPLED)]


def joined(found: Iterable[Proposal]) -> list[Proposal]:
    """Return the proposals that are applied together."""
    return [one for one in found if one.joined]


def request_of(sent: Sent) -> Request:
    """Return a request that was sent; secrets in it are masked."""
    parts = urlsplit(sent.url)
    kind = next((v for k, v in sent.request_headers if k.lower() == "content-type"), "")
    body: Json = None
    if kind.startswith(_JSON):
        try:
            body = decode(sent.request_body.encode())
        except UnreadableResponse:
            body = None
    elif kind.startswith(_FORM):
        body = dict(parse_qsl(sent.request_body, keep_blank_values=True))
    sent_as: BodyType = "json" if kind.startswith(_JSON) else "form"
    return Request(
        method=sent.method,
        url=parts._replace(query="", fragment="").geturl(),
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers=sent.request_headers,
        body=body,
        body_type=None if body is None else sent_as,
    )


def request_in(document: Document, polling: Mapping[str, Json]) -> Request:
    """Return the request that a draft would send, as far as its texts tell it."""
    query = _object(polling.get("query", MISSING))
    pairs = ((n, v) for n, vs in query.items() for v in _each(vs))
    return Request(
        method=str(polling.get("method") or "GET"),
        url=base_of(document) + str(polling.get("endpoint") or "/"),
        query=tuple((n, v) for n, v in pairs if "{{" not in v),
        body=polling.get("body"),
        body_type="json" if polling.get("bodyType") in {"json", "graphql"} else None,
    )


def _each(value: Json) -> list[str]:
    return [_scalar(one) for one in (value if isinstance(value, list) else [value])]


def in_short(value: Json | Missing) -> str:
    """Return a part of a descriptor in a few words."""
    if value is None or isinstance(value, Missing) or value in ({}, []):
        return "—"
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        rest = {k: v for k, v in value.items() if k != "type" and v is not None}
        told = [f"{name} {_scalar(member)}" for name, member in rest.items()]
        return " · ".join([str(value["type"]), *told[:_SHOWN]])
    if isinstance(value, list):
        return _listed(value)
    return encode(value).decode()[:_LONGEST]


def _scalar(value: Json) -> str:
    return value if isinstance(value, str) else encode(value).decode()[:_LONGEST]


def _listed(rules: Sequence[Json]) -> str:
    named = [str(r["then"]) for r in rules if isinstance(r, dict) and r.get("then")]
    count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    kinds = list(dict.fromkeys(named))
    more = ", …" if len(kinds) > _SHOWN else ""
    return f"{count}: {', '.join(kinds[:_SHOWN])}{more}" if kinds else count


def _proposal(
    found: Suggestion, known: Known, items: Sequence[Json]
) -> Proposal | None:
    """Return a suggestion beside what is there, None where that says the same."""
    if not found.changes:
        return Proposal(found, "", "")
    part = _part(found.topic, known)
    there = {**_UNSAID, **part}
    new = {at: v for at, v in found.changes.items() if there.get(_last(at)) != v}
    if not new:
        return None
    found = replace(found, changes=new)
    others = [_proposal(one, known, items) for one in found.alternatives]
    changes = {_last(at): value for at, value in new.items()}
    kept = {name: value for name, value in changes.items() if value is not None}
    first = next(iter(kept or changes))
    told = [in_short(changes[first])] if first not in _BESIDE else []
    rest = [n for n in kept if n != first or first in _BESIDE]
    told += [f"{name} {_scalar(kept[name])}" for name in rest]
    now = part.get(first, MISSING)
    return Proposal(
        suggestion=found,
        now=in_short(now),
        then=" · ".join(told),
        holds=_holds(found.topic, first, now, items),
        alternatives=tuple(one for one in others if one is not None),
    )


def _last(pointer: str) -> str:
    return pointer.rsplit("/", 1)[-1]


def _part(topic: Topic, known: Known) -> Mapping[str, Json]:
    if topic == "errors":
        return known.resilience
    return known.polling if topic in {"paging", "incremental"} else known.mapping


def _holds(
    topic: Topic, member: str, now: Json | Missing, items: Sequence[Json]
) -> bool:
    """Tell whether what a person has there does its work on the sample."""
    if isinstance(now, Missing) or now == _UNTOUCHED.get(member):
        return False
    if topic in {"types", "priority"}:
        return bool(now)
    if topic in {"paging", "incremental"}:
        return isinstance(now, dict) and now.get("type") != "none"
    if topic in {"items", "errors"} or not isinstance(now, str) or not items:
        return topic == "items" and bool(items) and bool(now)
    if topic == "summary":
        return template_facts(now, list(items)).state == "all"
    state = path_facts(now, list(items)).state
    return state == "all" or (state == "partial" and topic in _MANY)


def _object(value: Json | Missing) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _decoded(response: Response, body: Json) -> Response:
    """Return a response whose body need not be decoded again.

    A call of the decoder on a large body would hold up the window.
    """
    known = Response(response.status, response.headers, response.body, response.url)
    vars(known)["json"] = body  # where its cached property keeps it
    return known


_UNTOUCHED: Final = _object(skeleton("", "")["fieldMapping"])
