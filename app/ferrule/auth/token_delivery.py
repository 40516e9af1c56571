"""A connection's token put where the descriptor says, by default as a bearer token."""

from collections.abc import Mapping

from ferrule.auth.kind import Deliver, Secrets, deliver, names_of, scope_of
from ferrule.auth.token import tokens_of
from ferrule.errors import MissingSecret
from ferrule.exchange import MISSING, Json, Request, scalar_text
from ferrule.expression.template import compile_template

BEARER = Deliver(to="header:Authorization", template="Bearer {{token}}")


def with_token(
    request: Request,
    secrets: Secrets,
    how: Deliver = BEARER,
    config: Mapping[str, Json] | None = None,
) -> Request:
    """Return `request` with the token as `{{token}}` in the template of `how`.

    The template knows the credential fields too, and the configuration.

    Raises:
        MissingSecret: when there is no token yet, or another value is not there.
    """
    tokens = tokens_of(secrets)
    if tokens is None:
        raise MissingSecret(
            "There is no token yet for this connection.",
            advice="Test the connection: that signs in.",
        )
    token = tokens.access.get_secret_value()
    scope = scope_of(secrets, {**names_of(config), "token": token})
    value = compile_template(how.template).render(scope)
    if value is MISSING or value is None:
        raise MissingSecret(
            f"The template of the token, {how.template!r}, lacks a value.",
            advice="Fill in every field that it names.",
        )
    return deliver(request, how.to, scalar_text(value))
