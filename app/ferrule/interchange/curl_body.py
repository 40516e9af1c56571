"""What a cURL line sends: data, JSON, form parts, or data that goes into the query."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote_plus

from ferrule.errors import ExpressionError
from ferrule.exchange import Json
from ferrule.interchange.asked import Asked
from ferrule.interchange.kind import Notes
from ferrule.interchange.literal import templated, templated_json
from ferrule.request.body import json_of

_DATA = frozenset(
    {"data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json"}
)
_FORM = frozenset({"form", "form-string"})
_FORM_TYPE = "application/x-www-form-urlencoded"
_FIELD = re.compile(r"[^\s&=\r\n]+=[^\r\n]*", re.DOTALL)
_DEEPEST = 40
_GRAPHQL = frozenset({"query", "variables", "operationName", "extensions"})
_NO_FILE = "Files are not read: put its content into the body."


@dataclass(slots=True)
class Data:
    """The data options of one operation, in their order."""

    parts: list[str] = field(default_factory=list)
    form: list[tuple[str, str]] = field(default_factory=list)
    is_json: bool = False
    here: str | None = None
    given: bool = False

    def take(self, option: str, value: str, notes: Notes) -> bool:
        """Read an option that is about data; False for any other."""
        self.given |= option in _DATA or option in _FORM
        if option in _FORM:
            self._form(value, notes, literal=option == "form-string")
            return True
        if option not in _DATA:
            return False
        self.is_json |= option == "json"
        place = f"--{option}"
        if option == "data-urlencode":
            self._encoded(value, notes)
        elif value.startswith("@") and option != "data-raw":
            self._file(value[1:], place, notes)
        else:
            self.parts.append(value)
        return True

    def pair(self, text: str, notes: Notes) -> tuple[str, str]:
        """Return a name and its value as `--url-query` and `--data-urlencode` write."""
        name, mark, value = text.partition("=")
        if not mark:
            if "@" in text:
                notes.drop("--url-query", _NO_FILE)
                return text.partition("@")[0], ""
            return text, ""
        return name, value

    def text(self, notes: Notes) -> str | None:
        """Return the whole data, None where there is none."""
        parts = [self._here_text(notes) if p == "\0" else p for p in self.parts]
        known = [part for part in parts if part is not None]
        return ("" if self.is_json else "&").join(known) if known else None

    def _here_text(self, notes: Notes) -> str | None:
        if self.here is None:
            notes.drop("data", _NO_FILE)
            return None
        return self.here

    def _file(self, name: str, place: str, notes: Notes) -> None:
        if name in {"-", "/dev/stdin"}:
            self.parts.append("\0")
        else:
            notes.drop(place, _NO_FILE)

    def _encoded(self, value: str, notes: Notes) -> None:
        name, mark, content = value.partition("=")
        if not mark and "@" in value:
            notes.drop("--data-urlencode", _NO_FILE)
            return
        if not mark:
            name, content = "", value
        encoded = "".join(_encoded_text(content))
        self.parts.append(f"{name}={encoded}" if name else encoded)

    def _form(self, value: str, notes: Notes, *, literal: bool) -> None:
        name, mark, content = value.partition("=")
        if not mark or not name:
            notes.drop("-F", "It is no part of a form.")
        elif literal:
            self.form.append((name, content))
        elif content[:1] in {"@", "<"}:
            notes.drop(
                f"-F {name[:40]}", "Files are not read: a stream does not upload."
            )
        else:
            bare = re.sub(r";\s*(type|filename|headers|encoder)=.*$", "", content)
            if bare != content:
                notes.change(f"-F {name[:40]}", "Its content type is chosen by itself.")
            self.form.append((name, bare.strip('"')))


def body_of(data: Data, asked: Asked, notes: Notes, *, as_query: bool) -> bool:
    """Put the data into a request; return whether it has a body."""
    text = data.text(notes)
    if as_query:
        pairs = parse_qsl(text or "", keep_blank_values=True)
        asked.query += pairs
        if pairs:
            notes.keep("-G", "The data are parameters of the query.")
        return False
    if data.form:
        _parts(data, asked, notes)
    elif text is not None:
        _text(text, asked, notes, is_json=data.is_json)
    return data.given


def _parts(data: Data, asked: Asked, notes: Notes) -> None:
    fields: dict[str, Json] = {}
    for name, value in data.form:
        _add(fields, name, templated(value, asked.names))
    asked.body, asked.body_type = fields, "multipart"
    _without_type(asked, notes)


def _text(text: str, asked: Asked, notes: Notes, *, is_json: bool) -> None:
    kind = asked.header("content-type").partition(";")[0].strip().lower()
    tree = _tree(text, asked)
    says_json = is_json or "json" in kind
    if tree is not None and (says_json or isinstance(tree[0], dict | list)):
        asked.body = tree[0]
        asked.body_type = "graphql" if _is_graphql(tree[0]) else "json"
        if not says_json and kind != "text/plain":
            notes.change("body", "It is JSON and is sent as such.")
        if kind in {"", "application/json", _FORM_TYPE, "text/plain"}:
            _without_type(asked, notes)
        return
    if kind in {"", _FORM_TYPE} and _FIELD.fullmatch(text):
        _fields(text, asked)
        _without_type(asked, notes)
    elif text:
        asked.body, asked.body_type = templated(text, asked.names), "text"
        if not kind:
            notes.change("body", "It is neither JSON nor a form: it is sent as a text.")


def _tree(text: str, asked: Asked) -> tuple[Json] | None:
    """Return the JSON that a text is, its texts as templates; None where it is none.

    One that is nested too deeply for a descriptor stays a text.
    """
    if not text.strip() or _depth(text) > _DEEPEST:
        return None
    names: dict[str, None] = {}
    try:
        whole = json_of(text) if "{{" not in text else None
        found = whole or json_of(templated(text, names))
    except ExpressionError:
        return None
    asked.names.update(names)
    return (templated_json(whole[0], asked.names),) if whole else found


def _depth(text: str) -> int:
    """Return how deep brackets are nested at most; those in quotes count as well."""
    depth = deepest = 0
    for char in re.findall(r"[\[\]{}]", text):
        depth += 1 if char in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _is_graphql(tree: Json) -> bool:
    if not isinstance(tree, dict) or not set(tree) <= _GRAPHQL:
        return False
    query = tree.get("query")
    return isinstance(query, str) and bool(
        re.match(r"\s*(#[^\n]*\n\s*)*(query|mutation|subscription|fragment|\{)", query)
    )


def _fields(text: str, asked: Asked) -> None:
    fields: dict[str, Json] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _add(fields, name, templated(value, asked.names))
    asked.body, asked.body_type = fields, "form"


def _add(fields: dict[str, Json], name: str, value: str) -> None:
    known = fields.setdefault(name, value)
    if isinstance(known, list):
        known.append(value)
    elif known is not value:
        fields[name] = [known, value]


def _without_type(asked: Asked, notes: Notes) -> None:
    """Take out the content type that the body's own format writes."""
    others = [(k, v) for k, v in asked.headers if k.lower() != "content-type"]
    if len(others) != len(asked.headers):
        notes.keep("Content-Type", "The format of the body says it.")
    asked.headers = others


def _encoded_text(text: str) -> Iterator[str]:
    """Yield a text as a form has it, its variables as they are."""
    end = 0
    for match in re.finditer(r"\{\{\w+\}\}", text):
        yield quote_plus(text[end : match.start()])
        yield match[0]
        end = match.end()
    yield quote_plus(text[end:])
