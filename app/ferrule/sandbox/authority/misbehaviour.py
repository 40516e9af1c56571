"""What the authorization server can do wrong, each a line of a table.

A misbehaviour is named in the address (`?misbehave=NAME`, several with commas between)
or switched on for every request by the control endpoint.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from ferrule.sandbox.answer import Answer, Asked, refusal, told
from ferrule.sandbox.authority.server import NO_STORE, Pairs

PARAMETER: Final = "misbehave"
ELSEWHERE: Final = "/oauth/elsewhere"
SLOW_MS: Final = 3_000
SHORT: Final = 30
_HUGE: Final = 10**12
_ATTACKER: Final = "https://attacker.example.com"
_MARKUP: Final = "<script>alert(1)</script><b>bold</b>"
_PAGE: Final = b"<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"
_TYPE: Final = "content-type"

Members = Mapping[str, Any]
Wrong = tuple[str, Callable[[Pairs], Pairs]]


def _put(**changes: str) -> Callable[[Pairs], Pairs]:
    """Return what gives parameters of the redirect other values, or adds them."""

    def change(pairs: Pairs) -> Pairs:
        return list({**dict(pairs), **changes}.items())

    return change


def _without(*names: str) -> Callable[[Pairs], Pairs]:
    return lambda pairs: [(k, v) for k, v in pairs if k not in names]


def _code_twice(pairs: Pairs) -> Pairs:
    return [*pairs, *((k, v[::-1]) for k, v in pairs if k == "code")]


def _error_instead(pairs: Pairs) -> Pairs:
    shown = {"error": "server_error", "error_description": _MARKUP}
    return _put(**shown)(_without("code")(pairs))


REDIRECTS: Final[Mapping[str, Wrong]] = {
    "wrong_state": ("the state is another one", _put(state="somebody-elses")),
    "no_state": ("the state is left out", _without("state")),
    "wrong_iss": ("the issuer is another server", _put(iss=_ATTACKER)),
    "no_iss": ("the issuer is left out", _without("iss")),
    "error_and_code": (
        "an error stands beside the code",
        _put(error="access_denied", error_description="both at once"),
    ),
    "code_twice": ("two codes", _code_twice),
    "wrong_token": (
        "the temporary token is another one (OAuth 1)",
        _put(oauth_token="somebody-elses"),  # noqa: S106  # no password
    ),
    "no_verifier": ("the verifier is left out (OAuth 1)", _without("oauth_verifier")),
    "wrong_code": ("a code of somebody else", _put(code="not-yours")),
    "html_error": ("an error whose description is markup", _error_instead),
}
FRAGMENT: Final = "fragment"


def _member(**changes: object) -> Callable[[Members], Members]:
    """Return what gives members of the token other values; None takes one out."""

    def change(token: Members) -> Members:
        changed = {**token, **changes}
        return {name: value for name, value in changed.items() if value is not None}

    return change


TOKENS: Final[Mapping[str, tuple[str, Callable[[Members], Members]]]] = {
    "no_expires_in": ("expires_in is left out", _member(expires_in=None)),
    "expires_in_30": ("the token lives for 30 s", _member(expires_in=SHORT)),
    "expires_in_0": ("expires_in is 0", _member(expires_in=0)),
    "expires_in_negative": ("expires_in is -5", _member(expires_in=-5)),
    "expires_in_huge": ("expires_in is 10^12", _member(expires_in=_HUGE)),
    "expires_in_text": ("expires_in is a word", _member(expires_in="soon")),
    "token_type_mac": ("token_type is mac", _member(token_type="mac")),  # noqa: S106  # no password
    "no_access_token": ("there is no access token", _member(access_token=None)),
    "empty_access_token": ("the access token is empty", _member(access_token="")),
    "no_refresh_token": ("there is no refresh token", _member(refresh_token=None)),
    "narrow_scope": ("only the first scope is granted", _member(scope="issues:read")),
}


def _html(asked: Asked) -> Answer:
    del asked
    return Answer(200, _PAGE, ((_TYPE, "text/html; charset=utf-8"),))


def _moved(status: int) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        return Answer(status, b"", (("location", asked.origin + ELSEWHERE),))

    return answer


def _says(status: int, body: Members) -> Callable[[Asked], Answer]:
    return lambda _asked: told(body, status, *NO_STORE)


def _throttled(asked: Asked) -> Answer:
    del asked
    return told({"message": "Too Many Requests"}, 429, ("retry-after", "1"))


INSTEAD: Final[Mapping[str, tuple[str, Callable[[Asked], Answer]]]] = {
    "html": ("a page instead of JSON, status 200", _html),
    "redirect": ("308 to another address", _moved(308)),
    "redirect_302": ("302 to another address", _moved(302)),
    "server_error": ("500", _says(500, {"message": "something broke"})),
    "json_401": (
        "401 and JSON without `error`",
        _says(401, {"message": "Unauthorized", "status": 401}),
    ),
    "error_200": (
        "an error with status 200",
        _says(200, {"error": "bad_verification_code", "error_description": "no"}),
    ),
    "throttled": ("429 with Retry-After", _throttled),
    "array": ("a JSON array, status 200", lambda _asked: told([1, 2])),
}
INVALID_GRANT: Final = "invalid_grant"
FORM: Final = "form_encoded"
LOST: Final = "answer_lost"
UNCONFIRMED: Final = "unconfirmed"
SLOW: Final = "slow"
OTHERS: Final = {
    SLOW: f"the answer comes after {SLOW_MS} ms",
    FRAGMENT: "the redirect carries its parameters in the fragment",
    INVALID_GRANT: "every refresh is refused with invalid_grant",
    FORM: "the token comes as a form, not as JSON",
    LOST: "the token is issued, and the answer is 502",
    UNCONFIRMED: "the request token comes without a word on the callback (OAuth 1)",
}
METADATA: Final[Mapping[str, tuple[str, Callable[[Members], Members]]]] = {
    "wrong_issuer": ("metadata name another issuer", _member(issuer=_ATTACKER)),
    "plain_only": (
        "metadata offer PKCE with plain alone",
        _member(code_challenge_methods_supported=["plain"]),
    ),
    "no_pkce": (
        "metadata do not mention PKCE",
        _member(code_challenge_methods_supported=None),
    ),
}
NO_METADATA: Final = "no_metadata"
KNOWN: Final[Mapping[str, str]] = {
    **{name: about for name, (about, _) in REDIRECTS.items()},
    **{name: about for name, (about, _) in TOKENS.items()},
    **{name: about for name, (about, _) in INSTEAD.items()},
    **OTHERS,
    **{name: about for name, (about, _) in METADATA.items()},
    NO_METADATA: "there are no metadata",
}


def checked(names: Collection[str]) -> list[str]:
    """Return the names.

    Raises:
        Refused: 404 with the known ones when one is not known.
    """
    for name in names:
        if name not in KNOWN:
            known = ", ".join(KNOWN)
            raise refusal(404, f"no misbehaviour {name!r}; known: {known}")
    return list(names)


def named(asked: Asked) -> list[str]:
    """Return what the address of a request asks to go wrong.

    Raises:
        Refused: 404 for an unknown name.
    """
    given = [v for k, v in parse_qsl(asked.query) if k == PARAMETER]
    return checked([name for part in given for name in part.split(",") if name])


def lifetime(names: Collection[str], seconds: int) -> int:
    """Return how long the next token really lives."""
    return SHORT if "expires_in_30" in names else seconds


def instead(names: Collection[str], asked: Asked) -> Answer | None:
    """Return what is said instead of an answer, None where nothing is."""
    found = (INSTEAD[name][1](asked) for name in names if name in INSTEAD)
    return next(found, None)


def redirected(names: Collection[str], answer: Answer) -> Answer:
    """Return a redirect to the client with its parameters as they should not be."""
    headers = dict(answer.headers)
    parts = urlsplit(headers.get("location", ""))
    pairs: Pairs = parse_qsl(parts.query, keep_blank_values=True)
    for name in names:
        if name in REDIRECTS:
            pairs = REDIRECTS[name][1](pairs)
    fragment = FRAGMENT in names
    query = urlencode(pairs)
    said = {"query": "", "fragment": query} if fragment else {"query": query}
    headers["location"] = parts._replace(**said).geturl()
    return replace(answer, headers=tuple(headers.items()))


def answered(names: Collection[str], answer: Answer) -> Answer:
    """Return the answer of the token endpoint as it should not be."""
    if answer.status != 200:  # noqa: PLR2004  # OK
        return answer
    if LOST in names:
        return told({"message": "Bad Gateway"}, 502)
    token: Members = msgspec.json.decode(answer.body)
    for name in names:
        if name in TOKENS:
            token = TOKENS[name][1](token)
    if FORM in names:
        form = urlencode(token).encode()
        kind = (_TYPE, "application/x-www-form-urlencoded")
        return replace(answer, body=form, headers=(kind, *NO_STORE))
    return replace(answer, body=told(token).body)


def confirmed(names: Collection[str], answer: Answer) -> Answer:
    """Return the answer to a request for temporary credentials as it should not be."""
    if UNCONFIRMED not in names:
        return answer
    return replace(
        answer, body=answer.body.replace(b"&oauth_callback_confirmed=true", b"")
    )


def described(names: Collection[str], metadata: Members) -> Members:
    """Return metadata as they should not be.

    Raises:
        Refused: 404 where there are to be none.
    """
    if NO_METADATA in names:
        raise refusal(404, "no metadata here")
    for name in names:
        if name in METADATA:
            metadata = METADATA[name][1](metadata)
    return metadata
