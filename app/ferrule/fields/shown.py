"""Which fields of a form are asked for: those whose condition holds.

A condition sees what was given for the other fields of its form, their defaults where
nothing was, and nothing of a field that is hidden itself: so conditions chain. What is
hidden is neither required nor kept.
"""

from collections.abc import Mapping, Sequence

from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression.condition import compile_predicate
from ferrule.expression.source import Place
from ferrule.fields.input_field import InputField
from ferrule.fields.reading import read_value


def shown_fields(
    fields: Sequence[InputField], given: Mapping[str, Json]
) -> tuple[InputField, ...]:
    """Return the fields that are shown for what was given, in their order.

    Each pass settles one more link of a chain; conditions that contradict one another
    in a circle are left as the last pass finds them.
    """
    if all(field.visible_when is None for field in fields):
        return tuple(fields)
    values = {field.key: _value(field, given.get(field.key)) for field in fields}
    shown = tuple(fields)
    for _ in fields:
        seen = {field.key: values[field.key] for field in shown}
        place = _place(seen)
        after = tuple(field for field in fields if _holds(field, place))
        if after == shown:
            break
        shown = after
    return shown


def _value(field: InputField, given: Json) -> Json:
    """Return the typed value, else what was given: half a number is none yet."""
    try:
        return read_value(field, given)
    except UsageError:
        return given


def _place(values: Mapping[str, Json]) -> Place:
    known: dict[str, Json] = {k: v for k, v in values.items() if v is not None}
    return Place(body=known, item=known)


def _holds(field: InputField, place: Place) -> bool:
    if field.visible_when is None:
        return True
    return compile_predicate(field.visible_when)(place)
