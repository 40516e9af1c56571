"""Where requests may go, and every trick to get them elsewhere."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ferrule.errors import OffHost
from ferrule.transport.addresses import kind
from ferrule.transport.hosts import HostPolicy, check_next, origin, same_origin

LISTED = HostPolicy(frozenset({"api.example.com", "*.shop.example", "*.example"}))

ALLOWED = [
    "https://api.example.com",
    "https://API.Example.com/a?b=c@d",
    "https://api.example.com:8443/a",
    "https://eu.shop.example/x",
    "https://a.b.shop.example/x",
    "https://api.example.com/a b",
]

# address, a piece of the message
REFUSED = [
    ("https://evil.example/", "not among the hosts"),
    ("https://shop.example/", "not among the hosts"),
    ("https://evilshop.example/", "not among the hosts"),
    ("https://api.example.com.evil.com/", "not among the hosts"),
    ("http://api.example.com/", "plain http"),
    ("ftp://api.example.com/", "not ftp"),
    ("file:///etc/passwd", "not file"),
    ("//api.example.com/", "not relative"),
    ("/path", "not relative"),
    ("https:api.example.com", "not https"),
    ("https:///path", "not https"),
    ("https://api.example.com@evil.com/", "user name"),
    ("https://evil.com:x@api.example.com/", "user name"),
    ("https://@api.example.com/", "user name"),
    ("https://evil.com\\@api.example.com/", "backslash"),
    ("https:\\\\api.example.com/", "backslash"),
    ("https://api.example.com\\.evil.com/", "backslash"),
    (" https://api.example.com/", "outer space"),
    ("https://api.example.com/\r\nHost: evil", "control character"),
    ("https://api.exam\tple.com/", "control character"),
    ("https://api example.com/", "not a host name"),
    ("https://api.example.com./", "not a host name"),
    ("https://.example.com/", "not a host name"),
    ("https://api%2eexample.com/", "not a host name"),
    ("https://api.example.com:0/", "port"),
    ("https://api.example.com:99999/", "port"),
    ("https://api.example.com:/", "port"),
    ("https://api.example.com:4x/", "port"),
    ("https://\u0430pi.example.com/", "beyond ASCII"),
    ("https://api.example.com。evil.com/", "beyond ASCII"),
    ("https://ⓐpi.example.com/", "beyond ASCII"),
    ("https://2130706433/", "unusual way"),
    ("https://0x7f.1/", "unusual way"),
    ("https://0x7f000001/", "unusual way"),
    ("https://127.1/", "unusual way"),
    ("https://0/", "unusual way"),
    ("https://0177.0.0.1/", "unusual way"),
    ("https://127.0.0.01/", "unusual way"),
    ("https://1.2.3.4.5/", "unusual way"),
    ("https://256.1.1.1/", "unusual way"),
    ("https://[::1/", "cannot be read"),
    ("https://[fe80::1%25eth0]/", ""),
    ("https://[v1.x]/", ""),
    ("https://metadata.google.internal/", "never called"),
    ("https://Metadata.Google.Internal/", "never called"),
]


@pytest.mark.parametrize("url", ALLOWED)
def test_a_listed_host_passes(url: str) -> None:
    LISTED.check(url)


@pytest.mark.parametrize(("url", "words"), REFUSED)
def test_everything_else_is_refused_with_its_reason(url: str, words: str) -> None:
    with pytest.raises(OffHost) as caught:
        LISTED.check(url)
    assert words in caught.value.message


METADATA = [
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
    "fd20:ce::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "::a9fe:a9fe",
    "fe80::1",
    "fe80::5efe:a9fe:a9fe",
]


@pytest.mark.parametrize("address", METADATA)
def test_metadata_services_are_never_called(address: str) -> None:
    """Not even when somebody confirmed the address, wraps it, or gives it a name."""
    policy = HostPolicy(confirmed=frozenset({address, "inner.example"}))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(OffHost, match="never called"):
        policy.check(f"https://{host}/latest/meta-data")
    with pytest.raises(OffHost, match="never called"):
        policy.check_address("inner.example", address)


KINDS = [
    ("93.184.216.34", "public"),
    ("2606:2800:220:1::1", "public"),
    ("64:ff9b::5db8:d822", "public"),
    ("2002:5db8:d822::1", "public"),
    ("127.0.0.1", "loopback"),
    ("127.8.8.8", "loopback"),
    ("::1", "loopback"),
    ("::ffff:127.0.0.1", "loopback"),
    ("64:ff9b::7f00:1", "loopback"),
    ("2002:7f00:1::", "loopback"),
    ("10.0.0.1", "private"),
    ("172.16.0.1", "private"),
    ("192.168.1.1", "private"),
    ("100.64.0.1", "private"),
    ("198.18.0.1", "private"),
    ("fd12::1", "private"),
    ("fec0::1", "private"),
    ("2001:db8::1", "private"),
    ("64:ff9b::a00:1", "private"),
    ("2001:0:4136:e378:8000:63bf:f5ff:fffe", "private"),
    ("0.0.0.0", "never"),
    ("::", "never"),
    ("255.255.255.255", "never"),
    ("224.0.0.1", "never"),
    ("ff02::1", "never"),
    ("no address", "never"),
]


@pytest.mark.parametrize(("address", "wanted"), KINDS)
def test_an_address_is_of_one_kind_however_it_is_wrapped(
    address: str, wanted: str
) -> None:
    assert kind(address) == wanted


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_never_makes_it_more_public(address: IPv4Address) -> None:
    order = ["public", "loopback", "private", "never"]
    number = int(address)
    for wrapped in (
        f"::ffff:{address}",
        f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
    ):
        assert order.index(kind(wrapped)) >= order.index(kind(str(address)))


# policy, address, whether it passes
CONFIRMED = [
    ({"http://127.0.0.1:8080"}, "http://127.0.0.1:8080/x", True),
    ({"http://127.0.0.1:8080"}, "http://127.0.0.1:9090/x", False),
    ({"http://127.0.0.1:8080"}, "https://127.0.0.1:8080/x", False),
    ({"127.0.0.1"}, "http://127.0.0.1:9090/x", True),
    ({"http://localhost:8080"}, "http://localhost:8080/", True),
    ({"http://localhost:8080"}, "http://localhost:22/", False),
    ({"http://[::1]:8080"}, "http://[::1]:8080/", True),
    ({"::1"}, "http://[::1]:8080/", True),
    ({"https://192.168.1.5"}, "https://192.168.1.5/", True),
    ({"https://192.168.1.5"}, "https://192.168.1.6/", False),
    ({"http://192.168.1.5"}, "http://192.168.1.5/", False),
    ({"http://erp.example"}, "http://erp.example/", False),
    (set(), "http://127.0.0.1:8080/x", False),
]


@pytest.mark.parametrize(("confirmed", "url", "passes"), CONFIRMED)
def test_what_a_person_confirmed_passes_and_nothing_beside_it(
    confirmed: set[str], url: str, passes: bool
) -> None:
    policy = HostPolicy(confirmed=frozenset(confirmed))
    if passes:
        policy.check(url)
    else:
        with pytest.raises(OffHost) as caught:
            policy.check(url)
        assert caught.value.advice


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1"])
def test_a_listed_host_inside_is_not_confirmed_by_being_listed(host: str) -> None:
    """A descriptor cannot open the way into a private network by itself."""
    policy = HostPolicy(frozenset({host, "inner.example"}))
    with pytest.raises(OffHost):
        policy.check(f"http://{host}/")
    with pytest.raises(OffHost, match="private network"):
        policy.check_address("inner.example", "10.0.0.1")


def test_plain_http_is_allowed_by_name() -> None:
    hosts = frozenset({"erp.example", "other.example"})
    policy = HostPolicy(hosts, allow_http=frozenset({"ERP.example"}))
    policy.check("http://erp.example/")
    with pytest.raises(OffHost, match="plain http"):
        policy.check("http://other.example/")


def test_a_confirmed_host_may_lead_inside() -> None:
    policy = HostPolicy(confirmed=frozenset({"https://ERP.example"}))
    policy.check("https://erp.example/")
    policy.check_address("erp.example", "192.168.1.5")


@pytest.mark.parametrize("pattern", ["*", "*.com", "*.", "*.*.example.com", "**.a.b"])
def test_a_star_before_too_little_matches_nothing(pattern: str) -> None:
    with pytest.raises(OffHost):
        HostPolicy(frozenset({pattern})).check("https://x.y.example.com/")


ASKED = "https://api.example.com/items?page=1"


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [
        ("https://api.example.com/items?page=2", None),
        ("https://API.example.com:443/items", None),
        ("/items?page=2", "https://api.example.com/items?page=2"),
        ("?page=2", "https://api.example.com/items?page=2"),
    ],
)
def test_a_next_link_stays_where_it_was(offered: str, wanted: str | None) -> None:
    assert check_next(ASKED, offered) == (wanted or offered)


@pytest.mark.parametrize(
    "offered",
    [
        "//evil.com/items",
        "https://evil.com/items",
        "http://api.example.com/items",
        "https://api.example.com:8443/items",
        "https://api.example.com@evil.com/",
        "https://user@api.example.com/",
        "https://api.example.com\\@evil.com/",
        "\\\\evil.com/items",
        "/\\evil.com/items",
        "https:/\\evil.com",
        "\thttps://evil.com",
        "https://\u0430pi.example.com/",
        "https://api.example.com.evil.com/",
        "javascript:alert(1)",
        "https://[::1",
    ],
)
def test_a_next_link_that_leads_away_is_refused(offered: str) -> None:
    with pytest.raises(OffHost):
        check_next(ASKED, offered)


def test_origins_are_compared_whole() -> None:
    assert same_origin("https://a.example", "https://A.example:443/x?y")
    assert not same_origin("https://a.example", "http://a.example")
    assert not same_origin("https://a.example", "https://a.example:444")
    assert not same_origin("https://a.example", "not an address")


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_no_text_is_read_as_an_origin_by_accident(text: str) -> None:
    """Whatever stands after the scheme: an origin of plain letters, or OffHost."""
    try:
        place = origin("https://" + text)
    except OffHost:
        return
    assert place.host.isascii()
    assert not set(place.host) & set("@/\\?#% ")
