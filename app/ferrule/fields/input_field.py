"""One field of a credentials or configuration form (seed 001, section 4.1)."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from ferrule.errors import UsageError
from ferrule.exchange import MISSING, Json
from ferrule.expression import Condition, PatternText
from ferrule.expression.pattern import compile_pattern
from ferrule.section import Section

FieldType = Literal[
    "text",
    "password",
    "url",
    "number",
    "boolean",
    "date",
    "datetime",
    "select",
    "list",
    "textarea",
    "file",
]


class Option(Section):
    """One choice of a select field."""

    value: str = Field(title="Value")
    label: str = Field(title="Label")


class InputField(Section):
    """A field that a person fills in: its label, its type and its limits."""

    key: str = Field(
        title="Key",
        description="The name by which templates use the value",
        pattern=r"^[A-Za-z_][A-Za-z0-9_-]*$",
    )
    label: str = Field(title="Label", description="What the form shows")
    type: FieldType = Field("text", title="Type", description="How it is entered")
    required: bool = Field(False, title="Required")
    placeholder: str | None = Field(None, title="Placeholder")
    help_text: str | None = Field(None, title="Help", description="One plain sentence")
    default: Json = Field(None, title="Default")
    options: tuple[Option, ...] = Field((), title="Options", description="For a select")
    pattern: PatternText | None = Field(
        None, title="Pattern", description="RE2 that the whole value must match"
    )
    example: str | None = Field(None, title="Example")
    doc_url: str | None = Field(None, title="Where to find it")
    visible_when: Condition | None = Field(None, title="Shown when")
    group: str | None = Field(None, title="Group")

    @property
    def secret(self) -> bool:
        """Whether the value is a secret to be masked."""
        return self.type in {"password", "file"}


_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def read_value(field: InputField, given: Json) -> Json:
    """Return the typed value of what was given for `field`.

    Text is converted: "3" for a number, "true" for a boolean, commas for a list.

    Raises:
        UsageError: naming the field, what is wrong and what is accepted.
    """
    if given is None or given == "":
        return _absent(field)
    value = _convert(field, given) if isinstance(given, str) else given
    if field.pattern and isinstance(value, str):
        _check_pattern(field, value)
    return value


def _absent(field: InputField) -> Json:
    if field.default is not None:
        return field.default
    if field.required:
        raise UsageError(f"“{field.label}” ({field.key}) is required.")
    return None


def _convert(field: InputField, text: str) -> Json:
    if field.type == "number":
        return _number(field, text.strip())
    if field.type == "boolean":
        return _boolean(field, text)
    if field.type == "list":
        return [part.strip() for part in text.split(",") if part.strip()]
    if field.type == "select":
        return _chosen(field, text)
    if field.type == "url":
        return _url(field, text.strip())
    return text


def _number(field: InputField, text: str) -> Json:
    if not _NUMBER.match(text):
        raise UsageError(f"“{field.label}” ({field.key}) must be a number.")
    return int(text) if "." not in text else float(text)


def _boolean(field: InputField, text: str) -> Json:
    value = _TRUTH.get(text.strip().lower(), MISSING)
    if value is MISSING:
        raise UsageError(f"“{field.label}” ({field.key}) must be true or false.")
    return value


def _chosen(field: InputField, text: str) -> Json:
    allowed = [option.value for option in field.options]
    if allowed and text not in allowed:
        choices = ", ".join(allowed)
        raise UsageError(f"“{field.label}” ({field.key}) must be one of: {choices}.")
    return text


def _url(field: InputField, text: str) -> Json:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(
            f"“{field.label}” ({field.key}) must be a full address.",
            advice="It begins with https:// and a host.",
        )
    return text.rstrip("/")


def _check_pattern(field: InputField, value: str) -> None:
    if field.pattern and not compile_pattern(field.pattern).fullmatch(value):
        raise UsageError(
            f"“{field.label}” ({field.key}) has not the form that is expected.",
            advice=f"An example: {field.example}." if field.example else "",
        )
