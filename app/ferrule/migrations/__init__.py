"""Database migrations of connectors: views and indexes from a mapping, and one file.

Everything here is pure: descriptors go in, SQL comes out.
"""

from ferrule.descriptor.model import Connector
from ferrule.migrations import postgresql, sqlite
from ferrule.migrations.assembly import (
    Dialect,
    MigrationFile,
    assembled,
    check_name,
    in_order,
    is_for,
)
from ferrule.migrations.collected import Collected, collections_of

__all__ = [
    "GENERATED",
    "Collected",
    "Dialect",
    "MigrationFile",
    "assembled",
    "check_name",
    "collections_of",
    "generated",
    "in_order",
    "is_for",
]

GENERATED = ("001_views.sql", "001_views.sqlite.sql", "002_indexes.sql")


def generated(connector: Connector) -> dict[str, str]:
    """Return the migrations that follow from a connector's mapping, by file name.

    The same descriptor gives the same text.

    Raises:
        DescriptorInvalid: when its streams are not valid once they are merged.
    """
    found = collections_of(connector)
    parts = (
        [postgresql.view(one) for one in found],
        [sqlite.view(one) for one in found],
        [postgresql.index(one) for one in found],
    )
    head = (
        f"-- From the mapping of {connector.id}, by: ferrule migrations generate\n"
        "-- What else it needs stands in files of its own, from 003_….sql on.\n"
    )
    return {
        name: "\n".join([head, *texts])
        for name, texts in zip(GENERATED, parts, strict=True)
    }
