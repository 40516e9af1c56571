"""An OpenAPI document of a wanted size, in JSON or YAML."""

import json
from collections.abc import Iterator

_TOLD = "The field number %d, told at some length so that it is like the real ones."


def big_json(size: int) -> bytes:
    """Return a document of about `size` bytes, with cycles across its components."""
    count = size // 3_550
    paths: dict[str, object] = {}
    schemas: dict[str, object] = {}
    for number in range(count):
        paths |= _paths(number)
        schemas[f"Thing{number}"] = _schema(number, count)
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Big", "version": "1"},
        "servers": [{"url": "https://api.example.com/v1"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }
    return json.dumps(document, indent=1).encode()


def big_yaml(size: int) -> bytes:
    """Return the same as YAML in block style."""
    document = json.loads(big_json(int(size * 1.03)))
    return "".join(_yaml(document, 0)).encode()


def _paths(number: int) -> dict[str, object]:
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}
    size = {"name": "per_page", "in": "query", "schema": {"type": "integer"}}
    one = {"$ref": f"#/components/schemas/Thing{number}"}
    some = {"type": "array", "items": one}
    operation = {"operationId": f"list{number}", "parameters": [page, size]}
    return {
        f"/things-{number}": {"get": operation | {"responses": _answer(some)}},
        f"/things-{number}/{{id}}": {"get": {"responses": _answer(one)}},
    }


def _answer(schema: object) -> dict[str, object]:
    content = {"application/json": {"schema": schema}}
    return {"200": {"description": "ok", "content": content}}


def _schema(number: int, count: int) -> dict[str, object]:
    members: dict[str, object] = {
        f"field_{i}": {"type": "string", "description": _TOLD % i, "example": f"v {i}"}
        for i in range(14)
    }
    members["id"] = {"type": "integer"}
    members["updated_at"] = {"type": "string", "format": "date-time"}
    other = (number * 7 + 1) % count
    members["other"] = {"$ref": f"#/components/schemas/Thing{other}"}
    return {"type": "object", "properties": members}


def _yaml(value: object, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(value, dict):
        for name, member in value.items():
            yield f'{indent}"{name}":'
            yield from _below(member, depth)
    elif isinstance(value, list):
        for member in value:
            yield f"{indent}-"
            yield from _below(member, depth)


def _below(member: object, depth: int) -> Iterator[str]:
    if isinstance(member, dict | list):
        yield "\n"
        yield from _yaml(member, depth + 1)
    else:
        plain = isinstance(member, str) and member.replace(" ", "").isalpha()
        yield f" {member}\n" if plain else f" {json.dumps(member)}\n"
