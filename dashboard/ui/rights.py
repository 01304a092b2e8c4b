"""Say who may do what until there is a login: how the server was started decides, and the request."""

import os
from collections.abc import Mapping

import streamlit as st

from dashboard.hosts import is_loopback, name_of
from dashboard.paths import EVERYBODY, LOADING_VARIABLE, OWN_MACHINE, user_name

# Headers that only what stands between a browser and this server adds.
_OF_A_FRONT = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")


def is_own_machine() -> bool:
    """Say whether the reader sits at the machine that serves, and nobody else can.

    Behind a front every request comes from this machine, and not every front adds a header: so a
    server that others can reach has to be started as one, which settles it.
    """
    return os.environ.get(LOADING_VARIABLE) == OWN_MACHINE and comes_directly(
        st.context.headers, st.context.ip_address
    )


def takes_loads() -> bool:
    """Say whether the reader may load, undo, build and set aside."""
    return os.environ.get(LOADING_VARIABLE) == EVERYBODY or is_own_machine()


def comes_directly(headers: Mapping[str, str], peer: str | None) -> bool:
    """Say whether a request shows no sign of a front or of another machine."""
    names = [name.lower() for name in headers]
    host = name_of(headers.get("host") or headers.get("Host") or "")
    return (
        host is not None
        and is_loopback(host)
        and (peer is None or is_loopback(peer))
        and not any(name in _OF_A_FRONT or name.startswith("x-forwarded") for name in names)
    )


def who_loads() -> str:
    """Name who loads from the page: the user of this machine; of others only their address is known."""
    if is_own_machine():
        return f"{user_name()} (app)"
    return f"{st.context.ip_address or '127.0.0.1'} (app)"
