"""Templates: lookup, types, undefined values, grammar and its errors."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.errors import ExpressionError
from ferrule.exchange import MISSING
from ferrule.expression.template import Scope, compile_template, render_json

ITEM = {
    "title": "Broken }} build",
    "user": {"login": "octocat"},
    "count": 3,
    "price": Decimal("1.10"),
    "open": True,
    "closed_at": None,
    "labels": [{"name": "bug"}, {"name": "ui"}],
    "properties": [
        {"type": "title", "title": [{"plain_text": "Hello, "}, {"plain_text": "you"}]},
        {"type": "other", "title": [{"plain_text": "no"}]},
    ],
    "config": "shadowed",
}
SCOPE = Scope({"config": {"org": "acme", "team-id": 7}, "stream": "issues"}, ITEM)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("plain", "plain"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ("{{count}}", 3),
        ("{{ price }}", Decimal("1.10")),
        ("{{open}}", True),
        ("{{closed_at}}", None),
        ("{{labels}}", ITEM["labels"]),
        ("{{user.login}}", "octocat"),
        ("{{config.org}}", "acme"),
        ("{{config.team-id}}", 7),
        ("{{stream}}", "issues"),
        ("{{$.config}}", "shadowed"),
        ("{{$.user['login']}}", "octocat"),
        ("{{$.labels[0].name}}", "bug"),
        ("{{$.labels[*].name}}", ["bug", "ui"]),
        ("#{{count}}: {{user.login}}, {{open}}, {{price}}", "#3: octocat, true, 1.10"),
        ("[{{closed_at}}]", "[]"),
        ("{{title}}!", "Broken }} build!"),
        ('{{$.labels[*].name|join(", ")|upper}}', "BUG, UI"),
        (
            "{{$.properties[?@.type=='title'].title[*].plain_text|join(\"\")}}",
            "Hello, you",
        ),
        ("{{$.labels[?@.name=='}}'].name|default(\"none\")}}", "none"),
        ("{{$.labels[?@.name=='a' || @.name=='ui'].name|first}}", "ui"),
        ('{{title|replace("}}", "{{")}}', "Broken {{ build"),
        ("{{count|add( 2 )|add(-1)}}", 4),
        ("{{absent|default(config.org)}}", "acme"),
        ("{{absent|default(null)}}", None),
        ('{{stream|map({"issues": {"a": [1.5]}})}}', {"a": [Decimal("1.5")]}),
    ],
)
def test_a_template_renders(text, value):
    result = compile_template(text).render(SCOPE)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "{{absent}}",
        "{{user.absent}}",
        "{{user.login.deeper}}",
        "{{config.absent}}",
        "{{stream.x}}",
        "{{$.absent}}",
        "{{$.labels[*].absent}}",
        "a {{count}} b {{absent}}",
        "{{absent|upper}}",
        "{{count|add(absent)}}",
    ],
)
def test_a_template_without_its_value_is_undefined(text):
    assert compile_template(text).render(SCOPE) is MISSING


def test_a_filled_text_names_what_was_undefined():
    undefined = []
    template = compile_template("{{title}} ({{absent}}, {{$.user.gone}}) {{count}}")
    assert template.names == ("title", "absent", "$.user.gone", "count")
    assert template.fill(SCOPE, undefined) == "Broken }} build (, ) 3"
    assert undefined == ["absent", "$.user.gone"]
    assert template.fill(SCOPE) == "Broken }} build (, ) 3"


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("a {{b", 2, "not closed"),
        ("{{a|default('x}}", 0, "not closed"),
        ("{{}}", 2, "empty"),
        ("x {{ |upper}}", 4, "empty"),
        ("{{a b}}", 3, "neither"),
        ("{{a..b}}", 3, "neither"),
        ("{{1a}}", 2, "neither"),
        ("{{a|uper}}", 4, "Did you mean upper?"),
        ("{{a|}}", 4, "missing after |"),
        ("{{a|upper(1)}}", 4, "takes no argument, not 1"),
        ("{{a|truncate}}", 4, "takes 1 to 2 arguments, not 0"),
        ("{{a|replace(1)}}", 4, "takes 2 arguments, not 1"),
        ("{{a|default 1}}", 12, "in parentheses"),
        ("{{a|default('x')}}", 12, "double quotes"),
        ("{{a|default(1 2)}}", 14, "commas"),
        ("{{a|default(1,)}}", 14, "commas"),
        ('{{a|date("%Q")}}', 4, "%Q is not a part"),
        ('{{a|date("soon")}}', 4, "no date format"),
        ("é {{$.a[}}", 2, "not closed"),
        ("{{$.a.}}", 6, "needs a name"),
    ],
)
def test_a_wrong_template_is_refused_at_its_column(text, column, words):
    with pytest.raises(ExpressionError) as caught:
        compile_template(text)
    assert words in str(caught.value)
    assert caught.value.column == column
    assert caught.value.text == text


def test_a_failing_filter_is_an_error_of_ours_with_its_column():
    with pytest.raises(ExpressionError) as caught:
        compile_template("{{user.login|int}}").render(SCOPE)
    assert caught.value.column == 13
    assert caught.value.message.startswith("int cannot be applied: needs a number")


@pytest.mark.parametrize(
    ("body", "rendered"),
    [
        ({"a": "{{count}}", "b": [1, None, True]}, {"a": 3, "b": [1, None, True]}),
        ({"a": "{{absent}}", "b": "x"}, {"b": "x"}),
        ({"a": {"b": {"c": "{{absent}}"}}, "d": 1}, {"d": 1}),
        ({"a": ["{{absent}}", "{{count}}"]}, {"a": [3]}),
        ({"a": ["{{absent}}"], "b": {}, "c": []}, {"b": {}, "c": []}),
        ({"a": [{"b": "{{absent}}"}, {}]}, {"a": [{}]}),
        ({"a": "{{absent}}"}, MISSING),
        (["{{absent}}"], MISSING),
        ({}, {}),
        ([], []),
        ("{{absent}}", MISSING),
        ("{{labels}}", ITEM["labels"]),
        ({"a": "{{closed_at}}"}, {"a": None}),
        ({"{{count}}": 1}, {"{{count}}": 1}),
        (12, 12),
    ],
)
def test_json_drops_what_is_undefined_and_what_becomes_empty_by_it(body, rendered):
    assert render_json(body, SCOPE) == rendered


def test_a_template_is_compiled_once():
    assert compile_template("{{a}}") is compile_template("{{a}}")


@settings(deadline=None)
@given(st.text(alphabet="{}|$.[]()\"'\\ab1, -", max_size=24))
def test_any_text_is_a_template_or_an_error_of_ours(text):
    for candidate in (text, "{{" + text + "}}", "{{a|default(" + text + ")}}"):
        try:
            compile_template(candidate).fill(SCOPE)
        except ExpressionError as error:
            assert 0 <= error.column <= len(candidate)  # noqa: PT017 - may also work


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="{"), max_size=30))
def test_a_text_without_placeholders_renders_as_it_is(text):
    assert compile_template(text).render(SCOPE) == text


def test_a_monstrous_template_is_an_error_of_ours():
    with pytest.raises(ExpressionError):
        compile_template("x" * 300_000)
    with pytest.raises(ExpressionError):
        compile_template("{{a|default(" + "[" * 100_000 + "]" * 100_000 + ")}}")


def test_json_that_is_nested_too_deeply_is_an_error_of_ours():
    body = "{{count}}"
    for _ in range(3000):
        body = [body]
    with pytest.raises(ExpressionError, match="too deeply"):
        render_json(body, SCOPE)
