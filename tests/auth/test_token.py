"""Token sets: kept and read again, when they are due, and nothing of them shown."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ferrule.auth.token import TOKENS, TokenSet, every_secret, expiry, tokens_of
from ferrule.errors import CredentialError, UnreadableResponse
from ferrule.fields import InputField

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "s3cret-t0ken-value"


def token(lifetime: object = 3600, **members: object) -> TokenSet:
    expires_at = expiry(NOON, lifetime)
    return TokenSet(SecretStr(SECRET), NOON, expires_at=expires_at, **members)


texts = st.text(max_size=40)
hidden = st.builds(SecretStr, texts)
FIRST, LAST = datetime(1971, 1, 1), datetime(2199, 1, 1)  # noqa: DTZ001  # as st wants
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
token_sets = st.builds(
    TokenSet,
    access=st.builds(SecretStr, st.text(min_size=1, max_size=40)),
    obtained_at=moments,
    refresh=st.none() | st.builds(SecretStr, st.text(min_size=1, max_size=40)),
    expires_at=st.none() | moments,
    scopes=st.lists(texts, max_size=4).map(tuple),
    captured=st.dictionaries(texts, texts, max_size=3),
    extra=st.dictionaries(texts, hidden, max_size=3),
    refused=st.booleans(),
)


@given(token_sets)
def test_a_token_set_is_read_as_it_was_kept(tokens: TokenSet) -> None:
    assert TokenSet.load(tokens.dump()) == tokens
    assert tokens_of({TOKENS: tokens.dump(), "other": SecretStr("x")}) == tokens


@given(token_sets, moments)
def test_a_token_that_is_due_was_so_close_to_its_end_or_is_from_the_future(
    tokens: TokenSet, now: datetime
) -> None:
    if not tokens.due(now):
        return
    assert tokens.expires_at is not None
    lifetime = tokens.expires_at - tokens.obtained_at
    margin = min(timedelta(minutes=5), lifetime / 10)
    ends = tokens.expires_at - margin <= now
    assert lifetime > timedelta(0)
    assert ends or now < tokens.obtained_at - margin


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_what_is_no_token_set_is_refused_without_being_shown(text: str) -> None:
    garbage = f'{{"access": 1, "{SECRET}": "{text}'
    with pytest.raises(CredentialError) as caught:
        TokenSet.load(SecretStr(garbage))
    assert SECRET not in f"{caught.value} {caught.value!r}"
    assert caught.value.__cause__ is None
    assert "Sign in again" in caught.value.advice


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"access":"a"}',
        '{"access":"","obtainedAt":"2026-03-01T12:00:00Z"}',
        '{"access":"a","obtainedAt":"2026-03-01T12:00:00"}',
        '{"access":"a","obtainedAt":"yesterday"}',
        '{"access":"a","obtainedAt":"2026-03-01T12:00:00Z","scopes":"all"}',
    ],
)
def test_a_token_set_without_what_it_needs_is_refused(kept: str) -> None:
    with pytest.raises(CredentialError, match="cannot be read"):
        TokenSet.load(SecretStr(kept))


def test_a_connection_that_is_not_signed_in_has_no_tokens() -> None:
    assert tokens_of({}) is None
    assert tokens_of({TOKENS: SecretStr("")}) is None


def test_no_text_of_a_token_set_shows_a_secret() -> None:
    tokens = token(refresh=SecretStr("r" * 12), extra={"secret": SecretStr("e" * 12)})
    shown = f"{tokens} {tokens!r} {tokens.dump()!r}"
    assert SECRET not in shown
    assert "rrr" not in shown
    assert "eee" not in shown


def test_every_secret_is_told_by_itself() -> None:
    tokens = token(refresh=SecretStr("renews"), extra={"secret": SecretStr("signs")})
    secrets = {"clientSecret": SecretStr("c"), TOKENS: tokens.dump()}
    found = [one.get_secret_value() for one in every_secret(secrets)]
    assert found == ["c", SECRET, "renews", "signs"]


def test_a_token_set_that_cannot_be_read_is_one_secret() -> None:
    secrets = {"clientSecret": SecretStr("c"), TOKENS: SecretStr("{torn")}
    assert [one.get_secret_value() for one in every_secret(secrets)] == ["c", "{torn"]


def test_no_credential_field_can_have_the_key_of_the_tokens() -> None:
    with pytest.raises(ValueError, match="key"):
        InputField(key=TOKENS, label="Tokens", type="text")


DUE = [
    # lifetime, age in seconds, due
    (3600, 0, False),
    (3600, 3299, False),
    (3600, 3300, True),  # 5 minutes ahead
    (3600, 3601, True),
    (600, 539, False),
    (600, 540, True),  # a tenth ahead
    (30, 26.9, False),
    (30, 27, True),
    (30, 3600, True),
    (1, 0.89, False),
    (1, 0.9, True),
    (0, 0, False),  # born expired: only its use tells
    (0, 10**6, False),
    (-5, 0, False),
    (-5, 10**6, False),
    (None, 10**9, False),
    (10**12, 10**9, False),
    # the wall clock was set
    (3600, 3600, True),  # an hour on
    (3600, -3600, True),  # an hour back: nobody knows how old it is
    (3600, -299, False),  # back by less than the margin: it is renewed in time
    (3600, -301, True),
    (30, -2, False),
    (30, -4, True),
    (None, -3600, False),
]


@pytest.mark.parametrize(("lifetime", "age", "due"), DUE)
def test_when_a_token_is_due(lifetime: int | None, age: float, due: bool) -> None:
    assert token(lifetime).due(NOON + timedelta(seconds=age)) is due


def test_a_clock_that_was_set_back_and_on_again_costs_one_renewal_each() -> None:
    before = token(3600)
    back = NOON - HOUR
    assert before.due(back)
    renewed = TokenSet(SecretStr("b"), back, expires_at=back + HOUR)
    assert not renewed.due(back)
    assert renewed.due(NOON)
    again = TokenSet(SecretStr("c"), NOON, expires_at=NOON + HOUR)
    assert not again.due(NOON)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (3600, 3600),
        ("3600", 3600),
        (Decimal("59.5"), 59.5),
        (0.5, 0.5),
        (30, 30),
        (0, None),
        (-1, None),
        ("0", None),
        (None, None),
        (10**12, None),
        (100 * 365 * 86_400, 100 * 365 * 86_400),
    ],
)
def test_when_a_token_expires(told: object, seconds: float | None) -> None:
    ends = None if seconds is None else NOON + timedelta(seconds=seconds)
    assert expiry(NOON, told) == ends


@pytest.mark.parametrize(
    "told", ["soon", "", True, False, [3600], {"s": 1}, "inf", "nan", "1e999", 10**400]
)
def test_a_lifetime_that_is_no_finite_number_is_refused(told: object) -> None:
    with pytest.raises(UnreadableResponse, match="no number"):
        expiry(NOON, told)
