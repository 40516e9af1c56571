"""What is sent to an authorization server: addresses and token requests.

Every parameter that guards the flow (state, challenge, redirect, response type) is put
last and cannot be changed by a descriptor; the address that was built is read again
and refused where one of them is not as it must be (RFC 9700, section 2.1.1).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import msgspec

from ferrule.auth.kind import Secrets, scope_of
from ferrule.auth.oauth2.assertion import grant_assertion
from ferrule.auth.oauth2.client import Client
from ferrule.auth.oauth2.sections import AuthorizationCode, OAuth2Common
from ferrule.errors import DescriptorError, MissingSecret
from ferrule.exchange import MISSING, Json, Pairs, Request, scalar_text
from ferrule.expression.template import Scope, compile_template
from ferrule.request import RequestTemplate

_BY_JWT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_BY_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_JSON: Final = ("Accept", "application/json")
PATIENCE_MS: Final = 20_000
"""How long one request of a sign-in may take in all."""


class Asker(msgspec.Struct, frozen=True):
    """Makes the requests of one connector's section for one person's client.

    `names` are the other names of templates: `config`, and `baseUrl` to which relative
    addresses are joined.
    """

    config: OAuth2Common
    secrets: Secrets
    names: Mapping[str, Json]

    @property
    def scope(self) -> Scope:
        """The scope of the section's templates."""
        return scope_of(self.secrets, without_base(self.names))

    @property
    def client(self) -> Client:
        """The person's client."""
        return Client.of(self.config, self.secrets)

    def address(self, template: str) -> str:
        """Return an address of the section in full.

        Raises:
            ExpressionError: when a value that it names is not there.
        """
        return full_address(template, self.secrets, self.names)

    @property
    def token_address(self) -> str:
        """The token address in full."""
        return self.address(self.config.token_url)

    def authorise_address(
        self, redirect_uri: str, state: str, challenge: str | None
    ) -> str:
        """Return the address that the person's browser is to open.

        Raises:
            DescriptorError: when what was built does not hold what guards the flow.
        """
        config = self.config
        if not isinstance(config, AuthorizationCode):
            raise DescriptorError("Only the code grant is signed in by a browser.")
        guards = {
            "response_type": "code",
            "client_id": self.client.id,
            "redirect_uri": redirect_uri,
            "state": state,
        }
        if challenge is not None:
            guards |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        wanted = {**self._scopes(), **self._texts(config.authorise_params), **guards}
        address = self.address(config.authorise_url)
        glue = "&" if "?" in address else "?"
        url = address + glue + urlencode(wanted, quote_via=quote)
        check_guards(url, guards)
        return url

    def code_request(
        self, code: str, verifier: str | None, redirect_uri: str, now: datetime
    ) -> Request:
        """Return the request that changes a code into tokens (RFC 6749, 4.1.3)."""
        fields: dict[str, Json] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
        }
        if verifier is not None:
            fields["code_verifier"] = verifier
        return self._token_request(fields, now)

    def refresh_request(self, refresh: str, now: datetime) -> Request:
        """Return the request for fresh tokens (RFC 6749, section 6)."""
        fields: dict[str, Json] = {"grant_type": "refresh_token"}
        params = self._texts(self.config.refresh_params)
        url = self.address(self.config.refresh_url or self.config.token_url)
        return self._request(url, {**fields, "refresh_token": refresh, **params}, now)

    def credentials_request(self, now: datetime) -> Request:
        """Return the request for a token of the client's own (RFC 6749, 4.4)."""
        fields: dict[str, Json] = {"grant_type": "client_credentials"}
        return self._token_request({**fields, **self._scopes()}, now)

    def assertion_request(self, now: datetime) -> Request:
        """Return the request that gives a signed statement for a token (RFC 7523).

        Where `tokenHeaders` or `tokenParams` name `{{assertion}}` the statement goes
        there and nowhere else: GitHub takes it as a bearer token and no field beside.
        """
        url = self.token_address
        claims: dict[str, Json] = {"aud": url, **self._scopes()}
        signed = grant_assertion(
            self._client_id(), claims, self.secrets, self.names, now
        )
        fields: dict[str, Json] = {"grant_type": _BY_JWT, "assertion": signed}
        if self._places_assertion():
            fields = {}
        names = {**self.names, "assertion": signed}
        asker = msgspec.structs.replace(self, names=names)
        params = asker._texts(self.config.token_params)  # noqa: SLF001 - its own kind
        return asker._request(url, {**fields, **params}, now, bare=True)  # noqa: SLF001 - as above

    def _places_assertion(self) -> bool:
        config = self.config
        given = (config.token_headers or {}) | (config.token_params or {})
        return any("assertion" in compile_template(t).names for t in given.values())

    def device_request(self, now: datetime) -> Request:
        """Return the request for a device code (RFC 8628, section 3.1).

        Raises:
            DescriptorError: when the connector names no device address.
        """
        template = getattr(self.config, "device_url", None)
        if template is None:
            raise DescriptorError(
                "This connector has no device flow.",
                advice="Sign in with the browser instead.",
            )
        return self._request(self.address(template), dict(self._scopes()), now)

    def device_token_request(self, device_code: str, now: datetime) -> Request:
        """Return the request that asks whether the person has agreed."""
        fields: dict[str, Json] = {"grant_type": _BY_DEVICE, "device_code": device_code}
        return self._token_request(fields, now)

    def revocation_request(
        self, url: str, token: str, hint: str, now: datetime
    ) -> Request:
        """Return the request that ends a token (RFC 7009, section 2.1)."""
        fields: dict[str, Json] = {"token": token, "token_type_hint": hint}
        return self._request(url, fields, now, as_form=True)

    def _token_request(self, fields: dict[str, Json], now: datetime) -> Request:
        params = self._texts(self.config.token_params)
        return self._request(self.token_address, {**fields, **params}, now)

    def _request(
        self,
        url: str,
        fields: Mapping[str, Json],
        now: datetime,
        *,
        bare: bool = False,
        as_form: bool = False,
    ) -> Request:
        how = self.config.client_auth
        headers: Pairs = ()
        own: dict[str, Json] = {}
        if not bare or (how or "body") != "body":
            headers, own = self.client.signed(
                how, self.secrets, self.names, self.token_address, now
            )
        given = self._texts(self.config.token_headers)
        names = {name.lower() for name in given}
        ours = tuple(p for p in (_JSON, *headers) if p[0].lower() not in names)
        return Request(
            "POST",
            url,
            headers=ours + tuple(given.items()),
            body={**own, **fields},
            body_type="form" if as_form else self.config.token_body or "form",
            timeout_ms=PATIENCE_MS,
        )

    def _client_id(self) -> str:
        try:
            return self.client.id
        except MissingSecret:  # a service account names itself in its file
            return ""

    def _scopes(self) -> dict[str, str]:
        config = self.config
        between = " " if config.scope_separator is None else config.scope_separator
        return {"scope": between.join(config.scopes)} if config.scopes else {}

    def _texts(self, templates: Mapping[str, str] | None) -> dict[str, str]:
        """Return templates filled; one that names what is not there is left out."""
        scope = self.scope
        filled = {
            name: compile_template(template).render(scope)
            for name, template in (templates or {}).items()
        }
        return {
            name: scalar_text(value)
            for name, value in filled.items()
            if value is not MISSING and value is not None
        }


def full_address(template: str, secrets: Secrets, names: Mapping[str, Json]) -> str:
    """Return an address of a sign-in in full; values cannot change its structure.

    `baseUrl` among the names is what a relative one is joined to.

    Raises:
        ExpressionError: when a value that it names is not there.
    """
    scope = scope_of(secrets, without_base(names))
    base = names.get("baseUrl")
    made = RequestTemplate(endpoint=template, method="GET")
    return made.request(scope, base if isinstance(base, str) else None).full_url


def without_base(names: Mapping[str, Json]) -> dict[str, Json]:
    """Return names but for the base, which may be a template itself."""
    return {name: value for name, value in names.items() if name != "baseUrl"}


def check_guards(url: str, guards: Mapping[str, str]) -> None:
    """Refuse an authorise address in which a guard is missing, doubled or changed.

    Raises:
        DescriptorError: naming it.
    """
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    for name, value in guards.items():
        if [text for key, text in pairs if key == name] != [value]:
            raise DescriptorError(
                f"The authorise address does not hold {name} as it must.",
                pointer="/auth/config/authoriseUrl",
                advice=f"Take {name} out of authoriseUrl and authoriseParams.",
            )
    implicit = any(key == "code_challenge_method" and v != "S256" for key, v in pairs)
    if implicit:
        raise DescriptorError("PKCE is done with S256 or not at all.")
