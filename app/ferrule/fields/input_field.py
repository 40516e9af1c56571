"""One field of a credentials or configuration form (seed 001, section 4.1)."""

from typing import Literal

from pydantic import Field

from ferrule.exchange import Json
from ferrule.expression import Condition, PatternText
from ferrule.section import Flag, Section

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
    type: FieldType = Field(title="Type", description="How it is entered")
    required: Flag = Field(False, title="Required")
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
