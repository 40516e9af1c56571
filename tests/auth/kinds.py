"""Auth methods for tests, as a descriptor has them."""

from pydantic import SecretStr, TypeAdapter

from ferrule.auth import Auth, AuthKind

ADAPTER: TypeAdapter[AuthKind] = TypeAdapter(Auth)


def field(key, kind="password", **changes):
    return {"key": key, "label": key.title(), "type": kind, "required": True, **changes}


def auth(method, *keys, **config):
    """Return a method whose credential fields have these keys."""
    fields = [field(key) if isinstance(key, str) else key for key in keys]
    return ADAPTER.validate_python(
        {"method": method, "config": {"credentialFields": fields, **config}}
    )


def secrets_of(**values):
    return {key: SecretStr(value) for key, value in values.items()}
