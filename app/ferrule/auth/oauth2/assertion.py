"""Signed statements that stand for a password (RFC 7523).

The key is the field `privateKey`, or one that holds a PEM. Google's service account
file is taken as it is: its `private_key`, `client_email` and `private_key_id`.
"""

import secrets as chance
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pydantic import SecretStr

from ferrule.auth.kind import Secrets
from ferrule.errors import CredentialError, FerruleError, MissingSecret
from ferrule.exchange import Json, decode

_LIFETIME: Final = timedelta(minutes=5)
_PEM: Final = "-----BEGIN "


class SigningKey(NamedTuple):
    """A private key as it was given, and what its file says of its owner."""

    key: SecretStr
    owner: str = ""
    key_id: str = ""


def client_assertion(
    client_id: str,
    audience: str,
    secrets: Secrets,
    names: Mapping[str, Json],
    now: datetime,
) -> str:
    """Return what a client signs in with instead of a secret (RFC 7523, 2.2).

    Raises:
        MissingSecret: when there is no key, or none that can be read.
    """
    claims = {"iss": client_id, "sub": client_id, "aud": audience}
    return _timed(claims, secrets, names, now)


def grant_assertion(
    client_id: str,
    claims: Mapping[str, Json],
    secrets: Secrets,
    names: Mapping[str, Json],
    now: datetime,
) -> str:
    """Return what is given for a token (RFC 7523, section 2.1).

    The fields `issuer`, `subject` and `audience`, among the credentials or the
    configuration, win over the client's id and the `claims`. A service account speaks
    for itself where no subject is named.

    Raises:
        MissingSecret: when there is no key, or none that can be read.
    """
    owner = signing_key(secrets).owner
    found = {
        "iss": told("issuer", secrets, names) or owner or client_id,
        "sub": told("subject", secrets, names) or ("" if owner else client_id),
        "aud": told("audience", secrets, names),
    }
    given = {name: value for name, value in found.items() if value}
    return _timed({**claims, **given}, secrets, names, now)


def _timed(
    claims: Mapping[str, Json],
    secrets: Secrets,
    names: Mapping[str, Json],
    now: datetime,
) -> str:
    """Return `claims`, with times and an id of their own, signed; for five minutes."""
    key = signing_key(secrets)
    whole = {
        **claims,
        "iat": int(now.timestamp()),
        "exp": int((now + _LIFETIME).timestamp()),
        "jti": chance.token_urlsafe(16),
    }
    key_id = told("keyId", secrets, names) or key.key_id
    return _signed(whole, key.key, {"kid": key_id} if key_id else {})


def told(name: str, secrets: Secrets, names: Mapping[str, Json]) -> str:
    """Return a value among the credentials or the configuration; "" for none."""
    if name in secrets:
        return secrets[name].get_secret_value()
    config = names.get("config")
    value = config.get(name) if isinstance(config, dict) else None
    return value if isinstance(value, str) else ""


def signing_key(secrets: Secrets) -> SigningKey:
    """Return the private key among the credentials.

    Raises:
        MissingSecret: when there is none.
    """
    named = [secrets[k] for k in ("privateKey", "private_key") if k in secrets]
    others = (one for one in secrets.values() if _PEM in one.get_secret_value())
    found = next((key for key in (*named, *others) if key.get_secret_value()), None)
    if found is None:
        raise MissingSecret(
            "There is no private key to sign with.",
            advice="Give the key as PEM (-----BEGIN PRIVATE KEY-----) or the service "
            "account's JSON file.",
        )
    return SigningKey(found, *_owner(found.get_secret_value().strip()))


def _owner(text: str) -> tuple[str, str]:
    """Return whose key it is and its id, where a service account's file says so."""
    try:
        account = decode(text.encode()) if text.startswith("{") else None
    except FerruleError:
        account = None
    if not isinstance(account, dict):
        return "", ""
    owner, key_id = account.get("client_email"), account.get("private_key_id")
    return (
        owner if isinstance(owner, str) else "",
        key_id if isinstance(key_id, str) else "",
    )


def _signed(
    claims: Mapping[str, Json], key: SecretStr, header: Mapping[str, Json]
) -> str:
    from ferrule.auth.jws import (  # noqa: PLC0415 - only who signs pays for ciphers
        signed_jwt,
    )

    try:
        return signed_jwt("RS256", key, claims, header=header)
    except CredentialError as not_rsa:
        try:
            return signed_jwt("ES256", key, claims, header=header)
        except CredentialError:
            raise not_rsa from None
