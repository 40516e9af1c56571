"""The code flow in the browser, from the listener to the tokens that the API takes."""

from urllib.parse import parse_qsl, urlsplit

import pytest
import respx
from pydantic import SecretStr
from tests.oauth.parties import (
    CREDENTIALS,
    FIELDS,
    call,
    callback,
    document,
    follow,
    names,
    oauth2,
    parameters,
    sign_in,
)

from ferrule.descriptor.document import validate
from ferrule.errors import StoreError
from ferrule.sandbox.authority.parties import CLIENT_ID, PASTED_BACK, PUBLIC_ID
from ferrule.workspace.signing_in import SignInStep, begin

ALL = ["listening", "opened", "waiting", "received", "exchanging", "signed_in"]


def agreed(service, auth=None, **how):
    """Sign in and agree; return the tokens and the last step."""
    signing = sign_in(service.url, auth, **how)
    steps = follow(signing, opened=lambda step: service.approve(step.url))
    assert names(steps)[-1] == "signed_in", steps[-1]
    return signing.tokens, steps


def test_a_person_signs_in_in_the_browser(service):
    tokens, steps = agreed(service)
    assert names(steps) == ALL
    assert service.accepts(tokens.access.get_secret_value())
    assert tokens.refresh is not None
    assert steps[-1].asked == steps[-1].granted
    assert not steps[-1].missing


def test_the_listener_is_open_before_the_browser_is(service):
    steps = sign_in(service.url).steps()
    first = next(steps)
    assert first.name == "listening"
    assert call(first.url)[0] == 400
    steps.close()


def test_the_redirect_address_is_the_literal_one_with_a_free_port(service):
    steps = sign_in(service.url).steps()
    address = urlsplit(next(steps).url)
    steps.close()
    assert address.hostname == "127.0.0.1"
    assert address.port > 1023
    assert address.path == "/oauth/callback"


@pytest.mark.parametrize("how", [None, "body", "basic"])
@pytest.mark.parametrize("form", [None, "json"])
def test_the_client_signs_in_as_the_descriptor_says(service, how, form):
    agreed(service, oauth2(clientAuth=how, tokenBody=form))


def test_a_client_without_a_secret_is_public(service):
    agreed(service, credentials={"clientId": PUBLIC_ID})


def test_the_token_request_names_the_redirect_address_to_the_byte():
    """RFC 6749, section 4.1.3; the code, the verifier and no more than asked."""
    kept = {}

    def opened(step):
        kept["asked"] = parameters(step.url)
        call(callback(step.url, code="c0de"))

    auth = oauth2(
        authoriseUrl="https://login.example.com/authorise",
        tokenUrl="https://login.example.com/token",
        issuer="https://login.example.com",
        tokenParams={"audience": "x", "left": "{{nowhere}}"},
        tokenHeaders={"X-Vendor": "v"},
    )
    signing = sign_in("http://127.0.0.1:9", auth)
    with respx.mock(assert_all_called=False) as network:
        network.get(path__startswith="/.well-known/").respond(404)
        route = network.post("https://login.example.com/token").respond(
            json={"access_token": "acc", "token_type": "BEARER"}
        )
        steps = follow(signing, opened=opened)
    assert names(steps)[-1] == "signed_in", steps[-1]
    sent = route.calls.last.request
    body = dict(parse_qsl(sent.content.decode()))
    assert body.pop("code_verifier")
    assert body == {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": kept["asked"]["redirect_uri"],
        "client_id": CLIENT_ID,
        "client_secret": "demo-secret",
        "audience": "x",
    }
    assert sent.headers["accept"] == "application/json"
    assert sent.headers["x-vendor"] == "v"
    assert signing.tokens.scopes == tuple(kept["asked"]["scope"].split())
    assert signing.tokens.expires_at is None


def test_values_are_captured_from_the_redirect_and_the_token_answer(service):
    capture = {"issuerTold": "query:iss", "kind": "$.token_type"}
    tokens, _ = agreed(service, oauth2(capture=capture))
    assert tokens.captured == {"issuerTold": service.url, "kind": "Bearer"}


def test_a_value_that_is_not_there_to_be_captured_ends_it(service):
    signing = sign_in(service.url, oauth2(capture={"realm": "query:realmId"}))
    steps = follow(signing, opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert "“realm” (query:realmId)" in steps[-1].detail


def test_attack_a_captured_value_that_would_lead_elsewhere_ends_it(service):
    auth = oauth2(capture={"site": "$.scope"})
    changed = document(auth)
    changed["ingestion"]["endpoint"] = "https://{{site}}.example.com/issues"
    changed["configFields"].append({**FIELDS[0], "key": "site", "required": False})
    secrets = {key: SecretStr(value) for key, value in CREDENTIALS.items()}
    signing = begin(validate(changed), {"baseUrl": service.url}, secrets)
    steps = follow(signing, opened=lambda s: service.approve(s.url))
    assert names(steps)[-2:] == ["exchanging", "failed"]
    assert "“site” is part of a host" in steps[-1].detail
    assert signing.tokens is None


def test_an_https_redirect_is_pasted_back(service):
    signing = sign_in(service.url, oauth2(redirect={"httpsUri": PASTED_BACK}))

    def opened(step):
        signing.paste(service.approve(step.url, follow=False))

    steps = follow(signing, opened=opened)
    assert steps[0] == SignInStep("listening", url=PASTED_BACK, paste=True)
    assert names(steps)[-1] == "signed_in"


def test_host_port_and_path_are_those_that_the_vendor_fixes(service):
    service.tell(redirects=["http://localhost/signed-in"])
    fixed = {"host": "localhost", "path": "/signed-in"}
    _, steps = agreed(service, oauth2(redirect=fixed))
    port = urlsplit(steps[0].url).port
    assert steps[0].url == f"http://localhost:{port}/signed-in"
    _, steps = agreed(service, oauth2(redirect={**fixed, "port": port}))
    assert steps[0].url == f"http://localhost:{port}/signed-in"


def test_scopes_are_joined_as_the_vendor_wants(service):
    step = next(
        s
        for s in sign_in(service.url, oauth2(scopeSeparator=",")).steps()
        if s.name == "opened"
    )
    assert parameters(step.url)["scope"] == "issues:read,comments:read,profile"


def test_authorise_parameters_are_filled_and_added(service):
    params = {"prompt": "consent", "tenant": "{{config.baseUrl}}", "no": "{{nobody}}"}
    steps = sign_in(service.url, oauth2(authoriseParams=params)).steps()
    asked = parameters(next(s for s in steps if s.name == "opened").url)
    assert asked["prompt"] == "consent"
    assert asked["tenant"] == service.url
    assert "no" not in asked


def test_what_cannot_be_kept_is_not_signed_in(service):
    def keep(_tokens):
        raise StoreError("The disk is full.")

    signing = sign_in(service.url, keep=keep)
    steps = follow(signing, opened=lambda s: service.approve(s.url))
    assert names(steps)[-1] == "failed"
    assert signing.tokens is None


def test_tokens_are_kept_before_it_is_told(service):
    kept = []
    signing = sign_in(service.url, keep=kept.append)
    steps = follow(
        signing,
        opened=lambda s: service.approve(s.url),
        signed_in=lambda _s: kept.append("told"),
    )
    assert names(steps)[-1] == "signed_in"
    assert kept == [signing.tokens, "told"]


def test_fields_of_a_client_are_found_by_what_vendors_call_them(service):
    fields = [
        {**FIELDS[1], "key": "app_secret"},
        {**FIELDS[0], "key": "account", "required": False},
        {**FIELDS[0], "key": "consumerKey"},
    ]
    credentials = {"consumerKey": CLIENT_ID, "app_secret": "demo-secret"}
    agreed(service, oauth2(credentialFields=fields), credentials=credentials)
