"""An address that names no page is told in one line; the Overview is shown."""

from types import SimpleNamespace

import pytest

from dashboard import app


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "http://127.0.0.1:8501/nosuch?lang=zh",
            ["没有“nosuch”这一页", "There is no page “nosuch”"],
        ),
        ("http://127.0.0.1:8501/coverage", []),
        ("http://127.0.0.1:8501/", []),
    ],
)
def test_an_unknown_page_is_told_in_both_languages(
    url: str, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = SimpleNamespace(context=SimpleNamespace(url=url), get_option=lambda _: "")
    monkeypatch.setattr(app, "st", options)
    said = [text for words in app.unknown_page() for text in words]
    assert len(said) == len(told)
    assert all(part in text for part, text in zip(told, said, strict=True))
