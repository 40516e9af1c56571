"""OAuth 1.0a signatures (RFC 5849).

Two-legged (NetSuite's token-based sign-in): key and token are credential fields. With
all three addresses a person gives leave in the browser, and the token is what that
brought. The fields are found by their keys, however these are written.
"""

import re
from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from pydantic import Field, SecretStr

from ferrule.auth.kind import (
    AuthKind,
    CredentialConfig,
    Secrets,
    names_of,
    scope_of,
)
from ferrule.auth.oauth1_signing import Keys, Signature, sign
from ferrule.auth.redirect import Redirect
from ferrule.auth.token import TokenSet, tokens_of
from ferrule.errors import MissingSecret
from ferrule.exchange import MISSING, Pairs, Request, scalar_text
from ferrule.expression import TemplateText
from ferrule.expression.template import compile_template
from ferrule.fields import InputField

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "consumer key": ("consumerkey", "clientid", "clientkey", "apikey"),
    "consumer secret": ("consumersecret", "clientsecret", "apisecret", "apisecretkey"),
    "token": ("token", "accesstoken", "tokenid", "tokenkey"),
    "token secret": ("tokensecret", "accesstokensecret"),
    "private key": ("privatekey", "rsakey", "rsaprivatekey"),
}
_GAP: Final = re.compile(r"[_-]")
_NONE: Final = SecretStr("")


class OAuth1Config(CredentialConfig):
    """The signature, and the three addresses where a person gives leave."""

    credential_fields: tuple[InputField, ...] = Field(
        title="Credential fields",
        description="consumerKey and consumerSecret (privateKey for RSA-SHA1); token "
        "and tokenSecret where those are pasted",
    )
    request_url: TemplateText | None = Field(None, title="Request token address")
    authorise_url: TemplateText | None = Field(None, title="Authorise address")
    token_url: TemplateText | None = Field(None, title="Token address")
    signature: Signature = Field(title="Signature")
    realm: TemplateText | None = Field(
        None, title="Realm", description="Such as the account's number"
    )
    redirect: Redirect | None = Field(None, title="Redirect")


class OAuth1Auth(AuthKind):
    """Sign in with OAuth 1.0a."""

    title: ClassVar[str] = "OAuth 1"
    signs_each: ClassVar[bool] = True

    method: Literal["oauth1"] = Field("oauth1", title="Method")
    config: OAuth1Config = Field(title="OAuth 1")

    @property
    def interactive(self) -> Literal["", "browser"]:
        """Return "browser" with all three addresses: there a person gives leave."""
        config = self.config
        legs = config.request_url, config.authorise_url, config.token_url
        return "browser" if all(legs) else ""

    def authorise(self, request: Request, secrets: Secrets) -> Request:
        """Return `request` signed, with a fresh nonce.

        Raises:
            MissingSecret: when a field that signs has no value, or nobody signed in.
        """
        tokens = tokens_of(secrets)
        if tokens is None and self.interactive and not self._value("token", secrets):
            raise MissingSecret(
                "Not signed in yet: no token was given for this connection.",
                advice="Sign in, in the window or with ferrule connect.",
            )
        return self.sign(request, secrets, tokens=tokens)

    def sign(
        self,
        request: Request,
        secrets: Secrets,
        *,
        tokens: TokenSet | None = None,
        extra: Pairs = (),
    ) -> Request:
        """Return `request` signed for `tokens`, or for the token that was pasted.

        While a person signs in there is none, `tokens` is the temporary credential
        (its secret is `extra["secret"]`), and `extra` holds `oauth_callback` or
        `oauth_verifier` (RFC 5849, section 2).
        """
        realm = self._realm(secrets)
        keys = self._keys(secrets, tokens)
        return sign(request, self.config.signature, keys, extra=extra, realm=realm)

    def _keys(self, secrets: Secrets, tokens: TokenSet | None) -> Keys:
        signs = "private key" if self.config.signature == "RSA-SHA1" else ""
        token, token_secret = self._token(secrets, tokens)
        return Keys(
            consumer=self._needed("consumer key", secrets),
            consumer_secret=SecretStr(
                self._value("consumer secret", secrets)
                if signs
                else self._needed("consumer secret", secrets)
            ),
            token=token,
            token_secret=token_secret,
            private_key=SecretStr(self._needed(signs, secrets)) if signs else _NONE,
        )

    def _token(
        self, secrets: Secrets, tokens: TokenSet | None
    ) -> tuple[str, SecretStr]:
        if tokens is not None:
            return tokens.access.get_secret_value(), tokens.extra.get("secret", _NONE)
        secret = SecretStr(self._value("token secret", secrets))
        return self._value("token", secrets), secret

    def _needed(self, what: str, secrets: Secrets) -> str:
        value = self._value(what, secrets)
        if not value:
            raise MissingSecret(
                f"OAuth 1 signs with a {what}, and there is none.",
                advice=f"Give it as {self._key(what) or _advised(what)}, one of the "
                "credential fields.",
            )
        return value

    def _value(self, what: str, secrets: Secrets) -> str:
        key = self._key(what)
        value = secrets.get(key) if key else None
        return value.get_secret_value() if value is not None else ""

    def _key(self, what: str) -> str:
        """Return the key of the field that holds a part, "" without one."""
        names = _FIELDS[what]
        keys = {_GAP.sub("", f.key).lower(): f.key for f in self.credential_fields}
        return next((keys[name] for name in names if name in keys), "")

    def _realm(self, secrets: Secrets) -> str:
        if self.config.realm is None:
            return ""
        scope = scope_of(secrets, names_of(self._given))
        value = compile_template(self.config.realm).render(scope)
        return "" if value is MISSING or value is None else scalar_text(value)


def _advised(what: str) -> str:
    first, *rest = what.split()
    return first + "".join(map(str.capitalize, rest))
