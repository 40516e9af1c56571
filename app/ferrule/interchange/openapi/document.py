"""An OpenAPI document, decoded part by part as it is asked for.

A document of 10 MB stays bytes: only its outline is decoded, and of the components
those that a reference names. So memory is a few times the input, and cycles cost
nothing.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote

import msgspec

from ferrule.errors import InterchangeError, UnreadableResponse
from ferrule.exchange import MISSING, Json, Missing, decode, encode
from ferrule.interchange.openapi.yaml_text import json_text
from ferrule.interchange.stopping import go_on

Members: TypeAlias = dict[str, msgspec.Raw]
_OUTLINE = msgspec.json.Decoder(Members)
_MOST_BYTES = 64 * 1024 * 1024
_MOST_KEPT = 500_000
_MOST_STEPS = 32


@dataclass(slots=True)
class Document:
    """The members of the root; each is decoded when it is asked for."""

    root: Members
    outlines: dict[str, Members] = field(default_factory=dict)
    kept: "OrderedDict[str, Json | Missing]" = field(default_factory=OrderedDict)
    sizes: dict[str, int] = field(default_factory=dict)
    held: int = 0

    def value(self, name: str) -> Json | Missing:
        """Return a member of the root, decoded whole."""
        return _decoded(self.root.get(name))

    def members(self, name: str) -> Members:
        """Return the members of a member of the root, still encoded."""
        if name not in self.outlines:
            self.outlines[name] = _outline(self.root.get(name))
        return self.outlines[name]

    def paths(self) -> Iterator[tuple[str, dict[str, Json]]]:
        """Yield each path and its item; what is no object is left out."""
        for path, raw in self.members("paths").items():
            item = self.object(_decoded(raw))
            if path.startswith("/") and item:
                yield path, item

    def path(self, path: str) -> dict[str, Json]:
        """Return the item of one path."""
        return self.object(_decoded(self.members("paths").get(path)))

    def object(self, value: Json | Missing) -> dict[str, Json]:
        """Return an object with its reference followed; anything else is empty."""
        followed = self.follow(None if value is MISSING else value)
        return followed if isinstance(followed, dict) else {}

    def follow(self, value: Json) -> Json:
        """Return what a reference leads to; members beside `$ref` win over it."""
        beside: dict[str, Json] = {}
        for _ in range(_MOST_STEPS):
            value = _merged(value)
            target = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(value, dict) or not isinstance(target, str):
                return (
                    {**value, **beside} if beside and isinstance(value, dict) else value
                )
            others = {k: v for k, v in value.items() if k != "$ref"}
            beside = {**others, **beside}
            found = self.at(target)
            value = None if found is MISSING else found
        return None

    def at(self, target: str) -> Json | Missing:
        """Return what stands at a `#/…` reference; MISSING in other files."""
        if not target.startswith("#/"):
            return MISSING
        steps = [_unescaped(step) for step in target[2:].split("/")]
        depth = 3 if steps[0] == "components" else 2
        if len(steps) < depth:
            return MISSING
        key = "/".join(target[2:].split("/")[:depth])
        here = self._kept(key, steps[:depth])
        for step in steps[depth:]:
            here = _below(here, step)
        return here

    def _kept(self, key: str, steps: list[str]) -> Json | Missing:
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        raw = self._raw(steps)
        value = _decoded(raw)
        self.kept[key] = value
        self.sizes[key] = 64 if raw is None else len(bytes(raw))
        self.held += self.sizes[key]
        self._shed()
        return value

    def _shed(self) -> None:
        """Forget what was not asked for lately, but never the last that was."""
        while len(self.kept) > 1 and self.held > _MOST_KEPT:
            oldest, _ = self.kept.popitem(last=False)
            self.held -= self.sizes.pop(oldest)

    def _raw(self, steps: list[str]) -> msgspec.Raw | None:
        if steps[0] != "components":
            return self.members(steps[0]).get(steps[1])
        return self.components(steps[1]).get(steps[2])

    def components(self, kind: str) -> Members:
        """Return the components of one kind, still encoded."""
        group = f"components/{kind}"
        if group not in self.outlines:
            self.outlines[group] = _outline(self.members("components").get(kind))
        return self.outlines[group]

    def component(self, kind: str, name: str) -> dict[str, Json]:
        """Return one component with its reference followed; empty where it is none."""
        return self.object(_decoded(self.components(kind).get(name)))


def read_document(raw: bytes) -> Document:
    """Return an OpenAPI 3 document from JSON or YAML.

    Raises:
        InterchangeError: when it is neither, too large, or another kind of document.
    """
    if len(raw) > _MOST_BYTES:
        raise InterchangeError("The document is over 64 MB long.")
    text = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    document = Document(_root(text if text.startswith(b"{") else json_text(raw)))
    _check_version(document)
    return document


def is_openapi(raw: bytes) -> bool:
    """Tell whether a JSON object has `openapi` among its own members."""
    try:
        return "openapi" in _OUTLINE.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False


def _root(text: bytes) -> Members:
    try:
        return _OUTLINE.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _repaired(text)


def _repaired(text: bytes) -> Members:
    """Read once more with the decoder that mends surrogates and tells the place."""
    try:
        return _OUTLINE.decode(encode(decode(text)))
    except UnreadableResponse as error:
        message = error.message.replace("The body", "The document")
        raise InterchangeError(message) from None
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise InterchangeError("The document is not an object of members.") from None


def _check_version(document: Document) -> None:
    version = document.value("openapi")
    if isinstance(version, str) and version.startswith("3."):
        return
    if document.value("swagger") is not MISSING:
        raise InterchangeError(
            "This is Swagger 2, which is not read yet.",
            advice="Convert it to OpenAPI 3 and read that.",
        )
    raise InterchangeError(
        "This is no OpenAPI 3 document.",
        advice='It has a member "openapi" that begins with 3.',
    )


def _merged(value: Json, depth: int = 0) -> Json:
    """Return an object with what YAML's merge key `<<` brings."""
    if not isinstance(value, dict) or "<<" not in value or depth > _MOST_STEPS:
        return value
    brought = value["<<"]
    whole: dict[str, Json] = {}
    for part in reversed(brought if isinstance(brought, list) else [brought]):
        known = _merged(part, depth + 1)
        whole |= known if isinstance(known, dict) else {}
    return whole | {name: member for name, member in value.items() if name != "<<"}


def _outline(raw: msgspec.Raw | None) -> Members:
    if raw is None:
        return {}
    try:
        return _OUTLINE.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}


def _decoded(raw: msgspec.Raw | None) -> Json | Missing:
    go_on()
    if raw is None:
        return MISSING
    try:
        return decode(bytes(raw))
    except UnreadableResponse:
        return MISSING


def _unescaped(step: str) -> str:
    return unquote(step).replace("~1", "/").replace("~0", "~")


def _below(here: Json | Missing, step: str) -> Json | Missing:
    if isinstance(here, dict):
        return here.get(step, MISSING)
    if isinstance(here, list) and step.isdecimal() and len(step) < 9:  # noqa: PLR2004 - no list is longer
        return here[int(step)] if int(step) < len(here) else MISSING
    return MISSING
