"""The summary of a signal: the template, filled in and made safe.

Most summaries are names in a text (`#{{number}} {{title}}`) that lead to texts and
whole numbers: those are put together directly. Any other template or value goes
through the template itself, with the same result.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from ferrule.errors import ExpressionError, ItemError
from ferrule.exchange import Json
from ferrule.expression.getting import Found, compile_getter
from ferrule.expression.placeholder import pieces
from ferrule.expression.template import Scope, compile_template
from ferrule.mapping.sanitise import SUMMARY_LENGTH, Warn, clean_text

Summary: TypeAlias = Callable[[Json, str, Warn], str]
Getter: TypeAlias = Callable[[Json], Found]


def compile_summary(text: str, names: Mapping[str, Json]) -> Summary:
    """Return a function from an item and its id to its summary.

    `names` are what the template knows beside the item's members.

    Raises (the function):
        ItemError: when a filter cannot work on a value.
    """
    careful = _careful(text, names)
    plain = places_of(text, names)
    if plain is None:
        return careful
    form, getters = plain[0], tuple(map(compile_getter, plain[1]))

    def summarise(item: Json, key: str, warn: Warn) -> str:
        values = []
        for get in getters:
            value = get(item)
            if type(value) is not str and type(value) is not int:
                return careful(item, key, warn)
            values.append(value)
        filled = form % tuple(values)
        if filled.isprintable() and len(filled) <= SUMMARY_LENGTH:
            return filled
        return clean_text(filled, SUMMARY_LENGTH, "summary", warn)

    return summarise


def _careful(text: str, names: Mapping[str, Json]) -> Summary:
    template = compile_template(text)

    def summarise(item: Json, key: str, warn: Warn) -> str:
        undefined: list[str] = []
        try:
            filled = template.fill(Scope(names, item), undefined)
        except ExpressionError as error:
            raise ItemError(
                error.message, item_id=key, field="summaryTemplate"
            ) from None
        if undefined:
            warn(f"summary: no value for {', '.join(undefined)}.")
        return clean_text(filled, SUMMARY_LENGTH, "summary", warn)

    return summarise


def places_of(
    text: str, names: Mapping[str, Json]
) -> tuple[str, tuple[tuple[str, ...], ...]] | None:
    """Return the text with `%s` for its values, and where those are in an item.

    It is None for a template that uses filters, paths or more than the item.
    """
    form: list[str] = []
    places: list[tuple[str, ...]] = []
    for piece in pieces(text):
        if isinstance(piece, str):
            form.append(piece.replace("%", "%%"))
            continue
        steps = tuple(piece.name.split("."))
        if piece.calls or piece.name.startswith("$") or steps[0] in names:
            return None
        form.append("%s")
        places.append(steps)
    return "".join(form), tuple(places)
