"""The sandbox's authorization server on loopback, in a thread, with a hand for consent.

Nothing sleeps: `slow` takes 300 ms here, and tokens expire when `expire` is called or
the clock that was given moves.
"""

import http.client
import json
import re
import threading
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from ferrule.clock import Clock, SystemClock
from ferrule.sandbox import server
from ferrule.sandbox.api import Api
from ferrule.sandbox.authority.desk import Authority
from ferrule.sandbox.authority.front import Duties
from ferrule.sandbox.authority.ledger import Token
from ferrule.sandbox.authority.parties import CLIENT_ID, CLIENT_SECRET, PUBLIC_ID
from ferrule.sandbox.tracker import Tracker

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "PUBLIC_ID", "AuthorityServer", "authority"]


_SCOPE = re.compile(r'name="scope" value="([^"]+)"')


class AuthorityServer:
    """A running service; a context manager. `url` is its origin and its issuer."""

    def __init__(self, *, clock: Clock | None, items: int, slow_ms: int) -> None:
        self.api = Api(Tracker(items), clock=clock or SystemClock())
        self.api.authority.slow_ms = slow_ms

    def __enter__(self) -> Self:
        listener = server._listening(0)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        application = server.application(self.api, self.url)
        self._running = server._Server(server._configured(application))
        listens = threading.Event()
        self._running.ready = listens.set
        self._thread = threading.Thread(
            target=self._running.run, kwargs={"sockets": [listener]}
        )
        self._thread.start()
        assert listens.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._running.should_exit = self._running.force_exit = True
        self._thread.join(10)

    @property
    def authority(self) -> Authority:
        """The server itself."""
        return self.api.authority

    # What goes wrong, and the passing of time.

    def misbehave(self, *names: str) -> None:
        """Let these go wrong at every request from now on; none at all ends it."""
        self.authority.obey(Duties(misbehave=list(names)))

    def address(self, path: str, *misbehave: str) -> str:
        """Return an address of the service, with what is to go wrong there."""
        wrong = f"?misbehave={','.join(misbehave)}" if misbehave else ""
        return f"{self.url}{path}{wrong}"

    def tell(self, **duties: Any) -> None:
        """Give an order: lifetime, expire, revoke, key, redirects (see `Duties`)."""
        self.authority.obey(Duties(**duties))

    # What was asked, and what was issued.

    @property
    def token_requests(self) -> int:
        """How often the token endpoint was asked."""
        return self.seen("token")

    @property
    def refreshes(self) -> int:
        """How often a refresh was asked for."""
        return self.seen("refresh_token")

    @property
    def reuse_errors(self) -> int:
        """How often a code or refresh token came a second time."""
        return self.seen("reuse")

    def seen(self, what: str) -> int:
        """Return a count.

        token, a grant's name, reuse, device, revoke, elsewhere, authorise,
        request_token or access_token.
        """
        return self.authority.ledger.seen[what]

    @property
    def tokens(self) -> list[Token]:
        """Every OAuth 2 token ever issued: access, refresh, scope, spent, withdrawn."""
        return list(self.authority.ledger.tokens)

    @property
    def issued(self) -> list[str]:
        """Every secret text that was ever issued, to look for where none may be."""
        signed = self.authority.provider.granted.values()
        texts = [text for t in self.tokens for text in (t.access, t.refresh) if text]
        return texts + [text for c in signed for text in (c.token, c.secret)]

    def accepts(self, access: str, path: str = "/secure/user") -> bool:
        """Tell whether the API lets a bearer token in."""
        headers = {"Authorization": f"Bearer {access}"}
        return self.ask("GET", path, headers=headers)[0] == HTTPStatus.OK

    # What a person does in the browser, over plain HTTP.

    def approve(self, address: str, *scopes: str, follow: bool = True) -> str:
        """Approve at an authorise address, of OAuth 2 or 1; return where that leads.

        `scopes` are those left ticked, none for all. With `follow` the listener there
        is called as a browser would; an address that does not answer is left alone.
        """
        return self._decide(address, "approve", scopes, follow=follow)

    def deny(self, address: str, *, follow: bool = True) -> str:
        """Deny at an authorise address; return where that leads."""
        return self._decide(address, "deny", (), follow=follow)

    def approve_device(self, user_code: str, *scopes: str) -> None:
        """Approve a device by the code that it shows."""
        self._decide(self._verify(user_code), "approve", scopes, follow=False)

    def deny_device(self, user_code: str) -> None:
        """Deny a device by the code that it shows."""
        self._decide(self._verify(user_code), "deny", (), follow=False)

    def _verify(self, user_code: str) -> str:
        query = urlencode({"user_code": user_code})
        return f"{self.url}/oauth/device/verify?{query}"

    def _decide(
        self, address: str, decision: str, scopes: Sequence[str], *, follow: bool
    ) -> str:
        status, _, page = self.ask("GET", address)
        assert status == HTTPStatus.OK, page
        offered = [
            part.split('"')[0] for part in page.split('name="scope" value="')[1:]
        ]
        form = [("scope", scope) for scope in scopes or offered]
        body = urlencode([*form, ("decision", decision)])
        status, headers, page = self.ask("POST", address, body)
        location = headers.get("location", "")
        assert location or status == HTTPStatus.OK, page
        if follow and location.startswith("http://"):
            visit(location)
        return location

    def ask(
        self, method: str, address: str, body: str = "", headers: Any = None
    ) -> tuple[int, dict[str, str], str]:
        """Return status, headers and text of an answer; `body` is a form."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        try:
            target = address.removeprefix(self.url)
            connection.request(method, target, body or None, kind | (headers or {}))
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        return (
            response.status,
            {k.lower(): v for k, v in response.getheaders()},
            text,
        )

    def token(self, path: str = "/oauth/token", **form: str) -> tuple[int, Any]:
        """Ask the token endpoint as the demo client; return status and JSON."""
        client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        status, _, text = self.ask("POST", path, urlencode(client | form))
        return status, json.loads(text)


def authority(
    *misbehave: str,
    clock: Clock | None = None,
    items: int = 50,
    slow_ms: int = 300,
    redirects: Sequence[str] = (),
    lifetime: int = 3600,
) -> AuthorityServer:
    """Return a service to enter with `with`; `misbehave` goes wrong from the start.

    `redirects` are more redirect addresses, loopback ones without a port (those with
    the path /oauth/callback are known); `lifetime` is that of access tokens, in
    seconds.
    """
    made = AuthorityServer(clock=clock, items=items, slow_ms=slow_ms)
    made.tell(misbehave=list(misbehave), redirects=list(redirects), lifetime=lifetime)
    return made


def visit(address: str) -> int:
    """Call an address on loopback as a browser would; return the status, 0 for none."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        response = connection.getresponse()
        response.read()
    except OSError:
        return 0
    finally:
        connection.close()
    return response.status


def parameters(address: str) -> dict[str, str]:
    """Return the parameters of an address; of one that is given twice, the first."""
    return {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
