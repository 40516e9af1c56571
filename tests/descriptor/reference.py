"""The generated tables of docs/descriptor.md; run as a module, it renews them.

A block stands between `<!-- members Name … -->`, `<!-- lint -->` or `<!-- needs -->`
and `<!-- end -->`.
"""

import re
import types
from collections.abc import Callable, Iterator
from inspect import get_annotations
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from ferrule.descriptor import bundle_manifest, model, problems
from ferrule.exchange import Json
from ferrule.section import Section, wire_name

DOCUMENT = Path(__file__).parents[2] / "docs" / "descriptor.md"
BLOCK = re.compile(
    r"(<!-- (members|lint|needs)([^>]*) -->\n).*?(<!-- end -->)", re.DOTALL
)
NAMES = {bool: "yes or no", int: "whole number", float: "number", str: "text"}


def sections(kind: type[Section] = Section) -> Iterator[type[Section]]:
    """Yield every section there is."""
    for child in kind.__subclasses__():
        yield child
        yield from sections(child)


def by_name() -> dict[str, type[Section]]:
    """Return every section by the name of its class."""
    assert model
    assert bundle_manifest
    found = [s for s in sections() if s.__module__.startswith("ferrule.")]
    found = [
        s
        for s in found
        if not s.__module__.startswith(("ferrule.server.", "ferrule.workspace."))
    ]
    return {section.__name__: section for section in found}


def members(names: list[str]) -> str:
    """Return the table of the members of sections; what they share is told once."""
    known = by_name()
    rows = ["| member | type | what |", "|---|---|---|"]
    for name in names:
        section = known[name]
        if len(names) > 1:
            rows.append(f"| **{name}** | | {section.__doc__.splitlines()[0]} |")
        own = [_row(section, member) for member in section.model_fields]
        rows += [row for row in own if row not in rows]
    return "\n".join(rows) + "\n"


def _row(section: type[Section], member: str) -> str:
    field = section.model_fields[member]
    optional = "" if field.is_required() else "?"
    title = field.title or ""
    told = f"{title}. {field.description}" if field.description else title
    kind = shown(field.annotation, field.metadata)
    name = wire_name(section, member)
    return f"| `{name}{optional}` | {kind} | {told} |".replace("{{", "`{{").replace(
        "}}", "}}`"
    )


def shown(annotation: Any, meta: Any = ()) -> str:
    """Return a type in a few words."""
    if annotation is Any or annotation is Json:
        return "any JSON"
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return shown(args[0], (*args[1:], *meta))
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation.__name__
    make = SHAPES.get(origin)
    return make(args) if make else _format(meta) or NAMES.get(annotation, "any JSON")


def _union(args: Any) -> str:
    parts = [shown(arg) for arg in args if arg is not type(None)]
    return " or ".join(dict.fromkeys(parts))


SHAPES: dict[Any, Callable[[Any], str]] = {
    Literal: lambda args: " ".join(f"`{arg}`" for arg in args),
    Union: _union,
    types.UnionType: _union,
    tuple: lambda args: f"list of {shown(args[0])}",
    dict: lambda args: f"{shown(args[1])} by name",
}


def _format(meta: Any) -> str:
    for part in meta:
        extra = getattr(part, "json_schema_extra", None)
        if isinstance(extra, dict) and "format" in extra:
            return str(extra["format"])
    return ""


def lint() -> str:
    """Return the table of lint rules."""
    lines = (problems.__doc__ or "").splitlines()
    return "\n".join(line for line in lines if line.startswith("|")) + "\n"


def needs() -> str:
    """Return the table of what cannot run yet, by the word that says so."""
    found: dict[str, set[str]] = {}
    for name, section in by_name().items():
        if section.needs and not name.startswith("_"):
            found.setdefault(section.needs, set()).add(name)
        for member, need in section.member_needs.items():
            if member in get_annotations(section):
                whole = f"{name}.{wire_name(section, member)}"
                found.setdefault(need, set()).add(whole)
    for need, part in BY_VALUE.items():
        found.setdefault(need, set()).add(part)
    rows = [
        f"| {need} | {', '.join(f'`{part}`' for part in sorted(parts))} |"
        for need, parts in sorted(found.items())
    ]
    return "\n".join(["| needs | parts |", "|---|---|", *rows]) + "\n"


# Needs that depend on a value: see `lacks` of these sections.
BY_VALUE = {
    "response formats": "ResponseFormat",
    "native connector": "Connector.kind",
}


def current(text: str) -> str:
    """Return the document with every generated table as it should be."""

    def made(match: re.Match[str]) -> str:
        tables = {"lint": lint, "needs": needs}
        kind = match[2]
        table = members(match[3].split()) if kind == "members" else tables[kind]()
        return match[1] + table + match[4]

    return BLOCK.sub(made, text)


if __name__ == "__main__":
    DOCUMENT.write_text(current(DOCUMENT.read_text("utf-8")), encoding="utf-8")
