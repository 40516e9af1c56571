"""What a client and a person do at the authorization server, without a socket."""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.sandbox.conftest import ORIGIN, Caller

from ferrule.sandbox.answer import Answer, Asked

# RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
BACK = "http://127.0.0.1:45678/oauth/callback"
DEMO = {"client_id": "ferrule-demo", "client_secret": "demo-secret"}
PUBLIC = {"client_id": "ferrule-public"}
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Flow:
    """One client on its way; `client` is what its token requests carry."""

    caller: Caller
    client: dict[str, str] = field(default_factory=lambda: dict(DEMO))
    misbehave: str = ""

    def address(self, **changes: str | None) -> str:
        """Return the authorise address; a change of None leaves a parameter out."""
        given: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client["client_id"],
            "redirect_uri": BACK,
            "state": "s-1",
            "scope": "issues:read profile",
            **PKCE,
            **changes,
        }
        if self.misbehave:
            given["misbehave"] = self.misbehave
        kept = {name: value for name, value in given.items() if value is not None}
        return f"/oauth/authorize?{urlencode(kept)}"

    def decide(self, address: str, decision: str = "approve", **form: Any) -> Answer:
        """Answer the consent page there; every scope stays ticked by default."""
        page = self.caller.get(address).body.decode()
        form.setdefault("scope", re.findall(r'name="scope" value="([^"]+)"', page))
        return self.post(address, {"decision": decision, **form})

    def approved(self, **changes: str | None) -> dict[str, str]:
        """Approve; return the parameters that the client gets."""
        return led(self.decide(self.address(**changes)))

    def post(self, address: str, form: Any, **headers: str) -> Answer:
        """Send a form."""
        parts = urlsplit(address)
        return self.caller.api.answer(
            Asked(
                "POST",
                parts.path,
                {},
                FORM | {k.replace("_", "-"): v for k, v in headers.items()},
                urlencode(form, doseq=True).encode(),
                ORIGIN,
                parts.query,
            )
        )

    def token(self, **form: str) -> tuple[int, Any]:
        """Ask the token endpoint; return status and JSON."""
        wrong = f"?misbehave={self.misbehave}" if self.misbehave else ""
        answer = self.post(f"/oauth/token{wrong}", {**self.client, **form})
        return answer.status, json.loads(answer.body)

    def exchanged(self, code: str, **changes: str) -> tuple[int, Any]:
        """Exchange a code."""
        form = {"redirect_uri": BACK, "code_verifier": VERIFIER, **changes}
        return self.token(grant_type="authorization_code", code=code, **form)

    def signed_in(self, **changes: str | None) -> Any:
        """Go the whole way; return the token."""
        status, token = self.exchanged(self.approved(**changes)["code"])
        assert status == 200, token
        return token

    def refreshed(self, refresh: str, **form: str) -> tuple[int, Any]:
        """Refresh a token."""
        return self.token(grant_type="refresh_token", refresh_token=refresh, **form)

    def opens(self, access: str, path: str = "/user") -> int:
        """Return the status of the protected API for a bearer token."""
        headers = {"authorization": f"Bearer {access}"}
        return self.caller.get(f"/secure{path}", **headers).status


def led(answer: Answer) -> dict[str, str]:
    """Return the parameters of a redirect."""
    assert answer.status == 302, answer.body
    query = urlsplit(dict(answer.headers)["location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def basic(user: str, password: str) -> str:
    """Return the value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
