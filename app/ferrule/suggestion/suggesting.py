"""All suggestions for one exchange, as changes of a descriptor with their reasons.

A suggestion is what the detectors of one topic think most likely; the others of the
topic are its alternatives. What a descriptor has already is not suggested again.
Nothing here changes a document: that is the person's click.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from ferrule.errors import UnreadableResponse
from ferrule.exchange import MISSING, Json, Request, Response
from ferrule.suggestion.candidate import LIKELY, Candidate, Confidence, confidence
from ferrule.suggestion.changes import find_changes
from ferrule.suggestion.identity import find_ids
from ferrule.suggestion.kinds import find_type_rules
from ferrule.suggestion.paging import find_paging, is_last_page
from ferrule.suggestion.people import authors_of, find_people, find_related, find_tags
from ferrule.suggestion.proof import proven
from ferrule.suggestion.ranks import find_ranks
from ferrule.suggestion.sample import Sample, read_sample
from ferrule.suggestion.shape import Found
from ferrule.suggestion.summary import find_summaries
from ferrule.suggestion.times import Time, changed_at, created_at
from ferrule.suggestion.trouble import find_error_rules, notices, unreadable

Topic: TypeAlias = Literal[
    "notice",
    "items",
    "id",
    "time",
    "created",
    "summary",
    "types",
    "priority",
    "people",
    "tags",
    "related",
    "paging",
    "incremental",
    "errors",
]
_LAST: Final = (
    "This is the last page: a sample with another page after it tells how to go on."
)
_MOST_ALTERNATIVES: Final = 5
_SHAPES: Final = ("itemsShape", "columns")
_IN_POLLING: Final = frozenset({"paging", "incremental"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What could be put into a descriptor, how likely it is right, and why.

    `changes` maps JSON pointers to values, all to be applied together; null removes
    the member. A notice changes nothing. `score` goes from 0 to 1.
    """

    topic: Topic
    changes: Mapping[str, Json]
    score: float
    reason: str
    alternatives: "tuple[Suggestion, ...]" = ()

    @property
    def confidence(self) -> Confidence:
        """The score as a word: sure, likely or guess."""
        return confidence(self.score)


@dataclass(frozen=True, slots=True)
class Places:
    """JSON pointers to the parts of a descriptor that suggestions are for."""

    mapping: str = "/fieldMapping"
    polling: str = "/ingestion"
    resilience: str = "/resilience"


@dataclass(frozen=True, slots=True)
class Known:
    """The parts of a stream as a descriptor has them already, inherited ones too."""

    mapping: Mapping[str, Json] = field(default_factory=dict)
    polling: Mapping[str, Json] = field(default_factory=dict)
    resilience: Mapping[str, Json] = field(default_factory=dict)


_NOTHING: Final = Known()
_USUAL: Final = Places()


def suggest(
    response: Response,
    request: Request | None = None,
    known: Known = _NOTHING,
    places: Places = _USUAL,
) -> list[Suggestion]:
    """Return what an exchange suggests for a descriptor, notices first.

    `known` is what the descriptor has: its items are looked at if it finds any. A body
    of any form, size or depth is fine; the work is bounded.
    """
    try:
        sample = read_sample(response, request, known.mapping)
    except UnreadableResponse as error:
        return [_notice(unreadable(response, error.message))]
    path = known.mapping.get("itemsPath")
    told = notices(sample, path if isinstance(path, str) else None)
    found = [_notice(text) for text in told]
    for topic, candidates in topics(sample, known.mapping):
        holding = proven(candidates, sample)
        suggestion = _suggestion(topic, holding, known, places)
        found += [] if suggestion is None else [suggestion]
        if topic == "paging" and not _is_likely(holding) and is_last_page(sample):
            found.insert(0, _notice(_LAST))
    return found


def _is_likely(candidates: Sequence[Candidate]) -> bool:
    return any(candidate.score >= LIKELY for candidate in candidates)


def topics(
    sample: Sample, known: Mapping[str, Json]
) -> Iterator[tuple[Topic, list[Candidate]]]:
    """Yield the candidates of each topic; what is known of a mapping is relied on."""
    yield "items", _items(sample, known)
    leaves, times = sample.leaves, sample.times
    ids = find_ids(leaves, sample.resource)
    changed = changed_at(times)
    id_path = _first(known.get("idPath"), ids, "idPath")
    when = _first(known.get("timestampPath"), changed, "timestampPath")
    made = created_at(times, when)
    yield "id", ids
    yield "time", changed
    yield "created", made
    yield "summary", find_summaries(leaves, authors_of(leaves))
    created = _first(known.get("createdPath"), made, "createdPath")
    yield "types", find_type_rules(sample, id_path, when, created)
    yield "priority", find_ranks(leaves)
    yield "people", find_people(leaves)
    yield "tags", find_tags(leaves)
    yield "related", find_related(leaves)
    yield "paging", find_paging(sample, id_path)
    yield "incremental", find_changes(sample, _time(times, when), id_path)
    yield "errors", find_error_rules(sample)


def _items(sample: Sample, known: Mapping[str, Json]) -> list[Candidate]:
    """Return the lists that could be the items, said so that zero records are told."""
    if sample.failed:
        return []
    path = known.get("itemsPath")
    hidden = isinstance(path, str) and bool(sample.found) and not _finds(path, sample)
    return [_hidden(f, str(path)) if hidden else f.candidate for f in sample.found]


def _finds(path: str, sample: Sample) -> bool:
    """Tell whether the known items are those that the sample looks at."""
    best = sample.found[0].listing
    return sample.listing is not best or best.path == path or not best.total


def _hidden(found: Found, path: str) -> Candidate:
    """Return a list as the answer to why a path finds no records."""
    candidate = found.candidate
    many = f"{found.listing.total} item" + ("" if found.listing.total == 1 else "s")
    reason = (
        f"There are 0 records at `{path}`, but the body is not empty:"
        f" is the list at `{found.listing.path}` ({many})?"
    )
    return Candidate(candidate.members, candidate.score, reason)


def _first(known: Json, candidates: Sequence[Candidate], member: str) -> str | None:
    if isinstance(known, str):
        return known
    value = candidates[0].members.get(member) if candidates else None
    return value if isinstance(value, str) else None


def _time(times: Sequence[Time], path: str | None) -> Time | None:
    return next((time for time in times if time.path == path), None)


def _notice(text: str) -> Suggestion:
    return Suggestion("notice", {}, 1.0, text)


def _suggestion(
    topic: Topic, candidates: Sequence[Candidate], known: Known, places: Places
) -> Suggestion | None:
    made = [_made(topic, candidate, known, places) for candidate in candidates]
    if not made or not made[0].changes:
        return None
    first, *others = made
    kept = tuple(x for x in others if x.changes)[:_MOST_ALTERNATIVES]
    return Suggestion(topic, first.changes, first.score, first.reason, kept)


def _made(
    topic: Topic, candidate: Candidate, known: Known, places: Places
) -> Suggestion:
    part, base = _part(topic, known, places)
    members = dict(candidate.members)
    if topic == "items":
        members |= {
            name: None for name in _SHAPES if name in part and name not in members
        }
    if topic == "errors":
        members = _more_rules(members, known)
    new = {n: v for n, v in members.items() if part.get(n, MISSING) != v}
    changes = {f"{base}/{name}": value for name, value in new.items()}
    return Suggestion(topic, changes, candidate.score, candidate.reason)


def _part(topic: Topic, known: Known, places: Places) -> tuple[Mapping[str, Json], str]:
    if topic == "errors":
        return known.resilience, places.resilience
    if topic in _IN_POLLING:
        return known.polling, places.polling
    return known.mapping, places.mapping


def _more_rules(members: Mapping[str, Json], known: Known) -> dict[str, Json]:
    """Return the rules that are there with those of a candidate after them."""
    resilience = members.get("resilience")
    fresh = resilience.get("rules") if isinstance(resilience, dict) else None
    there = known.resilience.get("rules")
    old: list[Json] = list(there) if isinstance(there, list) else []
    new = [
        rule for rule in (fresh if isinstance(fresh, list) else []) if rule not in old
    ]
    return {"rules": [*old, *new]}


def best(suggestions: Iterable[Suggestion], topic: Topic) -> Suggestion | None:
    """Return the suggestion of a topic, or None."""
    return next((s for s in suggestions if s.topic == topic), None)
