"""What an authorization server publishes, and what of it is taken."""

import pytest

from ferrule.errors import ServiceUnreachable, SignInFailed
from ferrule.exchange import Response, encode
from ferrule.oauth.discovery import (
    discover,
    guessed_issuer,
    read_metadata,
    well_known,
)

ISSUER = "https://login.example.com"
GOOD = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorise",
    "token_endpoint": f"{ISSUER}/token",
    "revocation_endpoint": f"{ISSUER}/revoke",
    "code_challenge_methods_supported": ["plain", "S256"],
    "authorization_response_iss_parameter_supported": True,
}


@pytest.mark.parametrize(
    ("issuer", "places"),
    [
        (
            ISSUER,
            [
                f"{ISSUER}/.well-known/oauth-authorization-server",
                f"{ISSUER}/.well-known/openid-configuration",
            ],
        ),
        (
            f"{ISSUER}/realms/one",  # RFC 8414, section 3.1
            [
                f"{ISSUER}/.well-known/oauth-authorization-server/realms/one",
                f"{ISSUER}/realms/one/.well-known/openid-configuration",
            ],
        ),
    ],
)
def test_it_is_published_before_or_behind_the_path(issuer, places):
    assert list(well_known(issuer)) == places


def test_an_issuer_is_guessed_from_the_authorise_address():
    assert guessed_issuer("https://a.example:8443/x/authorize?y=1") == (
        "https://a.example:8443"
    )


def test_what_guards_the_flow_is_read():
    found = read_metadata(GOOD, ISSUER)
    assert found.issuer == ISSUER
    assert found.challenges == ("plain", "S256")
    assert found.names_itself
    assert found.revocation == f"{ISSUER}/revoke"


def test_what_is_not_published_is_not_made_up():
    found = read_metadata({"issuer": ISSUER}, ISSUER)
    assert found.challenges is None
    assert not found.names_itself
    assert not found.revocation


@pytest.mark.parametrize(
    "body",
    [
        [],
        "text",
        {},
        GOOD | {"issuer": f"{ISSUER}/"},
        GOOD | {"issuer": "https://evil.example.com"},
        GOOD | {"token_endpoint": "http://login.example.com/token"},
        GOOD | {"revocation_endpoint": 7},
        GOOD | {"revocation_endpoint": "javascript:alert(1)"},
    ],
)
def test_what_cannot_be_trusted_is_refused(body):
    with pytest.raises(SignInFailed):
        read_metadata(body, ISSUER)


class Site:
    """Answers for addresses; anything else is 404."""

    def __init__(self, **pages):
        self.pages = pages
        self.asked = []

    def __call__(self, request):
        self.asked.append(request.url)
        name = request.url.rpartition("/")[2]
        answer = self.pages.get(name.partition("-")[0], 404)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return Response(answer, (), b"{}")
        return Response(200, (), encode(answer))


def test_openids_document_does_where_the_other_is_not_there():
    site = Site(openid=GOOD)
    assert discover(site, ISSUER, declared=False).issuer == ISSUER
    assert len(site.asked) == 2


@pytest.mark.parametrize("answer", [404, 302, 500, ServiceUnreachable("gone"), [1]])
def test_a_site_that_publishes_nothing_has_no_metadata(answer):
    site = Site(oauth=answer, openid=answer)
    assert discover(site, ISSUER, declared=True) is None
    assert len(site.asked) == 2


def test_another_issuers_document_is_refused_where_one_is_declared():
    site = Site(oauth=GOOD | {"issuer": "https://evil.example.com"})
    with pytest.raises(SignInFailed, match="another issuer"):
        discover(site, ISSUER, declared=True)
    assert discover(site, ISSUER, declared=False) is None


def test_plain_http_is_not_asked():
    site = Site(oauth=GOOD)
    assert discover(site, "http://login.example.com", declared=False) is None
    assert site.asked == []
