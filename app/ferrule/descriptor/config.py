"""The configuration form of a connector: given, or derived from its templates."""

from collections.abc import Iterator, Mapping

from ferrule.descriptor.model import Connector
from ferrule.descriptor.variables import BUILT_IN, config_variables
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.fields import InputField, read_value, shown_fields

__all__ = ["BUILT_IN", "accepted_fields", "config_fields", "read_config"]


def config_fields(connector: Connector) -> tuple[InputField, ...]:
    """Return the fields of the configuration form.

    Without `configFields` there is one for every bare template variable that is not
    built in (semantics 17): the seed's form has a configuration form too.
    """
    if connector.config_fields is not None:
        return connector.config_fields
    optional: dict[str, bool] = {}
    for name, may_be_absent in _wanted(connector):
        optional[name] = optional.get(name, True) and may_be_absent
    return tuple(_derived(name, required=not free) for name, free in optional.items())


def accepted_fields(connector: Connector) -> tuple[InputField, ...]:
    """Return the fields of the form, and `baseUrl` where there is one to replace."""
    fields = config_fields(connector)
    if connector.base_url is None or any(field.key == "baseUrl" for field in fields):
        return fields
    return (*fields, _derived("baseUrl", required=False))


def read_config(connector: Connector, given: Mapping[str, Json]) -> dict[str, Json]:
    """Return the configuration of a connection from what a person gave.

    A field that is not shown for the other values is left out. A base URL that a
    person gives wins over the descriptor's, so it is accepted beside any form.

    Raises:
        UsageError: for an unknown, missing or unreadable value, naming the field.
    """
    fields = {field.key: field for field in accepted_fields(connector)}
    unknown = [key for key in given if key not in fields]
    if unknown:
        known = ", ".join(fields) or "none"
        raise UsageError(
            f"“{unknown[0]}” is not a configuration field of {connector.id}.",
            advice=f"It has: {known}.",
        )
    values: dict[str, Json] = {}
    for field in shown_fields(tuple(fields.values()), given):
        value = read_value(field, given.get(field.key))
        if value is not None:
            values[field.key] = value
    return values


def _derived(name: str, *, required: bool) -> InputField:
    if name == "baseUrl":
        return InputField(key=name, label="Base URL", type="url", required=required)
    label = name.replace("_", " ").replace("-", " ")
    return InputField(
        key=name,
        label=label[:1].upper() + label[1:],
        type="text",
        required=required,
    )


def _wanted(connector: Connector) -> Iterator[tuple[str, bool]]:
    """Yield each variable, and whether a connection may go without it."""
    if _is_relative(connector):
        yield "baseUrl", False
    has_base, captured = connector.base_url is not None, _captured(connector)
    for variable in config_variables(connector):
        of_base = variable.name == "baseUrl" and has_base
        if variable.derivable:
            is_own = of_base and variable.pointer != "/baseUrl"
            comes = variable.name in captured
            yield variable.name, variable.optional or is_own or comes


def _captured(connector: Connector) -> set[str]:
    """Return the configuration that comes with the tokens, at the sign-in."""
    configs = (
        getattr(auth, "config", None)
        for auth in (connector.auth, *(connector.auth_options or ()))
    )
    return {key for c in configs for key in getattr(c, "capture", None) or ()}


def _is_relative(connector: Connector) -> bool:
    endpoints = [s.polling.endpoint for s in connector.resolved_streams if s.polling]
    endpoints.append(connector.health_check.endpoint)
    relative = (e for e in endpoints if "://" not in e and not e.startswith("{{"))
    return connector.base_url is None and any(relative)
