"""Write a briefing's pages for a screen: as PowerPoint shows them, at any size.

Each page is one ``article`` whose lengths are shares of its own width, so that the same page
serves as a thumbnail, as a preview and full screen. On a phone its parts flow one below another.
"""

from dashboard.brief import layout
from dashboard.brief.looks import OWN_LOOK, Look, recoloured
from dashboard.brief.slides import Brief, Slide
from dashboard.brief.svg import Canvas, drawing
from dashboard.brief.web import filled, filled_of

# Legible from the third row: 32 pixels on a screen of 1920.
LEAST_TEXT = 16.0


def screens(brief: Brief, look: Look = OWN_LOOK) -> list[str]:
    """Write every page, the cover first."""
    slides: list[Slide | None] = [None, *brief.slides]
    return [
        recoloured(_screen(brief, slide, number, look), look)
        for number, slide in enumerate(slides, 1)
    ]


def style_of(look: Look) -> str:
    """Write the pages' style in a look, and how wide a page is shown for its height."""
    ratio = look.frame.width / look.frame.height
    style = str(filled("screen.css", LEAST_TEXT=LEAST_TEXT))
    return recoloured(style, look) + f".show {{ --ratio: {ratio:.5g}; }}"


def _screen(brief: Brief, slide: Slide | None, number: int, look: Look) -> str:
    """Write one page, or the cover, on the look's ground, with the bands behind it."""
    cover, is_own = brief.cover, look is OWN_LOOK
    texts = [cover.subtitle, cover.unit, cover.date]
    texts += [] if is_own else filter(None, (cover.mark, cover.note))
    sizes = layout.cover_sizes(texts, look.frame.cover_text)
    return filled_of(
        "screen.html",
        brief,
        slide=slide,
        key=slide.key if slide else "cover",
        number=number,
        look=look,
        frame=look.frame,
        is_own=is_own,
        texts=list(zip(texts, sizes, strict=True)),
        layout=layout,
        drawing=drawing,
        canvas=Canvas,
        LEAST_TEXT=LEAST_TEXT,
    )
