"""What is a secret by its name, whoever knows its value."""

import re
from collections.abc import Mapping
from typing import Final

MASK: Final = "••••••••"
_OUR_OWN = frozenset({"FERRULE_MASTER_KEY", "FERRULE_MASTER_KEY_COMMAND"})
_WORDS = """
    accesskey accesstoken amzsecuritytoken apikey apisecret apitoken appkey
    applicationkey apptoken assertion authorization authtoken bearertoken
    clientassertion clientsecret codeverifier cookie credential credentials
    csrftoken ddapikey ddapplicationkey gitlabtoken idtoken key oauthtoken
    oauthtokensecret passphrase passwd password privatekey privatetoken
    proxyauthorization pwd refreshtoken secret secretaccesskey secretkey
    sessiontoken setcookie sharedsecret sig signature signingkey token vaulttoken
    webhooksecret
"""  # lower case, without an x- before and without - _ . between
_NAMES = frozenset(_WORDS.split())
_MEMBER = re.compile(r'"([A-Za-z0-9_.-]{2,40})"(\s*:\s*)("(?:[^"\\]|\\.)*"?|[0-9]+)')
_PAIR = re.compile(r"(?<![\w%.-])([A-Za-z0-9_.-]{2,40})=([^&\s\"'<>;#]+)")
_TO_NAME = str.maketrans("", "", "-_. ")


def is_secret_name(name: str) -> bool:
    """Tell whether a header, query or member of that name holds a secret."""
    plain = name.lower().removeprefix("x-").translate(_TO_NAME)
    return plain in _NAMES


def without_our_own(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what opens the vault: no foreign program's."""
    return {k: v for k, v in environment.items() if k not in _OUR_OWN}


def loose(text: str) -> str:
    """Return a text of any kind, where what looks like a named secret is masked."""
    return query(_MEMBER.sub(_mask_member, text))


def query(text: str) -> str:
    """Return a text where the value of each `name=value` with such a name is masked."""
    return _PAIR.sub(_mask_pair, text)


def _mask_member(match: re.Match[str]) -> str:
    if not is_secret_name(match[1]):
        return match[0]
    return f'"{match[1]}"{match[2]}"{MASK}"'


def _mask_pair(match: re.Match[str]) -> str:
    return f"{match[1]}={MASK}" if is_secret_name(match[1]) else match[0]
