"""The grammar of a template: literal text and `{{name|filter|filter("arg")}}`.

A placeholder ends at the first `}}` that stands outside quotes and brackets, so paths
and arguments may hold braces and bars of their own. Arguments are JSON literals or
dotted names. Columns count code points from 0 in the whole template.
"""

import difflib
import json
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING, Json
from ferrule.expression.filters import FILTERS, Filter

NAME = re.compile(r"[^\W\d][\w-]*(?:\.[\w-]+)*")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BLANK = re.compile(r"\s*")
_OPEN, _CLOSE = "([{", ")]}"
_MOST_TEXT = 256 * 1024


class Name(msgspec.Struct, frozen=True):
    """An argument that is looked up in the context."""

    text: str


class Call(msgspec.Struct, frozen=True):
    """One filter of a placeholder with its arguments."""

    filter: Filter
    arguments: "tuple[Json | Name, ...]"
    column: int


class Placeholder(msgspec.Struct, frozen=True):
    """What stands between `{{` and `}}`: a name or path, and filters in order."""

    name: str
    calls: tuple[Call, ...]
    column: int


def pieces(text: str) -> "Iterator[str | Placeholder]":
    """Yield literal texts and placeholders in order.

    Raises:
        ExpressionError: with the column of what cannot be read.
    """
    if len(text) > _MOST_TEXT:
        raise ExpressionError(
            "The template is longer than 256 kB.", text=text, advice="Shorten it."
        )
    end = 0
    while (start := text.find("{{", end)) >= 0:
        if start > end:
            yield text[end:start]
        close = _closing(text, start)
        yield _placeholder(text, start + 2, close)
        end = close + 2
    if end < len(text):
        yield text[end:]


def _closing(text: str, start: int) -> int:
    for at, char, depth in _scan(text, start + 2, len(text)):
        if depth == 0 and char == "}" and text.startswith("}}", at):
            return at
    raise ExpressionError(
        "The placeholder is not closed.",
        text=text,
        column=start,
        advice="Write }} after it, and close its quotes and brackets.",
    )


def _scan(text: str, start: int, end: int) -> Iterator[tuple[int, str, int]]:
    """Yield position, character and depth of brackets for all that is not quoted."""
    at, depth, quote = start, 0, ""
    while at < end:
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        else:
            yield at, char, depth
            depth = max(0, depth + (char in _OPEN) - (char in _CLOSE))
        at += 1


def _placeholder(text: str, start: int, end: int) -> Placeholder:
    bars = [
        at for at, char, depth in _scan(text, start, end) if char == "|" and depth == 0
    ]
    starts = [start, *(bar + 1 for bar in bars)]
    spans = list(zip(starts, [*bars, end], strict=True))
    name, column = _stripped(text, *spans[0])
    if not name:
        raise ExpressionError(
            "The placeholder is empty.",
            text=text,
            column=start,
            advice="Write a name, such as {{config.org}}, or a path, such as {{$.id}}.",
        )
    if not name.startswith("$") and not NAME.fullmatch(name):
        raise _bad_name(text, column, name)
    return Placeholder(name, tuple(_call(text, *span) for span in spans[1:]), column)


def _bad_name(text: str, column: int, name: str) -> ExpressionError:
    match = NAME.match(name)
    return ExpressionError(
        f"{name!r} is neither a dotted name nor a path.",
        text=text,
        column=column + (match.end() if match else 0),
        advice="Write a.b, or a path that starts with $.",
    )


def _stripped(text: str, start: int, end: int) -> tuple[str, int]:
    part = text[start:end]
    return part.strip(), start + len(part) - len(part.lstrip())


def _call(text: str, start: int, end: int) -> Call:
    part, column = _stripped(text, start, end)
    match = _WORD.match(part)
    known = FILTERS.get(match[0]) if match else None
    if match is None or known is None:
        raise _unknown_filter(text, column, match[0] if match else part)
    rest = part[match.end() :]
    arguments = _arguments(text, column + match.end(), rest) if rest else ()
    call = Call(known, arguments, column)
    _check(text, call)
    return call


def _unknown_filter(text: str, column: int, name: str) -> ExpressionError:
    close = difflib.get_close_matches(name, FILTERS, n=1)
    return ExpressionError(
        f"There is no filter {name!r}." if name else "A filter is missing after |.",
        text=text,
        column=column,
        advice=f"Did you mean {close[0]}?" if close else f"Use {', '.join(FILTERS)}.",
    )


def _arguments(text: str, column: int, rest: str) -> "tuple[Json | Name, ...]":
    body = rest.lstrip()
    column += len(rest) - len(body)
    if not body.startswith("(") or not body.endswith(")"):
        raise ExpressionError(
            "A filter is a name, with its arguments in parentheses.",
            text=text,
            column=column,
            advice='Write for example date("%Y").',
        )
    return tuple(_argument_list(text, column + 1, column + len(body) - 1))


def _argument_list(text: str, at: int, end: int) -> "Iterator[Json | Name]":
    at = _skip(text, at)
    if at >= end:
        return
    while True:
        value, at = _argument(text, _skip(text, at), end)
        yield value
        at = _skip(text, at)
        if at >= end:
            return
        if text[at] != ",":
            raise _bad_argument(text, at)
        at += 1


def _argument(text: str, at: int, end: int) -> "tuple[Json | Name, int]":
    try:
        value, after = _DECODER.raw_decode(text[:end], at)
    except ValueError:
        match = NAME.match(text, at, end)
        if match is None:
            raise _bad_argument(text, at) from None
        return Name(match[0]), match.end()
    except RecursionError:
        raise _bad_argument(text, at) from None
    return value, after


def _no_constant(name: str) -> float:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _bad_argument(text: str, at: int) -> ExpressionError:
    return ExpressionError(
        "An argument is a JSON literal or a name, and commas stand between them.",
        text=text,
        column=at,
        advice='Texts stand in double quotes: "a".',
    )


def _check(text: str, call: Call) -> None:
    known, given = call.filter, len(call.arguments)
    if not known.least <= given <= known.most:
        raise ExpressionError(
            f"{known.name} takes {_counted(known)}, not {given}.",
            text=text,
            column=call.column,
        )
    if known.check is None:
        return
    try:
        known.check(
            tuple(MISSING if isinstance(x, Name) else x for x in call.arguments)
        )
    except ValueError as error:
        raise ExpressionError(
            f"{known.name}: {error}.", text=text, column=call.column
        ) from None


def _counted(known: Filter) -> str:
    if known.most == 0:
        return "no argument"
    if known.least == known.most:
        return f"{known.most} argument{'s' if known.most > 1 else ''}"
    return f"{known.least} to {known.most} arguments"
