"""Who asks: the client's id and secret, and how it signs in at the token address."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import quote_plus

from ferrule.auth.kind import Secrets
from ferrule.auth.oauth2.assertion import client_assertion
from ferrule.auth.oauth2.sections import OAuth2Common
from ferrule.errors import MissingSecret
from ferrule.exchange import Json, Pairs
from ferrule.fields import InputField

_IDS: Final = frozenset({"clientid", "appid", "applicationid", "consumerkey"})
_SECRETS: Final = frozenset({"clientsecret", "appsecret", "consumersecret"})
_OTHERS: Final = frozenset({"refreshtoken", "privatekey", "subject", "audience"})
_BY_JWT: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_TO_NAME: Final = str.maketrans("", "", "-_")


class Client(NamedTuple):
    """The person's own registration at the service; `secret` may be empty."""

    id: str
    secret: str

    @classmethod
    def of(cls, config: OAuth2Common, secrets: Secrets) -> "Client":
        """Return the client that the credential fields name.

        Its id is the field called `clientId` (or as many vendors call it), else the
        first that is no secret; its secret is `clientSecret`, else the first secret
        field that is nothing else.

        Raises:
            MissingSecret: when there is no id.
        """
        fields = config.credential_fields
        client_id = _value(fields, secrets, _IDS, secret=False)
        if not client_id:
            raise MissingSecret(
                "The client id has no value.",
                advice="Register an application with the service and give its client "
                "id and secret.",
            )
        return cls(client_id, _value(fields, secrets, _SECRETS, secret=True))

    def signed(
        self,
        how: str | None,
        secrets: Secrets,
        names: Mapping[str, Json],
        audience: str,
        now: datetime,
    ) -> tuple[Pairs, dict[str, Json]]:
        """Return headers and parameters by which the client signs in.

        Basic is form-encoded first (RFC 6749, section 2.3.1). A client without a
        secret is public and names itself only.
        """
        if how == "private_key_jwt":
            signed = client_assertion(self.id, audience, secrets, names, now)
            kind: dict[str, Json] = {"client_assertion_type": _BY_JWT}
            return (), {"client_id": self.id, **kind, "client_assertion": signed}
        if not self.secret:
            return (), {"client_id": self.id}
        if how == "basic":
            pair = f"{quote_plus(self.id)}:{quote_plus(self.secret)}".encode()
            return (("Authorization", f"Basic {b64encode(pair).decode()}"),), {}
        return (), {"client_id": self.id, "client_secret": self.secret}


def plain_name(key: str) -> str:
    """Return a field's key in lower case without hyphens and underscores."""
    return key.lower().translate(_TO_NAME)


def _value(
    fields: tuple[InputField, ...],
    secrets: Secrets,
    known: frozenset[str],
    *,
    secret: bool,
) -> str:
    others = (_IDS | _SECRETS | _OTHERS) - known
    ranked = [f for f in fields if plain_name(f.key) in known]
    ranked += [
        f
        for f in fields
        if f.secret is secret and f.type != "file" and plain_name(f.key) not in others
    ]
    if not ranked or ranked[0].key not in secrets:
        return ""
    return secrets[ranked[0].key].get_secret_value().strip()
