"""Keep secret values out of logs, the store, errors and the screen.

A `Redactor` knows the secret values that are in use and replaces each of them, in
every encoding in which it may turn up, by eight dots: as it is, URL-quoted in both
styles, JSON-escaped, as Python and HTML write it, and in base64 at any of the three
byte alignments (so `user:value` is found whatever the user is). What is a secret by
its name (an `Authorization` header, a member `password`) is masked whoever knows it.

What is added stays secret until the process ends. Tokens follow one another for days:
of those of one credential only the last are kept, which cover what is in use, what is
stored and what a late line of a log may still hold.

Logging is guarded with the first secret there is.
"""

from ferrule.redaction.logs import RedactingFormatter, guard_logging, live
from ferrule.redaction.names import MASK, is_secret_name, without_our_own
from ferrule.redaction.redactor import KEPT_TOKENS, Hidden, Redactor

__all__ = [
    "KEPT_TOKENS",
    "MASK",
    "Hidden",
    "RedactingFormatter",
    "Redactor",
    "guard_logging",
    "is_secret_name",
    "live",
    "without_our_own",
]
