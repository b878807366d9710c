"""Where a connector may reach: the line between a register and what lies behind our own firewall.

Whoever describes a connector names an address, and the platform's machines reach more than the registers: their own services,
the cloud's metadata service, the rest of the government network.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")


def reachable(text: str, *, named: bool) -> bool:
    """Whether a connector may connect to this IP address. ``named``: the operator named its host (YITONG_CONNECTOR_HOSTS).

    Public addresses always, private ones where named; our own machine, link-local addresses (169.254.169.254 hands out a
    cloud's credentials), multicast and reserved ones never. ValueError when ``text`` is no address.
    """
    address = _inner(ip_address(text))
    never = (
        address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
    )
    return not never and (named or address.is_global)


def is_address(text: str) -> bool:
    """Whether ``text`` is an IP address, not a name."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address an IPv6 one stands for (mapped, 6to4, Teredo, RFC 6052), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    teredo = address.teredo[1] if address.teredo else None
    found = address.ipv4_mapped or address.sixtofour or teredo
    if found is None and address in _NAT64:
        found = IPv4Address(int(address) & 0xFFFFFFFF)
    return found or address
