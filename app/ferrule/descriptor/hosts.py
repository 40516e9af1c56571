"""Where a connector may send requests: named in its permissions, or derived.

Derived hosts are those of every address in the document: what is polled, checked and
ordered, the sign-in's own addresses, tools, sinks and subscriptions (semantics 13).
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from ferrule.descriptor.config import accepted_fields
from ferrule.descriptor.host_pattern import check_pattern, covers
from ferrule.descriptor.model import Connector
from ferrule.errors import ExpressionError, UsageError
from ferrule.exchange import Json
from ferrule.expression.placeholder import Placeholder, pieces
from ferrule.request import RequestTemplate
from ferrule.section import Section

__all__ = [
    "allowed_hosts",
    "check_host_parts",
    "check_pattern",
    "covers",
    "given_origins",
    "named_hosts",
]

_HOST_PART = re.compile(r"[A-Za-z0-9-]{1,63}")
_WHOLE_HOST = re.compile(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*(:[0-9]{1,5})?")
_HIDDEN = "\0"
_FIXED_LABELS = 2
_URL_MEMBERS = frozenset(
    {
        "authorise_url",
        "device_url",
        "issuer",
        "refresh_url",
        "request_url",
        "revoke_url",
        "token_url",
    }
)


def allowed_hosts(connector: Connector) -> frozenset[str]:
    """Return the hosts that the descriptor itself names or implies.

    Those that only a sign-in needs that was not chosen are not among them.
    """
    if connector.permissions is None:
        return named_hosts(connector)
    granted = frozenset(host.lower() for host in connector.permissions.hosts)
    if not connector.left_out:
        return granted
    idle = frozenset(filter(None, map(_host_of, _inside(connector.left_out))))
    return granted - (idle - named_hosts(connector) - _usual_hosts(connector))


def _usual_hosts(connector: Connector) -> frozenset[str]:
    """Return the hosts of the addresses that fields have before a person gives any."""
    fields = accepted_fields(connector)
    usual = [str(f.default) for f in fields if f.type == "url" and f.default]
    return frozenset(filter(None, map(_host_of, usual)))


def named_hosts(connector: Connector) -> frozenset[str]:
    """Return the hosts that the descriptor's addresses name."""
    return frozenset(filter(None, map(_host_of, addresses(connector))))


def given_origins(connector: Connector, config: Mapping[str, Json]) -> frozenset[str]:
    """Return the origins (scheme://host:port) that a person gave as `url` fields.

    Only a field that begins an address counts: giving it is the confirmation of that
    address, private or loopback included.
    """
    texts = list(addresses(connector))
    begins = {name for text in texts if (name := _leading(text))}
    if any(map(_is_relative, texts)):
        begins.add("baseUrl")
    urls = {f.key for f in accepted_fields(connector) if f.type == "url"} & begins
    return frozenset(_origin(str(config[key])) for key in urls if config.get(key))


def check_host_parts(connector: Connector, config: Mapping[str, Json]) -> None:
    """Refuse a value that stands for part of a host and is more than one label.

    A value that is the whole host must be a host name and nothing else.

    Raises:
        UsageError: naming the field.
    """
    for text in addresses(connector):
        tokens = _authority(text)
        names = [_config_name(t) for t in tokens if isinstance(t, Placeholder)]
        form = _WHOLE_HOST if len(tokens) == 1 else _HOST_PART
        for name in filter(None, names):
            value = str(config.get(name, ""))
            if value and not form.fullmatch(value):
                raise UsageError(
                    f"“{name}” is part of a host and cannot be {value[:80]!r}.",
                    advice="Letters, digits and hyphens, at most 63 of them.",
                )


def addresses(connector: Connector) -> Iterator[str]:
    """Yield the template of every address that the connector may call or open."""
    if connector.base_url is not None:
        yield connector.base_url
    for stream in connector.resolved_streams:
        if stream.polling is not None:
            yield stream.polling.endpoint
            yield from _inside(stream.polling.job)
    yield connector.health_check.endpoint
    yield from _inside(connector.ingestion)
    yield from _inside((connector.auth, connector.auth_options))
    yield from _inside((connector.tools, connector.sinks))


def _inside(part: object) -> Iterator[str]:
    """Yield the addresses of the requests and sign-ins below a part."""
    if isinstance(part, RequestTemplate):
        yield part.endpoint
    elif isinstance(part, Section):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if name in _URL_MEMBERS and isinstance(value, str):
                yield value
            else:
                yield from _inside(value)
    elif isinstance(part, list | tuple):
        for element in part:
            yield from _inside(element)


def _is_relative(text: str) -> bool:
    return "://" not in text and not text.startswith("{{")


def _leading(text: str) -> str | None:
    """Return the configuration value that begins an address, if one does."""
    first = next(iter(_pieces(text)), "")
    return _config_name(first) if isinstance(first, Placeholder) else None


def _config_name(placeholder: Placeholder) -> str | None:
    name = placeholder.name.removeprefix("config.")
    return None if "." in name or name.startswith("$") else name


def _pieces(text: str) -> "list[str | Placeholder]":
    try:
        return list(pieces(text))
    except ExpressionError:
        return []


def _authority(text: str) -> "list[str | Placeholder]":
    """Return the pieces of host and port of an address that names its scheme."""
    found = _pieces(text)
    first = found[0] if found else ""
    if isinstance(first, Placeholder) or "://" not in first:
        return []
    rest = first.split("://", 1)[1]
    tokens: list[str | Placeholder] = []
    for piece in [rest, *found[1:]]:
        if isinstance(piece, Placeholder):
            tokens.append(piece)
            continue
        literal, *later = re.split(r"[/?#]", piece, maxsplit=1)
        tokens += [literal] if literal else []
        if later:
            break
    return tokens


def _host_of(template: str) -> str | None:
    tokens = _authority(template)
    text = "".join(_HIDDEN if isinstance(t, Placeholder) else t for t in tokens)
    try:
        host = urlsplit(f"//{text}").hostname or ""
    except ValueError:
        return None
    if _HIDDEN not in host:
        return host or None
    labels = host.split(".")
    last = max(i for i, label in enumerate(labels) if _HIDDEN in label)
    fixed = labels[last + 1 :]
    return "*." + ".".join(fixed) if len(fixed) >= _FIXED_LABELS else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rsplit('@', 1)[-1].lower()}"
