"""Where the gateway listens, by which names, and what a call may announce."""

import pytest

from ferrule.errors import FerruleError, UsageError
from ferrule.serving import listening
from ferrule.webhook.gateway.bound import Bound
from ferrule.webhook.gateway.limits import RefusedCall, announced, refuse_browsers


@pytest.mark.parametrize(
    ("host", "public", "exposed"),
    [
        ("127.0.0.1", "", False),
        ("127.3.2.1", "", False),
        ("::1", "", False),
        ("localhost", "", False),
        ("0.0.0.0", "", True),
        ("::", "", True),
        ("192.0.2.1", "", True),
        ("hooks.internal", "", True),
        ("127.0.0.1", "https://hooks.example", True),
    ],
)
def test_who_may_reach_it_follows_from_where_it_listens(host, public, exposed):
    assert Bound(host, 8480, public).is_exposed is exposed


@pytest.mark.parametrize(
    ("bound", "host", "origin"),
    [
        (Bound("127.0.0.1", 8480), "127.0.0.1:8480", "http://127.0.0.1:8480"),
        (Bound("::1", 8480), "[::1]:8480", "http://[::1]:8480"),
        (Bound("127.0.0.1", 80), "127.0.0.1", "http://127.0.0.1"),
        (
            Bound("127.0.0.1", 8480, named="localhost"),
            "LocalHost:8480",
            "http://localhost:8480",
        ),
        (Bound("127.0.0.1", 8480), "localhost:8480", None),
        (Bound("0.0.0.0", 8480, named="anywhere"), "anywhere:8480", None),
        (Bound("127.0.0.1", 8480), "127.0.0.1", None),
        (Bound("127.0.0.1", 8480), "127.0.0.1:8481", None),
        (Bound("127.0.0.1", 8480), "127.0.0.2:8480", None),
        (Bound("127.0.0.1", 8480), "127.1:8480", None),
        (Bound("127.0.0.1", 8480), "", None),
        (Bound("127.0.0.1", 1, "https://h.example"), "H.Example", "https://h.example"),
        (Bound("127.0.0.1", 1, "https://h.example:8443"), "h.example", None),
        (Bound("127.0.0.1", 1, "https://h.example"), "h.example.", None),
        (Bound("127.0.0.1", 1, "https://h.example"), "h.example:80", None),
        (
            Bound("127.0.0.1", 1, "https://h.example"),
            "h.example:443",
            "https://h.example",
        ),
        (
            Bound("127.0.0.1", 1, "http://h.example:80"),
            "h.example",
            "http://h.example:80",
        ),
        (
            Bound("127.0.0.1", 1, "http://h.example:80"),
            "H.example:80",
            "http://h.example:80",
        ),
        (Bound("0.0.0.0", 8480), "192.0.2.1:8480", "http://192.0.2.1:8480"),
        (Bound("0.0.0.0", 8480), "a.example:8480", None),
        (Bound("::", 8480), "[2001:db8::1]:8480", "http://[2001:db8::1]:8480"),
    ],
)
def test_attack_it_is_called_by_its_own_names_alone(bound, host, origin):
    if origin is None:
        with pytest.raises(RefusedCall) as caught:
            bound.origin_of([host])
        assert caught.value.status == 421
    else:
        assert bound.origin_of([host]) == origin


@pytest.mark.parametrize("hosts", [[], ["a", "b"], ["127.0.0.1:8480"] * 2])
def test_attack_one_name_is_needed_and_no_more(hosts):
    with pytest.raises(RefusedCall):
        Bound("127.0.0.1", 8480).origin_of(hosts)


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example",
        "ftp://hooks.example",
        "https://",
        "https://hooks.example/path",
        "https://hooks.example?a=b",
        "https://me@hooks.example",
        "https://hooks.example#a",
        "https://hooks.example:99999",
        "https://[::1",
    ],
)
def test_a_public_address_is_a_scheme_a_name_and_a_port(url):
    with pytest.raises(UsageError):
        Bound("127.0.0.1", 8480, url)


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, False),
        ({"sec-fetch-site": ["none"]}, False),
        ({"sec-fetch-site": ["None"]}, False),
        ({"sec-fetch-site": ["same-origin"]}, True),
        ({"sec-fetch-site": ["none", "cross-site"]}, True),
        ({"sec-fetch-site": [""]}, True),
        ({"origin": ["null"]}, True),
        ({"origin": [""]}, True),
    ],
)
def test_attack_what_a_browser_says_about_itself_is_refused(headers, refused):
    if refused:
        with pytest.raises(RefusedCall):
            refuse_browsers(headers)
    else:
        refuse_browsers(headers)


@pytest.mark.parametrize(
    ("given", "length"),
    [
        ([], 0),
        (["0"], 0),
        (["262145"], 262145),
        (["9" * 5000], None),
        (["-1"], None),
        (["+1"], None),
        (["1_000"], None),
        (["\u0661"], None),
        ([""], None),
        (["1", "1"], None),
    ],
)
def test_attack_a_length_is_digits_once(given, length):
    headers = {"content-length": given} if given else {}
    if length is None:
        with pytest.raises(RefusedCall) as caught:
            announced(headers)
        assert caught.value.status in {400, 413}
    else:
        assert announced(headers) == length


def test_a_port_that_cannot_be_is_refused():
    with pytest.raises(UsageError):
        listening("127.0.0.1", 65_536)
    with pytest.raises(FerruleError, match="cannot listen"):
        listening("192.0.2.1", 0)
    with pytest.raises(FerruleError, match="cannot listen"):
        listening("no.such.host.invalid", 0)
