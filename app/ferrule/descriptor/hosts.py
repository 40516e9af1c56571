"""Where a connector may send requests: named in its permissions, or derived.

Exact hosts, or `*.` before at least two fixed labels (semantics 13).
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from ferrule.descriptor.config import config_fields
from ferrule.descriptor.model import Connector
from ferrule.errors import DescriptorError, UsageError
from ferrule.exchange import Json

_VARIABLE = re.compile(r"\{\{[^}]*\}\}")
_HOST_PART = re.compile(r"[A-Za-z0-9-]{1,63}\Z")
_HOST_VARIABLE = re.compile(r"\{\{\s*(?:config\.)?([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}")
_FIXED_LABELS = 2


def allowed_hosts(connector: Connector) -> frozenset[str]:
    """Return the hosts that the descriptor itself names or implies."""
    if connector.permissions is not None:
        return frozenset(host.lower() for host in connector.permissions.hosts)
    return named_hosts(connector)


def named_hosts(connector: Connector) -> frozenset[str]:
    """Return the hosts that the descriptor's addresses name."""
    return frozenset(filter(None, map(_host_of, _addresses(connector))))


def given_origins(connector: Connector, config: Mapping[str, Json]) -> frozenset[str]:
    """Return the origins (scheme://host:port) that a person gave as `url` fields.

    Only a field that begins an address counts: giving it is the confirmation of that
    address, private or loopback included.
    """
    begins = {name for text in _addresses(connector) if (name := _leading(text))}
    relative = any(_is_relative(text) for text in _addresses(connector))
    if relative:
        begins.add("baseUrl")
    urls = {f.key for f in config_fields(connector) if f.type == "url"} & begins
    return frozenset(_origin(str(config[key])) for key in urls if config.get(key))


def check_host_parts(connector: Connector, config: Mapping[str, Json]) -> None:
    """Refuse a value that stands for part of a host and is more than one label.

    Raises:
        UsageError: naming the field.
    """
    for text in _addresses(connector):
        if "://" not in text or text.startswith("{{"):
            continue
        authority = text.split("://", 1)[1].split("/", 1)[0]
        for name in _HOST_VARIABLE.findall(authority):
            value = str(config.get(name, ""))
            if value and not _HOST_PART.match(value):
                raise UsageError(
                    f"“{name}” is part of a host and cannot be {value[:80]!r}.",
                    advice="Letters, digits and hyphens, at most 63 of them.",
                )


def check_pattern(host: str) -> None:
    """Refuse a host pattern that is wider than one vendor.

    Raises:
        DescriptorError: when `*.` stands before fewer than two fixed labels.
    """
    fixed = host.removeprefix("*.")
    if "*" in fixed or (host != fixed and fixed.count(".") < _FIXED_LABELS - 1):
        raise DescriptorError(
            f"The host pattern {host!r} is too wide.",
            advice="Use an exact host, or *. before at least two labels.",
        )


def _addresses(connector: Connector) -> Iterator[str]:
    if connector.base_url is not None:
        yield connector.base_url
    for stream in connector.resolved_streams:
        if stream.polling is not None:
            yield stream.polling.endpoint
    yield connector.health_check.endpoint


def _is_relative(text: str) -> bool:
    return "://" not in text and not text.startswith("{{")


def _leading(text: str) -> str | None:
    found = _HOST_VARIABLE.match(text)
    return found[1] if found else None


def _host_of(template: str) -> str | None:
    if "://" not in template or template.startswith("{{"):
        return None
    authority = template.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0]
    host = _VARIABLE.sub("\0", authority.rsplit("@", 1)[-1].split(":", 1)[0]).lower()
    if "\0" not in host:
        return host
    labels = host.split(".")
    last = max(i for i, label in enumerate(labels) if "\0" in label)
    fixed = labels[last + 1 :]
    return "*." + ".".join(fixed) if len(fixed) >= _FIXED_LABELS else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rsplit('@', 1)[-1].lower()}"
