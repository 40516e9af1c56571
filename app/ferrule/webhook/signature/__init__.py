"""Signatures of webhook calls: compiled once, checked and made (seed 001, 4.1).

`compile_scheme(config)` gives a `Scheme`; its `verify` gives a `Verdict` and its `sign`
the same call with its signature. A token is a scheme like any other.
`standard_headers` signs an event of our own, and `fresh_secret` makes a secret.
"""

from ferrule.webhook.signature.algorithms import Trial
from ferrule.webhook.signature.fresh import FreshSecret, fresh_secret
from ferrule.webhook.signature.keys import Secret
from ferrule.webhook.signature.scheme import Scheme, compile_scheme
from ferrule.webhook.signature.standard import standard_headers, standard_webhooks
from ferrule.webhook.signature.verdict import Reason, State, Verdict

__all__ = [
    "FreshSecret",
    "Reason",
    "Scheme",
    "Secret",
    "State",
    "Trial",
    "Verdict",
    "compile_scheme",
    "fresh_secret",
    "standard_headers",
    "standard_webhooks",
]
