"""Pagination styles: one module each, joined here into the union of the descriptor."""

from typing import Annotated, TypeAlias

from pydantic import Field

from ferrule.pagination.cursor import CursorPagination
from ferrule.pagination.kind import PageFacts, PaginationKind
from ferrule.pagination.link_header import LinkHeaderPagination
from ferrule.pagination.next_url import NextUrlPagination
from ferrule.pagination.none import NoPagination
from ferrule.pagination.offset import OffsetPagination
from ferrule.pagination.page import PagePagination

Pagination: TypeAlias = Annotated[
    NoPagination
    | OffsetPagination
    | PagePagination
    | CursorPagination
    | NextUrlPagination
    | LinkHeaderPagination,
    Field(discriminator="type"),
]

__all__ = ["NoPagination", "PageFacts", "Pagination", "PaginationKind"]
