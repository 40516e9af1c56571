"""Which IP addresses are public, private or never called, however they are wrapped.

`ipaddress.is_global` calls NAT64, 6to4 and multicast addresses public; so an IPv4
address inside an IPv6 one is unwrapped first and decides. Cloud metadata services,
which hand credentials to whoever asks, are never called.
"""

import ipaddress
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Kind: TypeAlias = Literal["public", "loopback", "private", "never"]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # RFC 4291 2.5.5.1
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214 6.1
_LOW_32 = 0xFFFF_FFFF
_METADATA: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "169.254.0.0/16",  # link-local: AWS, Azure, GCP, Oracle, ECS and EKS
        "100.100.100.200/32",  # Alibaba
        "168.63.129.16/32",  # Azure's host agent
        "192.0.0.192/32",  # Oracle, classic
        "fd00:ec2::/32",  # AWS
        "fd20:ce::254/128",  # GCP
        "fe80::/10",
    )
)


@lru_cache(maxsize=1024)
def kind(text: str) -> Kind:
    """Return what sort of address `text` is; "never" also for what is not one."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return "never"
    inner = [_plain_kind(one) for one in (address, *_embedded(address))]
    return max(inner, key=("public", "loopback", "private", "never").index)


def _plain_kind(address: Address) -> Kind:
    if any(address.version == n.version and address in n for n in _METADATA):
        return "never"
    if address.is_multicast or address.is_unspecified or address == _BROADCAST:
        return "never"
    if address.is_loopback:
        return "loopback"
    if isinstance(address, ipaddress.IPv6Address) and any(_embedded(address)):
        return "public"  # the address inside decides
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return "public" if address.is_global and not site_local else "private"


_BROADCAST = ipaddress.IPv4Address("255.255.255.255")


def _embedded(address: Address) -> Iterator[ipaddress.IPv4Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return
    for found in (address.ipv4_mapped, address.sixtofour):
        if found is not None:
            yield found
    if address.teredo is not None:
        yield from address.teredo
    number = int(address)
    wrapped = address in _NAT64 or address in _LOCAL_NAT64
    isatap = (number >> 32) & _LOW_32 in _ISATAP
    compatible = address in _COMPATIBLE and number > _LOW_32 >> 16
    if wrapped or isatap or compatible:
        yield ipaddress.IPv4Address(number & _LOW_32)
