"""Scaffolds: what a descriptor gives to begin from (seed 000, section 9)."""

from ferrule.scaffold.facts import Facts, facts_of, signed_header
from ferrule.scaffold.oauth_guide import oauth_guide
from ferrule.scaffold.prompts import PROMPTS, prompt_text
from ferrule.scaffold.rate_limit import rate_limit_policy
from ferrule.scaffold.starter import starter_files

__all__ = [
    "PROMPTS",
    "Facts",
    "facts_of",
    "oauth_guide",
    "prompt_text",
    "rate_limit_policy",
    "signed_header",
    "starter_files",
]
