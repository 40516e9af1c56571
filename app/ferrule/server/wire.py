"""What the routes take and give, as typed models: the OpenAPI document is made of them.

Each is closed, frozen and camelCase on the wire. Texts that are kept are short and of
printable ASCII, so that they mean the same in every database and log.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, PlainSerializer, StringConstraints, WithJsonSchema

from ferrule.section import Flag, Section

_ID: Final = r"^[a-z0-9]+([._-][a-z0-9]+)*$"
_NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_NUMBER: Final = r"(0|[1-9][0-9]{0,8})"

ConnectorId = Annotated[str, StringConstraints(pattern=_ID, max_length=128)]
Name = Annotated[str, StringConstraints(pattern=_NAME, max_length=128)]
Version = Annotated[
    str, StringConstraints(pattern=rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}$")
]
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Reason = Annotated[str, StringConstraints(pattern=r"^[!-~][ -~]*$", max_length=500)]
Reference = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9@/_.~][!-~]*$", max_length=512)
]
Host = Annotated[str, StringConstraints(max_length=300)]
Limit = Annotated[int, Field(ge=1, le=500)]
YesOrNo = Literal["true", "false"]
Document = Annotated[
    Any,
    WithJsonSchema({"type": "object"}),
    PlainSerializer(lambda value: value, return_type=Any),
]
Config = Annotated[dict[str, Any], Field(max_length=200)]


class ErrorDetail(Section):
    """Why not: `code` for programs, `message` and `advice` for people."""

    code: str
    message: str
    advice: str
    step: int | None = Field(None, description="The verification's step that refused")


class ErrorAnswer(Section):
    """The one shape of every refusal."""

    error: ErrorDetail


class Health(Section):
    """That the server answers, and its database too."""

    status: Literal["ok"] = "ok"
    version: str


class NoQuery(Section):
    """No parameters."""


class Paged(Section):
    """Where a list goes on, and how much of it is wanted."""

    after: Annotated[str, StringConstraints(max_length=128)] = Field(
        "", description="`next` of the answer before"
    )
    limit: Limit = 100


class DescriptorQuery(Paged):
    """Which connectors are listed."""

    provider: Name | None = None
    enabled: YesOrNo | None = None


class InstanceQuery(Paged):
    """Which instances are listed."""

    provider: Name | None = None
    app_key: Name | None = None


class VersionQuery(Section):
    """Which version; the current one where none is named."""

    version: Version | None = None


class TakeQuery(Section):
    """An override: a bundle that is older than what is here, and why it comes back."""

    allow_rollback: YesOrNo = "false"
    reason: Reason | None = None


class PermissionsShown(Section):
    """Hosts that are called, scopes that are asked for, tools that write."""

    hosts: list[str]
    scopes: list[str]
    writes: list[str]


class ConnectorVersionShown(Section):
    """One connector of a bundle."""

    id: str
    version: str


class BundleShown(Section):
    """A bundle that was verified and is kept."""

    digest: str = Field(description="Of its payload: this identifies it")
    id: str
    version: str
    provider: str
    title: str
    created_at: str
    expires_at: str
    connectors: list[ConnectorVersionShown]
    permissions: PermissionsShown
    signers: list[str] = Field(description="Ids of the trusted keys that signed it")
    received_at: str
    received_by: str


class BundleList(Section):
    """Bundles, by their digest."""

    bundles: list[BundleShown]
    next: str | None = None


class StepShown(Section):
    """One step of the verification."""

    step: int
    name: str
    detail: str


class Verdict(Section):
    """What became of a bundle that was taken in."""

    new: bool
    bundle: BundleShown
    unchanged: list[str] = Field(description="Connectors that were here just so")
    overridden: list[str] = Field(description="Connectors that went back")
    steps: list[StepShown]


class DescriptorShown(Section):
    """A version of a connector, as it is listed."""

    id: str
    version: str
    name: str
    provider: str
    category: str
    enabled: bool
    permissions: PermissionsShown
    digest: str = Field(description="Of its content")
    bundle: str = Field(description="The digest of the bundle it came with")
    received_at: str


class DescriptorList(Section):
    """The current version of each connector, by id."""

    descriptors: list[DescriptorShown]
    next: str | None = None


class DescriptorWhole(DescriptorShown):
    """A version of a connector with its descriptor and its configuration form."""

    versions: list[str] = Field(description="Those that are here, the oldest first")
    descriptor: Document
    config_fields: list[Document]


class Enabling(Section):
    """Whether a version of a connector may be used."""

    enabled: Flag
    version: Version | None = None
    confirmed_hosts: Annotated[list[Host], Field(max_length=200)] = Field(
        default=[], description="Hosts that no enabled version called before"
    )


class Switching(Section):
    """Whether an instance is used."""

    enabled: Flag


class InstanceCreated(Section):
    """A new instance; to name a reference needs the scope of credentials as well."""

    connector_id: ConnectorId
    key: Name | None = Field(None, description="By default the connector's id")
    version: Version | None = Field(None, description="By default the latest enabled")
    config: Config = Field(default={})
    credential_ref: Reference | None = None
    app_key: Name | None = None
    enabled: Flag = False


class InstanceChanged(Section):
    """What of an instance changes; null takes a reference or an appKey away."""

    version: Version | None = None
    config: Config | None = None
    credential_ref: Reference | None = None
    app_key: Name | None = None


class InstanceShown(Section):
    """An instance; the reference only to who may see it."""

    project: str
    key: str
    connector_id: str
    version: str
    provider: str
    enabled: bool
    held: bool = Field(description="Its version of the connector is disabled")
    config: Document
    app_key: str | None = None
    has_credential: bool
    credential_ref: str | None = Field(None, description="With .credentials only")
    created_at: str
    updated_at: str


class InstanceList(Section):
    """Instances of a project, by key."""

    instances: list[InstanceShown]
    next: str | None = None


class AppFound(Section):
    """What an appKey stands for."""

    instance: InstanceShown
    descriptor: DescriptorShown


class CredentialLook(Section):
    """Whether a reference brings every field that the sign-in needs; no value."""

    ok: bool
    missing: list[str]


class KeyShown(Section):
    """A key of the trust list."""

    id: str
    label: str
    fingerprint: str
    connectors: list[str]
    revoked: bool


class TrustShown(Section):
    """The trust list in use."""

    version: int
    expires_at: str
    digest: str
    root: list[str] = Field(description="Fingerprints of the root's keys")
    keys: list[KeyShown]


class OverrideShown(Section):
    """A connector that went back, who let it, and why."""

    number: int
    at: str
    by: str
    reason: str
    bundle: str
    connector: str
    from_version: str
    to_version: str


class OverrideList(Section):
    """Overrides, the latest first; at most 500."""

    overrides: list[OverrideShown]
