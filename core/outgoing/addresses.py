"""Which addresses of the net may be connected to on behalf of somebody else.

`ipaddress.is_global` alone lets through what leads home again (CPython 3.11: NAT64, 6to4, IPv4 in
IPv6, multicast), so IPv6 is taken from the one block that is given out for hosts, less what is set
apart in it. The ranges are those of the special-purpose registries of IANA (RFC 6890 and later).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

MAX_URL_CHARACTERS: Final = 1000

_NOT_FOR_HOSTS_4: Final = tuple(
    IPv4Network(one)
    for one in (
        "100.64.0.0/10",  # shared by carriers; a cloud's metadata live in it
        "192.0.0.0/24",  # of the IETF
        "192.88.99.0/24",  # the way into 6to4
        "224.0.0.0/4",  # groups
        "240.0.0.0/4",
    )
)
_HOSTS_6: Final = IPv6Network("2000::/3")
_NOT_FOR_HOSTS_6: Final = tuple(
    IPv6Network(one)
    for one in (
        "2001::/23",  # of the IETF, Teredo among it
        "2001:db8::/32",  # for documents
        "2002::/16",  # 6to4: an address of IPv4 in other clothes
        "3fff::/20",  # for documents
    )
)


def is_public(written: str) -> bool:
    """Tell whether an address, as the resolver wrote it, is of a host on the public net."""
    try:
        address = ip_address(written)
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in one for one in _NOT_FOR_HOSTS_4)
    return _is_public_6(address)


def _is_public_6(address: IPv6Address) -> bool:
    return (
        address.is_global
        and address.scope_id is None
        and address in _HOSTS_6
        and not any(address in one for one in _NOT_FOR_HOSTS_6)
    )
