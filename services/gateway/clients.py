"""Say who a client is by address: the peer, or whom a trusted proxy speaks for. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MOST_HOPS = 32
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proxies:
    """The networks whose word about X-Forwarded-For is believed."""

    networks: tuple[Network, ...] = ()

    def client_of(self, peer: str, forwarded: Sequence[str]) -> str:
        """Name a client: the right-most address that is no proxy of ours.

        What stands left of it, anybody may have written. IPv6 clients are named by their /64,
        as one of them has all of it.
        """
        address = _address(peer)
        hops = [hop.strip() for line in forwarded for hop in line.split(",")][-_MOST_HOPS:]
        while address is not None and self._trusts(address) and hops:
            further = _address(hops.pop())
            if further is None:
                break
            address = further
        return UNKNOWN if address is None else _named(address)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def proxies_of(networks: Iterable[str]) -> Proxies:
    """Read addresses and networks. Raises ValueError."""
    return Proxies(tuple(ip_network(text.strip()) for text in networks))


def _address(text: str) -> Address | None:
    try:
        found = ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _named(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, 64), strict=False))
