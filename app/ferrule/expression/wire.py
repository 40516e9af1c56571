"""The expression texts of a descriptor as annotated types: checked when it is loaded.

Each is a `str` that is known to compile. What does not is a validation error of type
`expression` whose context holds the message, the advice and the column.
"""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ferrule.errors import ExpressionError
from ferrule.expression.dates import check_format, parse_duration, parse_period
from ferrule.expression.jsonpath import compile_path
from ferrule.expression.pattern import compile_pattern
from ferrule.expression.source import compile_source
from ferrule.expression.target import compile_target
from ferrule.expression.template import compile_template


def _checked(compile_text: Callable[[str], object]) -> AfterValidator:
    def check(text: str) -> str:
        try:
            compile_text(text)
        except ExpressionError as error:
            raise _told(error.message, error.advice, error.column) from None
        except ValueError as error:
            raise _told(f"{error}.", "", 0) from None
        return text

    return AfterValidator(check)


def _told(message: str, advice: str, column: int) -> PydanticCustomError:
    return PydanticCustomError(
        "expression",
        "{message}",
        {"message": message, "advice": advice, "column": column},
    )


JsonPath = Annotated[
    str, _checked(compile_path), Field(json_schema_extra={"format": "json-path"})
]
Source = Annotated[
    str, _checked(compile_source), Field(json_schema_extra={"format": "source"})
]
Target = Annotated[
    str, _checked(compile_target), Field(json_schema_extra={"format": "target"})
]
TemplateText = Annotated[
    str, _checked(compile_template), Field(json_schema_extra={"format": "template"})
]
PatternText = Annotated[
    str, _checked(compile_pattern), Field(json_schema_extra={"format": "re2"})
]
DateFormat = Annotated[
    str, _checked(check_format), Field(json_schema_extra={"format": "date-format"})
]
Duration = Annotated[
    str, _checked(parse_duration), Field(json_schema_extra={"format": "duration"})
]
Period = Annotated[
    str, _checked(parse_period), Field(json_schema_extra={"format": "duration"})
]
