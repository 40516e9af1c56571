"""Questions that services ask before they call, and their answers.

One that is signed is answered with what the connector says. Who asks without a
signature proved nothing: he is told what he sent himself, and nothing else.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from ferrule.descriptor.ingestion import Challenge
from ferrule.errors import ExpressionError, FerruleError
from ferrule.exchange import MISSING, Json, decode, scalar_text
from ferrule.expression.condition import compile_predicate
from ferrule.expression.source import Place
from ferrule.expression.template import Scope, Template, compile_template

LONGEST_ECHO: Final = 1024
"""So many bytes an answer to an unsigned question may have, and each of its headers."""
TEXT: Final = "text/plain; charset=utf-8"
_VISIBLE: Final = re.compile(
    r"[!-~](?:[ -~]*[!-~])?"
)  # RFC 9110, 5.5, without obs-text


class Answer(msgspec.Struct, frozen=True):
    """What a question is answered with."""

    body: bytes
    media_type: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Question:
    """A question that a service asks before it calls, and its answer."""

    def __init__(self, challenge: Challenge) -> None:
        self.unsigned = bool(challenge.unsigned)
        self._matches = compile_predicate(challenge.when)
        text, headers = challenge.respond or None, challenge.respond_headers or {}
        self._members = _members(text or "") if self.unsigned else None
        self._text = compile_template(text) if text is not None else None
        self._headers = [(name, compile_template(one)) for name, one in headers.items()]

    def is_asked(self, place: Place) -> bool:
        """Tell whether a call is the question."""
        return self._matches(place)

    def echo(self, place: Place) -> Answer | None:
        """Return values of the call, and nothing but them: a text, members, headers.

        Whoever asks proved nothing, so nothing is told that he did not send himself.
        """
        scope = _scope(place, {})
        values = [_rendered(one, scope) for _, one in self._headers]
        told: dict[str, Json] = {}
        if self._members is not None:
            told = {k: _rendered(one, scope) for k, one in self._members.items()}
        elif self._text is not None:
            told = {"": _rendered(self._text, scope)}
        if not all(_was_sent(one, place) for one in (*values, *told.values())):
            return None
        headers = self._named(values)
        if headers is None:
            return None
        is_json = self._members is not None
        text = str(told.get("", "")).encode("utf-8", "replace")
        body = msgspec.json.encode(told) if is_json else text
        if len(body) > LONGEST_ECHO:
            return None
        return Answer(body, "application/json" if is_json else TEXT, headers)

    def respond(self, place: Place, credentials: Mapping[str, str]) -> Answer | None:
        """Return the answer to a question that was signed."""
        scope = _scope(place, credentials)
        headers = self._named([_rendered(one, scope) for _, one in self._headers])
        if headers is None:
            return None
        if self._text is None:
            return Answer(b"", TEXT, headers)
        value = _rendered(self._text, scope)
        if value is None:
            return None
        if isinstance(value, dict | list):
            return Answer(msgspec.json.encode(value), "application/json", headers)
        text = scalar_text(value)
        looks = text.lstrip()[:1]
        media = "application/json" if looks in {"{", "["} else "text/plain"
        encoded = text.encode("utf-8", "replace")
        return Answer(encoded, f"{media}; charset=utf-8", headers)

    def _named(self, values: list[Json]) -> tuple[tuple[bytes, bytes], ...] | None:
        """Return the headers of an answer, None where one of them cannot be sent."""
        named = []
        for (name, _), value in zip(self._headers, values, strict=True):
            if value is None or isinstance(value, dict | list):
                return None
            text = scalar_text(value)
            if len(text) > LONGEST_ECHO or not _VISIBLE.fullmatch(text):
                return None
            named.append((name.lower().encode(), text.encode()))
        return tuple(named)


def _members(text: str) -> dict[str, Template] | None:
    """Return the members of an answer that is a JSON object of texts, else None."""
    try:
        found = decode(text.encode())
    except FerruleError:
        return None
    if not isinstance(found, dict):
        return None
    return {k: compile_template(v) for k, v in found.items() if isinstance(v, str)}


def _by_steps(query: Mapping[str, str]) -> Json:
    """Return the fields of an address, so that `query.hub.challenge` finds its own."""
    found: dict[str, Json] = {}
    for name, value in query.items():
        here: Json = found
        *outer, last = name.split(".")
        for step in outer:
            here = here.setdefault(step, {}) if isinstance(here, dict) else here
        if isinstance(here, dict):
            here.setdefault(last, value)
    return found


def _scope(place: Place, credentials: Mapping[str, str]) -> Scope:
    names: dict[str, Json] = {
        "headers": dict(place.headers),
        "query": _by_steps(place.query),
        "credentials": dict(credentials),
    }
    return Scope(names=names, default=place.body)


def _rendered(template: Template, scope: Scope) -> Json:
    """Return what a template gives, None for nothing."""
    try:
        value = template.render(scope)
    except ExpressionError:
        return None
    return None if value is MISSING else value


def _was_sent(value: Json, place: Place) -> bool:
    """Tell whether something is a text and a whole value that the call holds."""
    if not isinstance(value, str) or not value:
        return False
    held = (*place.query.values(), *place.headers.values())
    return value in held or _is_in(value, place.body)


def _is_in(value: str, part: Json) -> bool:
    if isinstance(part, dict):
        return any(_is_in(value, one) for one in part.values())
    if isinstance(part, list):
        return any(_is_in(value, one) for one in part)
    return part == value
