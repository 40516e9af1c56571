"""The connection specification: what a person fills in before a manifest runs."""

from collections.abc import Iterable, Mapping
from typing import Final

from ferrule.exchange import Json
from ferrule.fields import InputField
from ferrule.interchange.airbyte.component import Component
from ferrule.interchange.outgoing import FIRST_START, Outgoing

CHOICE: Final = "auth_method"
START: Final = "start_date"
_TYPES: Final[Mapping[str, Component]] = {
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "list": {"type": "array", "items": {"type": "string"}},
    "textarea": {"type": "string", "multiline": True},
}
_SAID: Final = ("key", "label", "type", "required", "helpText", "example", "options")


def specification(
    out: Outgoing,
    credentials: Iterable[InputField],
    choices: Iterable[str],
    *,
    start: bool,
) -> Component:
    """Return the spec: configuration, credentials and, where needed, a start date."""
    properties: dict[str, Json] = {}
    required: list[Json] = []
    several = list(choices)
    if several:
        properties[CHOICE] = _choice(several)
        required.append(CHOICE)
    for index, field in enumerate(out.connector.config_fields or ()):
        properties[field.key] = property_of(field)
        required += [field.key] if field.required and field.default is None else []
        _tell_field(out, f"/configFields/{index}", field)
    for field in credentials:
        properties.setdefault(field.key, property_of(field))
        needed = field.required and not several and field.key not in required
        required += [field.key] if needed else []
    if start:
        properties[START] = _start()
    return {
        "type": "Spec",
        **(
            {"documentation_url": out.connector.docs_url}
            if out.connector.docs_url
            else {}
        ),
        "connection_specification": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "additionalProperties": True,
            "required": required,
            "properties": _ordered(properties),
        },
    }


def property_of(field: InputField) -> Component:
    """Return one field as a JSON Schema; of a secret neither default nor example."""
    found: Component = {"title": field.label}
    found |= _TYPES.get(field.type, {"type": "string"})
    if field.help_text:
        found["description"] = field.help_text
    if field.secret:
        return found | {"airbyte_secret": True}
    if field.default is not None:
        found["default"] = field.default
    if field.example is not None:
        found["examples"] = [field.example]
    if field.options:
        found["enum"] = [one.value for one in field.options]
    if field.pattern:
        found["pattern"] = f"^(?:{field.pattern})$"
    return found


def _tell_field(out: Outgoing, place: str, field: InputField) -> None:
    ledger = out.ledger
    reason = "A property of the connection specification."
    ledger.keep_members(place, reason, (*_SAID, "default"))
    if field.pattern:
        reason = "A pattern of JSON Schema: that the whole value fits is said in it."
        ledger.change(f"{place}/pattern", reason)


def _choice(names: list[str]) -> Component:
    return {
        "type": "string",
        "title": "How to sign in",
        "enum": list(names),
        "default": names[0],
    }


def _start() -> Component:
    return {
        "type": "string",
        "format": "date-time",
        "title": "Start date",
        "description": "Records that changed before are left out.",
        "default": FIRST_START,
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    }


def _ordered(properties: Mapping[str, Json]) -> Component:
    found: Component = {}
    for order, (name, said) in enumerate(properties.items()):
        known = said if isinstance(said, dict) else {}
        found[name] = {**known, "order": order}
    return found
