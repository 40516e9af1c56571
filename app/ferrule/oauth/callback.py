"""Reading what a browser brought back: strict, and with a parser of our own.

A parameter that stands there twice, a token in the address, too much of it, or text
that is no UTF-8: nothing of it is taken (RFC 6749, section 3.1; RFC 9700, 2.1.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from ferrule.errors import SignInFailed

MOST_QUERY: Final = 8_192
_MOST_FIELDS: Final = 64
_IMPLICIT: Final = frozenset({"access_token", "id_token", "token"})
_COPY: Final = "Copy the whole address from the browser after you agreed, and paste it."


@dataclass(frozen=True, slots=True)
class Callback:
    """The parameters of a redirect; its text never shows them."""

    query: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        """Return a parameter, "" where it is absent."""
        return self.query.get(name, "")


def read_query(query: str) -> Callback:
    """Return the parameters of a redirect's query.

    Raises:
        SignInFailed: when it is not a query that is taken.
    """
    if len(query) > MOST_QUERY:
        raise SignInFailed("The address that came back is too long.")
    try:
        pairs = parse_qsl(
            query,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise SignInFailed("The address that came back cannot be read.") from None
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise SignInFailed("The address that came back names a parameter twice.")
    if _IMPLICIT & set(names):
        raise _carries_a_token()
    return Callback(dict(pairs))


def read_pasted(text: str, redirect_uri: str) -> Callback:
    """Return the parameters of an address that a person pasted.

    Raises:
        SignInFailed: when it is not the redirect address with what came back; the text
            is never repeated.
    """
    given, wanted = _split(text.strip()), urlsplit(redirect_uri)
    if any(f"{name}=" in given.fragment for name in _IMPLICIT):
        raise _carries_a_token()
    if given.fragment.strip("_="):  # Facebook ends its redirects with #_=_
        raise SignInFailed("The pasted address has a part after #.", advice=_COPY)
    if _place(given) != _place(wanted):
        raise SignInFailed(
            "The pasted address is not the one that the service redirects to.",
            advice=f"It must begin with {redirect_uri.partition('?')[0]}. {_COPY}",
        )
    callback = read_query(given.query)
    for name, value in parse_qsl(wanted.query, keep_blank_values=True):
        if callback.get(name) != value:
            raise SignInFailed("The pasted address is not complete.", advice=_COPY)
    return callback


def _carries_a_token() -> SignInFailed:
    return SignInFailed(
        "The address carries a token itself; such a sign-in is not taken.",
        advice="Register the application for the code flow with PKCE.",
    )


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise SignInFailed("The pasted address cannot be read.") from None


def _place(parts: SplitResult) -> tuple[str, str, str]:
    return parts.scheme.lower(), parts.netloc.lower(), parts.path or "/"
