"""Partitions: one endpoint asked once for each of several values."""

from typing import Annotated, TypeAlias

from pydantic import Discriminator, Tag

from ferrule.exchange import Json
from ferrule.partition.kind import PartitionKind
from ferrule.partition.parent import ParentPartition
from ferrule.partition.values import ValuesPartition
from ferrule.section import Section


def _kind(partition: Json | Section) -> str:
    if isinstance(partition, dict):
        return "(parent)" if "parent" in partition else "(values)"
    return "(parent)" if isinstance(partition, ParentPartition) else "(values)"


Partition: TypeAlias = Annotated[
    Annotated[ValuesPartition, Tag("(values)")]
    | Annotated[ParentPartition, Tag("(parent)")],
    Discriminator(_kind),
]


def _many(partition: object) -> str:
    return "(many)" if isinstance(partition, list | tuple) else "(one)"


Partitions: TypeAlias = Annotated[
    Annotated[Partition, Tag("(one)")]
    | Annotated[tuple[Partition, ...], Tag("(many)")],
    Discriminator(_many),
]

__all__ = [
    "ParentPartition",
    "Partition",
    "PartitionKind",
    "Partitions",
    "ValuesPartition",
]
