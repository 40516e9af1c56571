"""What is pasted into a field: cleaned of what came with it, or meant for another.

Spaces, quotes, `Bearer`, `TOKEN=` come along when a value is copied; each is taken off
and named, so that it can be put back. What looks like the value of another field, or
like a whole file of credentials, is offered to go where it belongs and never goes there
by itself. Nothing here keeps, logs or repeats a value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ferrule.fields.input_field import InputField
from ferrule.fields.pasted_parts import Parts, parts_of, place
from ferrule.fields.placing import Offer, belongs_elsewhere, words_of_parts
from ferrule.fields.reading import LARGEST

_UNSEEN: Final = "\ufeff\u200b\u200c\u200d\u2060"
_AROUND: Final = f" \t\r\n\f\v\u00a0{_UNSEEN}"
_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "“": "”", "«": "»"}
_HEADER: Final = re.compile(
    r"(?:-H\s*|--header\s*)?['\"]?"
    r"(?P<name>(?:proxy-)?authorization|[a-z][a-z0-9-]{0,40}-(?:key|token|secret))"
    r"\s*:\s*(?P<rest>\S.*?)['\"]?",
    re.IGNORECASE | re.DOTALL,
)
_SCHEME: Final = re.compile(
    r"(?P<name>bearer|token)\s+(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL
)
PEM: Final = "-----BEGIN "
_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class Pasted:
    """What to do with pasted text.

    `text` is what goes into the field, None where it stays as it was; `removed` names
    what was taken off; `offer` is where it may go instead.
    """

    text: str | None = field(repr=False)
    removed: tuple[str, ...] = ()
    offer: Offer | None = None


def read_paste(
    spec: InputField,
    text: str,
    fields: Sequence[InputField] = (),
    others: Mapping[str, Sequence[InputField]] | None = None,
) -> Pasted:
    """Return what to do with `text` pasted into the field `spec`.

    `fields` are those of its form, `others` those of the other sign-ins by name.
    """
    if len(text) > LARGEST or spec.type == "list":
        return Pasted(text)
    parts = parts_of(text)
    if parts is not None and not _whole_wanted(spec, parts):
        found = _from_parts(spec, parts, fields) or _for_others(parts, others or {})
        if found is not None:
            return found
    if spec.type == "textarea" and not spec.secret:
        return Pasted(text)
    clean, removed = cleaned(spec, text)
    offer = belongs_elsewhere(spec, clean, fields, others or {})
    return Pasted(None if offer else clean, removed, offer)


def cleaned(spec: InputField, text: str) -> tuple[str, tuple[str, ...]]:
    """Return the value in `text`, and in words what was taken off around it."""
    removed: list[str] = []
    for _ in range(_ROUNDS):
        before = text
        for take_off in _STEPS:
            text, what = take_off(spec, text)
            removed += [what] if what else []
        if text == before:
            break
    return text, tuple(dict.fromkeys(removed))


def _from_parts(
    spec: InputField, parts: Parts, fields: Sequence[InputField]
) -> Pasted | None:
    """Return what to do with names and values, None where none of them is wanted."""
    placed = place(parts.values, fields or (spec,))
    if len(parts.values) == 1 and not parts.json:
        (name, value), *_ = parts.values.items()
        own = spec.key in placed or (spec.secret and not placed)
        if own:
            clean, removed = cleaned(spec, value)
            return Pasted(clean, (f"“{name}=”", *removed))
    if not placed:
        return None
    labels = [one.label for one in fields or (spec,) if one.key in placed]
    return Pasted(None, (), Offer(*words_of_parts(parts, labels), placed))


def _for_others(
    parts: Parts, others: Mapping[str, Sequence[InputField]]
) -> Pasted | None:
    """Return the offer to sign in another way, where several values are for that."""
    for name, theirs in others.items():
        placed = place(parts.values, theirs)
        if len(placed) > 1 or (placed and parts.credentials):
            labels = [one.label for one in theirs if one.key in placed]
            what, _ = words_of_parts(parts, labels)
            return Pasted(None, (), Offer(what, f"Sign in with “{name}”", placed, name))
    return None


def _whole_wanted(spec: InputField, parts: Parts) -> bool:
    """Tell whether a field takes such a text as it is: a JSON file as a secret."""
    return parts.json and (
        spec.type == "file" or (spec.type == "textarea" and "json" in told(spec))
    )


def told(spec: InputField) -> str:
    """Return all that a field says of itself, in small letters."""
    said = (spec.key, spec.label, spec.help_text, spec.placeholder, spec.example)
    return " ".join(word for word in said if word).lower()


def _spaces(spec: InputField, text: str) -> tuple[str, str]:
    bare = text.strip(_AROUND)
    bare = bare.translate(dict.fromkeys(map(ord, _UNSEEN)))
    if PEM in bare:
        if "\\n" in bare and "\n" not in bare:
            return bare.replace("\\r", "").replace("\\n", "\n"), "line breaks as \\n"
        return bare, ""
    if spec.type not in {"textarea", "file"} and re.search(r"[\r\n]", bare):
        joint = "" if spec.secret or spec.type == "url" else " "
        return re.sub(r"\s*[\r\n]+\s*", joint, bare), "line breaks"
    return bare, "spaces around it" if bare != text else ""


def _quotes(_spec: InputField, text: str) -> tuple[str, str]:
    end = _QUOTES.get(text[:1], "")
    inner = text[1:-1]
    if len(text) > 2 and end and text.endswith(end) and end not in inner:  # noqa: PLR2004  two quotes and a value
        return inner, "quotes"
    bare = text.removesuffix(",").removesuffix(";")
    quoted = bare != text and bool(end) and bare.endswith(end)
    return (bare, "") if quoted else (text, "")


def _header(spec: InputField, text: str) -> tuple[str, str]:
    found = _HEADER.fullmatch(text) if spec.secret else None
    return (found["rest"], f"“{found['name']}:”") if found else (text, "")


def _scheme(spec: InputField, text: str) -> tuple[str, str]:
    found = _SCHEME.fullmatch(text) if spec.secret else None
    if found is None or found["name"].lower() in (spec.example or "").lower():
        return text, ""
    return found["rest"], f"“{found['name']}”"


_STEPS: Final[tuple[Callable[[InputField, str], tuple[str, str]], ...]] = (
    _spaces,
    _quotes,
    _header,
    _scheme,
)
