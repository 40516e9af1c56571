"""The variables that a connector's templates use, each at its place.

In requests a bare name is a configuration value; in a mapping it is a member of the
item, and only `config.x` is one; in a sign-in it is a credential field first.
"""

from collections.abc import Iterator

import msgspec

from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import wire
from ferrule.descriptor.trouble import escaped
from ferrule.errors import ExpressionError
from ferrule.exchange import Json
from ferrule.expression.placeholder import Name, Placeholder, pieces

BUILT_IN = frozenset(
    {
        "assertion",
        "checkpoint",
        "config",
        "credentials",
        "event",
        "headers",
        "now",
        "page",
        "pageToken",
        "params",
        "partition",
        "stream",
        "token",
        "window",
    }
)
_WHOLE = frozenset({"baseUrl", "rateLimits", "maxConcurrency", "syncFrom"})
_IN_POLLING = frozenset({"endpoint", "query", "headers", "body", "delta", "partition"})
_IN_HEALTH = frozenset({"endpoint", "body"})
_ONLY_CREDENTIALS = frozenset(
    {"valueTemplate", "also", "usernameTemplate", "passwordTemplate"}
)


class Variable(msgspec.Struct, frozen=True):
    """A configuration variable that a template uses.

    `optional` where the template has a default for it; `derivable` where a
    configuration field can give it.
    """

    pointer: str
    name: str
    optional: bool = False
    derivable: bool = True


def config_variables(connector: Connector) -> Iterator[Variable]:
    """Yield every use of a configuration variable, in the order of the document."""
    keys = {
        field.key
        for auth in (connector.auth, *(connector.auth_options or ()))
        for field in auth.credential_fields
    }
    for path, text in _texts(wire(connector), ()):
        yield from _used(path, text, keys)


def names_in(text: str) -> Iterator[str]:
    """Yield each name that a template uses, filters' arguments too."""
    return (name for name, _ in _names(text))


def texts_of(value: Json) -> Iterator[tuple[str, str]]:
    """Yield (pointer, text) of every text in a JSON value."""
    for path, text in _texts(value, ()):
        yield "".join(f"/{escaped(step)}" for step in path), text


def _texts(value: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _texts(element, (*path, str(index)))


def _used(path: tuple[str, ...], text: str, keys: set[str]) -> Iterator[Variable]:
    if "{{" not in text:
        return
    bare = _bare_names(path)
    derivable = bare and not _ONLY_CREDENTIALS & set(path)
    known = keys if path[0] in {"auth", "authOptions"} else set()
    pointer = "".join(f"/{escaped(step)}" for step in path)
    for name, optional in _names(text):
        head, _, rest = name.partition(".")
        if head == "config" and rest:
            yield Variable(pointer, rest.split(".")[0], optional)
        elif bare and head not in BUILT_IN and head not in known:
            yield Variable(pointer, head, optional, derivable)


def _bare_names(path: tuple[str, ...]) -> bool:
    """Return whether a bare name at a place is a configuration value."""
    head, *rest = path
    if head in _WHOLE:
        return True
    if head in {"auth", "authOptions"}:
        return "credentialFields" not in rest
    if head == "healthCheck":
        return rest[0] in _IN_HEALTH
    if head == "tools":
        return rest[1:2] == ["request"]
    if head == "streams":
        return rest[1:2] == ["polling"] and rest[2] in _IN_POLLING
    return head == "ingestion" and _in_ingestion(rest)


def _in_ingestion(rest: list[str]) -> bool:
    inner = rest[1:] if rest[0] in {"polling", "webhook"} else rest
    if not inner:
        return False
    return inner[0] in _IN_POLLING or (
        inner[0] == "subscription" and bool({*_IN_POLLING} & set(inner[2:3]))
    )


def _names(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each name in a template, and whether it may be undefined there."""
    try:
        found = list(pieces(text))
    except ExpressionError:
        return
    for piece in found:
        if isinstance(piece, Placeholder):
            rescued = any(call.filter.name == "default" for call in piece.calls)
            if not piece.name.startswith("$"):
                yield piece.name, rescued
            for call in piece.calls:
                names = (a.text for a in call.arguments if isinstance(a, Name))
                yield from ((name, rescued) for name in names)
