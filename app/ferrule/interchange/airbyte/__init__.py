"""Airbyte's declarative manifest: a connector as its low-code engine runs it.

Names are those of airbyte-cdk's `declarative_component_schema.yaml`. A manifest is
data: what it does not say (signals, webhooks, tools) stands in the report.
"""

from ferrule.errors import InterchangeError
from ferrule.exchange import Json
from ferrule.interchange.airbyte.asking import specification
from ferrule.interchange.airbyte.component import ENGINE, Component
from ferrule.interchange.airbyte.rates import budget
from ferrule.interchange.airbyte.signing_in import Signing, signing
from ferrule.interchange.airbyte.streams import StreamWriter
from ferrule.interchange.airbyte.yaml_text import yaml_text
from ferrule.interchange.kind import Document, Exported, Format
from ferrule.interchange.outgoing import Outgoing, outgoing

__all__ = ["FORMAT", "manifest", "write"]

_VERSION = "6.0.0"


def write(document: Document) -> Exported:
    """Return a connector as a manifest in YAML, with what became of each member.

    Raises:
        DescriptorInvalid: when the document is no descriptor.
        InterchangeError: when none of its streams can be read by Airbyte.
    """
    made, out = manifest(document)
    return Exported(yaml_text(made).encode(), ".yaml", out.ledger.report())


def manifest(document: Document) -> tuple[Component, Outgoing]:
    """Return a connector as a manifest, and the ledger of what it keeps."""
    out = outgoing(document, ENGINE)
    way = signing(out)
    if "baseUrl" in document:
        out.ledger.keep("/baseUrl", "url_base.")
    writer = StreamWriter(out, way)
    streams = writer.write()
    if not streams:
        raise InterchangeError(
            f"None of the streams of {out.connector.id} can be read by Airbyte.",
            left_out=[str(note) for note in out.ledger.report().dropped][:100],
            advice="The report names what stands in the way.",
        )
    return _whole(out, way, writer, streams), out


def _whole(
    out: Outgoing, way: Signing, writer: StreamWriter, streams: dict[str, Component]
) -> Component:
    connector = out.connector
    definitions: Component = {"streams": {**streams}}
    if way.authenticator is not None:
        definitions = {"authenticator": way.authenticator, **definitions}
    found: Component = {
        "version": _VERSION,
        "type": "DeclarativeSource",
        "description": f"{connector.name} {connector.version}: {connector.description}",
        "check": {"type": "CheckStream", "stream_names": [_checked(out, streams)]},
        "definitions": definitions,
        "streams": [{"$ref": f"#/definitions/streams/{key}"} for key in streams],
        "spec": specification(out, way.fields, way.choices, start=writer.starts),
    }
    limits = budget(out)
    if limits is not None:
        found["api_budget"] = limits
    return found | _at_once(out)


def _checked(out: Outgoing, streams: dict[str, Component]) -> Json:
    """Return the stream by which a connection is checked: one that has no parent."""
    reason = "A connection is checked by reading a record of a stream."
    out.ledger.change("/healthCheck", reason)
    alone = [
        one.key for one in out.streams if one.key in streams and not one.partitions
    ]
    return alone[0] if alone else next(iter(streams))


def _at_once(out: Outgoing) -> Component:
    most = out.connector.max_concurrency
    if not isinstance(most, int):
        return {}
    out.ledger.keep("/maxConcurrency", "ConcurrencyLevel.")
    level: Component = {"type": "ConcurrencyLevel", "default_concurrency": most}
    return {"concurrency_level": level}


FORMAT = Format(
    "airbyte", "Airbyte manifest", (".yaml", ".yml"), lambda _: False, write=write
)
