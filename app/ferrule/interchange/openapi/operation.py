"""One operation of a document: its parameters and its answer, references followed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ferrule.exchange import Json
from ferrule.interchange.openapi.document import Document
from ferrule.interchange.openapi.schema import (
    Schema,
    SchemaReader,
    Shape,
    names_a_list,
    of_example,
    type_of,
)

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace", "query")
_READS = re.compile(
    r"(^|[/_-])(search|list|query|find|filter|lookup|getall|fetch|scan)([/_-]|$)",
    re.IGNORECASE,
)
_READ_WORDS = re.compile(r"^(list|search|query|find|get|fetch)|(Search|Query|List)$")
_VERSION = re.compile(r"v[0-9]+(\.[0-9]+)?")
_MOST_PARAMETERS = 200


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name and place as the wire has them, and its schema."""

    name: str
    where: str
    required: bool
    schema: Schema
    description: str = ""
    example: Json = None

    @property
    def target(self) -> str:
        """Return the target that puts a value there."""
        if self.where == "query":
            marked = ":" in self.name or self.name == "url"
            return f"query:{self.name}" if marked else self.name
        return f"{self.where}:{self.name}"


@dataclass(frozen=True, slots=True)
class Described:
    """An operation as the document describes it."""

    path: str
    method: str
    operation: dict[str, Json]
    parameters: tuple[Parameter, ...]
    shape: Shape | None
    answer: Schema
    headers: tuple[str, ...]
    body: tuple[Parameter, ...] = field(default=())
    body_kind: str = ""

    @property
    def id(self) -> str:
        """Return the id by which a person chooses it."""
        return f"{self.method.upper()} {self.path}"

    @property
    def title(self) -> str:
        """Return what it does, in the document's own words."""
        for name in ("summary", "operationId"):
            said = self.operation.get(name)
            if isinstance(said, str) and said.strip():
                return " ".join(said.split())[:120]
        return self.id

    @property
    def group(self) -> str:
        """Return its first tag."""
        tags = self.operation.get("tags")
        first = tags[0] if isinstance(tags, list) and tags else ""
        return first[:80] if isinstance(first, str) else ""

    @property
    def words(self) -> list[str]:
        """Return the fixed words of the path, versions left out."""
        steps = [step for step in self.path.split("/") if step and "{" not in step]
        return [step for step in steps if not _VERSION.fullmatch(step)]

    @property
    def placeholders(self) -> list[str]:
        """Return the names of the parameters in the path, in order."""
        return re.findall(r"\{([^{}]*)\}", self.path)

    @property
    def reads(self) -> bool:
        """Whether a POST only asks, by its path or its name."""
        name = str(self.operation.get("operationId") or "")
        return bool(_READS.search(self.path) or _READ_WORDS.search(name))


@dataclass(slots=True)
class OperationReader:
    """Reads the operations of one document."""

    document: Document
    schemas: SchemaReader = field(init=False)

    def __post_init__(self) -> None:
        self.schemas = SchemaReader(self.document)

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield path and method of each operation, in the order of the document."""
        for path, item in self.document.paths():
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield path, method

    def every(self) -> Iterator[Described]:
        """Yield each operation in the order of the document."""
        for path, item in self.document.paths():
            for method in METHODS:
                if isinstance(item.get(method), dict):
                    yield self.read(path, method, item)

    def read(self, path: str, method: str, item: dict[str, Json]) -> Described:
        """Return one operation of a path item."""
        operation = self.document.object(item.get(method))
        parameters = self._parameters(item.get("parameters"))
        parameters |= self._parameters(operation.get("parameters"))
        answer, headers = self._answer(operation)
        words = [w for w in path.split("/") if w and "{" not in w]
        hint = re.sub(r"\W", "", words[-1]) if words else ""
        kind, body = self._body(operation) if method != "get" else ("", ())
        return Described(
            path=path,
            method=method,
            operation=operation,
            parameters=tuple(parameters.values()),
            shape=self._shape(path, answer, hint),
            answer=answer,
            headers=headers,
            body=body,
            body_kind=kind,
        )

    def _shape(self, path: str, answer: Schema, hint: str) -> Shape | None:
        """Return the list in an answer; one object with an id has lists of its own."""
        shape = self.schemas.shape(answer, hint) if answer else None
        if shape is None or not shape.way or names_a_list(shape.way[-1], hint):
            return shape
        is_one = ("id",) in shape.around or path.endswith("}")
        return None if is_one else shape

    def _parameters(self, found: Json) -> dict[tuple[str, str], Parameter]:
        known: dict[tuple[str, str], Parameter] = {}
        for one in found[:_MOST_PARAMETERS] if isinstance(found, list) else ():
            said = self.document.object(one)
            name, where = said.get("name"), said.get("in")
            if isinstance(name, str) and name.strip() and isinstance(where, str):
                known[name, where] = self._parameter(name, where, said)
        return known

    def _parameter(self, name: str, where: str, said: dict[str, Json]) -> Parameter:
        schema = self.document.object(said.get("schema"))
        return Parameter(
            name=name,
            where=where,
            required=said.get("required") is True,
            schema=schema,
            description=str(said.get("description") or "")[:500],
            example=said.get("example", schema.get("example")),
        )

    def _answer(self, operation: dict[str, Json]) -> tuple[Schema, tuple[str, ...]]:
        """Return the schema of the good answer, and the names of its headers."""
        responses = self.document.object(operation.get("responses"))
        codes = [
            code
            for code in responses
            if re.fullmatch(r"2(\d\d|XX)", code, re.IGNORECASE)
        ]
        chosen = [*sorted(codes), *(["default"] if "default" in responses else [])]
        for code in chosen:
            response = self.document.object(responses.get(code))
            headers = self.document.object(response.get("headers"))
            schema = self._content(response.get("content"))
            if schema:
                return schema, tuple(name.lower() for name in headers)
        return {}, ()

    def _content(self, content: Json) -> Schema:
        """Return the schema of the JSON among several content types, as written."""
        kinds = self.document.object(content)
        for name, media in kinds.items():
            if "json" in name.lower() or name == "*/*":
                said = self.document.object(media)
                schema = said.get("schema")
                followed = self.document.object(schema)
                if isinstance(schema, dict) and _says_something(followed):
                    return schema
                return _of_examples(self.document, said) or followed
        return {}

    def _body(self, operation: dict[str, Json]) -> tuple[str, tuple[Parameter, ...]]:
        """Return the kind of the body and its members as parameters."""
        said = self.document.object(operation.get("requestBody"))
        for name, media in self.document.object(said.get("content")).items():
            kind = "json" if "json" in name.lower() else ""
            kind = "form" if name.lower().endswith("urlencoded") else kind
            if not kind:
                continue
            whole = self.schemas.whole(self.document.object(media).get("schema"))
            needed = whole.get("required")
            required = set(map(str, needed)) if isinstance(needed, list) else set()
            members = self.schemas.members(whole).items()
            where = "body" if kind == "json" else "form"
            usable = ((n, s) for n, s in members if n.strip() and "." not in n)
            return kind, tuple(
                Parameter(
                    n,
                    where,
                    n in required,
                    s,
                    str(s.get("description") or "")[:500],
                    s.get("example"),
                )
                for n, s in usable
            )
        return "", ()


def _says_something(schema: Schema) -> bool:
    named = {"properties", "items", "allOf", "oneOf", "anyOf"}
    return bool(named & set(schema)) or type_of(schema) not in {"", "object"}


def _of_examples(document: Document, media: dict[str, Json]) -> Schema:
    example = media.get("example")
    if example is None:
        named = document.object(media.get("examples"))
        first = document.object(next(iter(named.values()), None))
        example = first.get("value")
    return of_example(example) if isinstance(example, dict | list) else {}
