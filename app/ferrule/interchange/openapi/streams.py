"""One connector with a stream for each chosen operation.

A parameter in a path becomes a configuration field, or, where another chosen stream
lists what it names, a partition over that stream.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from ferrule.errors import InterchangeError
from ferrule.exchange import Json, scalar_text
from ferrule.interchange.drafting import config_field
from ferrule.interchange.kind import Document as Draft
from ferrule.interchange.kind import Notes
from ferrule.interchange.literal import reference, templated_json
from ferrule.interchange.openapi.item import mapping_of, path_of
from ferrule.interchange.openapi.operation import Described, Parameter
from ferrule.interchange.openapi.paging import delta_of, pagination_of
from ferrule.interchange.openapi.schema import SchemaReader, Shape, type_of
from ferrule.interchange.secret_names import is_secret, may_not_stand

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_VAGUE = frozenset(
    {"id", "key", "name", "slug", "number", "uuid", "code", "guid", "sid"}
)
_UNSENT = frozenset({"accept", "content-type", "authorization"})
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LONGEST_VALUE = 200
_MOST_NAMED = 30


@dataclass(slots=True)
class Parent:
    """A stream that others can be partitioned over."""

    key: str
    one: Described
    id_path: str
    partitioned: bool


@dataclass(slots=True)
class StreamWriter:
    """Writes streams, and collects the configuration fields that they need."""

    schemas: SchemaReader
    notes: Notes
    fields: dict[str, Draft] = field(default_factory=dict)
    parents: dict[str, Parent] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def write(self, one: Described) -> Draft:
        """Return the stream of one operation."""
        place = one.id[:200]
        key = next((k for k in _keys(one) if k not in self.keys), "")
        key = key or _fresh("stream", self.keys)
        self.keys.append(key)
        mapping = self._mapping(one, place)
        paging = pagination_of(one)
        created = mapping.get("createdPath")
        delta = delta_of(one, created if isinstance(created, str) else None)
        polling: Draft = {"method": one.method.upper()}
        endpoint, partition = self._endpoint(one)
        polling["endpoint"] = endpoint
        if partition is not None:
            polling["partition"] = partition
        polling |= self._sent(one, {*paging.used, *delta.used})
        polling |= {"pagination": paging.section, "delta": delta.section}
        self._told(one, place, paging.section, delta.section, key)
        self._remember(one, key, mapping, partitioned=partition is not None)
        stream: Draft = {"key": key, "name": one.title, "polling": polling}
        return stream | {"fieldMapping": mapping}

    def _mapping(self, one: Described, place: str) -> Draft:
        shape = one.shape
        if shape is None:
            shape = Shape((), self.schemas.members(one.answer), {})
        if not shape.item:
            self.notes.change(place, "What an item looks like is not described.")
        words = one.words
        return mapping_of(
            shape, _singular(words[-1]) if words else "", place, self.notes
        )

    def _told(
        self, one: Described, place: str, paging: Draft, delta: Draft, key: str
    ) -> None:
        self.notes.keep(place, f"It is the stream {key}.")
        if one.shape is not None and paging["type"] == "none":
            self.notes.change(place, "Nothing tells how it is paged: one page is read.")
        if delta.get("itemCursorPath"):
            reason = "It asks for what was created since; later changes are not seen."
            self.notes.change(place, reason)
        if delta["type"] == "none":
            self.notes.change(place, "Nothing asks for changes: every run reads all.")
        if "servers" in one.operation:
            self.notes.drop(f"{place} servers", "All streams use the first server.")
        for name in ("callbacks", "requestBody"):
            if name in one.operation and (name == "callbacks" or one.method == "get"):
                self.notes.drop(f"{place} {name}", "It is not part of what is polled.")

    def _remember(
        self, one: Described, key: str, mapping: Draft, *, partitioned: bool
    ) -> None:
        if one.shape is not None and one.method == "get":
            known = Parent(key, one, str(mapping["idPath"]), partitioned)
            self.parents.setdefault(one.path.rstrip("/"), known)

    def _endpoint(self, one: Described) -> tuple[str, Draft | None]:
        """Return the address of a stream, and the partition that it needs."""
        at = self._parent_at(one.path)
        partition: Draft | None = None
        parts: list[str] = []
        end = 0
        for match in _PLACEHOLDER.finditer(one.path):
            parts.append(_literal(one.path[end : match.start()]))
            end = match.end()
            if match.start() == at:
                name, partition = self._partition(one.path[: at - 1], match[1])
                parts.append(f"{{{{partition.{name}}}}}")
                reason = f"The stream {partition['parent']} is asked for its values."
                self.notes.change(f"{one.id} {match[1]}"[:200], reason)
            else:
                parts.append(self._path_field(one, match))
        return "".join([*parts, _literal(one.path[end:])]), partition

    def _parent_at(self, path: str) -> int | None:
        """Return where the placeholder stands that a known stream's items fill."""
        for match in reversed(list(_PLACEHOLDER.finditer(path))):
            parent = self.parents.get(path[: match.start()].rstrip("/"))
            if parent is not None and not parent.partitioned:
                return match.start()
        return None

    def _partition(self, path: str, param: str) -> tuple[str, Draft]:
        parent = self.parents[path.rstrip("/")]
        name = _identifier(param) or "id"
        members = parent.one.shape.item if parent.one.shape else {}
        same = next((m for m in members if _folded(m) == _folded(param)), None)
        value = path_of([same]) if same else parent.id_path
        return name, {"name": name, "parent": parent.key, "path": value}

    def _path_field(self, one: Described, match: re.Match[str]) -> str:
        param = next(
            (p for p in one.parameters if p.where == "path" and p.name == match[1]),
            None,
        )
        name = _identifier(match[1]) or "value"
        before = [w for w in one.path[: match.start()].split("/") if w and "{" not in w]
        if _folded(name) in _VAGUE and before:
            name = f"{_identifier(_singular(before[-1]))}_{name}".strip("_")
        self._add_field(name, param)
        self.notes.change(f"{one.id} {match[1]}"[:200], "It is a configuration field.")
        return reference(name)

    def _add_field(self, name: str, param: Parameter | None) -> None:
        if name in self.fields:
            return
        made = config_field(name)
        if param is not None:
            told = " ".join(param.description.split())[:200]
            made |= {"helpText": told} if told else {}
            made |= _options(param)
            made |= _usual(param)
        self.fields[name] = made

    def _sent(self, one: Described, used: Collection[str]) -> Draft:
        """Return the query, headers and body that every request has."""
        sent: Draft = {}
        unsent: list[str] = []
        for where, member in (("query", "query"), ("header", "headers")):
            values: dict[str, Json] = {}
            for param in one.parameters:
                if param.where == where and param.name not in used:
                    self._send(one, param, values, unsent)
            if values:
                sent[member] = values
        if one.method == "post":
            sent |= self._body(one, used, unsent)
        if unsent:
            more = " …" if len(unsent) > _MOST_NAMED else ""
            names = ", ".join(unsent[:_MOST_NAMED]) + more
            reason = f"Optional parameters are not sent: {names}."
            self.notes.drop(f"{one.id} parameters"[:200], reason)
        return sent

    def _send(
        self,
        one: Described,
        param: Parameter,
        values: dict[str, Json],
        unsent: list[str],
    ) -> None:
        in_header = param.where == "header"
        if in_header and (
            param.name.lower() in _UNSENT or not _HEADER.fullmatch(param.name)
        ):
            return
        if is_secret(param.name, ""):
            return
        if not param.required:
            unsent.append(param.name[:60])
            return
        value = _value(param)
        if value is not None and not may_not_stand(param.name, scalar_text(value)):
            values[param.name] = templated_json(scalar_text(value), {})
            return
        name = _identifier(param.name) or "value"
        self._add_field(name, param)
        values[param.name] = reference(name)
        place = f"{one.id} {param.name}"[:200]
        self.notes.change(place, "It is needed, and a configuration field.")

    def _body(self, one: Described, used: Collection[str], unsent: list[str]) -> Draft:
        values: dict[str, Json] = {}
        for param in one.body:
            if param.name in used:
                continue
            if param.required and type_of(param.schema) in {"object", "array"}:
                self._whole(one, param, values)
            else:
                self._send(one, param, values, unsent)
        if one.body_kind == "form":
            return {"body": values, "bodyType": "form"} if values else {}
        return {"body": values, "bodyType": "json"}

    def _whole(self, one: Described, param: Parameter, values: dict[str, Json]) -> None:
        value = param.schema.get("default", param.example)
        try:
            known = isinstance(value, dict | list)
            values |= {param.name: templated_json(value, {})} if known else {}
        except InterchangeError:
            known = False
        if not known:
            reason = "It is needed and has no example: set it in the body."
            self.notes.drop(f"{one.id} body {param.name}"[:200], reason)


def parents_first(chosen: Sequence[Described]) -> list[Described]:
    """Return operations so that one that lists comes before those below its path."""
    return sorted(chosen, key=lambda one: one.path.count("{"))


def _value(param: Parameter) -> Json:
    """Return what a needed parameter is sent with, None where nothing tells."""
    schema = param.schema
    options = schema.get("enum")
    first = options[0] if isinstance(options, list) and len(options) == 1 else None
    for value in (schema.get("const"), schema.get("default"), first):
        if value is not None and not isinstance(value, dict | list):
            return value
    return None


def _usual(param: Parameter) -> Draft:
    """Return the value and the example that a document names for a path's parameter."""
    said = {"default": param.schema.get("default"), "example": param.example}
    options = param.schema.get("enum")
    return {
        name: scalar_text(value)
        for name, value in said.items()
        if isinstance(value, str | int)
        and not isinstance(value, bool)
        and 0 < len(scalar_text(value)) <= _LONGEST_VALUE
        and not (isinstance(options, list) and value not in options)
    }


def _options(param: Parameter) -> Draft:
    options = param.schema.get("enum")
    if not isinstance(options, list):
        return {}
    texts = dict.fromkeys(scalar_text(o) for o in options if isinstance(o, str | int))
    if not texts:
        return {}
    return {"type": "select", "options": [{"value": t, "label": t} for t in texts]}


def _literal(text: str) -> str:
    """Return a fixed part of a path, encoded; it never holds a placeholder."""
    clean = quote(text, safe="/%:@!$&'()*+,;=~-._", errors="replace")
    return clean.replace("://", ":%2F/")


def _keys(one: Described) -> list[str]:
    """Return keys for a stream, the shortest first: ever more words of its path."""
    slugs = [slug for slug in map(_slug, one.words) if slug]
    return ["-".join(slugs[-n:]) for n in range(1, min(len(slugs), 4) + 1)]


def _fresh(key: str, taken: Collection[str]) -> str:
    fresh, number = key, 2
    while fresh in taken:
        fresh, number = f"{key}-{number}", number + 1
    return fresh


def _slug(text: str) -> str:
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", text)
    return re.sub(r"[^a-z0-9]+", "-", spaced.lower()).strip("-")[:60].strip("-")


def _identifier(text: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", text).strip("_")[:60]
    return f"p_{plain}" if plain[:1].isdigit() else plain


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
