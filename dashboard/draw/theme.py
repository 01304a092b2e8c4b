"""Fix the colours and sizes that every drawing shares."""

RED = "#C00000"
BLUE = "#1F4E79"
BLUE_PALE = "#8FA9C4"
INK = "#1B2733"
INK_SOFT = "#5B6673"
RULE = "#E3E8EE"
NO_DATA = "#E6E6E6"

# Sequential, light to dark, even in lightness and safe for colour-blind eyes.
SEQUENCE = ("#E4EDF6", "#BED2E6", "#8DB0D3", "#6B9AC8", "#1F4E79")

# Okabe and Ito's palette, for categories.
CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#999999", "#D9DEE4")

FONT_SIZE = 13
FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', Arial, sans-serif"


def ink_on(fill: str) -> str:
    """Choose white or dark text, whichever stands out more on a colour (WCAG luminance)."""
    red, green, blue = (_linear(int(fill[i : i + 2], 16) / 255) for i in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#FFFFFF" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 else INK


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
