"""YAML as JSON text, event by event, so that one lazy reader serves both.

The scalars are those of YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema):
`on`, `no`, dates and `12:30` stay texts, as OpenAPI asks. An alias repeats what its
anchor said, and the whole may grow only so far. No tag ever makes an object.
"""

import re
from dataclasses import dataclass, field
from json.encoder import encode_basestring

import yaml

from ferrule.errors import InterchangeError
from ferrule.interchange.stopping import go_on

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}")
_BASED = re.compile(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), "null"),
    **dict.fromkeys(("true", "True", "TRUE"), "true"),
    **dict.fromkeys(("false", "False", "FALSE"), "false"),
}
_STARTS = frozenset("-+.0123456789")
_GROWS = 4
_LEAST = 1_000_000
_DEEPEST = 200


def json_text(raw: bytes) -> bytes:
    """Return a YAML document as JSON text.

    Raises:
        InterchangeError: when it is not YAML, or its aliases make it too large.
    """
    writer = _Writer(limit=_GROWS * len(raw) + _LEAST)
    try:
        for event in yaml.parse(raw.decode("utf-8-sig"), Loader=_LOADER):
            go_on()
            writer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InterchangeError(f"The YAML cannot be read{at}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        raise InterchangeError("The text is neither JSON nor YAML in UTF-8.") from None
    if writer.documents != 1:
        raise InterchangeError("There must be one YAML document in it.")
    return bytes(writer.out)


@dataclass(slots=True)
class _Level:
    """A list or an object that is open: whether it is one, and what it holds so far."""

    is_object: bool
    anchor: str | None
    start: int
    count: int = 0


@dataclass(slots=True)
class _Writer:
    """Writes JSON from YAML's events."""

    limit: int
    out: bytearray = field(default_factory=bytearray)
    levels: list[_Level] = field(default_factory=list)
    anchors: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Write one event."""
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event, is_object=isinstance(event, yaml.MappingStartEvent))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            self.out += b" " if self.documents > 1 else b""

    def _before(self) -> bool:
        """Write what separates values; tell whether the next one is a member's name."""
        if not self.levels:
            return False
        level = self.levels[-1]
        is_name = level.is_object and level.count % 2 == 0
        if level.count:
            self.out += b"," if is_name or not level.is_object else b":"
        level.count += 1
        return is_name

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        is_name = self._before()
        start = len(self.out)
        plain = event.implicit[0] and not event.style
        self.out += self._text(event.value, plain=plain and not is_name)
        if event.anchor:
            self.anchors[event.anchor] = bytes(self.out[start:])
        self._check()

    def _text(self, value: str, *, plain: bool) -> bytes:
        if plain:
            word = _WORDS.get(value)
            if word is not None:
                return word.encode()
            if value[0] in _STARTS and (number := _number(value)):
                return number
        known = self.texts.get(value)
        if known is None:
            known = encode_basestring(value).encode("utf-8", "replace")
            if len(value) <= _SHORT and len(self.texts) < _MOST_TEXTS:
                self.texts[value] = known
        return known

    def _open(self, event: yaml.NodeEvent, *, is_object: bool) -> None:
        if self._before():
            raise InterchangeError("A name in the YAML is a list or an object.")
        if len(self.levels) >= _DEEPEST:
            raise InterchangeError("The YAML is nested deeper than 200 levels.")
        self.levels.append(_Level(is_object, event.anchor, len(self.out)))
        self.out += b"{" if is_object else b"["

    def _close(self) -> None:
        level = self.levels.pop()
        self.out += b"}" if level.is_object else b"]"
        if level.anchor:
            self.anchors[level.anchor] = bytes(self.out[level.start :])

    def _alias(self, event: yaml.AliasEvent) -> None:
        is_name = self._before()
        known = self.anchors.get(event.anchor or "")
        if known is None:
            raise InterchangeError("An alias in the YAML stands for itself or nothing.")
        if is_name and not known.startswith(b'"'):
            raise InterchangeError("A name in the YAML is not a text.")
        self.out += known
        self._check()

    def _check(self) -> None:
        if len(self.out) > self.limit:
            raise InterchangeError("The aliases in the YAML make it too large.")


_SHORT = 40
_MOST_TEXTS = 20_000


def _number(value: str) -> bytes | None:
    """Return a plain scalar as a JSON number, None where it is none."""
    if _INTEGER.fullmatch(value):
        return str(int(value)).encode()
    if _BASED.fullmatch(value):
        return str(int(value, 0)).encode()
    if not _FLOAT.fullmatch(value):
        return None
    sign = "-" if value[0] == "-" else ""
    mantissa, mark, exponent = value.lstrip("+-").lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return f"{sign}{digits}{mark}{exponent}".encode()
