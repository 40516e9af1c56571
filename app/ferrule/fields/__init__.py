"""What a person is asked for: credential, configuration and tool fields."""

from ferrule.fields.input_field import FieldType, InputField, Option
from ferrule.fields.reading import as_text, fits, list_parts, read_value
from ferrule.fields.shown import shown_fields
from ferrule.fields.tool_param import ToolParam

__all__ = [
    "FieldType",
    "InputField",
    "Option",
    "ToolParam",
    "as_text",
    "fits",
    "list_parts",
    "read_value",
    "shown_fields",
]
