"""Who takes part in an item, its tags, and where it leads."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from ferrule.expression.steps import Step, write_steps
from ferrule.expression.walking import written
from ferrule.suggestion.candidate import Candidate, ranked
from ferrule.suggestion.profile import Leaf
from ferrule.suggestion.words import singular, squashed, words

_ROLES: Final = {
    "assignee": 1.0,
    "author": 1.0,
    "creator": 1.0,
    "owner": 0.95,
    "user": 0.95,
    "reporter": 0.95,
    "requester": 0.95,
    "sender": 0.9,
    "participant": 0.95,
    "attendee": 0.9,
    "organizer": 0.9,
    "organiser": 0.9,
    "lead": 0.8,
    "member": 0.8,
    "person": 0.8,
    "people": 0.8,
    "customer": 0.75,
    "contact": 0.75,
    "buyer": 0.75,
    "agent": 0.75,
    "follower": 0.6,
    "watcher": 0.6,
    "submitter": 0.7,
    "editor": 0.75,
    "from": 0.7,
    "to": 0.55,
    "handle": 0.5,
    "login": 0.5,
    "username": 0.7,
}
_WRITERS: Final = frozenset({"author", "by", "creator", "from", "sender", "user"})
_NAMES: Final = {
    "login": 1.0,
    "username": 0.97,
    "handle": 0.95,
    "displayname": 0.96,
    "name": 0.93,
    "fullname": 0.9,
    "email": 0.88,
    "emailaddress": 0.87,
    "address": 0.7,
    "id": 0.6,
    "summary": 0.6,
    "": 0.7,
}
_TAGS: Final = {
    "tag": 0.95,
    "label": 0.95,
    "taglist": 0.95,
    "category": 0.8,
    "topic": 0.8,
    "keyword": 0.8,
    "hashtag": 0.85,
    "component": 0.65,
    "flair": 0.5,
}
_TAG_NAMES: Final = frozenset(
    {"name", "title", "label", "value", "text", "slug", "key"}
)
_WAYS: Final = frozenset({"nodes", "edges", "node", "tags", "labels", "data", "items"})
_LINKS: Final = {
    "htmlurl": 0.9,
    "permalink": 0.88,
    "permalinkurl": 0.9,
    "weburl": 0.9,
    "weblink": 0.9,
    "htmllink": 0.9,
    "issueurl": 0.7,
    "link": 0.7,
    "url": 0.62,
    "self": 0.4,
    "parentid": 0.55,
    "threadid": 0.5,
}
_HOLDERS: Final = frozenset({"fields", "attributes", "properties", "_source", "node"})
_MOST_DEPTH: Final = 4
_LONGEST_TAIL: Final = 2  # emailAddress.name
_MOST_ROLES: Final = 4
_PLAIN_ROLE: Final = 0.9


class _Person(NamedTuple):
    """A leaf that names a person: what is before its role, and what comes after."""

    leaf: Leaf
    holder: tuple[Step, ...]
    rest: tuple[Step, ...]
    score: float

    @property
    def role(self) -> str:
        """The name that tells the person's part."""
        return str(self.leaf.steps[len(self.holder)])


def find_people(leaves: Sequence[Leaf]) -> list[Candidate]:
    """Return paths that give the people of an item, those with most roles first."""
    groups: dict[tuple[tuple[Step, ...], tuple[Step, ...]], list[_Person]] = {}
    for leaf in leaves:
        person = _person(leaf)
        if person is not None:
            groups.setdefault((person.holder, person.rest), []).append(person)
    return ranked(map(_joined, groups.values()))


def authors_of(leaves: Sequence[Leaf]) -> list[str]:
    """Return the paths of who wrote an item, one value each, the best first."""
    persons = [p for leaf in leaves if leaf.singular and (p := _person(leaf))]
    authors = [p for p in persons if not _WRITERS.isdisjoint(words(p.role))]
    authors.sort(key=lambda person: -person.score)
    return [person.leaf.path for person in authors]


def _person(leaf: Leaf) -> _Person | None:
    """Return a leaf as what names a person, or None where it does not."""
    steps = leaf.steps
    if len(leaf.names) > _MOST_DEPTH or not leaf.texts or not _names_somebody(leaf):
        return None
    for at, step in enumerate(steps):
        role = _role(step) if isinstance(step, str) else 0.0
        tail = [x for x in steps[at + 1 :] if x is not None]
        if not role or len(tail) > _LONGEST_TAIL:
            continue
        named = _NAMES.get(squashed(str(tail[-1])) if tail else "", 0.0)
        held = all(isinstance(x, str) and squashed(x) in _HOLDERS for x in steps[:at])
        if named and held:
            return _Person(leaf, steps[:at], steps[at + 1 :], role * named)
    return None


def _role(name: str) -> float:
    parts = words(name)
    if not parts or (parts[-1] in {"id", "url", "count", "at", "type"}):
        return 0.0
    by = 0.85 if parts[-1] == "by" and len(parts) > 1 else 0.0
    to = 0.9 if parts == ("assigned", "to") else 0.0
    return max(by, to, _ROLES.get(singular("".join(parts)), 0.0), _last_role(parts))


def _last_role(parts: Sequence[str]) -> float:
    role = _ROLES.get(singular(parts[-1]), 0.0)
    return role * 0.8 if role >= _PLAIN_ROLE else 0.0


def _names_somebody(leaf: Leaf) -> bool:
    return leaf.is_text and not any("://" in text for text in leaf.texts[:8])


def _joined(group: Sequence[_Person]) -> Candidate:
    """Return one path for people who stand under several names of one form."""
    first, *_ = group = sorted(group, key=lambda person: -person.score)
    names = list(dict.fromkeys(person.role for person in group))[:_MOST_ROLES]
    path, score = first.leaf.path, first.score
    if names[1:]:
        inside = ",".join(map(written, names))
        path = write_steps(first.holder) + f"[{inside}]" + write_steps(first.rest)[1:]
        score += 0.03 * len(names[1:])
    told = f"`{names[0]}` names people."
    if names[1:]:
        told = f"`{'` and `'.join(names)}` name people."
    return Candidate({"participantsPath": path}, score * 0.9, told)


def find_tags(leaves: Sequence[Leaf]) -> list[Candidate]:
    """Return paths that give the tags of an item, the most likely first."""
    return ranked(
        Candidate(
            {"tagsPath": leaf.path},
            score,
            f"`{leaf.path[2:]}` holds short texts that come again in other items.",
        )
        for leaf in leaves
        if leaf.texts and (score := _tag_score(leaf))
    )


def _tag_score(leaf: Leaf) -> float:
    names = [name for name in leaf.names if squashed(name) not in _HOLDERS]
    if not names or len(leaf.names) > _MOST_DEPTH + 1:
        return 0.0
    score = _TAGS.get(singular(squashed(names[0])), 0.0)
    ways = names[1:-1] if leaf.squashed in _TAG_NAMES else names[1:]
    if any(squashed(way) not in _WAYS for way in ways):
        return 0.0
    if not leaf.singular:
        return score
    return score * (0.6 if len(names) == 1 else 0.5)


def find_related(leaves: Sequence[Leaf]) -> list[Candidate]:
    """Return paths that lead from an item to its page or to other items."""
    return ranked(
        Candidate(
            {"relatedItemsPath": leaf.path},
            _LINKS[leaf.squashed] - 0.15 * leaf.depth,
            f"`{leaf.path[2:]}` leads to the page or the parent of an item.",
        )
        for leaf in leaves
        if leaf.singular and leaf.texts and leaf.squashed in _LINKS
    )
