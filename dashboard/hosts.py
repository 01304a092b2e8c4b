"""Read the names that requests give a server, and know those that it answers to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words

_NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")


def name_of(netloc: str) -> str | None:
    """Read the name or address out of a Host header; None where it is none."""
    try:
        parts = urlsplit(f"//{netloc}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.netloc != netloc or "@" in netloc or not name:
        return None
    return name.rstrip(".") or None


def is_loopback(name: str) -> bool:
    """Say whether a name or address can only mean the machine itself."""
    address = _address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def is_everywhere(name: str) -> bool:
    """Say whether to listen here means to listen on every network of the machine."""
    address = _address(name)
    return name == "" or (address is not None and address.is_unspecified)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


@dataclass(frozen=True)
class Hosts:
    """Hold the names that a server answers to: this machine's own, the address it listens on, and
    those that its operator named.

    The name of a stranger's page may be led to this server by its owner (DNS rebinding), whose
    page could then read everything. An address in numbers can't be led anywhere else.
    """

    bound: str = "127.0.0.1"
    named: frozenset[str] = frozenset()

    def knows(self, name: str) -> bool:
        return (
            name in self.named
            or name == self.bound.lower()
            or is_loopback(name)
            or (is_everywhere(self.bound) and _address(name) is not None)
        )


def named_hosts(names: Iterable[str]) -> frozenset[str]:
    """Read the names given by --host-name, as browsers send them."""
    read = {name: _as_sent(name) for name in names}
    if wrong := [name for name, sent in read.items() if sent is None]:
        raise Problem(
            [
                Words(
                    f"--host-name {name}：请只写主机名，例如 --host-name minhang.example.cn，"
                    "不带 http://、端口与路径。",
                    f"--host-name {name}: write the name alone, such as --host-name "
                    "minhang.example.cn, without http://, port and path.",
                )
                for name in wrong
            ]
        )
    return frozenset(sent for sent in read.values() if sent)


def _as_sent(name: str) -> str | None:
    """Write a name as a browser sends it: small, Chinese in its ASCII form."""
    bare = name.strip().removeprefix("[").removesuffix("]")
    if _address(bare):
        return bare.lower()
    try:
        sent = bare.encode("idna").decode().lower().rstrip(".")
    except UnicodeError:
        return None
    return sent if _NAME.fullmatch(sent) else None
