"""The standard grammar of paths (RFC 9535), read by python-jsonpath in strict mode.

Only its parser is used. Number literals are kept exact, and what it refuses is told
to a person: what is wrong at which column, and what to write instead.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from jsonpath.env import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError, JSONPathSyntaxError
from jsonpath.filter import BaseExpression, FilterExpressionLiteral
from jsonpath.lex import Lexer
from jsonpath.parse import Parser
from jsonpath.path import JSONPath
from jsonpath.segments import JSONPathSegment
from jsonpath.stream import TokenStream
from jsonpath.token import (
    TOKEN_COLON,
    TOKEN_COMMA,
    TOKEN_EOF,
    TOKEN_SINGLE_QUOTE_STRING,
    TOKEN_WHITESPACE,
    Token,
)

from ferrule.errors import ExpressionError
from ferrule.expression.refusal import refusal

MOST_TEXT = 4096


class _ExactParser(Parser):
    """Reads literals as the RFC has them: exact numbers, all escapes of texts."""

    def parse_integer_literal(self, stream: TokenStream) -> BaseExpression:
        return FilterExpressionLiteral(value=_number(stream.next()))

    def parse_float_literal(self, stream: TokenStream) -> BaseExpression:
        return FilterExpressionLiteral(value=_number(stream.next()))

    def _decode_string_literal(self, token: Token) -> str:
        column = token.index

        def decoded(match: re.Match[str]) -> str:
            if match[5] is not None:
                place = Token(token.kind, match[5], column + match.start(), token.path)
                raise JSONPathSyntaxError("bad escape", token=place)
            return _decoded(match)

        quote = "'" if token.kind == TOKEN_SINGLE_QUOTE_STRING else '"'
        return _TEXT_PART[quote].sub(decoded, token.value)


_HEX = "[0-9a-fA-F]"
_PAIR = rf"\\u([dD][89abAB]{_HEX}{{2}})\\u([dD][c-fC-F]{_HEX}{{2}})"
_UNIT = rf"\\u((?![dD][89a-fA-F]){_HEX}{{4}})"
_TEXT_PART = {
    quote: re.compile(
        rf"{_PAIR}|{_UNIT}|\\([bfnrt/\\{quote}])|([\x00-\x1f\\\ud800-\udfff])"
    )
    for quote in "'\""
}
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def _decoded(match: re.Match[str]) -> str:
    """Return what one escape stands for (RFC 9535 2.3.1.1)."""
    if match[1]:
        high, low = int(match[1], 16) & 0x3FF, int(match[2], 16) & 0x3FF
        return chr(0x10000 + (high << 10 | low))
    if match[3]:
        return chr(int(match[3], 16))
    return _SHORT.get(match[4], match[4])


class _ExactLexer(Lexer):
    """Reads member names as RFC 9535 2.5.1.1 has them: no hyphen, all of Unicode."""

    # Ranges of all Unicode cost 4 ms to compile: so what they are not is written.
    _WIDE = r"[^\x00-\x7f\ud800-\udfff]"
    key_pattern = rf"(?:[a-zA-Z_]|{_WIDE})(?:[a-zA-Z_0-9]|{_WIDE})*"

    def tokenize(self, path: str) -> Iterator[Token]:
        """Part `,` from `:`; the parser takes the index before both for a slice."""
        before = None
        for token in super().tokenize(path):
            if token.kind == TOKEN_COLON and before == TOKEN_COMMA:
                yield Token(TOKEN_WHITESPACE, "", token.index, path)
            yield token
            before = token.kind


class _Environment(JSONPathEnvironment):
    lexer_class = _ExactLexer
    parser_class = _ExactParser


_ENVIRONMENT = _Environment(strict=True)
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]{1,5})?")


_EXPONENT = re.compile(r"-?\d+[eE]")


def _number(token: Token) -> int | Decimal:
    """Read a number (RFC 9535 2.3.5.1); only one without fraction is an int."""
    match = _NUMBER.fullmatch(token.value)
    if match is None:
        raise JSONPathSyntaxError("invalid number", token=token)
    return Decimal(token.value) if match[2] or match[3] else int(token.value)


def parse(text: str) -> tuple[JSONPathSegment, ...]:
    """Return the segments of a path of the standard.

    Raises:
        ExpressionError: when the text is outside RFC 9535, with the column.
    """
    if len(text) > MOST_TEXT:
        raise ExpressionError(
            f"The path is longer than {MOST_TEXT} characters.",
            text=text,
            column=MOST_TEXT,
            advice="Shorten it.",
        )
    try:
        path = _ENVIRONMENT.compile(text)
    except JSONPathError as error:
        raise refusal(text, *_place(text, error)) from None
    except RecursionError:
        raise refusal(text, 0, "nested too deeply") from None
    except ValueError:  # an index such as 1e0, which the library passes to int()
        found = _EXPONENT.search(text)
        column = found.start() if found else 0
        raise refusal(text, column, "invalid index") from None
    if not isinstance(path, JSONPath):
        raise refusal(text, max(text.find("|"), 0), "unexpected token")
    return path.segments


def _place(text: str, error: JSONPathError) -> tuple[int, str]:
    said = str(error.args[0]) if error.args else ""
    token = error.token or next((x for x in error.args if isinstance(x, Token)), None)
    if token is None:
        return 0, said
    at_end = token.kind == TOKEN_EOF or token.index < 0
    return (len(text) if at_end else token.index), said
