"""An SSH key pair, for connectors that are code."""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import AuthKind, CredentialConfig


class SshKeyAuth(AuthKind):
    """Sign in with an SSH key."""

    title: ClassVar[str] = "SSH key"
    needs: ClassVar[str] = "ssh_key"

    method: Literal["ssh_key"] = Field("ssh_key", title="Method")
    config: CredentialConfig = Field(title="SSH key")
