"""What is pasted into a field: cleaned, or offered to go where it belongs."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferrule.fields import InputField
from ferrule.fields.pasted_parts import parts_of, place
from ferrule.fields.pasting import cleaned, read_paste

BODY = "1234567890-abcdef"
BOT, USER, APP = f"xoxb-{BODY}", f"xoxp-{BODY}", f"xapp-{BODY}"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----"


def field(kind="password", key="token", label="Bot token", **more):
    return InputField.model_validate({"key": key, "label": label, "type": kind, **more})


bot = field(placeholder="xoxb-…")
user = field(key="userToken", label="User token", placeholder="xoxp-…")
client_id = field("text", "clientId", "Client id")
client_secret = field("password", "clientSecret", "Client secret")
email = field("text", "clientEmail", "Client e-mail")
key = field("password", "privateKey", "Private key")
owner = field("text", "owner", "Owner")
jql = field("text", "jql", "Which issues")

CLEANED = [
    (bot, f"  {BOT}\n", BOT, "spaces around it"),
    (bot, f"\ufeff{BOT}\u200b\u00a0", BOT, "spaces around it"),
    (bot, f'"{BOT}"', BOT, "quotes"),
    (bot, f"'{BOT}',", BOT, "quotes"),
    (bot, f"“{BOT}”", BOT, "quotes"),
    (bot, f"Bearer {BOT}", BOT, "“Bearer”"),
    (bot, f"bearer   {BOT} ", BOT, "spaces around it, “bearer”"),
    (bot, f"Authorization: Bearer {BOT}", BOT, "“Authorization:”, “Bearer”"),
    (bot, f"-H 'Authorization: Bearer {BOT}'", BOT, "“Authorization:”, “Bearer”"),
    (bot, f'-H "X-Api-Key: {BOT}"', BOT, "“X-Api-Key:”"),
    (bot, "PRIVATE-TOKEN: abcdefgh", "abcdefgh", "“PRIVATE-TOKEN:”"),
    (bot, f"token={BOT}", BOT, "“token=”"),
    (bot, f"access_token = {BOT}", BOT, "“access_token=”"),
    (bot, f'export SLACK_BOT_TOKEN="{BOT}"', BOT, "“SLACK_BOT_TOKEN=”"),
    (bot, f"# mine\nSLACK_BOT_TOKEN={BOT}\n", BOT, "“SLACK_BOT_TOKEN=”"),
    (bot, f"TOKEN=Bearer {BOT}", BOT, "“TOKEN=”, “Bearer”"),
    (bot, BOT[:9] + "\n  " + BOT[9:], BOT, "line breaks"),
    (owner, ' "octocat"\n', "octocat", "spaces around it, quotes"),
    (owner, "OWNER=octocat", "octocat", "“OWNER=”"),
    (owner, "a\nb", "a b", "line breaks"),
    (key, PEM.replace("\n", "\\n"), PEM, "line breaks as \\n"),
    (key, PEM + "\n", PEM, ""),
]
KEPT = [
    (bot, "Zm9vYmFyYmF6cXV1eA=="),
    (bot, "a=b=c&d=e"),
    (bot, "it's"),
    (bot, "Basic dXNlcjpwYXNz"),
    (field(key="header", example="Bearer abc"), "Bearer abcdef"),
    (jql, "project=ENG"),
    (jql, 'summary ~ "a" and text ~ "b"'),
    (owner, "Bearer abc"),
    (field("textarea", "query", "Query"), '  "a"\n'),
    (field("list", "tags", "Tags"), ' "a", b\n'),
    (field("file", "key", "Key file"), '{"client_id": "a", "client_secret": "b"}'),
    (bot, "{not json}"),
    (bot, "x" * 70_000 + " "),
]


@pytest.mark.parametrize(("spec", "text", "value", "removed"), CLEANED)
def test_what_came_with_a_value_is_taken_off_and_named(spec, text, value, removed):
    found = read_paste(spec, text, (spec,))
    assert found.text == value
    assert found.offer is None
    assert ", ".join(found.removed) == removed


@pytest.mark.parametrize(("spec", "text"), KEPT)
def test_what_may_be_the_value_itself_stays(spec, text):
    found = read_paste(spec, text, (spec, client_id, client_secret))
    assert (found.text, found.removed, found.offer) == (text, (), None)


def test_a_token_of_another_field_is_offered_to_go_there():
    found = read_paste(bot, f"Bearer {USER}", (bot, user))
    assert found.text is None
    assert found.offer.what == (
        "This looks like a user token of Slack (xoxp-); “Bot token” asks for a bot "
        "token of Slack (xoxb-)."
    )
    assert found.offer.verb == "Put it into “User token”"
    assert dict(found.offer.values) == {"userToken": USER}


def test_a_token_of_another_way_to_sign_in_is_offered_to_choose_that():
    found = read_paste(bot, USER, (bot,), {"Person": (client_id, user)})
    assert (found.offer.method, found.offer.verb) == ("Person", "Sign in with “Person”")
    assert dict(found.offer.values) == {"userToken": USER}


@pytest.mark.parametrize("token", [BOT, "ghp_" + BODY, "AKIA" + BODY, "whatever"])
def test_a_token_that_nobody_asks_for_stays_where_it_was_put(token):
    assert read_paste(bot, token, (bot, client_id)).text == token


def test_tokens_that_stand_for_one_another_stay():
    token = field(label="Personal access token", placeholder="github_pat_…")
    assert read_paste(token, "ghp_" + BODY, (token, user)).offer is None


@pytest.mark.parametrize("inside", ["", "installed", "web"])
def test_a_client_file_fills_id_and_secret_by_one_press(inside):
    members = {"client_id": "a.apps", "client_secret": "b", "auth_uri": "https://c"}
    text = json.dumps({inside: members} if inside else members, indent=2)
    for spec in (client_id, client_secret):
        found = read_paste(spec, text, (client_id, client_secret))
        assert found.text is None
        assert found.offer.what == (
            "This is a client file: it holds “Client id”, “Client secret”."
        )
        assert found.offer.verb == "Fill in both"
        assert dict(found.offer.values) == {"clientId": "a.apps", "clientSecret": "b"}


def test_the_key_file_of_a_service_account_fills_what_is_asked_for():
    text = json.dumps(
        {"type": "service_account", "private_key": PEM, "client_email": "a@b.c"}
    )
    found = read_paste(email, text, (email, key))
    assert "service account" in found.offer.what
    assert dict(found.offer.values) == {"clientEmail": "a@b.c", "privateKey": PEM}


def test_a_client_file_may_be_for_another_way_to_sign_in():
    text = json.dumps({"client_id": "a.apps", "client_secret": "b"})
    found = read_paste(bot, text, (bot,), {"Browser": (client_id, client_secret)})
    assert found.offer.verb == "Sign in with “Browser”"
    assert dict(found.offer.values) == {"clientId": "a.apps", "clientSecret": "b"}


def test_lines_of_variables_fill_their_fields():
    text = f"export CLIENT_ID=a\nMY_CLIENT_SECRET='b'\n\n# c\nOTHER={BOT}\n"
    found = read_paste(client_id, text, (client_id, client_secret))
    assert "a list of variables" in found.offer.what
    assert dict(found.offer.values) == {"clientId": "a", "clientSecret": "b"}


def test_a_variable_for_another_field_is_offered_to_go_there():
    found = read_paste(client_id, "CLIENT_SECRET=b", (client_id, client_secret))
    assert dict(found.offer.values) == {"clientSecret": "b"}
    assert found.offer.verb == "Fill it in"


def test_a_key_in_pem_goes_to_the_field_for_keys():
    found = read_paste(client_id, PEM, (client_id, key))
    assert found.offer.what == "This looks like a key in PEM."
    assert dict(found.offer.values) == {"privateKey": PEM}


def test_an_exact_name_comes_before_one_that_only_ends_so():
    values = {"MY_TOKEN": "1", "token": "2"}
    fields = (field(key="token", label="T"), field(key="my", label="My token"))
    assert place(values, fields) == {"token": "2", "my": "1"}


def test_nothing_shown_or_printed_holds_the_value():
    for spec, text in ((bot, USER), (client_id, f"CLIENT_SECRET={USER}")):
        found = read_paste(spec, text, (bot, user, client_id, client_secret))
        assert USER not in repr(found)
        assert USER not in f"{found.offer.what} {found.offer.verb}"
    assert USER not in repr(parts_of(f"TOKEN={USER}"))


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_anything_can_be_pasted_and_is_clean_at_the_second_time(text):
    for spec in (bot, owner, key):
        found = read_paste(spec, text, (bot, user, client_id, client_secret))
        if found.text is not None and spec is not key:
            assert cleaned(spec, found.text)[0] == found.text


@given(st.lists(st.sampled_from(["Bearer ", '"', " ", "\n", "token=", "x"])))
def test_the_value_within_is_never_cut(around):
    text = "".join(around) + BOT
    found = read_paste(bot, text, (bot,))
    assert found.text is None or found.text.endswith(BOT)


def test_pasting_is_quick_whatever_is_pasted():
    made = random.Random(7)  # noqa: S311  drawn text, no secret
    for piece in ("=", "a=", '{"', "bearer ", "\n", "'", "-H '", "authorization:"):
        text = "".join(made.choices([piece, " ", "a"], k=20_000))
        read_paste(bot, text, (bot, user))
