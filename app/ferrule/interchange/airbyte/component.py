"""Small components that several parts of a manifest are made of."""

from typing import TypeAlias

from ferrule.exchange import Json
from ferrule.expression.target import compile_target
from ferrule.interchange.airbyte.jinja import literal

Component: TypeAlias = dict[str, Json]
ENGINE = "Airbyte"


def option(target: str) -> Component | None:
    """Return where a value is injected; None for a place that Airbyte has not."""
    kind = compile_target(target).kind
    name = target.partition(":")[2] if ":" in target else target
    if kind == "query":
        return _named("request_parameter", _of_query(target))
    if kind == "header":
        return _named("header", name)
    if kind == "form":
        return _named("body_data", name)
    if kind == "body":
        steps: list[Json] = [literal(step) for step in name.split(".")]
        return {
            "type": "RequestOption",
            "inject_into": "body_json",
            "field_path": steps,
        }
    return None


def _of_query(target: str) -> str:
    return target.removeprefix("query:")


def _named(place: str, name: str) -> Component:
    return {
        "type": "RequestOption",
        "inject_into": place,
        "field_name": literal(name),
    }
