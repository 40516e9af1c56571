"""One credential after another, as values; and when the next one is due."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from ferrule.credentials.succession import (
    ROTATION,
    Due,
    candidate,
    current,
    discarded,
    due,
    flagged,
    oldest,
    previous,
    promoted,
    proposed,
    readmitted,
    remembered,
    replaced,
    succession_of,
    swept,
)
from ferrule.errors import CredentialError, UsageError
from ferrule.redaction import MASK, live

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


def secrets(**values: str):
    return {name: SecretStr(value) for name, value in values.items()}


OLD = secrets(user="ada", token="old-token")
NEW = secrets(user="ada", token="new-token")


def test_the_old_one_is_used_until_the_new_one_is_promoted() -> None:
    pending = proposed(OLD, NEW, NOW)
    assert current(pending) == OLD
    assert candidate(pending) == NEW
    assert previous(pending, NOW) is None
    done = promoted(pending, NOW)
    assert current(done) == NEW
    assert candidate(done) is None
    assert previous(done, NOW) == OLD
    assert promoted(done, LATER) == done


def test_the_old_one_goes_when_its_time_is_over() -> None:
    done = promoted(proposed(OLD, NEW, NOW), NOW, timedelta(days=1))
    assert previous(done, NOW + timedelta(hours=23)) == OLD
    assert swept(done, NOW + timedelta(hours=23)) == done
    assert previous(done, LATER) is None
    assert swept(done, LATER) == NEW
    assert ROTATION not in swept(done, LATER)


def test_a_pending_one_can_be_replaced_and_forgotten() -> None:
    pending = proposed(proposed(OLD, NEW, NOW), secrets(token="newer"), LATER)
    assert candidate(pending) == secrets(user="ada", token="newer")
    assert discarded(pending) == OLD
    assert discarded(OLD) == OLD


def test_a_second_one_may_follow_while_the_first_is_kept() -> None:
    first = promoted(proposed(OLD, NEW, NOW), NOW)
    pending = proposed(first, secrets(token="newer"), NOW)
    assert previous(pending, NOW) == OLD
    assert previous(promoted(pending, NOW), NOW) == NEW


def test_only_what_is_new_is_kept_and_nothing_of_our_own() -> None:
    with pytest.raises(UsageError, match="the same"):
        proposed(OLD, OLD, NOW)
    with pytest.raises(UsageError, match="the same"):
        proposed(OLD, secrets(**{"$tokens": "x", ROTATION: "{}"}), NOW)
    tokens = {**OLD, "$tokens": SecretStr("{}")}
    done = promoted(proposed(tokens, NEW, NOW), NOW)
    assert done["$tokens"] == tokens["$tokens"]
    assert succession_of(done).previous == {"token": "old-token"}


def test_that_the_old_one_was_needed_is_noted() -> None:
    done = promoted(proposed(OLD, NEW, NOW), NOW)
    assert succession_of(flagged(done, NOW)).fell_back_at == "2026-03-01T12:00:00Z"
    assert flagged(OLD, NOW) == OLD
    assert swept(flagged(done, NOW), LATER) == NEW


def test_values_of_the_record_are_redacted_and_in_no_repr() -> None:
    done = promoted(
        proposed(secrets(t="first-hidden"), secrets(t="second-hidden"), NOW), NOW
    )
    assert "hidden" not in repr(succession_of(done))
    previous(done, NOW)
    assert live.text("first-hidden second-hidden") == f"{MASK} {MASK}"


@pytest.mark.parametrize("text", ["", "[]", '{"pending": 1}', '{"unknown": {}}'])
def test_a_record_that_cannot_be_read_is_told_without_its_text(text: str) -> None:
    with pytest.raises(CredentialError, match="cannot be read") as no:
        succession_of({ROTATION: SecretStr(text)})
    assert "unknown" not in str(no.value)


@pytest.mark.parametrize(
    ("policy", "days", "standing"),
    [
        (None, 999, None),
        ("P30D", 0, "fine"),
        ("P30D", 26, "fine"),
        ("P30D", 27, "soon"),
        ("P30D", 30, "due"),
        ("P90D", 80, "fine"),
        ("P90D", 81, "soon"),
        ("P90D", 400, "due"),
        ("P182D", 168, "soon"),
        ("P182D", 163, "fine"),
        ("P365D", 350, "fine"),
        ("P365D", 351, "soon"),
        ("P365D", 365, "due"),
    ],
)
def test_a_credential_is_due_by_its_policy(policy, days: int, standing) -> None:
    """The policies of seed 000: 30 and 90 days, 6 and 12 months."""
    found = due(policy, NOW - timedelta(days=days), NOW)
    assert (found and found.standing) == standing


@pytest.mark.parametrize(
    ("policy", "given", "due_on"),
    [
        ("P6M", "2026-05-21", "2026-11-21"),
        ("P1M", "2026-01-31", "2026-02-28"),
        ("P1Y", "2028-02-29", "2029-02-28"),
        ("P12M", "2025-11-21", "2026-11-21"),
    ],
)
def test_months_and_years_are_counted_by_the_calendar(policy, given, due_on) -> None:
    since, at = (
        datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (given, due_on)
    )
    assert due(policy, since, at) == Due("due", at)
    assert due(policy, since, at - timedelta(seconds=1)) == Due("soon", at)
    assert due(policy, since, since) == Due("fine", at)


def test_a_credential_of_unknown_age_is_not_called_due() -> None:
    assert due("P30D", None, NOW) == Due("unknown", None)


def test_the_oldest_secret_field_tells_the_age() -> None:
    kept = {"user": "2020-01-01T00:00:00Z", "a": "2026-02-01T00:00:00Z", "b": ""}
    a = datetime(2026, 2, 1, tzinfo=UTC)
    assert oldest(kept, frozenset({"a"})) == a
    assert oldest(kept, frozenset({"a", "user"})) == datetime(2020, 1, 1, tzinfo=UTC)
    assert oldest(kept, frozenset({"a", "b"})) is None
    assert oldest(kept, frozenset({"c"})) is None


def test_what_was_replaced_at_once_is_recognised_for_a_day_and_counts_for_nothing():
    after = remembered(OLD, NEW, "token", NOW)
    assert current(after) == NEW
    assert replaced(after, NOW + timedelta(hours=23)) == OLD
    assert previous(after, NOW) is None
    assert replaced(after, LATER) is None
    assert ROTATION not in swept(after, LATER)


def test_the_same_value_and_a_new_field_leave_nothing_to_recognise():
    assert remembered(OLD, OLD, "token", NOW) == OLD
    assert remembered(secrets(user="ada"), NEW, "token", NOW) == NEW


def test_a_former_one_counts_for_a_day_once_a_person_says_so():
    after = readmitted(remembered(OLD, NEW, "token", NOW), NOW + timedelta(hours=20))
    assert previous(after, NOW + timedelta(hours=43)) == OLD
    assert replaced(after, NOW + timedelta(hours=21)) is None
    assert previous(after, NOW + timedelta(hours=45)) is None
    assert swept(after, LATER) == NEW


def test_a_previous_one_counts_for_longer_and_a_forgotten_one_no_more():
    done = promoted(proposed(OLD, NEW, NOW), NOW)
    longer = readmitted(done, NOW + timedelta(hours=20))
    assert previous(longer, NOW + timedelta(hours=43)) == OLD
    assert succession_of(longer).replaced_at == "2026-03-01T12:00:00Z"
    for gone in (NEW, remembered(OLD, NEW, "token", NOW), done):
        with pytest.raises(UsageError, match="not kept any more"):
            readmitted(gone, LATER)
