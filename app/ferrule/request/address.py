"""The address of a request: a template whose values cannot change its structure.

Values in the path and the query are percent-encoded, so that a checkpoint with a `+`
or a page token with an `&` arrives as it is; what the filter `urlencode` gives is
taken as encoded. A query member whose value is undefined is dropped, like any other.
What begins the address, or stands in its host, is left as it is.
"""

import re
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import parse_qsl, quote

import msgspec

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Missing, Pairs, scalar_text
from ferrule.expression.placeholder import pieces
from ferrule.expression.template import Scope, Template, compile_template

Token: TypeAlias = str | Template
_PATH_SAFE = "/:@!$&'()*+,;=~"


class Address(msgspec.Struct, frozen=True):
    """A compiled address: the tokens of host and path, and the members of its query.

    Tokens from `path_from` on belong to the path.
    """

    text: str
    tokens: tuple[Token, ...]
    path_from: int
    members: tuple[tuple[Token, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names that the part before the query uses."""
        return tuple(n for t in self.tokens if isinstance(t, Template) for n in t.names)

    def fill(self, scope: Scope) -> str:
        """Return the address without its query.

        Raises:
            ExpressionError: for a variable without a value, or one that would lead
                to another place of the path.
        """
        return "".join(self._part(i, part, scope) for i, part in enumerate(self.tokens))

    def pairs(self, scope: Scope) -> Pairs:
        """Return the query that stands in the address, as pairs."""
        texts = (_member(member, scope) for member in self.members)
        return tuple(
            pair
            for text in texts
            if text is not MISSING
            for pair in parse_qsl(text, keep_blank_values=True)
        )

    def _part(self, index: int, token: Token, scope: Scope) -> str:
        if isinstance(token, str):
            return token
        value = token.render(scope)
        if value is MISSING or value is None:
            raise self._refused(
                token,
                f"The address needs a value for {token.names[0]}.",
                "Give it as a configuration field.",
            )
        text = scalar_text(value)
        if index < self.path_from or "urlencode" in token.text:
            return text
        if {".", ".."} & set(text.split("/")):
            raise self._refused(token, f"{text[:80]!r} cannot be a part of a path.")
        return quote(text, safe=_PATH_SAFE, errors="replace")

    def _refused(
        self, token: Template, message: str, advice: str = ""
    ) -> ExpressionError:
        column = max(self.text.find(token.text), 0)
        return ExpressionError(message, text=self.text, column=column, advice=advice)


def _member(tokens: tuple[Token, ...], scope: Scope) -> str | Missing:
    """Return one member of a query in its encoded form, or MISSING."""
    whole_pairs = not isinstance(tokens[0], str) or "=" not in tokens[0]
    texts: list[str] = []
    for token in tokens:
        if isinstance(token, str):
            texts.append(token)
            continue
        value = token.render(scope)
        if value is MISSING or value is None:
            return MISSING
        text = scalar_text(value)
        encoded = whole_pairs or "urlencode" in token.text
        texts.append(text if encoded else quote(text, safe="", errors="replace"))
    return "".join(texts)


@lru_cache(maxsize=1024)
def compile_address(text: str) -> Address:
    """Compile an address.

    Raises:
        ExpressionError: with the column of what cannot be read.
    """
    tokens: list[Token] = []
    query: list[list[Token]] | None = None
    for token in tokens_of(text):
        if query is not None:
            _add(query, token)
        elif isinstance(token, str) and (mark := re.search(r"[?#]", token)):
            tokens.append(token[: mark.start()])
            query = [[]]
            _add(query, token[mark.end() :] if mark[0] == "?" else "#")
        else:
            tokens.append(token)
        if isinstance(token, str) and "#" in token:
            break
    members = tuple(tuple(member) for member in query or () if any(member))
    return Address(text, tuple(tokens), _path_from(tokens), members)


def _add(members: list[list[Token]], token: Token) -> None:
    if not isinstance(token, str):
        members[-1].append(token)
        return
    first, *others = token.split("#", 1)[0].split("&")
    if first:
        members[-1].append(first)
    members += [[other] if other else [] for other in others]


def tokens_of(text: str) -> list[Token]:
    """Return literal texts, and one template for each placeholder."""
    found: list[Token] = []
    at = 0
    for piece in pieces(text):
        if isinstance(piece, str):
            found.append(piece)
            at += len(piece)
        else:
            end = _end_of(text, at)
            found.append(compile_template(text[at:end]))
            at = end
    return found


def _end_of(text: str, start: int) -> int:
    """Return where the placeholder ends that begins at `start` and is known to end."""
    end = text.index("}}", start) + 2
    while not _is_placeholder(text[start:end]):
        end = text.index("}}", end - 1) + 2
    return end


def _is_placeholder(text: str) -> bool:
    try:
        compile_template(text)
    except ExpressionError:
        return False
    return True


def _path_from(tokens: list[Token]) -> int:
    """Return the index of the first token that belongs to the path.

    A placeholder that begins the address is a base address; otherwise the path starts
    after the host, or at once where the address is relative.
    """
    if tokens and not isinstance(tokens[0], str):
        return 1
    head, scheme, rest = str(tokens[0]).partition("://") if tokens else ("", "", "")
    if not scheme or "/" in head:
        return 0
    for index, token in enumerate([rest, *tokens[1:]]):
        if isinstance(token, str) and "/" in token:
            return index + 1
    return len(tokens)
