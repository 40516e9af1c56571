"""A credential that is refused: not accepted, without a right, or off by the clock."""

from collections.abc import Mapping
from typing import Final

from ferrule.exchange import Json, Request, Response
from ferrule.workspace.diagnosis import said
from ferrule.workspace.diagnosis.clocks import ADVICE as SET_THE_CLOCK
from ferrule.workspace.diagnosis.clocks import clock_words
from ferrule.workspace.diagnosis.finding import Diagnosis

_FORBIDDEN: Final = 403
_OK: Final = 300
_STATEMENTS: Final = frozenset({"assertion", "client_assertion"})
_JWT_DOTS: Final = 2
_AGAIN: Final = "Give the credential anew"
_SCOPE_ERRORS: Final = frozenset({"insufficient_scope", "missing_scope"})
_HAS: Final = ("x-oauth-scopes",)  # GitHub, Slack: what the token has
_NEEDS: Final = (
    "x-accepted-oauth-scopes",  # GitHub, Slack: one of these would do
    "x-accepted-github-permissions",  # GitHub's fine-grained tokens
)


def refused(
    request: Request, response: Response, ahead_s: float | None, *, timed: bool
) -> Diagnosis:
    """Return why a credential is refused.

    `ahead_s` is how far this clock is off; it is the cause where the sign-in is `timed`
    (a signature, a token that ends), and else only mentioned.
    """
    found = _by_right(response) or _by_credential(request, response)
    skewed = clock_words(ahead_s)
    if not skewed:
        return found
    if timed and found.trouble != "missing_scope":
        return Diagnosis("clock_skew", skewed, f"{SET_THE_CLOCK} {_so(found)}", "auth")
    both = f"{found.advice} {skewed}"
    return Diagnosis(found.trouble, found.detail, both, found.health)


def signed_out(
    request: Request, message: str, advice: str, ahead_s: float | None
) -> Diagnosis:
    """Return why no token came, by what the method says of the service's refusal.

    The clock is the cause where the request bears a statement that tells the time.
    """
    skewed = clock_words(ahead_s)
    if skewed and _is_stated(request):
        told = f"{SET_THE_CLOCK} The service said: {message}"
        return Diagnosis("clock_skew", skewed, told, "auth")
    return Diagnosis("unauthorised", message, f"{advice} {skewed}".strip(), "auth")


def _is_stated(request: Request) -> bool:
    """Tell whether a request bears a signed statement (RFC 7523) or a signature."""
    members = request.body if isinstance(request.body, dict) else {}
    sent = request.header("authorization") or ""
    stated = bool(_STATEMENTS & set(members)) or sent.count(".") == _JWT_DOTS
    return stated or sent.lower().startswith("oauth ")


def _so(found: Diagnosis) -> str:
    return f"The service said: {found.detail}"


def _by_right(response: Response) -> Diagnosis | None:
    """Return the right that is missing; None where the credential itself is refused."""
    _, told = said.challenge(response)
    body = said.body_members(response)
    if {told.get("error", ""), _text(body, "error")} & _SCOPE_ERRORS:
        return _without_scope(response, told.get("scope") or _text(body, "needed"))
    if response.status != _FORBIDDEN:
        return None
    needs = next(filter(None, (response.header(name) for name in _NEEDS)), "")
    has = response.header(_HAS[0])
    if needs and not _covers(has, needs):
        return _without_scope(response, needs)
    why = said.message(response)
    detail = "The credential is accepted, but may not do this (403"
    return Diagnosis(
        "missing_right",
        f"{detail}: {why})." if why else f"{detail}).",
        _single_sign_on(response)
        or "Look at its scopes and at what its account may "
        "see; some services also allow only listed addresses, or certain plans.",
        "auth",
    )


def _without_scope(response: Response, needs: str) -> Diagnosis:
    wanted = said.clean(needs.replace(",", ", "))
    has = response.header(_HAS[0]) or _text(said.body_members(response), "provided")
    detail = "The credential is accepted, but lacks a scope"
    kept = f" It has: {said.clean(has)}." if has else ""
    return Diagnosis(
        "missing_scope",
        f"{detail}: {wanted}." if wanted else f"{detail}.",
        "Add the scope where the credential was made, then give it anew or sign in "
        f"again.{kept}",
        "auth",
    )


def _covers(has: str | None, needs: str) -> bool:
    """Tell whether one of the scopes that would do is there, or none is known."""
    if has is None:
        return False
    own = {scope.strip() for scope in has.split(",")}
    return bool(own & {scope.strip() for scope in needs.split(",")})


def _single_sign_on(response: Response) -> str:
    """Return GitHub's demand for single sign-on (`X-GitHub-SSO: required; url=…`)."""
    told = response.header("x-github-sso") or ""
    if not told.startswith("required"):
        return ""
    return (
        "The organisation wants single sign-on: authorise the token for it in GitHub's"
        " settings of the token."
    )


def _by_credential(request: Request, response: Response) -> Diagnosis:
    why = said.message(response)
    status = f"{response.status}"
    if response.status < _OK:
        status = "by a rule of the connector"
    detail = "The service does not accept the credential"
    return Diagnosis(
        "unauthorised",
        f"{detail} ({status}{f': {why}' if why else ''}).",
        _other_scheme(request, response) or _by_words(why),
        "auth",
    )


def _by_words(why: str) -> str:
    words = why.lower()
    if "expire" in words:
        return (
            "It has ended: make a new one at the service and give it, or sign in again."
        )
    if "revoke" in words:
        return "It was taken back: make a new one at the service and give it."
    return (
        f"{_AGAIN}: it may be incomplete, of another site or account, expired or taken"
        " back."
    )


def _other_scheme(request: Request, response: Response) -> str:
    """Return what to do where the service wants another scheme than was sent."""
    wanted, _ = said.challenge(response)
    sent = (request.header("authorization") or "").partition(" ")[0]
    known = {"basic", "bearer", "digest", "negotiate", "oauth", "token"}
    if wanted.lower() not in known or wanted.lower() == sent.lower():
        return ""
    if not sent:
        return f"It asks for {wanted}; no Authorization header was sent."
    if {wanted.lower(), sent.lower()} == {"bearer", "token"}:
        return ""  # GitHub and others take either
    if sent.lower() not in known:
        return ""
    return (
        f"It asks for {wanted}, the connector sends {sent}: another way to sign in may"
        " be the right one. Else give the credential anew."
    )


def _text(body: Mapping[str, Json], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
