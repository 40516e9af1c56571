"""What is said of a secret while it is typed."""

import pytest

from ferrule.fields import InputField
from ferrule.fields.secret_hints import hint_of

BODY = "1234567890abcdef"


def field(kind="password", label="Bot token", **more):
    told = {"key": "token", "label": label, "type": kind}
    return InputField.model_validate(told | more)


BOT = field(placeholder="xoxb-…")
SAID = [
    (BOT, "xoxb-" + BODY, "Looks like a bot token of Slack (xoxb-)."),
    (
        BOT,
        "xoxp-" + BODY,
        (
            "This looks like a user token of Slack (xoxp-); “Bot token” "
            "asks for a bot token of Slack (xoxb-)."
        ),
    ),
    (BOT, BODY, "It usually begins with xoxb-."),
    (BOT, "your-token", "This looks like a placeholder, not like a secret."),
    (BOT, "<token>", "This looks like a placeholder, not like a secret."),
    (
        BOT,
        "••••••••",
        ("This is how a secret is shown when it is hidden; copy the value itself."),
    ),
    (
        field(label="API key"),
        "abc def ghi",
        ("There is a space in it; tokens and keys have none."),
    ),
    (
        field(label="API key"),
        "abcdéfghi",
        ("There is a letter in it that tokens and keys do not have."),
    ),
    (field(label="Key"), "abc", "This is very short for a secret."),
    (
        field("text", "Owner"),
        "ghp_" + BODY,
        (
            "This looks like a personal access token of GitHub (ghp_), and “Owner” is "
            "no field for secrets: it is shown as it is."
        ),
    ),
]


@pytest.mark.parametrize(("spec", "value", "said"), SAID)
def test_what_a_value_looks_like_is_said(spec, value, said):
    found = hint_of(spec, value)
    assert found.text == said
    assert found.good == said.startswith("Looks")
    assert value not in found.text


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        (BOT, ""),
        (BOT, "xo"),
        (BOT, "xoxb-12"),
        (field(key="password", label="Password"), "correct horse battery"),
        (field(label="API key"), BODY),
        (field("text", "Owner"), "octocat"),
        (field("file", "Key file"), '{"a": "b"}'),
    ],
)  # fmt: skip
def test_nothing_is_said_where_there_is_nothing_to_say(spec, value):
    assert hint_of(spec, value) is None
