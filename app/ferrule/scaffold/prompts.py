"""Prompt blocks with a connector's facts filled in (seed 000, sections 5 and 9).

The first line of each is the seed's own; facts that a descriptor lacks are left out.
"""

from typing import Final

from ferrule.errors import UsageError
from ferrule.scaffold.facts import Facts

PROMPTS: Final = {
    "I1-CONNECTOR-GEN": (
        "System: Generate TypeScript Edge Function that ingests webhook for {{vendor}},"
        " validates HMAC header {{header}}, and enqueues message to pgmq."
    ),
    "I1-OAUTH-DOC": (
        "System: Draft vendor OAuth setup guide for {{vendor}} (teams, scopes,"
        " redirect)."
    ),
    "I1-RATE-LIMIT-CFG": (
        "System: Produce YAML policy entry for token-bucket config of {{vendor}}:"
        " connector_config.rate_limit, default 2 r/s burst 10."
    ),
    "I1-AUTH-DOC": (
        "System: Generate OAuth 2 PKCE setup instructions for vendor {{vendor}};"
        " include redirect URI & scopes list."
    ),
}
_TOLD: Final = (
    ("connector", "Connector"),
    ("sign_ins", "Ways to sign in"),
    ("redirects", "Redirect URI"),
    ("scopes", "Scopes"),
    ("hosts", "Hosts"),
    ("streams", "Streams"),
    ("header", "Signature header"),
    ("algorithm", "Signature algorithm"),
    ("event_types", "Event types"),
)
_NO_HEADER: Final = "(the service signs no calls)"


def prompt_text(prompt_id: str, facts: Facts | None = None) -> str:
    """Return a prompt; without facts its names stay in double braces.

    Hyphens that a word processor made non-breaking are taken for hyphens.

    Raises:
        UsageError: when there is no such prompt.
    """
    known = prompt_id.replace("\u2011", "-").upper()
    if known not in PROMPTS:
        raise UsageError(
            f"There is no prompt “{prompt_id}”.",
            advice=f"There are {', '.join(PROMPTS)}.",
        )
    text = PROMPTS[known]
    if facts is None:
        return text + "\n"
    filled = text.replace("{{vendor}}", facts.vendor)
    filled = filled.replace("{{header}}", facts.header or _NO_HEADER)
    lines = [
        f"- {title}: {told}" for name, title in _TOLD if (told := _told(facts, name))
    ]
    return "\n".join([filled, "", "Facts:", *lines]) + "\n"


def _told(facts: Facts, name: str) -> str:
    value = getattr(facts, name)
    return value if isinstance(value, str) else ", ".join(value)
