"""From a response's items to signals: one compiled mapping for preview and sync."""

from ferrule.mapping.fields import FieldMapping
from ferrule.mapping.normalise import CompiledMapping, MappedItem, compile_mapping
from ferrule.mapping.origin import Origin

__all__ = ["CompiledMapping", "FieldMapping", "MappedItem", "Origin", "compile_mapping"]
