"""A webhook's secret: what its configuration says, and that nothing is sent with it."""

import pytest
from pydantic import SecretStr

from ferrule.auth.signed_text import TextPart, parse_signed_text
from ferrule.auth.webhook_secret import WebhookSecretAuth, WebhookSecretConfig
from ferrule.errors import ExpressionError
from ferrule.exchange import Request

FIELD = {"key": "secret", "label": "Secret", "type": "password", "required": True}
GITHUB = {
    "signatureHeader": "X-Hub-Signature-256",
    "algorithm": "hmac-sha256",
    "credentialFields": [FIELD],
}


def test_a_request_that_goes_out_carries_nothing_of_it():
    auth = WebhookSecretAuth.model_validate({"config": GITHUB})
    request = Request("GET", "https://api.example.com", headers=(("A", "1"),))
    assert auth.authorise(request, {"secret": SecretStr("hush")}) is request
    assert list(auth.lacks()) == []


def test_headers_and_algorithms_have_one_form():
    config = WebhookSecretConfig.model_validate(GITHUB | {"algorithm": "HMAC-SHA256"})
    assert config.known_algorithm == "hmac-sha256"
    assert config.algorithm == "HMAC-SHA256"
    assert config.header_names == ("X-Hub-Signature-256",)
    several = {"signatureHeader": None, "signatureHeaders": ["A", "B"]}
    assert WebhookSecretConfig.model_validate(GITHUB | several).header_names == (
        "A",
        "B",
    )


def test_a_signed_text_is_cut_into_its_parts():
    assert parse_signed_text("v0:{timestamp}:{header:X-Id}{body}}.") == (
        TextPart("text", "v0:"),
        TextPart("timestamp"),
        TextPart("text", ":"),
        TextPart("header", "X-Id"),
        TextPart("body"),
        TextPart("text", "}."),
    )
    kinds = [part.kind for part in parse_signed_text("{method}{url}{form_sorted}")]
    assert kinds == ["method", "url", "form_sorted"]


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 0), ("a{b", 1), ("{}", 0), ("é{Body}", 1), ("{body}{header:a b}", 6)],
)
def test_a_signed_text_that_cannot_be_says_where(text, column):
    with pytest.raises(ExpressionError) as caught:
        parse_signed_text(text)
    assert caught.value.column == column
    assert "{form_sorted}" in caught.value.advice
