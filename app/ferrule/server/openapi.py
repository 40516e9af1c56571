"""The OpenAPI 3.1 document, made of the operations and their models."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from ferrule import __version__
from ferrule.section import Section
from ferrule.server import wire
from ferrule.server.operation import JSON, File, Operation
from ferrule.server.tokens import SCOPES

PARAMETER: Final = re.compile(r"\{(\w+)\}")
PATH_TYPES: Final[Mapping[str, TypeAdapter[str]]] = {
    "project": TypeAdapter(wire.Name),
    "key": TypeAdapter(wire.Name),
    "appKey": TypeAdapter(wire.Name),
    "connectorId": TypeAdapter(wire.ConnectorId),
    "digest": TypeAdapter(wire.Digest),
}
_REF: Final = "#/components/schemas/{model}"
_TAKES: Final = (400, 408, 413, 415)
_SCOPED: Final = (401, 403)
_ALWAYS: Final = (400, 500, 503)
_NOT_FOUND: Final = 404
_UNUSABLE: Final = 422


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the document of these operations."""
    listed = tuple(operations)
    paths: dict[str, dict[str, Any]] = {}
    for one in listed:
        paths.setdefault(one.path, {})[one.method.lower()] = _described(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ferrule registry",
            "version": __version__,
            "description": "Takes signed bundles in; keeps what is configured with "
            "them, without any secret.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(listed),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": f"Scopes: {', '.join(SCOPES)}",
                }
            },
        },
    }


def statuses(one: Operation) -> tuple[int, ...]:
    """Return the refusals that an operation may answer with, in order."""
    found = {*_ALWAYS, *one.refuses}
    if one.scope is not None:
        found |= {*_SCOPED}
    if one.takes is not None:
        found |= {*_TAKES, _UNUSABLE}
    if PARAMETER.search(one.path):
        found.add(_NOT_FOUND)
    return tuple(sorted(found))


def _described(one: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": one.id,
        "summary": one.summary,
        "parameters": [*_path_parameters(one), *_query_parameters(one)],
        "responses": {
            **{str(s): _response(s, given) for s, given in one.gives.items()},
            **{str(s): _response(s, wire.ErrorAnswer) for s in statuses(one)},
        },
    }
    if one.takes is not None:
        told["requestBody"] = {"required": True, "content": _content(one.takes)}
    if one.scope is not None:
        told["security"] = [{"token": []}]
        told["description"] = f"Needs the scope {one.scope}."
    return told


def _path_parameters(one: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": PATH_TYPES[name].json_schema() | {"minLength": 1},
        }
        for name in PARAMETER.findall(one.path)
    ]


def _query_parameters(one: Operation) -> list[dict[str, Any]]:
    properties = one.query.model_json_schema(by_alias=True).get("properties", {})
    return [
        {"name": name, "in": "query", "required": False, "schema": _plain(schema)}
        for name, schema in properties.items()
    ]


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that may be left out, but never is null."""
    kinds = [k for k in schema.get("anyOf", ()) if k.get("type") != "null"]
    return dict(kinds[0]) if kinds else dict(schema)


def _content(taken: type[Section] | File) -> dict[str, Any]:
    if isinstance(taken, File):
        octets = {"schema": {"type": "string", "format": "binary"}}
        return dict.fromkeys(taken.media_types, octets)
    return {JSON: {"schema": {"$ref": _REF.format(model=taken.__name__)}}}


def _response(status: int, given: type[Section] | str | None) -> dict[str, Any]:
    told: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(given, str):
        told["content"] = {given: {"schema": {"type": "object"}}}
    elif given is not None:
        schema = {"$ref": _REF.format(model=given.__name__)}
        told["content"] = {JSON: {"schema": schema}}
    return told


def _schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    models: dict[tuple[type[Section], JsonSchemaMode], None] = {
        (wire.ErrorAnswer, "serialization"): None
    }
    for one in operations:
        if isinstance(one.takes, type):
            models[one.takes, "validation"] = None
        for given in one.gives.values():
            if isinstance(given, type):
                models[given, "serialization"] = None
    _, whole = models_json_schema(list(models), by_alias=True, ref_template=_REF)
    found: dict[str, Any] = whole["$defs"]
    return found
