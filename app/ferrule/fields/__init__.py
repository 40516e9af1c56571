"""What a person is asked for: credential, configuration and tool fields."""

from ferrule.fields.input_field import FieldType, InputField, Option
from ferrule.fields.reading import read_value
from ferrule.fields.tool_param import ToolParam

__all__ = ["FieldType", "InputField", "Option", "ToolParam", "read_value"]
