"""Where an API is: its first server, with variables as configuration fields."""

import re
from dataclasses import dataclass, field

from ferrule.errors import InterchangeError
from ferrule.exchange import MISSING, Json, scalar_text
from ferrule.interchange.address import Address, base_field, encoded_path, read_address
from ferrule.interchange.drafting import config_field
from ferrule.interchange.kind import Document as Draft
from ferrule.interchange.kind import Notes
from ferrule.interchange.literal import templated, variables
from ferrule.interchange.openapi.document import Document

_VARIABLE = re.compile(r"\{([^{}]+)\}")
_USABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
_LABEL = re.compile(r"[A-Za-z0-9-]{1,63}")
_PLACE = "servers"


@dataclass(frozen=True, slots=True)
class Server:
    """The base of every address: a template, its fields, and a plain form of it."""

    base_url: str = "{{baseUrl}}"
    fields: tuple[Draft, ...] = field(default_factory=lambda: (base_field(""),))
    plain: str = ""


def server_of(document: Document, notes: Notes) -> Server:
    """Return the first server; others are noted."""
    said = document.value("servers")
    servers = [document.object(one) for one in said] if isinstance(said, list) else []
    usable = [one for one in servers if isinstance(one.get("url"), str)]
    if not usable:
        notes.change(_PLACE, "No server is named: give the base URL when connecting.")
        return Server()
    for number, _ in enumerate(usable[1:], 2):
        notes.drop(
            f"{_PLACE} {number}", "The first server is taken; the field can be changed."
        )
    return _server(document, usable[0], notes)


def _server(document: Document, said: dict[str, Json], notes: Notes) -> Server:
    url = str(said["url"]).strip()
    declared = document.object(said.get("variables"))
    defaults = {
        name: _default(document, declared, name) for name in _VARIABLE.findall(url)
    }
    plain = _VARIABLE.sub(lambda m: defaults[m[1]] or m[0], url)
    if "://" not in url or _VARIABLE.search(plain):
        return _open(url, notes)
    quiet = Notes()
    try:
        whole = read_address(plain, quiet)
        template = read_address(_VARIABLE.sub(_reference, url), quiet)
    except InterchangeError:
        notes.change(_PLACE, "The server is no http address: give the base URL.")
        return Server()
    if whole.user or whole.query:
        notes.drop(_PLACE, "A base has neither a user nor parameters.")
    base = _joined(whole)
    parts = variables(template.base)
    if parts and _can_be_part(defaults, parts, template.path):
        return _templated(document, declared, template, base, notes)
    if defaults:
        notes.change(_PLACE, "Its variables have their defaults: change the base URL.")
    else:
        notes.keep(_PLACE, "It is the base URL, which a connection can change.")
    return Server(fields=(base_field(base),), plain=base)


def _open(url: str, notes: Notes) -> Server:
    notes.change(
        _PLACE, "It is not a whole address: give the base URL when connecting."
    )
    path = url if url.startswith("/") and "{" not in url else ""
    hint = base_field("")
    if path.strip("/"):
        hint["helpText"] = f"Scheme, host and the path {encoded_path(path)[:200]}."
    return Server(fields=(hint,))


def _joined(address: Address) -> str:
    return (address.base + address.path).rstrip("/")


def _can_be_part(defaults: dict[str, str], parts: list[str], path: str) -> bool:
    """Tell whether the variables can stay: parts of a host that hold one label."""
    labels = all(_LABEL.fullmatch(defaults.get(name, "")) for name in parts)
    return labels and "{" not in path and all(map(_USABLE.fullmatch, defaults))


def _templated(
    document: Document,
    declared: dict[str, Json],
    template: Address,
    plain: str,
    notes: Notes,
) -> Server:
    names: dict[str, None] = {}
    text = templated(_joined(template), names)
    fields = [_field(document, declared, name) for name in names]
    for name in names:
        notes.keep(f"{_PLACE} {name}", "The variable is a configuration field.")
    return Server(text, tuple(fields), plain)


def _field(document: Document, declared: dict[str, Json], name: str) -> Draft:
    said = document.object(declared.get(name))
    made = config_field(name) | {"default": _default(document, declared, name)}
    options = said.get("enum")
    if isinstance(options, list) and options:
        texts = dict.fromkeys(one for one in options if isinstance(one, str))
        made["type"] = "select"
        made["options"] = [{"value": one, "label": one} for one in texts]
    return made


def _default(document: Document, declared: dict[str, Json], name: str) -> str:
    value = document.object(declared.get(name)).get("default", MISSING)
    if value is MISSING or value is None or isinstance(value, dict | list):
        return ""
    return scalar_text(value)


def _reference(match: re.Match[str]) -> str:
    return f"{{{{{match[1]}}}}}"
