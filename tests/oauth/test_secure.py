"""Where secrets of a sign-in may go."""

import pytest

from ferrule.errors import OffHost
from ferrule.oauth.secure import check_secure


@pytest.mark.parametrize(
    "url",
    [
        "https://login.example.com/token",
        "http://127.0.0.1:8080/token",
        "http://127.0.0.2/token",
        "http://[::1]:80/token",
        "http://localhost/token",
    ],
)
def test_https_and_this_machine_are_taken(url):
    assert check_secure(url, "token") == url


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example.com/token",
        "http://localhost.example.com/token",
        "http://10.0.0.1/token",
        "http://2130706433/token",
        "http://user@127.0.0.1/token",
        "https://login.example.com@evil.example/token",
        "ftp://login.example.com",
        "javascript:alert(1)",
        "//login.example.com/token",
        "",
    ],
)
def test_all_else_is_refused(url):
    with pytest.raises(OffHost):
        check_secure(url, "token")
