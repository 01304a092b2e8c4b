"""The header marks the page one is on, whichever it is."""

from dashboard.ui.assets import STATIC
from dashboard.views import VIEWS


def test_the_stylesheet_marks_every_page():
    style = (STATIC / "dashboard.css").read_text(encoding="utf-8")
    for at in range(len(VIEWS)):
        assert f".st-key-pages-{at} > :nth-child({at + 1})" in style
