"""What a person is asked in the browser, and where the answer leads.

Three addresses: consent to a client (RFC 6749, section 4.1), to a device (RFC 8628,
section 3.3) and to an OAuth 1 client (RFC 5849, section 2.2). Each asks on GET and
takes the decision on POST at the same address.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from authlib.oauth2 import OAuth2Error

from ferrule.sandbox.answer import Answer, Asked, Refused
from ferrule.sandbox.authority import misbehaviour, pages
from ferrule.sandbox.authority.grants import Approval
from ferrule.sandbox.authority.ledger import Device
from ferrule.sandbox.authority.parties import PERSON
from ferrule.sandbox.authority.server import NO_STORE, Heard, Server, in_query
from ferrule.sandbox.authority.signed import OUT_OF_BAND, Credential, Provider

FOUND: Final = 302


def consent(server: Server, asked: Asked, wrong: list[str]) -> Answer:
    """Ask whether a client may come in; the redirect carries the issuer (RFC 9207)."""
    heard = in_query(asked)
    try:
        grant = server.consent(heard)
    except OAuth2Error as error:
        return _back(_unasked(server, error, heard), asked, wrong)
    scopes = heard.scope.split()
    if asked.method == "GET":
        name = server.clients[heard.said.client_id].name
        back = grant.redirect_uri
        return pages.consent(pages.Question(name, scopes, back, wrong=wrong))
    chosen = _decision(asked, scopes)
    approval = Approval(PERSON, chosen) if chosen is not None else None
    return _back(server.decide(heard, approval, grant), asked, wrong)


def device(server: Server, asked: Asked, wrong: list[str]) -> Answer:
    """Ask for the code that a device shows, then whether it may come in."""
    user_code = parse_qs(asked.query).get("user_code", [""])[0]
    if not user_code:
        return pages.ask_code()
    shown = server.ledger.shown(user_code)
    if shown is None or shown.approved is not None or shown.is_expired():
        return pages.ask_code("No device waits for this code, or it is over.")
    if asked.method == "GET":
        name = server.clients[shown.get_client_id()].name
        scopes, code = shown.scope.split(), shown.user_code
        return pages.consent(pages.Question(name, scopes, wrong=wrong, device=code))
    return _device_decided(shown, asked)


def signed(provider: Provider, asked: Asked, wrong: list[str]) -> Answer:
    """Ask whether an OAuth 1 client may come in."""
    token = parse_qs(asked.query).get("oauth_token", [""])[0]
    temporary = provider.waiting.get(token)
    if temporary is None:
        return pages.message("Nothing to approve", "This request is over.", 400)
    back = "" if temporary.callback == OUT_OF_BAND else temporary.callback
    if asked.method == "GET":
        name = provider.clients[temporary.client_id].name
        return pages.consent(pages.Question(name, (), back, wrong=wrong))
    said = _signed_decided(provider, temporary, asked)
    if not back:
        return _told_verifier(temporary)
    joint = "&" if urlsplit(back).query else "?"
    led = (("location", back + joint + urlencode(said)), *NO_STORE)
    return misbehaviour.redirected(wrong, Answer(FOUND, b"", led))


def _back(answer: Answer, asked: Asked, wrong: list[str]) -> Answer:
    """Return a redirect to the client with the issuer in it; a page as it is."""
    if answer.status != FOUND:
        return answer
    parts = urlsplit(dict(answer.headers)["location"])
    query = urlencode([*parse_qsl(parts.query), ("iss", asked.origin)])
    led = (("location", parts._replace(query=query).geturl()), *NO_STORE)
    return misbehaviour.redirected(wrong, Answer(FOUND, b"", led))


def _unasked(server: Server, error: OAuth2Error, heard: Heard) -> Answer:
    """Return an error that came before the person was asked.

    It is led to the client only where the redirect address is known to be the client's
    (RFC 6749, section 4.1.2.1); otherwise the person reads it on a page.
    """
    if error.redirect_uri:
        return server.refused(error, heard)
    text = f"{error.error}: {error.get_error_description()}"
    return pages.message("This sign-in cannot begin", text, 400)


def _device_decided(shown: Device, asked: Asked) -> Answer:
    chosen = _decision(asked, shown.scope.split())
    shown.approved = chosen is not None
    if chosen is None:
        return pages.message("Denied", "The device was not connected.")
    shown.scope = chosen
    return pages.message("Device connected", "You can close this page.")


def _signed_decided(
    provider: Provider, temporary: Credential, asked: Asked
) -> list[tuple[str, str]]:
    """Return the parameters of the redirect; for no, as Trello and Twitter do."""
    if _decision(asked, ()) is None:
        provider.waiting.pop(temporary.token, None)
        return [("denied", temporary.token)]
    provider.approve(temporary)
    return [("oauth_token", temporary.token), ("oauth_verifier", temporary.verifier)]


def _told_verifier(temporary: Credential) -> Answer:
    if not temporary.verifier:
        return pages.message("Denied", "Nothing was allowed. You can close this page.")
    text = "Copy this code into the application that asked."
    return pages.message("Approved", text, pin=temporary.verifier)


def _decision(asked: Asked, scopes: Sequence[str]) -> str | None:
    """Return the scopes that the person left ticked, None for no.

    Raises:
        Refused: 403 when the form stands on somebody else's page.
    """
    origin = asked.headers.get("origin", asked.origin)
    site = asked.headers.get("sec-fetch-site", "same-origin")
    if origin != asked.origin or site not in {"same-origin", "none"}:
        raise Refused(pages.message("Refused", "This form came from elsewhere.", 403))
    form = parse_qs(asked.body.decode("latin-1"))
    chosen = [scope for scope in form.get("scope", ()) if scope in scopes]
    if form.get("decision") != ["approve"] or (scopes and not chosen):
        return None
    return " ".join(chosen)
