"""The sign-in of an API, from its security schemes.

What is a header, a parameter or a pair is kept. OAuth 2 and OpenID Connect become an
access token that a person enters; whatever else signs in is told as left out.
"""

import re
from collections.abc import Iterator, Sequence

from ferrule.exchange import MISSING, Json
from ferrule.interchange.kind import Document as Draft
from ferrule.interchange.kind import Notes
from ferrule.interchange.lifting import Found, joined
from ferrule.interchange.openapi.document import Document
from ferrule.interchange.openapi.operation import Described
from ferrule.interchange.secret_names import is_secret
from ferrule.interchange.signing_in import sign_in

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MOST_OPTIONS = 4
_MOST_SCHEMES = 50


def security_of(
    document: Document, chosen: Sequence[Described], notes: Notes
) -> tuple[Draft, list[Draft]]:
    """Return the sign-in that fits best, and further ones."""
    ways: list[tuple[bool, list[Found]]] = []
    for requirement in _requirements(document, chosen, notes):
        way = _way(document, requirement, notes)
        if way is not None and way not in ways:
            ways.append(way)
    ways.sort(key=lambda way: way[0])
    if not ways:
        undeclared = _undeclared(chosen, notes)
        return sign_in(undeclared), []
    auths = [sign_in(joined(found)) for _, found in ways]
    different = [auth for i, auth in enumerate(auths) if auth not in auths[:i]]
    return different[0], different[1 : 1 + _MOST_OPTIONS]


def _requirements(
    document: Document, chosen: Sequence[Described], notes: Notes
) -> list[list[str]]:
    """Return the alternatives, each the names of the schemes that it needs together."""
    root = document.value("security")
    said = [one.operation.get("security", None) for one in chosen]
    own = next((one for one in said if isinstance(one, list)), None)
    found: Json = own if own is not None else (None if root is MISSING else root)
    if len({str(one) for one in said if one is not None}) > 1:
        notes.change(
            "security", "Streams sign in differently: the first one's is taken."
        )
    if isinstance(found, list):
        return [list(one)[:_MOST_SCHEMES] for one in found if isinstance(one, dict)]
    schemes = list(document.components("securitySchemes"))[:_MOST_SCHEMES]
    if schemes:
        notes.change(
            "security", "No operation says how it signs in: any scheme may do."
        )
    return [[name] for name in schemes]


def _way(
    document: Document, requirement: list[str], notes: Notes
) -> tuple[bool, list[Found]] | None:
    """Return what one alternative sends, and whether it is only a stand-in."""
    found: list[Found] = []
    entered = False
    for name in requirement:
        said = document.component("securitySchemes", name)
        parts = list(_found(name, said, notes, [one.key for one in found]))
        if not parts:
            return None
        entered |= said.get("type") in {"oauth2", "openIdConnect"}
        found += parts
    return entered, found


def _found(
    name: str, said: dict[str, Json], notes: Notes, taken: list[str]
) -> Iterator[Found]:
    kind = str(said.get("type") or "").lower()
    place = f"securitySchemes {name}"[:120]
    if kind == "apikey":
        yield from _api_key(said, place, notes, taken)
    elif kind == "http" and str(said.get("scheme")).lower() == "bearer":
        notes.keep(place, "It is an access token in the Authorization header.")
        yield _token(place)
    elif kind == "http" and str(said.get("scheme")).lower() == "basic":
        notes.keep(place, "It is a user name and a password.")
        yield Found("username", "User name", None, "basic", "", place, hidden=False)
        yield Found("password", "Password", None, "basic", "", place)
    elif kind in {"oauth2", "openidconnect"}:
        reason = "Signing in by a browser is not set up: an access token is entered."
        notes.change(place, reason)
        yield _token(place)
    else:
        notes.drop(place, "This way to sign in is not supported.")


def _token(place: str) -> Found:
    target = "header:Authorization"
    return Found("token", "Access token", None, target, "Bearer {{token}}", place)


def _api_key(
    said: dict[str, Json], place: str, notes: Notes, taken: list[str]
) -> Iterator[Found]:
    name, where = str(said.get("name") or ""), str(said.get("in") or "")
    token = bool(_TOKEN.fullmatch(name))
    if where not in {"header", "query", "cookie"} or not name.strip():
        notes.drop(place, "It does not say where the key goes.")
        return
    if where != "query" and not token:
        notes.drop(place, "The key goes to a place that cannot be named so.")
        return
    key = "api_key"
    while key in taken:
        key += "_2"
    form = f"{{{{{key}}}}}"
    target = f"{where}:{name}"
    if where == "cookie":
        target, form = "header:Cookie", f"{name}={form}"
    if (
        name.lower() == "authorization"
        and "bearer" in str(said.get("description")).lower()
    ):
        form = f"Bearer {form}"
    notes.keep(place, f"It is a key in the {where}.")
    yield Found(key, f"API key ({name})"[:80], None, target, form, place)


def _undeclared(chosen: Sequence[Described], notes: Notes) -> list[Found]:
    """Return a key that is only described as a parameter."""
    for one in chosen:
        for param in one.parameters:
            usable = param.where == "query" or (
                param.where == "header" and _TOKEN.fullmatch(param.name)
            )
            if usable and is_secret(param.name, ""):
                place = f"{one.id} {param.name}"[:120]
                notes.change(place, "The parameter is a secret: it is the sign-in.")
                target = f"{param.where}:{param.name}"
                return [
                    Found(
                        "api_key", param.name[:80], None, target, "{{api_key}}", place
                    )
                ]
    return []
