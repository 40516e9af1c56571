"""An SSH key pair, for connectors that are code: no HTTP request is signed with one.

Keys are made and shown by `ssh_keys`.
"""

from typing import ClassVar, Literal

from pydantic import Field

from ferrule.auth.kind import AuthKind, CredentialConfig


class SshKeyAuth(AuthKind):
    """Sign in with an SSH key."""

    title: ClassVar[str] = "SSH key"
    needs: ClassVar[str] = "native connector"

    method: Literal["ssh_key"] = Field("ssh_key", title="Method")
    config: CredentialConfig = Field(title="SSH key")
