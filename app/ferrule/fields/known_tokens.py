"""Tokens that tell by their beginning what they are, as their vendors publish it.

What a field asks for is read from its own placeholder, example, pattern and name; this
table only names what was given. Tokens of one vendor and one kind stand for one
another: a classic and a fine-grained one of GitHub both sign in.
"""

import re
from typing import Final, NamedTuple

from ferrule.fields.input_field import InputField
from ferrule.fields.pattern_words import literal_start

_START: Final = re.compile(r"((?:[A-Za-z0-9]+[_-])+)(?:…|\.\.\.|x{3,}|$)")


class Shape(NamedTuple):
    """A kind of token: how it begins, whose it is, and what it is called there.

    `names` are endings of field names that ask for it, in small letters and digits.
    """

    prefix: str
    vendor: str
    kind: str
    names: tuple[str, ...] = ()
    secret: bool = True

    @property
    def words(self) -> str:
        """Return what it is, with its beginning."""
        return f"{self.kind} of {self.vendor} ({self.prefix})"


# github.blog/changelog/2021-03-31-authentication-token-format-updates-are-generally-
# available; docs.github.com, About authentication to GitHub, GitHub's token formats
_GITHUB: Final = [
    Shape(prefix, "GitHub", kind)
    for prefix, kind in (
        ("github_pat_", "personal access token"),
        ("ghp_", "personal access token"),
        ("gho_", "OAuth access token"),
        ("ghu_", "user token of an app"),
        ("ghs_", "installation token"),
        ("ghr_", "refresh token"),
    )
]
# docs.slack.dev/authentication/tokens
_SLACK: Final = [
    Shape("xoxb-", "Slack", "bot token", ("bottoken",)),
    Shape("xoxp-", "Slack", "user token", ("usertoken",)),
    Shape("xapp-", "Slack", "app-level token", ("apptoken", "appleveltoken")),
    Shape("xoxe.", "Slack", "token that is rotated"),
    Shape("xoxe-", "Slack", "refresh token", ("refreshtoken",)),
    Shape("xwfp-", "Slack", "workflow token"),
]
# docs.stripe.com/keys
_STRIPE: Final = [
    *(
        Shape(f"{kind}_{mode}_", "Stripe", "secret key", ("secretkey", "apikey"))
        for kind in ("sk", "rk")
        for mode in ("live", "test")
    ),
    Shape("pk_live_", "Stripe", "publishable key", ("publishablekey",), secret=False),
    Shape("pk_test_", "Stripe", "publishable key", ("publishablekey",), secret=False),
    Shape("whsec_", "Stripe", "webhook secret", ("webhooksecret", "signingsecret")),
]
# docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html, unique ids
_AWS: Final = [
    Shape("AKIA", "AWS", "access key id", ("accesskeyid", "accesskey"), secret=False),
    Shape("ASIA", "AWS", "temporary access key id", ("accesskeyid",), secret=False),
]
_OTHERS: Final = [
    # linear.app/developers: personal API keys, OAuth 2.0
    Shape("lin_api_", "Linear", "API key", ("apikey",)),
    Shape("lin_oauth_", "Linear", "OAuth access token"),
    # developers.notion.com/reference/authentication; secret_ until September 2024
    Shape("ntn_", "Notion", "integration token", ("integrationtoken",)),
    Shape("secret_", "Notion", "integration token", ("integrationtoken",)),
    # docs.gitlab.com, Token overview, Token prefixes
    Shape("glpat-", "GitLab", "personal access token"),
    Shape("gloas-", "GitLab", "secret of an application", ("clientsecret",)),
    Shape("gldt-", "GitLab", "deploy token"),
]
SHAPES: Final = (*_GITHUB, *_SLACK, *_STRIPE, *_AWS, *_OTHERS)
_LONGEST_FIRST: Final = sorted(SHAPES, key=lambda shape: -len(shape.prefix))
_MORE: Final = 8


def shape_of(value: str) -> Shape | None:
    """Return what a value looks like by its beginning, if anything follows that."""
    for shape in _LONGEST_FIRST:
        if value.startswith(shape.prefix) and len(value) >= len(shape.prefix) + _MORE:
            return shape
    return None


def plain_name(name: str) -> str:
    """Return a name in small letters and digits: `client_id` and Client-ID are one."""
    return "".join(char for char in name.lower() if char.isalnum())


def wanted_starts(field: InputField) -> tuple[str, ...]:
    """Return how a field's value begins, as its pattern and its examples show it."""
    found = [literal_start(field.pattern or "")]
    for shown in (field.placeholder, field.example):
        begin = _START.match(shown or "")
        shape = shape_of(f"{shown}{'x' * _MORE}") if shown and not begin else None
        found.append(begin[1] if begin else shape.prefix if shape else "")
    return tuple(dict.fromkeys(start for start in found if len(start) > 1))


def wanted_shapes(field: InputField) -> tuple[Shape, ...]:
    """Return the kinds of token that a field asks for, as far as they are known."""
    starts = wanted_starts(field)
    by_start = [s for s in SHAPES if any(s.prefix.startswith(t) for t in starts)]
    if starts:
        return tuple(by_start)
    names = (plain_name(field.key), plain_name(field.label))
    return tuple(s for s in SHAPES if s.names and _ends(names, s.names))


def _ends(names: tuple[str, ...], endings: tuple[str, ...]) -> bool:
    return any(name.endswith(endings) for name in names)
