"""Fix the colours and sizes that every drawing shares."""

RED = "#C00000"
BLUE = "#1F4E79"
BLUE_PALE = "#8FA9C4"
BLUE_MIDDLE = "#5A80A6"
INK = "#1B2733"
INK_SOFT = "#5B6673"
RULE = "#E3E8EE"
NO_DATA = "#E6E6E6"
POINT = "#9AA7B4"
# A circle that stands for a total; names are read on it.
SYMBOL = "#8DB0D3"

# Sequential, light to dark, even in lightness and safe for colour-blind eyes.
SEQUENCE = ("#E4EDF6", "#BED2E6", "#8DB0D3", "#6B9AC8", "#1F4E79")

# Okabe and Ito's palette, for categories.
CATEGORIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#999999", "#D9DEE4")

FONT_SIZE = 13
FONT = "'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', Arial, sans-serif"
