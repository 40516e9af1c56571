"""Places of a call outside of its headers: members of its body, fields of its address.

What stands there is read for a signature and for the digest of the body, and put there
when a call of our own is signed.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import structs

from ferrule.errors import FerruleError
from ferrule.exchange import Json, decode, encode
from ferrule.expression.getting import keys_of
from ferrule.expression.grammar import parse
from ferrule.expression.jsonpath import compile_path
from ferrule.webhook.incoming import Incoming


def values_at(source: str, incoming: Incoming) -> list[str]:
    """Return the texts at `$.path` of the body or at `query:name` of the address."""
    kind, _, name = source.partition(":")
    if kind == "query":
        return [value for key, value in _query(incoming.url) if key == name.strip()]
    try:
        found = compile_path(source).values(decode(incoming.body))
    except FerruleError:
        return []
    return [one for one in found if isinstance(one, str) and one]


def put_at(source: str, incoming: Incoming, value: str) -> Incoming:
    """Return a call with a text at a place, as it is where it has no such place."""
    kind, _, name = source.partition(":")
    if kind == "query":
        parts = urlsplit(incoming.url)
        kept = [pair for pair in _query(incoming.url) if pair[0] != name.strip()]
        query = urlencode([*kept, (name.strip(), value)])
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        return structs.replace(incoming, url=url)
    steps = keys_of(parse(source))
    try:
        document = decode(incoming.body)
    except FerruleError:
        return incoming
    if not _set(document, steps, value):
        return incoming
    return structs.replace(incoming, body=encode(document))


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:  # an address that is none
        return []


def _set(document: Json, steps: tuple[int | str, ...], value: str) -> bool:
    here: Any = document
    for step in steps[:-1]:
        if isinstance(here, dict):
            here = here.setdefault(step, {})
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            return False
    if not steps or not isinstance(here, dict):
        return False
    here[steps[-1]] = value
    return True
