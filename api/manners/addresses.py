"""Addresses of callers: whom a proxy speaks for, and which of them count as one."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
EVERYBODY = "*"
# What a provider gives to one household or server: single addresses of it cost nothing.
_IPV6_PREFIX = 64


def read_networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and networks; `*` is every one.

    Raises:
        ValueError: one of them is neither.
    """
    found: list[Network] = []
    for one in written:
        if one == EVERYBODY:
            found += [ip_network("0.0.0.0/0"), ip_network("::/0")]
        else:
            found.append(ip_network(one, strict=False))
    return tuple(found)


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether an address is in one of the networks; what is no address is in none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


@lru_cache(maxsize=4096)
def one_caller(address: str) -> str:
    """Return what all addresses have in common that count as the same caller.

    An IPv4 address stands for itself, one of IPv6 for its network of 64 bits. An IPv4 address that
    is written as one of IPv6 is the same caller as without.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((int(found), _IPV6_PREFIX), strict=False))
    return str(found)
