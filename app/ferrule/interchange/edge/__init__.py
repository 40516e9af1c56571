"""The way out to an edge function: a folder of TypeScript that verifies and maps."""

from ferrule.interchange.edge.files import EDGE_FILES, EdgeParts, edge_files
from ferrule.interchange.edge.losses import uncarried_streams

__all__ = ["EDGE_FILES", "EdgeParts", "edge_files", "uncarried_streams"]
