"""What an authorization server publishes, and what of it is taken."""

import pytest
from tests.auth.oauth2_parts import auth, secrets

from ferrule.errors import ServiceUnreachable, SignInFailed
from ferrule.exchange import Response, encode
from ferrule.oauth.discovery import (
    discover,
    guessed_issuer,
    read_metadata,
    well_known,
)
from ferrule.workspace.signing_in.party import metadata_of

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
                f"{ISSUER}/.well-known/openid-configuration/realms/one",
                f"{ISSUER}/realms/one/.well-known/oauth-authorization-server",
            ],
        ),
        (
            f"{ISSUER}/",  # Auth0's ends with a slash
            [
                f"{ISSUER}/.well-known/oauth-authorization-server",
                f"{ISSUER}/.well-known/openid-configuration",
            ],
        ),
    ],
)
def test_it_is_published_before_or_behind_the_path(issuer, places):
    assert list(well_known(issuer)) == places


REALM = f"{ISSUER}/realms/one"  # as Keycloak has it; Okta: /oauth2/default
OF_REALM = {
    "issuer": REALM,
    "authorization_endpoint": f"{REALM}/protocol/openid-connect/auth",
    "token_endpoint": f"{REALM}/protocol/openid-connect/token",
}


@pytest.mark.parametrize(
    "place",
    [
        f"{ISSUER}/.well-known/oauth-authorization-server/realms/one",
        f"{REALM}/.well-known/openid-configuration",
        f"{ISSUER}/.well-known/openid-configuration/realms/one",
        f"{REALM}/.well-known/oauth-authorization-server",
    ],
)
def test_a_declared_issuer_with_a_path_is_found_where_it_publishes(place):
    asked = []

    def site(request):
        asked.append(request.url)
        found = {place: OF_REALM, f"{ISSUER}/.well-known/openid-configuration": GOOD}
        body = found.get(request.url)
        return Response(200, (), encode(body)) if body else Response(404, (), b"")

    assert discover(site, REALM, declared=True).issuer == REALM
    assert asked[-1] == place


def test_the_document_of_a_root_does_not_hide_that_of_a_path():
    def site(request):
        appended = request.url.startswith(f"{REALM}/")
        return Response(200, (), encode(OF_REALM if appended else GOOD))

    assert discover(site, REALM, declared=True).issuer == REALM


@pytest.mark.parametrize("ending", ["/", "/../one", "?x=1"])
def test_an_issuer_matches_to_the_letter_below_a_path_too(ending):
    site = Site(oauth=OF_REALM, openid=OF_REALM, one=OF_REALM)
    with pytest.raises(SignInFailed, match="another issuer"):
        discover(site, REALM + ending, declared=True)


def test_an_issuer_may_name_the_configuration():
    asker = auth(issuer=f"{ISSUER}/realms/{{{{realm}}}}").asker(
        secrets(), {"config": {"realm": "one"}}
    )

    def site(request):
        known = {f"{REALM}/.well-known/openid-configuration": OF_REALM}
        body = known.get(request.url)
        return Response(200, (), encode(body)) if body else Response(404, (), b"")

    assert metadata_of(asker, site, OF_REALM["authorization_endpoint"]).issuer == REALM


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (f"{ISSUER}/authorise", True),
        (f"{ISSUER}/authorise?prompt=consent", True),
        (f"{ISSUER}/token", True),
        (f"{REALM}/protocol/openid-connect/auth", False),
        ("", True),
    ],
)
def test_what_the_root_of_a_host_publishes_is_not_of_a_server_below_it(address, found):
    metadata = discover(Site(oauth=GOOD), ISSUER, declared=False, of=address)
    assert (metadata is not None) is found


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
