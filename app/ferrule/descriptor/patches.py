"""Patches that are not streams: what API versions and webhook events change.

Each is checked as what it gives once it is merged, so that a mistake is told when the
document is loaded and not on the day the version is chosen.
"""

from collections.abc import Iterator

from pydantic import ValidationError

from ferrule.descriptor.ingestion import PollingAndWebhook, Webhook, WebhookEvent
from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import merge_patch, merged_part
from ferrule.descriptor.trouble import problems_of
from ferrule.errors import DescriptorInvalid, Problem
from ferrule.exchange import Json
from ferrule.mapping import FieldMapping

KEPT = ("id", "version", "schemaVersion", "apiVersions")
"""Members that are the connector's own and that no API version changes."""


def check_patches(connector: Connector, document: dict[str, Json]) -> list[Problem]:
    """Return the problems of API versions and webhook events, at their places."""
    return [*_versions(connector, document), *_events(connector)]


def _versions(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    for index, version in enumerate(connector.api_versions or ()):
        if not version.overrides:
            continue
        pointer = f"/apiVersions/{index}/overrides"
        yield from _its_own(version.overrides, pointer)
        merged = merge_patch(document, version.overrides)
        try:
            changed = Connector.model_validate(merged, by_alias=True, by_name=False)
            _ = changed.resolved_streams
        except ValidationError as error:
            yield from problems_of(error, merged, pointer)
        except DescriptorInvalid as invalid:
            yield from (_moved(problem, pointer) for problem in invalid.problems)


def _its_own(overrides: dict[str, Json], pointer: str) -> Iterator[Problem]:
    """Yield a problem for each member that no version may change."""
    for name in KEPT:
        if name in overrides:
            message = f"“{name}” is the connector's own: no API version changes it."
            advice = "Leave it out of the overrides."
            yield Problem("FD001", "error", f"{pointer}/{name}", message, advice)


def _moved(problem: Problem, pointer: str) -> Problem:
    return Problem(
        problem.rule,
        problem.severity,
        pointer + problem.pointer,
        problem.message,
        problem.advice,
        problem.column,
    )


def _events(connector: Connector) -> list[Problem]:
    ingestion = connector.ingestion
    if isinstance(ingestion, PollingAndWebhook):
        events, pointer = ingestion.webhook.events, "/ingestion/webhook/events"
    elif isinstance(ingestion, Webhook):
        events, pointer = ingestion.events, "/ingestion/events"
    else:
        return []
    problems: list[Problem] = []
    for index, event in enumerate(events or ()):
        _check_event(connector, event, f"{pointer}/{index}", problems)
    return problems


def _check_event(
    connector: Connector, event: WebhookEvent, pointer: str, problems: list[Problem]
) -> None:
    streams = {stream.key: stream for stream in connector.resolved_streams}
    stream = streams.get(event.stream) if event.stream else None
    if event.stream and stream is None:
        problems.append(
            Problem(
                "FD001",
                "error",
                f"{pointer}/stream",
                f"There is no stream “{event.stream}”.",
                f"The streams are: {', '.join(streams)}.",
            )
        )
    inherited = stream.mapping if stream else connector.field_mapping
    place = f"{pointer}/fieldMapping"
    merged_part(FieldMapping, inherited, event.field_mapping, place, problems)
