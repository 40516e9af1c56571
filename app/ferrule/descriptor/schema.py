"""The published JSON Schema (draft 2020-12), made from the models.

`python -m ferrule.descriptor.schema` writes it to `resources/schema`. A member that
holds a merge patch has a partial schema: nothing is required, null is allowed at every
member, and where kinds differ the members of all of them are.
"""

import json
import sys
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel

from ferrule import shipped
from ferrule.descriptor.bundle_manifest import BundleManifest
from ferrule.descriptor.ingestion import PollingPart, StreamPart, WebhookEvent
from ferrule.descriptor.model import ApiVersion, Connector
from ferrule.descriptor.schema_patch import Patches
from ferrule.mapping import FieldMapping

Schema: TypeAlias = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = "schema"
# What pydantic leaves as it is where a limit stands on a union of numbers.
_KEYWORDS = {"gt": "exclusiveMinimum", "ge": "minimum", "le": "maximum"}
_ANY = "#/$defs/Json"
_PATCHES: tuple[tuple[type[BaseModel], str, type[BaseModel]], ...] = (
    (StreamPart, "polling", PollingPart),
    (StreamPart, "fieldMapping", FieldMapping),
    (WebhookEvent, "fieldMapping", FieldMapping),
    (ApiVersion, "overrides", Connector),
)


def descriptor_schema() -> Schema:
    """Return the schema of a connector's document."""
    schema = _schema(Connector, "descriptor", "A connector descriptor of Ferrule")
    definitions: Schema = schema["$defs"]
    root = {"type": "object", "properties": schema["properties"]}
    patches = Patches({**definitions, "Connector": root})
    for holder, member, model in _PATCHES:
        name = model.__name__
        body = definitions[holder.__name__]["properties"][member]
        body.pop("anyOf")
        body["anyOf"] = [patches.ref(name), {"type": "null"}]
    definitions.update(patches.made)
    return schema


def bundle_schema() -> Schema:
    """Return the schema of a bundle's manifest."""
    return _schema(BundleManifest, "bundle", "A bundle manifest of Ferrule")


def published(schema: Schema) -> str:
    """Return a schema as the text that is published."""
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write(folder: Path) -> None:
    """Write both schemas into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(published(schema), encoding="utf-8")


def schemas() -> dict[str, Schema]:
    """Return both schemas by the name of their file."""
    return {
        "descriptor.schema.json": descriptor_schema(),
        "bundle.schema.json": bundle_schema(),
    }


def _schema(model: type[BaseModel], name: str, title: str) -> Schema:
    made = model.model_json_schema(by_alias=True)
    made.setdefault("$defs", {}).pop("Json", None)
    for definition in (made, *made["$defs"].values()):
        _require_kind(definition)
    tidy: Schema = _tidy(made)
    tidy |= {"$schema": DRAFT, "$id": f"urn:ferrule:schema:{name}", "title": title}
    return tidy


def _require_kind(definition: Schema) -> None:
    """Require the member that names the kind, which the models fill in by default."""
    for name, member in definition.get("properties", {}).items():
        if "const" in member and "default" in member and name != "grant":
            required = {*definition.get("required", ()), name}
            definition["required"] = sorted(required)


def _tidy(value: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """Leave out what is no JSON Schema or says nothing; any JSON value is `{}`."""
    if isinstance(value, list):
        return [_tidy(element) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        _KEYWORDS.get(key, key): _tidy(member)
        for key, member in value.items()
        if not _says_nothing(key, member)
    }


def _says_nothing(key: str, member: object) -> bool:
    if key == "$ref":
        return member == _ANY
    is_openapi = key == "discriminator" and isinstance(member, dict)
    return is_openapi or (key == "default" and member is None)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if sys.argv[1:] else shipped.resources() / FOLDER)
