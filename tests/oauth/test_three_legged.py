"""OAuth 1.0a with a person (RFC 5849, section 2), at the sandbox's provider."""

import pytest
import respx
from tests.oauth.parties import call, follow, names, parameters, sign_in

from ferrule.errors import UsageError
from ferrule.sandbox.authority.parties import CLIENT_ID, CLIENT_SECRET

FIELDS = [
    {"key": "consumerKey", "label": "Key", "type": "text", "required": True},
    {"key": "consumerSecret", "label": "Secret", "type": "password", "required": True},
]
KEYS = {"consumerKey": CLIENT_ID, "consumerSecret": CLIENT_SECRET}
REQUEST = "https://login.example.com/request"


def oauth1(**config):
    usual = {
        "requestUrl": "{{baseUrl}}/oauth1/request_token",
        "authoriseUrl": "{{baseUrl}}/oauth1/authorize",
        "tokenUrl": "{{baseUrl}}/oauth1/access_token",
        "signature": "HMAC-SHA1",
        "credentialFields": FIELDS,
    }
    return {"method": "oauth1", "config": usual | config}


def signing_in(service, **config):
    return sign_in(service.url, oauth1(**config), KEYS)


@pytest.mark.parametrize("signature", ["HMAC-SHA1", "HMAC-SHA256"])
def test_a_person_gives_leave_in_the_browser(service, signature):
    signing = signing_in(service, signature=signature)
    steps = follow(signing, opened=lambda step: service.approve(step.url))
    assert names(steps) == [
        "listening",
        "opened",
        "waiting",
        "received",
        "exchanging",
        "signed_in",
    ], steps[-1]
    assert signing.tokens.extra["secret"].get_secret_value()
    assert "oauth_callback" not in parameters(steps[1].url)


def test_the_browser_comes_back_where_the_descriptor_says(service):
    signing = signing_in(service, redirect={"host": "localhost"})
    steps = follow(signing, opened=lambda step: service.approve(step.url))
    assert steps[0].url.startswith("http://localhost:")
    assert names(steps)[-1] == "signed_in", steps[-1]


def test_attack_plaintext_is_not_sent_without_tls(service):
    """RFC 5849, section 3.4.4."""
    steps = follow(signing_in(service, signature="PLAINTEXT"))
    assert names(steps) == ["listening", "failed"]
    assert service.seen("request_token") == 0


def test_leave_that_is_not_given_ends_it(service):
    steps = follow(signing_in(service), opened=lambda step: service.deny(step.url))
    assert names(steps)[-1] == "failed"
    assert "Leave was not given" in steps[-1].detail
    assert service.seen("access_token") == 0


def test_attack_a_verifier_for_another_token_is_turned_away(service):
    other = signing_in(service).steps()
    opened = next(s for s in other if s.name == "opened")
    foreign = parameters(service.approve(opened.url, follow=False))
    other.close()
    answers = []

    def act(step):
        redirect = f"{steps_of[0].url}?oauth_verifier={foreign['oauth_verifier']}"
        answers.append(call(f"{redirect}&oauth_token={foreign['oauth_token']}")[0])
        answers.append(call(redirect)[0])
        service.approve(step.url)

    steps_of = []
    signing = signing_in(service)
    for step in signing.steps():
        steps_of.append(step)
        if step.name == "opened":
            act(step)
    assert answers == [400, 400]
    assert names(steps_of)[-1] == "signed_in"


@pytest.mark.parametrize(
    "answer",
    [
        "oauth_token=t&oauth_token_secret=s",
        "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=false",
    ],
)
def test_attack_a_service_that_does_not_confirm_the_callback_is_refused(answer):
    steps = follow(answering(200, answer))
    assert names(steps) == ["listening", "failed"]
    assert "does not confirm" in steps[-1].detail


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (401, "oauth_problem=signature_invalid"),
        (500, "broken"),
        (302, ""),
        (200, "<html>"),
        (200, "oauth_callback_confirmed=true"),
        (200, "oauth_callback_confirmed=true&oauth_token=a&oauth_token=b"),
    ],
)
def test_a_request_token_that_does_not_come_ends_it(status, answer):
    assert names(follow(answering(status, answer))) == ["listening", "failed"]


def answering(status, answer):
    """Return a sign-in at a service that answers the first request so."""

    class Steps:
        def steps(self):
            signing = sign_in("http://127.0.0.1:9", oauth1(requestUrl=REQUEST), KEYS)
            with respx.mock as network:
                network.post(REQUEST).respond(status, text=answer)
                yield from signing.steps()

    return Steps()


def test_it_has_no_device_flow(service):
    with pytest.raises(UsageError, match="no sign-in by a code on another device"):
        sign_in(service.url, oauth1(), KEYS, way="device")
