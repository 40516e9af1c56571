"""OAuth 2 with its grants (RFC 6749, RFC 7636, RFC 8252, RFC 8628, RFC 9700).

Pure: what is sent and how an answer is read. Browsers, listeners and waiting are the
business of `ferrule.oauth`.
"""

from ferrule.auth.oauth2.asking import Asker
from ferrule.auth.oauth2.method import OAuth2Auth
from ferrule.auth.oauth2.sections import AuthorizationCode, OAuth2Common, OtherGrant
from ferrule.auth.redirect import Redirect

__all__ = [
    "Asker",
    "AuthorizationCode",
    "OAuth2Auth",
    "OAuth2Common",
    "OtherGrant",
    "Redirect",
]
