"""Tokens that a service repeats are masked like any secret, renewed ones too."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest
from pydantic import SecretStr

from ferrule.auth import Secrets
from ferrule.auth.none import NoAuth
from ferrule.auth.token import TOKENS, TokenSet
from ferrule.errors import SyncError
from ferrule.exchange import Response, encode
from ferrule.redaction import MASK
from ferrule.sync.echo import EchoGuard

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def secrets(number: int) -> Secrets:
    tokens = TokenSet(
        SecretStr(f"access-token-{number}"),
        NOON,
        SecretStr(f"refresh-token-{number}"),
        extra={"secret": SecretStr(f"signing-secret-{number}")},
    )
    return {TOKENS: tokens.dump()}


def repeated(guard: EchoGuard, text: str) -> object:
    answer = Response(200, (), encode([{"title": text}]))
    (item,) = guard.response(answer).json
    return item["title"]


@pytest.mark.parametrize("kind", ["access-token", "refresh-token", "signing-secret"])
def test_a_token_that_is_repeated_is_masked(kind: str) -> None:
    guard = EchoGuard(NoAuth(), secrets(1))
    assert repeated(guard, f"it was {kind}-1.") == f"it was {MASK}."
    assert repeated(guard, f"it was {kind}-2.") == f"it was {kind}-2."


@pytest.mark.parametrize("token", ['cnry/4Q+x"\\&%z==long', "+/\"\\&%=<>'é"])
@pytest.mark.parametrize(
    "told",
    [
        str,
        lambda token: json.dumps({"said": token}),
        lambda token: json.dumps({"said": json.dumps({"it": token})}),
        html.escape,
        quote,
        lambda token: token.encode().hex(),
        lambda token: b64encode(f"id:{quote_plus(token)}".encode()).decode(),
        lambda token: urlsafe_b64encode(f"me:{token}".encode()).decode(),
    ],
)
def test_a_token_is_masked_however_it_is_told(token: str, told) -> None:
    kept = TokenSet(SecretStr(token), NOON).dump()
    guard = EchoGuard(NoAuth(), {TOKENS: kept})
    assert MASK in repeated(guard, told(token))
    assert told(token)[4:] not in repeated(guard, told(token))


def test_what_only_looks_like_a_token_stays_as_it_was_to_the_byte() -> None:
    guard = EchoGuard(NoAuth(), {TOKENS: TokenSet(SecretStr("word&word"), NOON).dump()})
    answer = Response(200, (), b'[ {"title": "a word", "n": 1.50} ]')
    assert guard.response(answer).body == answer.body


def test_a_token_that_is_renewed_is_masked_and_so_is_the_one_before() -> None:
    guard = EchoGuard(NoAuth(), secrets(1))
    guard.learn(secrets(2))
    for number in (1, 2):
        assert repeated(guard, f"access-token-{number}") == MASK


def test_of_many_renewed_tokens_the_latest_are_known() -> None:
    guard = EchoGuard(NoAuth(), secrets(1))
    for number in range(2, 101):
        guard.learn(secrets(number))
    for number in (97, 98, 99, 100):
        assert repeated(guard, f"access-token-{number}") == MASK
    assert len(guard._forms) < 200


def test_a_next_link_that_repeats_a_renewed_token_is_kept_without_it() -> None:
    guard = EchoGuard(NoAuth(), secrets(1))
    guard.learn(secrets(2))
    link = "https://api.example.com/things?access_token=access-token-2&page=3"
    assert guard.token(link, "things") == "https://api.example.com/things?page=3"
    with pytest.raises(SyncError):
        guard.token("cursor access-token-2", "things")
