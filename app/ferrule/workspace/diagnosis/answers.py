"""Tell what an answer means that is not the one a check hopes for.

Asked in this order, because an earlier cause looks like a later one: who answers at all
(a proxy, a public network, a firewall), the pace, the service itself, the credential,
the address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from ferrule.auth.none import NoAuth
from ferrule.descriptor.model import Connector
from ferrule.exchange import Json, Request, Response
from ferrule.resilience.budget import asked_wait
from ferrule.sync.health import action_of, is_refused
from ferrule.transport.pages import is_page
from ferrule.transport.trouble import ADVICE
from ferrule.workspace.diagnosis import addresses, said
from ferrule.workspace.diagnosis.clocks import clock_ahead
from ferrule.workspace.diagnosis.finding import Diagnosis
from ferrule.workspace.diagnosis.refusals import refused

_PROXY_STATUS: Final = 407
_CAPTIVE: Final = 511  # RFC 6585 6
_WISPR: Final = b"<WISPAccessGatewayParam"
_PLAIN_TO_TLS: Final = (b"plain HTTP request was sent to HTTPS port",  # nginx
                        b"speaking plain HTTP to an SSL-enabled",  # Apache
                        b"sent an HTTP request to an HTTPS server")  # fmt: skip # Go
_MOST: Final = 4_096
_ELSEWHERE: Final = frozenset({404, 405, 410, 421})
_SERVER_ERRORS: Final = range(500, 600)
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_OF_THE_CONNECTOR: Final = (
    "The address stands in the connector: it may be out of date, or something on the"
    " way answers in its place."
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What an answer is judged by: whose it is, when it came (aware, UTC), and how.

    `proxy` is the host of a proxy that sees the exchange (plain http only). `checked`:
    an earlier answer was good, so the address is that of the service.
    """

    connector: Connector
    config: Mapping[str, Json]
    now: datetime
    proxy: str = ""
    checked: bool = False

    @property
    def timed(self) -> bool:
        """Whether the sign-in goes by the clock: a signature, a token that ends."""
        auth = self.connector.sign_in
        return auth.uses_tokens or auth.signs_each


def diagnose(request: Request, response: Response, scene: Scene) -> Diagnosis | None:
    """Return what an answer means; None where nothing is known to be wrong with it."""
    steps = (_on_the_way, _pace, _service, _refusal, _address)
    found = (step(request, response, scene) for step in steps)
    return next(filter(None, found), None)


def _on_the_way(
    _request: Request, response: Response, scene: Scene
) -> Diagnosis | None:
    """Return who answers in place of the service, if somebody does."""
    start = response.body[:_MOST]
    if response.status == _PROXY_STATUS:
        whose = f" {scene.proxy}" if scene.proxy else ""
        told = f"The proxy{whose} wants a sign-in of its own (407)."
        return Diagnosis("proxy_sign_in", told, ADVICE["proxy_sign_in"])
    if response.status == _CAPTIVE or _WISPR in start:
        return Diagnosis(
            "captive_portal",
            "This network wants a sign-in before it lets anything through.",
            "Open any page in the browser and sign in to the network, then try again.",
            "passing",
        )
    if response.status == HTTPStatus.BAD_REQUEST and any(
        w in start for w in _PLAIN_TO_TLS
    ):
        told = "The service speaks TLS on this port: it wants https."
        return Diagnosis("tls_needed", told, ADVICE["tls_needed"])
    page = is_page(response)
    if (
        page
        and scene.proxy
        and (response.status >= HTTPStatus.BAD_REQUEST or _via(response))
    ):
        told = (
            f"The proxy {scene.proxy} answers in place of the service{_page(response)}."
        )
        return Diagnosis("proxy_answer", told, ADVICE["proxy_answer"])
    if page and response.status == HTTPStatus.FORBIDDEN:
        return Diagnosis(
            "blocked",
            f"Something in front of the service blocks the request{_page(response)}.",
            "The credential was not judged: a firewall, a list of allowed addresses or "
            "a check for robots stands before it. Ask the service's operator.",
        )
    return None


def _via(response: Response) -> bool:
    return response.header("via") is not None


def _pace(_request: Request, response: Response, scene: Scene) -> Diagnosis | None:
    if action_of(scene.connector, response) != "rate_limited":
        return None
    wait = asked_wait(response.lower_headers, scene.now)
    told = f": it asks to wait {wait:,.0f} s" if wait else ""
    return Diagnosis(
        "rate_limited",
        f"Too many requests ({response.status}){told}.",
        "Wait, then try again. The credential is not the reason.",
        "passing",
    )


def _service(_request: Request, response: Response, _scene: Scene) -> Diagnosis | None:
    if response.status not in _SERVER_ERRORS:
        return None
    why = "" if is_page(response) else said.message(response)
    because = f": {why}" if why else ""
    told = f"The service itself fails ({_named(response.status)}{because})."
    advice = "Try again later; the service's status page may say more."
    return Diagnosis("service_down", told, advice, "passing")


def _refusal(request: Request, response: Response, scene: Scene) -> Diagnosis | None:
    if not is_refused(scene.connector, response):
        return None
    if isinstance(scene.connector.sign_in, NoAuth):
        told = (
            f"The service wants a sign-in ({response.status}); the connector has none."
        )
        advice = "Choose a way to sign in for the connector, in the Builder."
        return Diagnosis("unauthorised", told, advice, "auth")
    ahead = clock_ahead(response.lower_headers, scene.now)
    found = refused(request, response, ahead, timed=scene.timed)
    tenant = _site(scene, request.url)
    if found.trouble != "unauthorised" or not tenant:
        return found
    advice = f"{found.advice} {tenant}"
    return Diagnosis(found.trouble, found.detail, advice, found.health)


def _site(scene: Scene, url: str) -> str:
    """Return a word about the choice of a site, whose keys are no good elsewhere."""
    field = addresses.site_field(scene.connector, scene.config, url)
    if field is None:
        return ""
    return f"Check “{field.label}”: a key of another one is refused too."


def _address(request: Request, response: Response, scene: Scene) -> Diagnosis | None:
    """Return what is wrong with the address, if it looks like that."""
    target = ""
    if response.status in _REDIRECTS:
        target = addresses.redirect_target(response)
    page = is_page(response)
    if not (target or page or response.status in _ELSEWHERE):
        return None
    told = _told(response, target, page=page)
    tenant = addresses.tenant_in_host(scene.connector, scene.config, request.url)
    if tenant and (page or target):
        field, value = tenant
        advice = f"Check “{field.label}” ({value}): it is part of the host name."
        return Diagnosis("wrong_tenant", told, advice)
    return _addressed(request, response, scene, told)


def _addressed(
    request: Request, response: Response, scene: Scene, told: str
) -> Diagnosis:
    given = addresses.given_address(scene.connector, scene.config, request.full_url)
    meant = addresses.guess(given, response) if given else ""
    json_404 = response.status in _ELSEWHERE and not is_page(response)
    names = addresses.values_in_path(scene.connector, scene.config, request.url)
    if json_404 and (names or scene.checked) and not meant:
        listed = ", ".join(f"“{field.label}” ({value})" for field, value in names)
        check = f"Check {listed}" if listed else "Check the path in the connector"
        advice = f"{check}; some services say this too where access is missing."
        return Diagnosis("not_found", told, advice)
    if given is None:
        return Diagnosis("wrong_address", told, _OF_THE_CONNECTOR)
    advice = (
        f"Check “{given.field.label}”: it must be the address of the API, not that of"
    )
    advice += " the web pages."
    if meant:
        advice = f"Perhaps {meant} is meant: give that as “{given.field.label}”."
    return Diagnosis("wrong_address", told, advice)


def _told(response: Response, target: str, *, page: bool) -> str:
    if target:
        shown = addresses.shown_target(target)
        if addresses.is_login(target):
            told = f"The service sends to a page to sign in ({shown})"
            return f"{told}: that is not its API."
        return f"The service redirects to {shown}; redirects are not followed."
    if page:
        return f"A web page answers, not the API{_page(response)}."
    why = said.message(response)
    return f"Nothing is at this address ({response.status}{f': {why}' if why else ''})."


def _page(response: Response) -> str:
    title = said.page_title(response)
    return f" ({response.status}{f', “{title}”' if title else ''})"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
