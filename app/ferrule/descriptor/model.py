"""The root of a descriptor."""

from collections.abc import Collection
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Discriminator, Field, PrivateAttr, StringConstraints, Tag

from ferrule.auth import Auth, AuthKind
from ferrule.descriptor.host_pattern import HostPattern
from ferrule.descriptor.ingestion import (
    Ingestion,
    PollingAndWebhook,
    PollingPart,
    StreamPart,
    Webhook,
)
from ferrule.descriptor.streams import Stream, resolve_streams
from ferrule.descriptor.tools import HealthCheck, Sink, Tool
from ferrule.errors import UsageError
from ferrule.exchange import Json
from ferrule.expression import TemplateText
from ferrule.fields import InputField
from ferrule.mapping import FieldMapping
from ferrule.resilience import RateLimit, Resilience
from ferrule.section import Amount, Flag, Section, Whole

ConnectorId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=128),
]
Version = Annotated[
    str,
    StringConstraints(
        pattern=r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$", max_length=64
    ),
]


def _free_name(name: str, taken: Collection[str]) -> str:
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name} {number}"
    return free


def _kind(auth: AuthKind) -> str:
    return str(getattr(auth, "method", ""))


def _number_or_template(value: object) -> str:
    return "(template)" if isinstance(value, str) else "(number)"


class ApiVersion(Section):
    """One version of the service's API; its overrides are a merge patch."""

    id: str = Field(title="Id")
    label: str = Field(title="Label")
    status: Literal["stable", "deprecated", "experimental"] = Field(title="Status")
    default: Flag | None = Field(None, title="Default")
    changelog: str | None = Field(None, title="Changelog")
    deprecated_at: str | None = Field(None, title="Deprecated at")
    sunset_at: str | None = Field(None, title="Ends at")
    migration_guide: str | None = Field(None, title="Migration guide")
    overrides: dict[str, Json] | None = Field(None, title="Overrides")


class Permissions(Section):
    """What a connector may reach: shown before it is used, and signed."""

    hosts: tuple[HostPattern, ...] = Field(
        title="Hosts", description="api.example.com, or *.example.com"
    )
    scopes: tuple[str, ...] = Field(title="Scopes")
    writes: tuple[str, ...] = Field(title="Writes")


class ConfigMove(Section):
    """Renamed config keys since a version."""

    from_: str = Field(alias="from", title="From version")
    moves: dict[str, str] = Field(title="Moves")


class Tested(Section):
    """What a section was like when it was last tested."""

    hash: str = Field(title="Hash")
    at: str = Field(title="At")


class Annotations(Section):
    """Notes that tools keep in a descriptor."""

    tested: dict[str, Tested] | None = Field(None, title="Tested")


class Connector(Section):
    """A whole connector (seed 001, section 4, and what descriptor.md adds)."""

    id: ConnectorId = Field(title="Id", description="Lower case, such as github-issues")
    name: str = Field(min_length=1, title="Name")
    description: str = Field(title="Description", description="One line")
    category: str = Field(title="Category")
    icon: str = Field(title="Icon", description="A Lucide name")
    kind: Literal["native", "generic"] = Field(title="Kind")
    version: Version = Field(title="Version", description="MAJOR.MINOR.PATCH")
    schema_version: Literal[1, 2] | None = Field(None, title="Schema version")
    provider: str | None = Field(None, title="Provider")
    auth: Auth = Field(title="Authentication")
    auth_options: tuple[Auth, ...] | None = Field(None, title="Other ways to sign in")
    config_fields: tuple[InputField, ...] | None = Field(None, title="Configuration")
    base_url: TemplateText | None = Field(None, title="Base URL")
    ingestion: Ingestion = Field(title="Ingestion")
    field_mapping: FieldMapping = Field(title="Mapping")
    health_check: HealthCheck = Field(title="Health check")
    streams: tuple[StreamPart, ...] | None = Field(None, title="Streams")
    rate_limits: tuple[RateLimit, ...] | None = Field(None, title="Rate limits")
    max_concurrency: (
        Annotated[
            Annotated[Whole, Field(ge=1), Tag("(number)")]
            | Annotated[TemplateText, Tag("(template)")],
            Discriminator(_number_or_template),
        ]
        | None
    ) = Field(None, title="At once")
    resilience: Resilience | None = Field(None, title="Errors")
    max_item_error_ratio: Amount | None = Field(
        None, ge=0, le=1, title="Item errors allowed"
    )
    tools: tuple[Tool, ...] | None = Field(None, title="Tools")
    sinks: tuple[Sink, ...] | None = Field(None, title="Sinks")
    api_versions: tuple[ApiVersion, ...] | None = Field(None, title="API versions")
    sync_from: TemplateText | None = Field(None, title="Sync from")
    collection_key: str | None = Field(None, title="Collection key")
    sub_type: str | None = Field(None, title="Sub-type")
    capabilities: tuple[Literal["source", "sink", "bidirectional"], ...] | None = Field(
        None, title="Capabilities"
    )
    runtime: Literal["edge", "pod", "gpu", "bridge"] | None = Field(
        None, title="Runtime"
    )
    status: Literal["planned", "beta", "ga", "deprecated"] | None = Field(
        None, title="Status"
    )
    eta: str | None = Field(None, title="Expected")
    permissions: Permissions | None = Field(None, title="Permissions")
    tags: tuple[str, ...] | None = Field(None, title="Tags")
    docs_url: str | None = Field(None, title="Documentation")
    author: str | None = Field(None, title="Author")
    licence: str | None = Field(None, title="Licence")
    config_moves: tuple[ConfigMove, ...] | None = Field(None, title="Config moves")
    annotations: Annotations | None = Field(None, title="Annotations")

    _left_out: tuple[AuthKind, ...] = PrivateAttr(default=())

    @property
    def polling(self) -> PollingPart | None:
        """Return the polling part, or None for a connector that is only called."""
        ingestion = self.ingestion
        if isinstance(ingestion, PollingAndWebhook):
            return ingestion.polling
        return None if isinstance(ingestion, Webhook) else ingestion

    @property
    def sign_in(self) -> AuthKind:
        """Return the auth method that a connection uses."""
        return self.auth

    @property
    def sign_ins(self) -> dict[str, AuthKind]:
        """Return the methods that a person chooses from by their names, usual first.

        A method is called by its label, else by what it is; of two with one name the
        second is “… 2”.
        """
        named: dict[str, AuthKind] = {}
        for auth in (self.auth, *(self.auth_options or ())):
            if auth not in named.values():
                named[_free_name(auth.label or auth.title, named)] = auth
        return named

    def signing_in(self, name: str | None) -> "Connector":
        """Return the connector with the method of that name and no other.

        None is the usual one. A method is also found by its label in another case, and
        by its kind (`pat`) where no other is of that kind.

        Raises:
            UsageError: when there is none of that name, or several.
        """
        chosen = self.auth if name is None else self.sign_ins[self.sign_in_name(name)]
        if not self.auth_options:
            return self
        narrow = self.model_copy(update={"auth": chosen, "auth_options": None})
        narrow._left_out = tuple(a for a in self.sign_ins.values() if a != chosen)  # noqa: SLF001  its own class
        return narrow

    @property
    def left_out(self) -> tuple[AuthKind, ...]:
        """Return the methods that were not chosen: nothing is sent for them."""
        return self._left_out

    def sign_in_name(self, name: str | None) -> str:
        """Return the name among `sign_ins` that a person means.

        Raises:
            UsageError: when there is none, or several.
        """
        named = self.sign_ins
        if name is None or name in named:
            return name or next(iter(named))
        wanted = name.casefold()
        found = [n for n in named if n.casefold() == wanted]
        found = found or [n for n, auth in named.items() if _kind(auth) == wanted]
        if len(found) == 1:
            return found[0]
        raise UsageError(
            f"{self.id} has {'several sign-ins' if found else 'no sign-in'} “{name}”.",
            advice=f"Choose one by its name: {', '.join(named)}.",
        )

    @cached_property
    def resolved_streams(self) -> tuple[Stream, ...]:
        """The streams with everything they inherit, at least one.

        Raises:
            DescriptorInvalid: when a stream is not valid once it is merged, or two
                have one key.
        """
        return resolve_streams(self)
