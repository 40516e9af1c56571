"""Templates of a descriptor as strings of a manifest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ferrule.exchange import Json
from ferrule.expression.placeholder import Call, Name, Placeholder, pieces
from ferrule.fields import InputField
from ferrule.interchange.airbyte.jinja import (
    literal,
    member,
    quoted,
    shown,
    value_text,
)
from ferrule.interchange.steps import ANY, steps_of

_START: Final = 'stream_interval["start_time"]'
_ISO: Final = ("iso8601", "iso8601")
DATES: Final[Mapping[str, str]] = {
    "iso8601": "%Y-%m-%dT%H:%M:%SZ",
    "unix": "%s",
    "unix_ms": "%ms",
    "date": "%Y-%m-%d",
}
_NOW: Final = "now_utc().strftime('%Y-%m-%dT%H:%M:%SZ')"
_CONTEXTS: Final = frozenset({"checkpoint", "now", "partition", "window"})
_SIMPLE: Final[Mapping[str, str]] = {
    "lower": "lower",
    "upper": "upper",
    "trim": "trim",
    "int": "int",
    "first": "first",
    "last": "last",
    "json": "tojson",
    "urlencode": "urlencode",
    "base64": "base64encode",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """What names mean in one place: `root` is `config` or `record`.

    `has_start` says that the stream has a cursor; `names` are further expressions, such
    as what `pageToken` is there.
    """

    fields: Mapping[str, InputField]
    root: str = "config"
    has_start: bool = False
    partitions: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)

    def text(self, template: str, *, encoded: bool = False) -> str | None:
        """Return a template as a string; None where Airbyte cannot say it.

        `encoded`: values are percent-encoded, as in an address. Where a value may be
        missing all is empty, so that the member that holds it is left out.
        """
        parts = list(pieces(template))
        if all(isinstance(part, str) for part in parts):
            return literal(template)
        texts = [p if isinstance(p, str) else self.expression(p) for p in parts]
        if None in texts:
            return None
        guards = self._guards(parts)
        if guards and len(parts) > 1:
            joined = " ~ ".join(map(self._inside, parts))
            return f"{{{{ ({joined}) if {' and '.join(guards)} else '' }}}}"
        ending = " | urlencode" if encoded else ""
        return "".join(
            shown(part) if isinstance(part, str) else f"{{{{ {text}{ending} }}}}"
            for part, text in zip(parts, texts, strict=True)
        )

    def member(self, template: str) -> str | None:
        """Return a template as a member of a JSON body: a text stays a text."""
        parts = list(pieces(template))
        if len(parts) == 1 and isinstance(parts[0], Placeholder):
            text = self.expression(parts[0])
            typed = self._type(parts[0])
            if text is None or typed in {"number", "boolean", "list"}:
                return None if text is None else f"{{{{ {text} }}}}"
            return f"{{{{ ({text} | string | tojson) if {text} else '' }}}}"
        return self.text(template)

    def expression(self, placeholder: Placeholder) -> str | None:
        """Return a placeholder as an expression, without its braces."""
        text = self._named(placeholder.name)
        for call in placeholder.calls:
            text = None if text is None else self._filtered(text, call)
        return text

    def optional(self, template: str) -> list[str]:
        """Return the conditions under which a template has a value at all."""
        return self._guards(list(pieces(template)))

    def values(self, template: str) -> str | None:
        """Return the list that a template gives; a text is cut at its commas."""
        listed = self.listed(template)
        if listed is not None:
            return f"{{{{ {listed} }}}}"
        parts = list(pieces(template))
        if len(parts) != 1 or isinstance(parts[0], str):
            return None
        text = self.expression(parts[0])
        return None if text is None else f"{{{{ ({text} | string).split(',') }}}}"

    def listed(self, template: str) -> str | None:
        """Return the expression of a template that gives a list, else None."""
        parts = list(pieces(template))
        if len(parts) != 1 or isinstance(parts[0], str):
            return None
        return self.expression(parts[0]) if self._type(parts[0]) == "list" else None

    def _inside(self, part: str | Placeholder) -> str:
        if isinstance(part, str):
            return quoted(part)
        return f"({self.expression(part)})"

    def _guards(self, parts: list[str | Placeholder]) -> list[str]:
        found = [p for p in parts if isinstance(p, Placeholder) and self._may_lack(p)]
        return list(dict.fromkeys(f"config.get({quoted(_key(p))})" for p in found))

    def _may_lack(self, placeholder: Placeholder) -> bool:
        known = self.fields.get(_key(placeholder))
        if self.root != "config" or known is None:
            return False
        rescued = any(call.filter.name == "default" for call in placeholder.calls)
        return not known.required and known.default is None and not rescued

    def _type(self, placeholder: Placeholder) -> str:
        known = self.fields.get(_key(placeholder))
        return "" if known is None or placeholder.calls else known.type

    def _named(self, name: str) -> str | None:
        if name.startswith("$"):
            steps = steps_of(name)
            return None if not steps or ANY in steps else member(self.root, steps)
        head, *rest = name.split(".")
        if head in _CONTEXTS or (head in self.names and not rest):
            return self._in_context(head, rest)
        if head in {"config", "credentials"} and rest:
            return self._configured(rest)
        if self.root == "record":
            return member("record", [head, *rest])
        return self._configured([head, *rest])

    def _in_context(self, head: str, rest: list[str]) -> str | None:
        """Return what a request or a slice of it brings; None where it does not."""
        if head == "partition" and len(rest) == 1 and rest[0] in self.partitions:
            return member("stream_partition", rest)
        if head == "window" and rest in (["start"], ["end"]) and self.has_start:
            return f'stream_interval["{rest[0]}_time"]'
        known = {
            "checkpoint": _START if self.has_start else None,
            "now": _NOW,
            **self.names,
        }
        return known.get(head) if not rest else None

    def _configured(self, steps: list[str]) -> str | None:
        known = self.fields.get(steps[0])
        if known is None:
            return None
        if known.default is None or known.secret or len(steps) > 1:
            return member("config", steps)
        return f"config.get({quoted(steps[0])}, {value_text(known.default)})"

    def _filtered(self, text: str, call: Call) -> str | None:
        name, given = call.filter.name, call.arguments
        if any(isinstance(one, Name) for one in given):
            return None
        plain = [one for one in given if not isinstance(one, Name)]
        if name in _SIMPLE:
            return None if plain else f"({text} | {_SIMPLE[name]})"
        known = _WITH_ARGUMENTS.get(name)
        return None if known is None else known(text, plain)


def _key(placeholder: Placeholder) -> str:
    steps = placeholder.name.split(".")
    return steps[1] if steps[0] in {"config", "credentials"} and steps[1:] else steps[0]


def _mapped(text: str, given: list[Json]) -> str:
    table, other = value_text(given[0]), value_text(given[1] if given[1:] else "")
    return f"({table}).get({text}, {other})"


def _date(text: str, given: list[Json]) -> str | None:
    wanted, told = (DATES.get(str(one)) for one in (*given, *_ISO[len(given) :]))
    if wanted is None or told is None or wanted.startswith("%ms"):
        return None
    return f"format_datetime({text}, {quoted(wanted)}, {quoted(told)})"


_WITH_ARGUMENTS: Final[Mapping[str, Callable[[str, list[Json]], str | None]]] = {
    "date": _date,
    "default": lambda text, given: f"({text} | default({value_text(given[0])}, true))",
    "join": lambda text, given: f"({text} | join({value_text((given or [''])[0])}))",
    "map": _mapped,
    "replace": lambda text, given: (
        f"({text} | replace({value_text(given[0])}, {value_text(given[1])}))"
    ),
    "split": lambda text, given: f"({text}).split({value_text(given[0])})",
}
