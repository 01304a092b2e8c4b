"""Who may load, and who sits at the machine itself: by the server's start and by the request."""

from types import SimpleNamespace

import pytest

from dashboard.paths import EVERYBODY, LOADING_VARIABLE, NOBODY, OWN_MACHINE
from dashboard.ui import rights

HERE = {"host": "localhost:8501"}
FRONT = {"host": "localhost:8501", "x-forwarded-for": "127.0.0.1"}


@pytest.mark.parametrize(
    ("started", "headers", "is_own", "loads"),
    [
        (OWN_MACHINE, HERE, True, True),
        (OWN_MACHINE, FRONT, False, False),
        (OWN_MACHINE, {}, False, False),
        # Whoever may load is not therefore at this machine.
        (EVERYBODY, HERE, False, True),
        (EVERYBODY, FRONT, False, True),
        (NOBODY, HERE, False, False),
        # "streamlit run" says nothing of how it is reached.
        (None, HERE, False, False),
        ("yes", HERE, False, False),
    ],
)
def test_rights_follow_from_the_start_and_the_request(
    started: str | None,
    headers: dict[str, str],
    is_own: bool,
    loads: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(LOADING_VARIABLE, raising=False)
    if started is not None:
        monkeypatch.setenv(LOADING_VARIABLE, started)
    context = SimpleNamespace(headers=headers, ip_address=None)
    monkeypatch.setattr(rights, "st", SimpleNamespace(context=context))
    assert (rights.is_own_machine(), rights.takes_loads()) == (is_own, loads)


def test_of_a_visitor_who_loads_only_the_address_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LOADING_VARIABLE, EVERYBODY)
    context = SimpleNamespace(headers=FRONT, ip_address="10.9.8.7")
    monkeypatch.setattr(rights, "st", SimpleNamespace(context=context))
    assert rights.who_loads() == "10.9.8.7 (app)"
    monkeypatch.setenv(LOADING_VARIABLE, OWN_MACHINE)
    context.headers, context.ip_address = HERE, None
    monkeypatch.setattr(rights, "user_name", lambda: "clerk")
    assert rights.who_loads() == "clerk (app)"
