"""Lint for requests: hosts that may be called, paging that goes on."""

from collections.abc import Iterator

from ferrule.descriptor.hosts import addresses, allowed_hosts, covers, named_hosts
from ferrule.descriptor.model import Connector
from ferrule.descriptor.streams import Stream, wire
from ferrule.descriptor.variables import texts_of
from ferrule.errors import Problem
from ferrule.exchange import Json

_NEEDS_PARAMETER = frozenset({"offset", "page", "cursor"})
_NEEDS_PATH = frozenset({"cursor", "next_url"})


def hosts(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    """Yield FD014 for each host that would be called without a permission."""
    del document
    allowed, named = allowed_hosts(connector), named_hosts(connector)
    if connector.permissions is None:
        yield from _untold(connector)
        return
    for host in sorted(named):
        if not any(covers(pattern, host) for pattern in allowed):
            yield Problem(
                "FD014",
                "error",
                "/permissions/hosts",
                f"Requests go to {host}, which the permissions do not name.",
                "Add it, or change the address.",
            )


def _untold(connector: Connector) -> Iterator[Problem]:
    """Yield FD014 for addresses whose host no pattern can stand for."""
    for text in dict.fromkeys(addresses(connector)):
        authority = text.partition("://")[2].split("/", 1)[0]
        is_template = "{{" in authority and not text.startswith("{{")
        if is_template and not _derivable(connector, text):
            yield Problem(
                "FD014",
                "error",
                "/permissions",
                f"No host can be derived from {text[:120]}.",
                "Name the hosts in permissions.hosts.",
            )


def _derivable(connector: Connector, text: str) -> bool:
    return any(
        host.startswith("*.") and host[2:] in text for host in named_hosts(connector)
    )


def paging(connector: Connector, document: dict[str, Json]) -> Iterator[Problem]:
    """Yield FD018 for paging that would end, or repeat itself, after one page."""
    del document
    for index, stream in enumerate(connector.resolved_streams):
        own = (
            f"/streams/{index}/polling"
            if connector.streams
            else polling_pointer(connector)
        )
        for member, message in _stuck(stream):
            pointer = f"{own}/pagination/{member}"
            yield Problem("FD018", "error", pointer, message, f"Set {member}.")


def polling_pointer(connector: Connector) -> str:
    """Return where the polling that every stream inherits stands."""
    both = connector.ingestion.mode == "polling_and_webhook"
    return "/ingestion/polling" if both else "/ingestion"


def _stuck(stream: Stream) -> Iterator[tuple[str, str]]:
    polling = stream.polling
    kind = polling.pagination if polling else None
    if polling is None or kind is None:
        return
    name = getattr(kind, "type", "")
    if name in _NEEDS_PATH and kind.next_path is None:
        yield "nextPath", f"{kind.title} paging does not say where the next page is."
    asked = any("pageToken" in text for _, text in texts_of(wire(polling)))
    if name in _NEEDS_PARAMETER and kind.next_param is None and not asked:
        yield "nextParam", f"{kind.title} paging would ask for the first page again."
