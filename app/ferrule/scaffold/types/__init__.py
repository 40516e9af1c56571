"""Types of descriptors and signals in other languages, made from the schema."""

from ferrule.scaffold.types.go import go_types
from ferrule.scaffold.types.schemas import Definitions, published_definitions
from ferrule.scaffold.types.typescript import typescript_types

__all__ = ["Definitions", "go_types", "published_definitions", "typescript_types"]
