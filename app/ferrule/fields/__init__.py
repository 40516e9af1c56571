"""What a person is asked for: credential, configuration and tool fields."""

from ferrule.fields.input_field import InputField, Option, read_value
from ferrule.fields.tool_param import ToolParam

__all__ = ["InputField", "Option", "ToolParam", "read_value"]
