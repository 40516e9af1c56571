"""From a response's items to signals: one compiled mapping for preview and sync."""

from ferrule.mapping.fields import FieldMapping
from ferrule.mapping.normalise import (
    CompiledMapping,
    MappedItem,
    Origin,
    compile_mapping,
)

__all__ = ["CompiledMapping", "FieldMapping", "MappedItem", "Origin", "compile_mapping"]
