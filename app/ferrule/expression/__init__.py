"""The small languages of a descriptor: path, template, pattern, source, target, date.

Here are their texts as wire types that are checked when a descriptor is loaded; what
compiles and runs them stands in the module of the same name.
"""

import ferrule.expression.borrowing  # noqa: F401 - before any part of that library
from ferrule.expression.condition import AllOf, AnyOf, Condition, NotOf, Predicate
from ferrule.expression.wire import (
    DateFormat,
    Duration,
    JsonPath,
    PatternText,
    Period,
    Source,
    Target,
    TemplateText,
)

__all__ = [
    "AllOf",
    "AnyOf",
    "Condition",
    "DateFormat",
    "Duration",
    "JsonPath",
    "NotOf",
    "PatternText",
    "Period",
    "Predicate",
    "Source",
    "Target",
    "TemplateText",
]
