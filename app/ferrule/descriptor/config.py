"""The configuration form of a connector: given, or derived from its templates."""

from collections.abc import Iterator, Mapping

from ferrule.descriptor.model import Connector
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression.template import compile_template
from ferrule.fields import InputField, read_value

BUILT_IN = frozenset(
    {
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


def config_fields(connector: Connector) -> tuple[InputField, ...]:
    """Return the fields of the configuration form.

    Without `configFields` there is one for every bare template variable that is not
    built in (semantics 17): the seed's form has a configuration form too.
    """
    if connector.config_fields is not None:
        return connector.config_fields
    names = dict.fromkeys(_variables(connector))
    return tuple(_derived(name, connector) for name in names)


def read_config(connector: Connector, given: Mapping[str, Json]) -> dict[str, Json]:
    """Return the configuration of a connection from what a person gave.

    Raises:
        UsageError: for an unknown, missing or unreadable value, naming the field.
    """
    fields = {field.key: field for field in config_fields(connector)}
    unknown = [key for key in given if key not in fields]
    if unknown:
        known = ", ".join(fields) or "none"
        raise UsageError(
            f"“{unknown[0]}” is not a configuration field of {connector.id}.",
            advice=f"It has: {known}.",
        )
    values = {key: read_value(field, given.get(key)) for key, field in fields.items()}
    return {key: value for key, value in values.items() if value is not None}


def _derived(name: str, connector: Connector) -> InputField:
    if name == "baseUrl":
        return InputField(
            key=name,
            label="Base URL",
            type="url",
            required=connector.base_url is None,
        )
    label = name.replace("_", " ").replace("-", " ")
    return InputField(key=name, label=label[:1].upper() + label[1:], required=True)


def _variables(connector: Connector) -> Iterator[str]:
    for text in _request_templates(connector):
        for name in compile_template(text).names:
            first = name.split(".", 1)[0]
            if not name.startswith("$") and first not in BUILT_IN:
                yield first
            elif name.startswith("config."):
                yield name.split(".")[1]


def _request_templates(connector: Connector) -> Iterator[str]:
    if connector.base_url is not None:
        yield connector.base_url
    parts = [connector.health_check, *(s.polling for s in connector.resolved_streams)]
    for part in parts:
        if part is None:
            continue
        yield part.endpoint
        yield from _texts(part.body)
        yield from _texts(getattr(part, "query", None))
        yield from _texts(getattr(part, "headers", None))
    if _is_relative(connector):
        yield "{{baseUrl}}"


def _is_relative(connector: Connector) -> bool:
    endpoints = [s.polling.endpoint for s in connector.resolved_streams if s.polling]
    endpoints.append(connector.health_check.endpoint)
    relative = (e for e in endpoints if "://" not in e and not e.startswith("{{"))
    return connector.base_url is None and any(relative)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list | tuple):
        for element in value:
            yield from _texts(element)
